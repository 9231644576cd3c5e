/*
 * workload.h: items that take a given time, by computing or by sleeping, and the costs of the loops
 * that planners are judged on.
 */
#ifndef FURROW_BENCH_PLANNER_WORKLOAD_H
#define FURROW_BENCH_PLANNER_WORKLOAD_H

#include <stddef.h>
#include <stdint.h>

#include <furrow/range.h>

/* ---- costs ---- */

/* How costs change along the index, at the same mean. */
enum shape {
    SHAPE_CONSTANT,
    SHAPE_EXPONENTIAL,           /* an exponential distribution, always the same draw */
    SHAPE_TRIANGULAR,            /* rising from 0 to twice the mean */
    SHAPE_HUGE,                  /* one item, in the middle, is half of all work */
    GRID_SHAPES,                 /* the shapes above; those below run with fewer sizes */
    SHAPE_BIMODAL = GRID_SHAPES, /* one item in ten costs 20 times as much as the others */
    SHAPE_DESCENDING,            /* falling from twice the mean to 0 */
    SHAPE_SQUARE,                /* rising with the square of the index */
    SHAPE_PARETO,                /* few large items: exponent 1.5, always the same draw */
    SHAPE_SAW,                   /* rising over 64 items, again and again */
    SHAPE_CLIFF,                 /* the first half costs a hundredth of the second */
    SHAPES
};

extern const char *const shape_names[SHAPES];

/* The grid: n x mean x shape. */
enum { WORKLOAD_SIZES = 4, WORKLOAD_MEANS = 4 };
extern const size_t workload_sizes[WORKLOAD_SIZES];
extern const double workload_means[WORKLOAD_MEANS]; /* seconds */

/* Fills costs[0 ... n-1] with seconds of this shape, which add up to n * mean. */
void workload_costs(double *costs, size_t n, double mean, enum shape shape);

/* ---- items ---- */

/* The items of a workload: the context of spin_body. */
struct spin {
    const uint32_t *steps; /* steps of computing of each item; NULL: none */
    double sleep;          /* seconds that some items sleep: */
    size_t every;          /* one item in this number */
    uint64_t *results;     /* a slot for each item */
};

/* Seconds that a step takes on this machine when nothing disturbs it. */
double spin_calibrate(void);

/* A furrow_body. */
int spin_body(const furrow_range *range, const void *spin);

#endif
