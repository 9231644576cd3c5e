/*
 * stats.h: medians of noisy timings, with exact confidence intervals.
 *
 * Timings are skewed and have outliers, so nothing here assumes a normal distribution: the middle
 * is the median, and its confidence interval is bounded by two of the samples themselves. With x(1)
 * <= ... <= x(n) sorted, the median lies in [x(r), x(n+1-r)] with probability
 * 1 - 2 * P(Binomial(n, 1/2) < r), whatever the distribution (W. R. Thompson, 1936; in timing
 * practice T. Hoefler and R. Belli, "Scientific Benchmarking of Parallel Computing Systems", SC15).
 *
 * All functions are pure and thread-safe.
 */
#ifndef FURROW_STATS_H
#define FURROW_STATS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct furrow_summary {
    size_t count;
    double minimum, maximum;
    double median;
    double low, high; /* the confidence interval of the median */
    double coverage;  /* its exact confidence; below the level asked for when samples are too few */
} furrow_summary;

/*
 * The narrowest symmetric ranks whose interval covers the median with at least `level` (0.95):
 * the 1-based ranks `*low` and `*high` = count + 1 - *low. Returns the exact coverage. With fewer
 * than 6 samples no interval reaches 95 %: then low is 1, high is count, and the coverage says so.
 * count 0 gives ranks 0, 0 and coverage 0.
 */
double furrow_stats_median_ranks(size_t *low, size_t *high, size_t count, double level);

/*
 * Summarises `count` samples with a 95 % interval. The samples stay as they are.
 * FURROW_EINVAL: count is 0 or a sample is not finite. FURROW_ENOMEM: no room for a sorted copy.
 */
int furrow_stats_summarise(furrow_summary *summary, const double *samples, size_t count);

/*
 * Summarises the ratios numerator[i] / denominator[i] of samples taken side by side: a slow drift
 * of the machine affects both of a pair and cancels. FURROW_EINVAL also when a ratio is not finite.
 */
int furrow_stats_ratio(furrow_summary *summary, const double *numerator, const double *denominator,
                       size_t count);

/*
 * The 95 % interval of a proportion, from `successes` in `trials` (E. B. Wilson, "Probable
 * inference, the law of succession, and statistical inference", 1927). It lies within [0, 1], and
 * holds also where nearly all or nearly no trials succeed. 0 trials give 0 and 1.
 */
void furrow_stats_proportion(double *low, double *high, size_t successes, size_t trials);

#ifdef __cplusplus
}
#endif

#endif
