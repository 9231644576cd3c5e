/* model.h: plans judged on ideal threads. */
#ifndef FURROW_BENCH_PLANNER_MODEL_H
#define FURROW_BENCH_PLANNER_MODEL_H

#include <furrow/schedule.h>

/* Plays the grid on 2 to 128 threads that cost `costs`, or on `team` of them alone unless that is
 * 0, and prints the regrets; 0, or the status of what failed. */
int model_run(const furrow_costs *costs, int team, size_t worst);

#endif
