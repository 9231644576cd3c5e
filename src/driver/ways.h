/* ways.h: what `furrow bench` times side by side. */
#ifndef FURROW_DRIVER_WAYS_H
#define FURROW_DRIVER_WAYS_H

#include <furrow/measure.h>

#include "options.h"

/* {0} to start with; freed by ways_clear. */
struct ways {
    furrow_way *list;
    size_t count;
    size_t swept; /* the first ways, which are a sweep; the others are plans */
};

void ways_clear(struct ways *ways);

/* 2, 4, 8, ... and all threads; as planned; the kernel's variants. False: out of memory. */
bool ways_of_bench(struct ways *ways, const struct options *options);

/* What a sweep has to know of the kernel. */
struct extent {
    size_t items;
    bool waits; /* they mostly wait, so more threads than CPUs may pay */
};

/*
 * Threads 2, 4, 8, ... x static blocks, and static, dynamic and guided in chunks of 1, 4, 16, ...
 * up to a share; then the planner, who sees the kernel for the first time, and who has seen it four
 * times. Where that would be more than about 200 ways, chunks grow in larger steps, and chunks of
 * which there would be more than 2^18 are left out. What `options` ask for is not varied; --threads
 * is the most. False: out of memory.
 */
bool ways_of_sweep(struct ways *ways, const struct options *options, const struct extent *extent);

#endif
