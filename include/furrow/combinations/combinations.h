/*
 * combinations.h: the k-subsets of {0, ..., n-1} as rows in lexicographic order.
 *
 * The rows and their ranks are those of the serial program
 *
 *     rank = 0;
 *     for (c[0] = 0; c[0] < n; c[0]++)
 *         for (c[1] = c[0] + 1; c[1] < n; c[1]++)
 *             ...                                     // k loops, each inside the one before
 *                 visit(rank++, c);                   // the row c[0] < c[1] < ... < c[k-1]
 *
 * Each function can start at any rank, so that workers can take equal ranges of ranks: unrank the
 * first row, then step. k = 0 has one row, which is empty; k > n has none.
 *
 * Ranks come from the combinatorial number system, counted from the last row backwards:
 *
 *     C(n, k) - 1 - rank = C(n-1-c[0], k) + C(n-1-c[1], k-1) + ... + C(n-1-c[k-1], 1)
 *
 * (D. H. Lehmer, "The machine tools of combinatorics", 1964; D. E. Knuth, The Art of Computer
 * Programming 4A, 7.2.1.3, theorem L). Ranks and counts are 64 bits wide: enough for every k up to
 * n = 67, and for k = 10 up to n = 386. More rows are refused with FURROW_EOVERFLOW.
 *
 * Beside this header, selection.h has other kinds of rows and counts in 128 bits, and rows.h makes
 * many rows of one selection at once.
 *
 * All functions are thread-safe. Only _starmap and _map allocate memory.
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

/* ---- rows one by one ---- */

/* C(n, k). FURROW_EOVERFLOW: it is 2^64 or more, and `*count` becomes 2^64 - 1. */
int furrow_combinations_count(uint64_t *count, uint32_t n, uint32_t k);

/*
 * The sum of all elements of the rows [from, to), modulo 2^64, in closed form: to verify a run over
 * these rows. It takes k steps and makes no row. Over all rows the sum is
 * C(n-1, k-1) * n * (n-1) / 2. FURROW_ERANGE: not from <= to <= C(n, k); FURROW_EOVERFLOW.
 */
int furrow_combinations_sum(uint64_t *sum, uint32_t n, uint32_t k, uint64_t from, uint64_t to);

/* Writes the row of that rank to row[0 ... k-1]. FURROW_ERANGE: there are fewer rows;
 * FURROW_EOVERFLOW. */
int furrow_combinations_unrank(uint32_t *row, uint32_t n, uint32_t k, uint64_t rank);

/* The rank of a row. FURROW_EINVAL: it does not ascend, or an element is n or more;
 * FURROW_EOVERFLOW: C(n, k) does not fit, even if the rank would. */
int furrow_combinations_rank(uint64_t *rank, const uint32_t *row, uint32_t n, uint32_t k);

/* Turns a row into the next one, in constant time on average. False: it was the last row, and stays
 * as it is. */
bool furrow_combinations_next(uint32_t *row, uint32_t n, uint32_t k);

/* The size in bytes of the smallest element that holds 0 ... n-1: 1, 2 or 4. */
size_t furrow_combinations_element_size(uint32_t n);

/*
 * The serial loop
 *
 *     for (size_t i = 0; i < count; i++)
 *         unrank(rows[i], n, k, from + i);
 *
 * but only the first row is unranked, and the others are steps. `rows` has count x k elements, row
 * after row, of type uint8_t, uint16_t or uint32_t by `element_size` (1, 2, 4), and is aligned for
 * them. Calls for different rows may run at once. FURROW_EINVAL: another element size, or one too
 * small for n; FURROW_ERANGE: there are fewer rows; FURROW_EOVERFLOW. On an error nothing is
 * written.
 */
int furrow_combinations_fill(void *rows, size_t element_size, uint32_t n, uint32_t k, uint64_t from,
                             size_t count);

/*
 * ---- many small inputs ----
 *
 * Each input is an array of n elements, and its rows are all k-subsets of them. For each shape
 * (n, k) the positions of the elements in all rows are worked out once; then the rows of an input
 * are a permutation of vectors. Threads get equal shares of the output in bytes, not equal numbers
 * of inputs.
 */
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
 * offsets[i] is the byte at which the rows of input i begin in the output of _starmap, and
 * offsets[count] is the size of the output. FURROW_EOVERFLOW: beyond SIZE_MAX / 2.
 */
int furrow_combinations_offsets(size_t *offsets, const furrow_combinations_input *inputs,
                                size_t count, size_t element_size);

/*
 * The serial loop
 *
 *     for (size_t i = 0; i < count; i++)
 *         all rows of inputs[i], in order, to rows + offsets[i];
 *
 * where a row is k elements of element_size bytes, and `offsets` comes from _offsets for the same
 * inputs. Of `plan` only the number of threads counts; NULL or 0: one per usable CPU; 1: the
 * caller alone. FURROW_EINVAL: element_size is 0; FURROW_EOVERFLOW; FURROW_ENOMEM.
 */
int furrow_combinations_starmap(void *rows, const size_t *offsets,
                                const furrow_combinations_input *inputs, size_t count,
                                size_t element_size, const furrow_plan *plan);

/* The same for inputs of one shape that lie one behind the other: input i begins at
 * elements + i * n * element_size. */
int furrow_combinations_map(void *rows, const void *elements, size_t count, uint32_t n, uint32_t k,
                            size_t element_size, const furrow_plan *plan);

#ifdef __cplusplus
}
#endif

#endif
