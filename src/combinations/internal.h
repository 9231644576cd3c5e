/*
 * internal.h: unranking, one element at a time, into elements of any size.
 */
#ifndef FURROW_COMBINATIONS_INTERNAL_H
#define FURROW_COMBINATIONS_INTERNAL_H

#include <stdint.h>

/* C(n, k) where it is known to fit. */
uint64_t furrow__choose(uint32_t n, uint32_t k);

/* Where the unranking of a row stands: of the sum in combinations.h, what is `rest` has still to
 * be made of `left` terms C(m, left) + ... + C(m', 1), with m < bound. */
typedef struct furrow__unranking {
    uint64_t rest;
    uint32_t n, bound, left;
} furrow__unranking;

/* Stands before the first element of row `rank` < C(n, k). */
furrow__unranking furrow__unranking_begin(uint32_t n, uint32_t k, uint64_t rank);

/* The next element; at most k times. */
uint32_t furrow__unranking_next(furrow__unranking *unranking);

#endif
