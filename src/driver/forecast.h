/* forecast.h: what the planner makes of a kernel: at first sight, after a run, and what came true.
 */
#ifndef FURROW_DRIVER_FORECAST_H
#define FURROW_DRIVER_FORECAST_H

#include "measure/calibrate.h"
#include <furrow/run.h>
#include <furrow/stats.h>

#include "options.h"

struct forecast {
    furrow__calibration calibration;
    furrow_run_outcome first; /* of a run of which nothing was known */
    bool traced;              /* its trace has told what items cost along their index */
    furrow_plan plan;         /* chosen by what the first run showed */
    furrow_summary time;      /* of runs by that plan, all begun with the threads awake */
    furrow_plan *candidates;  /* the plan is one of them */
    size_t candidate_count;
};

/* Calibrates, runs the kernel, plans, and runs it by the plan; an exit code, after a message if it
 * is neither DRIVER_OK nor DRIVER_FAILED, which says that items failed. Cleared in every case. */
int forecast_make(struct forecast *forecast, const struct options *options);
void forecast_clear(struct forecast *forecast);

#endif
