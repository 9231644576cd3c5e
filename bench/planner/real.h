/* real.h: plans judged on this machine. */
#ifndef FURROW_BENCH_PLANNER_REAL_H
#define FURROW_BENCH_PLANNER_REAL_H

#include <furrow/schedule.h>

typedef struct real_options {
    double seconds; /* for each workload, about */
    double longest; /* workloads of more seconds of work than this are left out; 0: none */
    size_t worst;   /* how many of the worst to name */
} real_options;

/* Times the grid, and waiting items, against exhaustive sweeps, and prints the regrets. */
int real_run(const furrow_costs *costs, const real_options *options);

#endif
