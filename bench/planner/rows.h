/* rows.h: the questions that bench-planner asks. */
#ifndef FURROW_BENCH_PLANNER_ROWS_H
#define FURROW_BENCH_PLANNER_ROWS_H

#include <furrow/schedule.h>

/* What all rows are told. */
struct bench {
    furrow_costs costs; /* as calibrated */
    int cpus;
    double seconds; /* for each workload of a row, about */
    double longest; /* workloads of more seconds of work than this are left out; 0: none */
    size_t worst;   /* how many of the worst to name */
    int team;       /* of the model: this many threads alone; 0: 2 to 128 */
};

/* Each prints its figures. 0, or the status of what failed. */
int row_grid(const struct bench *bench);
int row_waiting(const struct bench *bench);
int row_tails(const struct bench *bench);
int row_loop(const struct bench *bench);
int row_cold(const struct bench *bench);
int row_contention(const struct bench *bench);
int row_model(const struct bench *bench);

#endif
