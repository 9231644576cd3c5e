/* judge.h: how much longer than another way, or than the best of many, a way takes. */
#ifndef FURROW_BENCH_PLANNER_JUDGE_H
#define FURROW_BENCH_PLANNER_JUDGE_H

#include <furrow/measure.h>

/* The way, of `from` and all that follow, that was quickest on the rounds of one parity. */
size_t judge_best(const furrow_measurements *measurements, size_t from, size_t parity);

/* time of `way` / time of `base` - 1, over the rounds of one parity. */
double judge_ratio(const furrow_measurements *measurements, size_t way, size_t base, size_t parity);

/* How much longer than the best of `from` and all that follow: time / time - 1. The best is chosen
 * on one half of the rounds and compared on the other, both ways around: the least of many noisy
 * medians flatters whoever may choose. */
double judge_regret(const furrow_measurements *measurements, size_t way, size_t from);

/* The sample that a share `quantile` of `count` samples, which are sorted, are below or at. */
double judge_quantile(const double *sorted, size_t count, double quantile);

/* Sorts samples. */
void judge_sort(double *samples, size_t count);

#endif
