/* rows.h: the questions that bench-planner asks. */
#ifndef FURROW_BENCH_PLANNER_ROWS_H
#define FURROW_BENCH_PLANNER_ROWS_H

#include <furrow/plan.h>

/* What all rows are given. */
struct bench {
    furrow_costs costs; /* as calibrated */
    int cpus;
    double seconds; /* approximate time of each workload of a row */
    double longest; /* workloads of more seconds of work are left out; 0: none */
    size_t worst;   /* number of the worst workloads to name */
};

/* Each prints its figures. 0, or the status of what failed. */
int row_grid(const struct bench *bench);       /* regret of loops that compute */
int row_waiting(const struct bench *bench);    /* regret where items sleep */
int row_tails(const struct bench *bench);      /* single calls, beside the serial loop's */
int row_loop(const struct bench *bench);       /* one loop, by every runner */
int row_cold(const struct bench *bench);       /* after idling */
int row_contention(const struct bench *bench); /* where more threads are slower */

#endif
