/* rows.h: what bench-overhead asks besides what a construct costs. */
#ifndef FURROW_BENCH_OVERHEAD_ROWS_H
#define FURROW_BENCH_OVERHEAD_ROWS_H

/* Each prints its figures. 0, or the status of what failed. */
int row_long(int threads);

/* Forks, so it must come before anything that starts OpenMP's threads. */
int row_beside(void);

#endif
