/* workload.h: loops whose items cost what they are told to: the grid that planners are judged on.
 */
#ifndef FURROW_BENCH_PLANNER_WORKLOAD_H
#define FURROW_BENCH_PLANNER_WORKLOAD_H

#include <stddef.h>

/* How costs lie along the index, at the same mean. */
enum shape {
    SHAPE_CONSTANT,
    SHAPE_EXPONENTIAL, /* as drawn from an exponential distribution, always the same */
    SHAPE_TRIANGULAR,  /* rising from 0 to twice the mean */
    SHAPE_HUGE,        /* one item, in the middle, is half of all work */
    SHAPES
};

extern const char *const shape_names[SHAPES];

/* The grid: n x mean x shape. */
enum { WORKLOAD_SIZES = 4, WORKLOAD_MEANS = 4 };
extern const size_t workload_sizes[WORKLOAD_SIZES];
extern const double workload_means[WORKLOAD_MEANS]; /* seconds */

/* Fills costs[0 ... n-1], seconds, of that shape; they add up to n * mean. */
void workload_costs(double *costs, size_t n, double mean, enum shape shape);

#endif
