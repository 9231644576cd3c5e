/*
 * judge.h: how much longer one way to run a loop takes than another, or than the best of many.
 */
#ifndef FURROW_BENCH_PLANNER_JUDGE_H
#define FURROW_BENCH_PLANNER_JUDGE_H

#include <stddef.h>

#include <furrow/measure.h>

/* ---- on one workload ---- */

/* The quickest of the ways from `from` on, on the even (parity 0) or odd rounds. */
size_t judge_best(const furrow_measurements *measurements, size_t from, size_t parity);

/* time of `way` / time of `base` - 1, on the rounds of this parity. */
double judge_ratio(const furrow_measurements *measurements, size_t way, size_t base, size_t parity);

/* The regret: how much longer than the best of the ways from `from` on, time / time - 1. The best
 * is chosen on one half of the rounds and compared on the other, and the other way round: the least
 * of many noisy medians is too small. */
double judge_regret(const furrow_measurements *measurements, size_t way, size_t from);

/* The sample that the share `quantile` of `count` sorted samples do not exceed. */
double judge_quantile(const double *sorted, size_t count, double quantile);

/* Sorts samples. */
void judge_sort(double *samples, size_t count);

/* ---- on many workloads ---- */

enum { MAX_WORKLOADS = 512, MAX_CONTESTANTS = 16 };

/* The regret of each contestant on each workload: time / best - 1. */
struct regrets {
    const char *title; /* what the best is taken of: "the sweep" */
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
