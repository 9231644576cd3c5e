/* workload.h: loops whose items have given costs: the grid that planners are judged by. */
#ifndef FURROW_BENCH_PLANNER_WORKLOAD_H
#define FURROW_BENCH_PLANNER_WORKLOAD_H

#include <stddef.h>

/* The costs along the index, all with the same mean. */
enum shape {
    SHAPE_CONSTANT,
    SHAPE_EXPONENTIAL,           /* as drawn from an exponential distribution, always the same */
    SHAPE_TRIANGULAR,            /* rising from 0 to twice the mean */
    SHAPE_HUGE,                  /* one item, in the middle, is half of all work */
    GRID_SHAPES,                 /* those above form the grid; those below have fewer sizes */
    SHAPE_BIMODAL = GRID_SHAPES, /* one in ten, anywhere, costs 20 times as much as the others */
    SHAPE_DESCENDING,            /* falling from twice the mean to 0 */
    SHAPE_SQUARE,                /* rising with the square of the index */
    SHAPE_PARETO,                /* few large ones: drawn with exponent 1.5, always the same */
    SHAPE_SAW,                   /* rising over 64 items, again and again */
    SHAPE_CLIFF,                 /* the first half costs a hundredth of the second */
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
