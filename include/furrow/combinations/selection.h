/*
 * selection.h: four ways to choose k of n. Each is a list of rows in lexicographic order, and a
 * row's number in the list is its rank.
 *
 *     kind            rows c of k elements below n           how many           of 0 1 2, k = 2
 *     subsets         c[0] < c[1] < ... < c[k-1]             C(n, k)            01 02 12
 *     multisets       c[0] <= c[1] <= ... <= c[k-1]          C(n+k-1, k)        00 01 02 11 12 22
 *     permutations    all different, in any order            n! / (n-k)!        01 02 10 12 20 21
 *     products        any: c[i] below n, or below sizes[i]   n^k, or their product  all nine
 *
 * Counts and ranks are exact and 128 bits wide, enough for all subsets of up to 131 elements. A
 * selection with 2^128 rows or more is refused with FURROW_EOVERFLOW. k = 0 has one row, which is
 * empty.
 *
 * Ranks of subsets come from the combinatorial number system, counted from the last row backwards:
 *
 *     C(n, k) - 1 - rank = C(n-1-c[0], k) + C(n-1-c[1], k-1) + ... + C(n-1-c[k-1], 1)
 *
 * (D. H. Lehmer, "The machine tools of combinatorics", 1964; D. E. Knuth, The Art of Computer
 * Programming 4A, 7.2.1.3, theorem L); multisets are subsets of n+k-1 elements with c[i] + i
 * instead of c[i]; permutations and products are numbers in a mixed radix (Lehmer).
 *
 * These functions make one row at a time. rows.h makes many rows at once. All functions are pure
 * and thread-safe, and none allocates.
 */
#ifndef FURROW_COMBINATIONS_SELECTION_H
#define FURROW_COMBINATIONS_SELECTION_H

#include <stdbool.h>
#include <stdint.h>

#include <furrow/combinations/wide.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum furrow_selection_kind {
    FURROW_SUBSETS,
    FURROW_MULTISETS,
    FURROW_PERMUTATIONS,
    FURROW_PRODUCTS
} furrow_selection_kind;

typedef struct furrow_selection {
    furrow_selection_kind kind;
    uint32_t n, k;
    const uint32_t
        *sizes; /* products: the number of values of each of the k places; NULL: n each */
} furrow_selection;

/* The number of rows. FURROW_EOVERFLOW: 2^128 or more; FURROW_EINVAL: there is no such kind, or a
 * kind other than products has sizes. */
int furrow_selection_count(furrow_wide *count, const furrow_selection *selection);

/* Writes the row of that rank to row[0 ... k-1]. FURROW_ERANGE: there are fewer rows;
 * FURROW_EOVERFLOW. Takes about n steps for subsets, k * k for permutations. */
int furrow_selection_unrank(uint32_t *row, const furrow_selection *selection, furrow_wide rank);

/* The rank of a row. FURROW_EINVAL: it is not a row of this selection; FURROW_EOVERFLOW: the number
 * of rows does not fit, even if the rank would. */
int furrow_selection_rank(furrow_wide *rank, const furrow_selection *selection,
                          const uint32_t *row);

/* Turns a row into the next one. False: it was the last row, and stays as it is. */
bool furrow_selection_next(uint32_t *row, const furrow_selection *selection);

/*
 * Shuffled order in constant memory: the number at position `index` of a pseudorandom arrangement
 * of 0 ... count-1, which depends on the seed. Each number occurs once, so that the first m
 * positions are a sample of m numbers without repetition. FURROW_ERANGE: index is not below count.
 *
 * A Feistel network of six rounds over the smallest even number of bits that holds count (M. Luby
 * and C. Rackoff, "How to construct pseudorandom permutations from pseudorandom functions", 1988),
 * is applied until the number is below count ("cycle walking"; J. Black and P. Rogaway, 2002),
 * fewer than four times on average. Do not use it for secrets.
 */
int furrow_selection_shuffle(furrow_wide *rank, furrow_wide count, furrow_wide index,
                             uint64_t seed);

#ifdef __cplusplus
}
#endif

#endif
