/* workers.h: how a running loop gets at its workers' scratch. */
#ifndef FURROW_LOOP_WORKERS_H
#define FURROW_LOOP_WORKERS_H

#include <furrow/loop.h>

/* Room for workers 0 ... count - 1, before the first of them starts. NULL is fine. */
int furrow__scratch_reserve(furrow_scratch *scratch, size_t count);

/* The scratch of `worker`, on its own thread; made if need be. NULL workers have NULL scratch. */
int furrow__scratch_of(void **own, furrow_scratch *scratch, int worker);

#endif
