/* judge.h: how much longer a way takes than another, or than the best of many; and the summary of
 * that over many workloads. */
#ifndef FURROW_BENCH_PLANNER_JUDGE_H
#define FURROW_BENCH_PLANNER_JUDGE_H

#include <stddef.h>

#include <furrow/measure.h>

/* The quickest way, of way `from` and all after it, in the rounds of one parity. */
size_t judge_best(const furrow_measurements *measurements, size_t from, size_t parity);

/* time of `way` / time of `base` - 1, over the rounds of one parity. */
double judge_ratio(const furrow_measurements *measurements, size_t way, size_t base, size_t parity);

/* How much longer `way` takes than the best of way `from` and all after it: time / time - 1. One
 * half of the rounds chooses the best and the other half compares, and then the other way round:
 * the least of many noisy medians is too low. */
double judge_regret(const furrow_measurements *measurements, size_t way, size_t from);

/* The quantile of `count` sorted samples. */
double judge_quantile(const double *sorted, size_t count, double quantile);

/* Sorts samples. */
void judge_sort(double *samples, size_t count);

/* ---- many workloads ---- */

enum { MAX_WORKLOADS = 512, MAX_CONTESTANTS = 16 };

/* time / best - 1, for each contestant on each workload. */
struct regrets {
    const char *title; /* the ways that the best is taken of: "the sweep" */
    const char *contestants[MAX_CONTESTANTS];
    size_t contestant_count;
    char workloads[MAX_WORKLOADS][64];
    double regret[MAX_CONTESTANTS][MAX_WORKLOADS];
    size_t workload_count;
};

/* Prints median, geometric mean, 95th percentile and maximum of each contestant, and the `worst`
 * workloads of the first `explained` contestants. */
void regrets_print(const struct regrets *regrets, size_t explained, size_t worst);

#endif
