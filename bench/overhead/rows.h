/* rows.h: the questions of bench-overhead besides the costs of constructs. */
#ifndef FURROW_BENCH_OVERHEAD_ROWS_H
#define FURROW_BENCH_OVERHEAD_ROWS_H

/* Each prints its figures, and returns 0 or the status of a failure. */
int row_long(int threads);

/* Forks, so it must come before anything that starts OpenMP's threads. */
int row_beside(void);

#endif
