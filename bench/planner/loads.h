/* loads.h: the loops that planners are judged on. */
#ifndef FURROW_BENCH_PLANNER_LOADS_H
#define FURROW_BENCH_PLANNER_LOADS_H

#include "load.h"

/* Which loads. */
enum loads {
    LOADS_GRID = 1,     /* n x mean x shape: workload.h */
    LOADS_SHAPES = 2,   /* further shapes */
    LOADS_FEW = 4,      /* 2, 3 and 5 items */
    LOADS_MEMORY = 8,   /* memory.h; and items of which one in 1000 sleeps */
    LOADS_WAITING = 16, /* items that only sleep */
    LOADS_COMPUTING = LOADS_GRID | LOADS_SHAPES | LOADS_FEW | LOADS_MEMORY
};

/* Used by loads_each; nonzero ends it. The load is lent for the call. */
typedef int (*loads_use)(const struct load *load, void *context);

/* Hands those of `which` to `use` that have at most `longest` seconds of work (0: all), one after
 * the other. The first code that is not 0. */
int loads_each(unsigned which, double longest, loads_use use, void *context);

/* A load of `n` items that compute for `mean` seconds each, costs of that shape. It lives until the
 * next is made, by whichever function of this header. */
const struct load *loads_computing(size_t n, double mean, int shape);

#endif
