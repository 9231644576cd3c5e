/*
 * internal.h: the kinds of selection as tables of functions, and the unranking of subsets.
 *
 * To add a kind: a name in furrow_selection_kind, a file with its functions, a row in selection.c.
 */
#ifndef FURROW__COMBINATIONS_SELECTION_INTERNAL_H
#define FURROW__COMBINATIONS_SELECTION_INTERNAL_H

#include <furrow/combinations/selection.h>

#include "combinations/wide.h"

/* Callers check the arguments: the count fits, and rank < count. */
typedef struct furrow__selection_kind {
    int (*count)(furrow__u128 *count, const furrow_selection *selection);
    void (*unrank)(uint32_t *row, const furrow_selection *selection, furrow__u128 rank);
    int (*rank)(furrow__u128 *rank, const furrow_selection *selection, const uint32_t *row);
    bool (*next)(uint32_t *row, const furrow_selection *selection);
} furrow__selection_kind;

extern const furrow__selection_kind furrow__subsets;
extern const furrow__selection_kind furrow__multisets;
extern const furrow__selection_kind furrow__permutations;
extern const furrow__selection_kind furrow__products;

/* A k-subset of {0, ..., n-1} while it is unranked, element by element. In the sum in selection.h,
 * `left` terms C(m, left) + ... + C(m', 1), m > ... > m', that add up to `rest` remain to be found.
 * `max` is the largest m that the elements so far allow, and ways = C(max, left). */
typedef struct furrow__unranking {
    furrow__u128 rest, ways;
    uint64_t n, max, left;
    bool dense; /* whether to step from one m to the next, or to bisect */
} furrow__unranking;

/* Starts before the first element of row `rank` < C(n, k), n up to 2^33. */
furrow__unranking furrow__unranking_begin(uint64_t n, uint64_t k, furrow__u128 rank);

/* The next element. At most k calls. */
uint64_t furrow__unranking_next(furrow__unranking *unranking);

#endif
