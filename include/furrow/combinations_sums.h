/*
 * combinations_sums.h: what the sums of weights over all k-subsets come to, without making a row.
 *
 *     sum(c) = weights[c[0]] + ... + weights[c[k-1]]
 *
 * Each call is the serial loop over the rows [from, from + count), in any order since integers add
 * up to the same; the result does not depend on the number of threads. As rows are (see
 * combinations_rows.h), so the sums that share a prefix are the tail of one table of partial sums,
 * to which the prefix's own is added once.
 */
#ifndef FURROW_COMBINATIONS_SUMS_H
#define FURROW_COMBINATIONS_SUMS_H

#include <stddef.h>
#include <stdint.h>

#include <furrow/plan.h>
#include <furrow/wide.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Never changes once made; any number of threads may use it. */
typedef struct furrow_combinations_sums furrow_combinations_sums;

/* `weights` are n, and copied. FURROW_EOVERFLOW: 2^128 rows or more, or k times the largest weight
 * is beyond 2^31 - 1; FURROW_ENOMEM. */
int furrow_combinations_sums_new(furrow_combinations_sums **sums, uint32_t n, uint32_t k,
                                 const int32_t *weights);
void furrow_combinations_sums_free(furrow_combinations_sums *sums);

/* All of these: FURROW_ERANGE: there are fewer rows; FURROW_ENOMEM. `plan` is a request, of
 * which the threads count; NULL plans, 1 thread is the caller. */

/* How many sums are at most `limit`. */
int furrow_combinations_sums_count(uint64_t *found, const furrow_combinations_sums *sums,
                                   furrow_wide from, uint64_t count, int32_t limit,
                                   const furrow_plan *plan);

/* The least and the greatest. Of no rows: INT32_MAX and INT32_MIN. */
int furrow_combinations_sums_extremes(int32_t *least, int32_t *greatest,
                                      const furrow_combinations_sums *sums, furrow_wide from,
                                      uint64_t count, const furrow_plan *plan);

/* bins[i] becomes the number of sums in [low + i * width, low + (i+1) * width), but the first and
 * the last of them also take what is below and above. FURROW_EINVAL: no bins, or width 0. */
int furrow_combinations_sums_histogram(uint64_t *bins, size_t bin_count, int32_t low,
                                       uint32_t width, const furrow_combinations_sums *sums,
                                       furrow_wide from, uint64_t count, const furrow_plan *plan);

#ifdef __cplusplus
}
#endif

#endif
