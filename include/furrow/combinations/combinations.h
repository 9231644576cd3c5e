/*
 * combinations.h: the k-subsets of {0, ..., n-1}, as rows in lexicographic order.
 *
 * Everything here is a part of the serial program
 *
 *     rank = 0;
 *     for (c[0] = 0; c[0] < n; c[0]++)
 *         for (c[1] = c[0] + 1; c[1] < n; c[1]++)
 *             ...                                     // k loops, each inside the one before
 *                 visit(rank++, c);                   // the row c[0] < c[1] < ... < c[k-1]
 *
 * entered at any rank, so that its rows can be dealt to workers in equal shares: unrank once, then
 * step. k = 0 has one row, which is empty; k > n has none.
 *
 * Ranks come from the combinatorial number system, counted from the last row backwards:
 *
 *     C(n, k) - 1 - rank = C(n-1-c[0], k) + C(n-1-c[1], k-1) + ... + C(n-1-c[k-1], 1)
 *
 * (D. H. Lehmer, "The machine tools of combinatorics", 1964; D. E. Knuth, The Art of Computer
 * Programming 4A, 7.2.1.3, theorem L). Ranks and counts are 64 bits wide: enough for every k up to
 * n = 67, for k = 10 up to n = 386. More rows are refused with FURROW_EOVERFLOW; selection.h counts
 * and ranks in 128 bits, rows.h makes many rows at once. This here is the plain code.
 *
 * All functions are pure and thread-safe, and none allocates.
 */
#ifndef FURROW_COMBINATIONS_COMBINATIONS_H
#define FURROW_COMBINATIONS_COMBINATIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <furrow/plan.h>

#ifdef __cplusplus
extern "C" {
#endif

/* C(n, k), exactly. FURROW_EOVERFLOW beyond 2^64 - 1; `*count` is then 2^64 - 1. Takes
 * min(k, n-k) steps, at most 34. */
int furrow_combinations_count(uint64_t *count, uint32_t n, uint32_t k);

/*
 * The sum of all elements of the rows [from, to), modulo 2^64, in closed form (k steps and no row
 * is made): what a run over these rows can be checked against. Over all rows it is
 * C(n-1, k-1) * n * (n-1) / 2. FURROW_ERANGE: not from <= to <= C(n, k). FURROW_EOVERFLOW.
 */
int furrow_combinations_sum(uint64_t *sum, uint32_t n, uint32_t k, uint64_t from, uint64_t to);

/* Row number `rank`: row[0 ... k-1]. FURROW_ERANGE: there are fewer rows. FURROW_EOVERFLOW. */
int furrow_combinations_unrank(uint32_t *row, uint32_t n, uint32_t k, uint64_t rank);

/* The number of a row. FURROW_EINVAL: it does not ascend, or has an element from n on;
 * FURROW_EOVERFLOW: C(n, k) does not fit, even where the rank would. */
int furrow_combinations_rank(uint64_t *rank, const uint32_t *row, uint32_t n, uint32_t k);

/* Turns a row into the one after it. False, and the row stays, when it was the last. Constant time
 * on average. */
bool furrow_combinations_next(uint32_t *row, uint32_t n, uint32_t k);

/* Bytes of the smallest element that holds 0 ... n-1: 1, 2 or 4. */
size_t furrow_combinations_element_size(uint32_t n);

/*
 * The serial loop
 *
 *     for (size_t i = 0; i < count; i++)
 *         unrank(rows[i], n, k, from + i);
 *
 * at the price of stepping. `rows` is count x k elements, row after row, of uint8_t, uint16_t or
 * uint32_t as `element_size` (1, 2, 4) says, aligned as these are. Calls for different rows may run
 * at once. FURROW_EINVAL: another element size, or one too small for n; FURROW_ERANGE: rows from
 * C(n, k) on; FURROW_EOVERFLOW. On an error nothing is written.
 */
int furrow_combinations_fill(void *rows, size_t element_size, uint32_t n, uint32_t k, uint64_t from,
                             size_t count);

/* ---- of many inputs ---- */

/*
 * the k-subsets of many small inputs at once.
 *
 * For each shape (n, k) the places of the elements in all rows are found once; each input is then
 * one permutation of vectors. Threads get equal shares of the output's bytes, not of the inputs.
 */
/* All k-subsets of n elements of the caller's. */
typedef struct furrow_combinations_input {
    const void *elements;
    uint32_t n, k;
} furrow_combinations_input;

/*
 * The serial loop
 *
 *     offsets[0] = 0;
 *     for (size_t i = 0; i < count; i++)
 *         offsets[i + 1] = offsets[i] + C(inputs[i].n, inputs[i].k) * inputs[i].k * element_size;
 *
 * where in the output of _starmap each input begins, in bytes, and at the end how long all of it
 * is. FURROW_EOVERFLOW: beyond SIZE_MAX / 2.
 */
int furrow_combinations_offsets(size_t *offsets, const furrow_combinations_input *inputs,
                                size_t count, size_t element_size);

/*
 * The serial loop
 *
 *     for (size_t i = 0; i < count; i++)
 *         all rows of inputs[i], in order, to rows + offsets[i];
 *
 * where a row is k elements of element_size bytes. `offsets` is what _offsets made of the same
 * inputs. `plan` is a request, of which the threads count; NULL plans, 1 thread is the caller.
 * FURROW_EINVAL: elements of 0 bytes; FURROW_EOVERFLOW; FURROW_ENOMEM.
 */
int furrow_combinations_starmap(void *rows, const size_t *offsets,
                                const furrow_combinations_input *inputs, size_t count,
                                size_t element_size, const furrow_plan *plan);

/* The same for inputs of one shape, which lie one behind the other: input i is the n elements from
 * elements + i * n * element_size on. */
int furrow_combinations_map(void *rows, const void *elements, size_t count, uint32_t n, uint32_t k,
                            size_t element_size, const furrow_plan *plan);

#ifdef __cplusplus
}
#endif

#endif
