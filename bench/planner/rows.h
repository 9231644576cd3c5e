/* rows.h: the questions that bench-planner asks. */
#ifndef FURROW_BENCH_PLANNER_ROWS_H
#define FURROW_BENCH_PLANNER_ROWS_H

#include <furrow/plan.h>

/* Settings of all rows. */
struct bench {
    furrow_costs costs; /* as measured */
    int cpus;
    double seconds; /* for each workload of a row, about */
    double longest; /* workloads of more seconds of work than this are left out; 0: none */
    size_t worst;   /* how many of the worst to name */
};

/* Each prints its figures, and returns 0 or the status of a failure. */
int row_grid(const struct bench *bench);       /* regret of loops that compute */
int row_waiting(const struct bench *bench);    /* regret where items sleep */
int row_tails(const struct bench *bench);      /* single calls, beside those of the serial loop */
int row_loop(const struct bench *bench);       /* one loop, run in every way */
int row_cold(const struct bench *bench);       /* after idling */
int row_contention(const struct bench *bench); /* where more threads are slower */

#endif
