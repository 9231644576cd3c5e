/*
 * internal.h: binomials in 128 bits, and the kinds of selection as tables of functions.
 *
 * To add a kind: a name in furrow_selection_kind, a file with its functions, a row in selection.c.
 */
#ifndef FURROW__COMBINATIONS_SELECTION_INTERNAL_H
#define FURROW__COMBINATIONS_SELECTION_INTERNAL_H

#include <furrow/combinations/selection.h>

#include "combinations/wide.h"

/* C(n, k), n up to 2^33; FURROW_EOVERFLOW, and *count the largest number, where it does not fit. */
int furrow__binomial(furrow__u128 *count, uint64_t n, uint64_t k);

/* Arguments are valid: count fits, rank < count. */
typedef struct furrow__kind {
    int (*count)(furrow__u128 *count, const furrow_selection *selection);
    void (*unrank)(uint32_t *row, const furrow_selection *selection, furrow__u128 rank);
    int (*rank)(furrow__u128 *rank, const furrow_selection *selection, const uint32_t *row);
    bool (*next)(uint32_t *row, const furrow_selection *selection);
} furrow__kind;

extern const furrow__kind furrow__subsets;
extern const furrow__kind furrow__multisets;
extern const furrow__kind furrow__permutations;
extern const furrow__kind furrow__products;

#endif
