/* workers.h: how a running team gets at its workers' scratch. */
#ifndef FURROW_PARALLEL_WORKERS_H
#define FURROW_PARALLEL_WORKERS_H

#include <furrow/parallel.h>

/* Room for workers 0 ... count - 1, before their region starts. NULL is fine. */
int furrow__workers_reserve(furrow_workers *workers, size_t count);

/* The scratch of `worker`, on its own thread; made if need be. NULL workers have NULL scratch. */
int furrow__workers_scratch(void **scratch, furrow_workers *workers, int worker);

#endif
