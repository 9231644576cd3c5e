/* rows.h: the questions of bench-overhead that have files of their own. */
#ifndef FURROW_BENCH_OVERHEAD_ROWS_H
#define FURROW_BENCH_OVERHEAD_ROWS_H

/* Each prints its figures. Returns 0, or the status of a failure. */
int row_long(int threads);

/* It forks, so it must come before anything that starts OpenMP's threads. */
int row_beside(void);

#endif
