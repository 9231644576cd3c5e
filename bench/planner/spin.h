/* spin.h: items that take a given time, by computing or by sleeping. */
#ifndef FURROW_BENCH_PLANNER_SPIN_H
#define FURROW_BENCH_PLANNER_SPIN_H

#include <stddef.h>
#include <stdint.h>

#include <furrow/range.h>

/* The items of a workload; the context of spin_body. */
struct spin {
    const uint32_t *steps; /* of computing, an item; NULL: none */
    double sleep;          /* seconds of sleep, ... */
    size_t every;          /* ... in one item of this number */
    uint64_t *results;     /* a slot an item */
};

/* Seconds of a step on this machine without disturbance. */
double spin_calibrate(void);

/* A furrow_body. */
int spin_body(const furrow_range *range, const void *spin);

#endif
