/* spin.h: items that really take their time, by computing or by sleeping. */
#ifndef FURROW_BENCH_PLANNER_SPIN_H
#define FURROW_BENCH_PLANNER_SPIN_H

#include <stddef.h>
#include <stdint.h>

#include <furrow/range.h>

/* The items of a workload; the context of spin_body. */
struct spin {
    const uint32_t *steps; /* of computing, an item; NULL: none */
    double sleep;          /* seconds that an item sleeps: */
    size_t every;          /* one item in this number */
    uint64_t *results;     /* a slot an item */
};

/* Seconds that a step takes on this machine when nothing disturbs it. */
double spin_calibrate(void);

/* A furrow_body. */
int spin_body(const furrow_range *range, const void *spin);

#endif
