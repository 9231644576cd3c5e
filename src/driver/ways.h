/* ways.h: the ways that `furrow bench` times side by side. */
#ifndef FURROW_DRIVER_WAYS_H
#define FURROW_DRIVER_WAYS_H

#include <furrow/measure.h>

#include "options.h"

/* {0} at first; freed by ways_clear. */
struct ways {
    furrow_way *list;
    size_t count;
    size_t swept; /* this many ways are a sweep; the others are plans */
};

void ways_clear(struct ways *ways);

/* 2, 4, 8, ... and all threads; the planner; the variants of the kernel. False: out of memory. */
bool ways_of_bench(struct ways *ways, const struct options *options);

/* What a sweep has to know about the kernel. */
struct extent {
    size_t items;
    bool waits; /* items mostly wait, so more threads than CPUs may help */
};

/*
 * Threads 2, 4, 8, ... x static blocks, and static, dynamic and guided in chunks of 1, 4, 16, ...
 * up to an equal share; then the planner without history, and the planner after four runs. If that
 * would be more than about 200 ways, chunks grow in larger steps; sizes that give more than 2^18
 * chunks are left out. What `options` fix does not vary, and --threads is the largest number of
 * threads. False: out of memory.
 */
bool ways_of_sweep(struct ways *ways, const struct options *options, const struct extent *extent);

#endif
