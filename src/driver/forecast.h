/* forecast.h: the plans for a kernel, without history and after a run, and the times that came
 * true. */
#ifndef FURROW_DRIVER_FORECAST_H
#define FURROW_DRIVER_FORECAST_H

#include "measure/calibrate.h"
#include <furrow/measure.h>
#include <furrow/run.h>

#include "options.h"

struct forecast {
    furrow__calibration calibration;
    furrow_run_outcome first; /* of a run without history */
    bool traced;              /* its trace shows what items cost along their index */
    furrow_plan plan;         /* chosen by what the first run showed */
    furrow_summary time;      /* of runs by that plan, each begun with awake threads */
    furrow_plan *candidates;  /* the plan is one of them */
    size_t candidate_count;
};

/* Calibrates, runs the kernel, plans, and runs the kernel by the plan. Returns an exit code, after
 * a message unless it is DRIVER_OK, or DRIVER_FAILED because items failed. In every case the caller
 * frees the forecast with forecast_clear. */
int forecast_make(struct forecast *forecast, const struct options *options);
void forecast_clear(struct forecast *forecast);

#endif
