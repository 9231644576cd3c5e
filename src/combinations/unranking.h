/*
 * unranking.h: binomials that are known to fit, and unranking one element at a time, so that a row
 * can go straight into elements of any size.
 */
#ifndef FURROW_COMBINATIONS_UNRANKING_H
#define FURROW_COMBINATIONS_UNRANKING_H

#include <stdbool.h>
#include <stdint.h>

/* count * factor / divisor, which is a whole number and fits, without a product that does not: with
 * count = q * divisor + r it is q * factor + r * factor / divisor. */
static inline uint64_t furrow__scale(uint64_t count, uint32_t factor, uint32_t divisor)
{
    return count / divisor * factor + count % divisor * factor / divisor;
}

/* C(n, k) where it fits. */
uint64_t furrow__choose(uint32_t n, uint32_t k);

/* Where the unranking of a row stands: of the sum in combinations.h, what is `rest` has still to be
 * made of `left` terms C(m, left) + ... + C(m', 1), m > ... > m'; `most` is the largest m that the
 * elements so far allow, and ways = C(most, left). */
typedef struct furrow__unranking {
    uint64_t rest, ways;
    uint32_t n, most, left;
    bool dense; /* whether to walk from one m to the next, or to bisect */
} furrow__unranking;

/* Stands before the first element of row `rank` < C(n, k). */
furrow__unranking furrow__unranking_begin(uint32_t n, uint32_t k, uint64_t rank);

/* The next element; at most k times. */
uint32_t furrow__unranking_next(furrow__unranking *unranking);

#endif
