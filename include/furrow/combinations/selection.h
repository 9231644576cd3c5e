/*
 * selection.h: the ways to choose k of n, each as a list of rows in lexicographic order, entered at
 * any rank.
 *
 *     kind            rows c of k elements below n           how many           of 0 1 2, k = 2
 *     subsets         c[0] < c[1] < ... < c[k-1]             C(n, k)            01 02 12
 *     multisets       c[0] <= c[1] <= ... <= c[k-1]          C(n+k-1, k)        00 01 02 11 12 22
 *     permutations    all different, in any order            n! / (n-k)!        01 02 10 12 20 21
 *     products        any: c[i] below n, or below sizes[i]   n^k, or their product  all nine
 *
 * Counts and ranks are exact and 128 bits wide: enough for all subsets of up to 131 elements. What
 * has more rows is refused with FURROW_EOVERFLOW. k = 0 has one row, which is empty.
 *
 * Ranks of subsets come from the combinatorial number system, counted from the last row backwards:
 *
 *     C(n, k) - 1 - rank = C(n-1-c[0], k) + C(n-1-c[1], k-1) + ... + C(n-1-c[k-1], 1)
 *
 * (D. H. Lehmer, "The machine tools of combinatorics", 1964; D. E. Knuth, The Art of Computer
 * Programming 4A, 7.2.1.3, theorem L); multisets are subsets of n+k-1 with c[i] + i in the place of
 * c[i]; permutations and products are numbers in a mixed radix (Lehmer).
 *
 * All functions are pure and thread-safe, and none allocates: this is the plain code. For many rows
 * at once see rows.h.
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
    const uint32_t *sizes; /* products: how many values each of the k places has; NULL: n each */
} furrow_selection;

/* How many rows. FURROW_EOVERFLOW from 2^128 on; FURROW_EINVAL: no such kind, or sizes for another
 * kind than products. */
int furrow_selection_count(furrow_wide *count, const furrow_selection *selection);

/* Row number `rank`: row[0 ... k-1]. FURROW_ERANGE: there are fewer rows; FURROW_EOVERFLOW. Takes
 * about n steps for subsets, k * k for permutations. */
int furrow_selection_unrank(uint32_t *row, const furrow_selection *selection, furrow_wide rank);

/* The number of a row. FURROW_EINVAL: it is none; FURROW_EOVERFLOW: the count does not fit, even
 * where the rank would. */
int furrow_selection_rank(furrow_wide *rank, const furrow_selection *selection,
                          const uint32_t *row);

/* Turns a row into the one after it. False, and the row stays, when it was the last. */
bool furrow_selection_next(uint32_t *row, const furrow_selection *selection);

/*
 * Shuffled order in constant memory: position `index` of a pseudorandom arrangement of
 * 0 ... count-1, a different one for each seed. Each number comes once, so the first m positions
 * are a sample of m without repetition. FURROW_ERANGE: not index < count.
 *
 * A Feistel network of six rounds over the smallest even number of bits that holds count (M. Luby
 * and C. Rackoff, "How to construct pseudorandom permutations from pseudorandom functions", 1988),
 * applied until the number is below count ("cycle walking"; J. Black and P. Rogaway, 2002): fewer
 * than four times on average. Not for secrets.
 */
int furrow_selection_shuffle(furrow_wide *rank, furrow_wide count, furrow_wide index,
                             uint64_t seed);

#ifdef __cplusplus
}
#endif

#endif
