/*
 * rows.h: many rows at once, at the speed of memory: written, visited, reduced.
 *
 * A furrow_combinations holds what making the rows of one selection takes; it is made once, never
 * changes, and may be used by any number of threads. Everything below is a part of the serial
 * program
 *
 *     furrow_selection_unrank(row, selection, from);
 *     for (i = 0; i < count; i++, furrow_selection_next(row, selection))
 *         take(row);
 *
 * with the same rows in the same order, whatever the number of threads.
 *
 * How: in lexicographic order the last t elements of the rows that share a prefix are the tail of
 * one table of all t-subsets: those that begin after the prefix's last element. So all these rows
 * are a copy of that tail with the prefix written over it, which is an OR of a pattern that repeats
 * with every row: no work is done row by row. t is as large as a table in the second level cache
 * allows. This works for subsets whose rows are at most 64 bytes long; the others are made one
 * by one, as the serial program says.
 *
 * Rows lie one behind the other, k elements each: numbers as uint8_t, uint16_t or uint32_t, or the
 * caller's labels, which may have any size.
 */
#ifndef FURROW_COMBINATIONS_ROWS_H
#define FURROW_COMBINATIONS_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include <furrow/combinations/selection.h>
#include <furrow/plan.h>
#include <furrow/range.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct furrow_combinations furrow_combinations;

/* How rows are stored. */
typedef enum furrow_combinations_stores {
    FURROW_STORES_BY_SIZE,  /* past the caches where a write is larger than the second level */
    FURROW_STORES_CACHED,   /* what is written is read soon */
    FURROW_STORES_STREAMED, /* it is a part of something large */
} furrow_combinations_stores;

/* {0} or NULL runs well. */
typedef struct furrow_combinations_options {
    const void *labels;  /* n elements; copied. NULL: the numbers 0 ... n-1 */
    size_t element_size; /* of a label; of a number 1, 2 or 4, or 0: the smallest that holds n */
    size_t table_size;   /* the most bytes of the table; 0: a part of the second level cache */
    furrow_combinations_stores stores;
    const char *isa; /* the instructions to use, for tests and benchmarks: "plain", "avx2",
                      * "avx512"; NULL: the best there are */
} furrow_combinations_options;

/*
 * FURROW_EOVERFLOW: 2^128 rows or more; FURROW_EINVAL: no such kind, labels without a size, numbers
 * in elements too small for n; FURROW_ENOENT: this machine lacks the instruction set;
 * FURROW_ENOMEM. Takes the time of about table_size bytes of rows.
 */
int furrow_combinations_new(furrow_combinations **all, const furrow_selection *selection,
                            const furrow_combinations_options *options);
void furrow_combinations_free(furrow_combinations *all);

/* How many rows there are, and the bytes of each: k * element_size. */
furrow_wide furrow_combinations_rows(const furrow_combinations *all);
size_t furrow_combinations_row_size(const furrow_combinations *all);

/* The instruction sets of this machine, from the plainest to the fastest; NULL beyond the last. */
const char *furrow_combinations_isa(size_t index);

/* As furrow_selection_unrank and _rank, with the same errors, from a table of binomials. */
int furrow_combinations_row_at(uint32_t *row, const furrow_combinations *all, furrow_wide rank);
int furrow_combinations_rank_of(furrow_wide *rank, const furrow_combinations *all,
                                const uint32_t *row);

/*
 * The rows [from, from + count), into `rows`, which has room for count * row_size bytes and is
 * aligned as its elements are. Dealt to threads in equal ranges of ranks, about 16 a thread, that
 * meet at whole cache lines wherever rows do. `plan` is a request, of which the threads count; NULL
 * plans, 1 thread is the caller.
 *
 * FURROW_ERANGE: there are fewer rows; FURROW_ENOMEM. On these nothing is written.
 */
int furrow_combinations_write(void *rows, const furrow_combinations *all, furrow_wide from,
                              size_t count, const furrow_plan *plan);

/*
 * The same into an array of its own: of 2 MiB pages where the system has them, and first touched by
 * the threads that write it. The bytes behind the last row, up to a whole page, are 0. Also
 * FURROW_EOVERFLOW: more than SIZE_MAX bytes. To be freed by _array_free, with the same all and
 * count.
 */
int furrow_combinations_array_new(void **rows, const furrow_combinations *all, furrow_wide from,
                                  size_t count, const furrow_plan *plan);
void furrow_combinations_array_free(void *rows, const furrow_combinations *all, size_t count);

/* Some rows, one behind the other, row_size apart, valid during the call. */
typedef struct furrow_combinations_block {
    const void *rows;
    size_t count;
    furrow_wide first; /* rank of the first */
    int worker;        /* who runs it: 0 ... workers - 1; one block at a time each */
} furrow_combinations_block;

/* Nonzero stops: the code comes back to the caller of the visit. */
typedef int (*furrow_combinations_visitor)(const furrow_combinations_block *block,
                                           const void *context);

/*
 * Calls `visit` for blocks that together are the rows [from, from + count), each small enough to
 * stay in the first level cache. With 1 thread in order, on the caller; otherwise a block that
 * stops lets no block above it start and all below it run, as furrow_parallel_for does.
 * FURROW_ERANGE, FURROW_ENOMEM.
 */
int furrow_combinations_visit(const furrow_combinations *all, furrow_wide from, uint64_t count,
                              const furrow_plan *plan, furrow_combinations_visitor visit,
                              const void *context);

/*
 * A loop over rows, one at a time, on the calling thread:
 *
 *     furrow_combinations_cursor *cursor;
 *     status = furrow_combinations_cursor_new(&cursor, all, from, count);
 *     for (const uint8_t *row; (row = furrow_combinations_next_row(cursor)) != NULL;)
 *         ...
 *     furrow_combinations_cursor_free(cursor);
 *
 * A row is valid until the next call. Its fields are furrow_combinations_next_row's own.
 */
typedef struct furrow_combinations_cursor {
    const unsigned char *row, *end;
    size_t row_size;
} furrow_combinations_cursor;

/* FURROW_ERANGE, FURROW_ENOMEM. `all` must outlive it. */
int furrow_combinations_cursor_new(furrow_combinations_cursor **cursor,
                                   const furrow_combinations *all, furrow_wide from,
                                   uint64_t count);
void furrow_combinations_cursor_free(furrow_combinations_cursor *cursor);

/*
 * The same as blocks, which is quicker: the rows that are made and not yet gone through, `*count`
 * of them one behind the other; NULL when there are none.
 *
 *     for (const uint8_t *row; (row = furrow_combinations_next_rows(cursor, &count)) != NULL;)
 *         for (size_t i = 0; i < count; i++, row += row_size)
 *             ...
 */
const void *furrow_combinations_next_rows(furrow_combinations_cursor *cursor, size_t *count);

/* Makes the next rows; NULL when there are none. For furrow_combinations_next_row. */
const void *furrow_combinations_cursor_refill(furrow_combinations_cursor *cursor);

/* The next row, NULL behind the last. */
static inline const void *furrow_combinations_next_row(furrow_combinations_cursor *cursor)
{
    const unsigned char *row = cursor->row;
    if (row == cursor->end)
        return furrow_combinations_cursor_refill(cursor);
    cursor->row = row + cursor->row_size;
    return row;
}

/* ---- as text ---- */

/*
 * rows as text, of which any range can be written anywhere, since the byte at
 * which a row begins is computable: for subsets, digits times binomials.
 *
 *     style                                   begin     between  end      the row (0, 10)
 *     a tuple, as Python prints it            "("       ", "     ")\n"    (0, 10)
 *     CSV                                     ""        ","      "\n"     0,10
 *     JSON Lines                              "["       ", "     "]\n"    [0, 10]
 *
 * Rows of subsets come from a table of suffixes that are characters already (see). Where all
 * elements of the suffixes have the same width, which in numbers are most rows, no work is done row
 * by row. Multisets, permutations and products are made by the plain code.
 */
/* Never changes once made; any number of threads may use it. */
typedef struct furrow_combinations_text furrow_combinations_text;

/* What stands around the elements of a row. NULL: nothing. */
typedef struct furrow_combinations_style {
    const char *begin, *between, *end;
} furrow_combinations_style;

/* `labels` are n, for the elements 0 ... n-1; for products with sizes they are those of the first
 * place, then of the second, and so on. NULL: the elements' numbers in decimal. Selection, style
 * and labels are copied. FURROW_EINVAL: no such selection; FURROW_EOVERFLOW: 2^128 rows or more, or
 * a row, or all labels, of more than 2^31 bytes; FURROW_ENOMEM. */
int furrow_combinations_text_new(furrow_combinations_text **text, const furrow_selection *selection,
                                 const char *const *labels, const furrow_combinations_style *style);
void furrow_combinations_text_free(furrow_combinations_text *text);

/* Bytes of the rows [from, from + count), without making them: about k * k steps. FURROW_ERANGE:
 * there are fewer rows; FURROW_EOVERFLOW: beyond 2^64 - 1. */
int furrow_combinations_text_size(uint64_t *size, const furrow_combinations_text *text,
                                  furrow_wide from, uint64_t count);

/* Writes them: exactly that number of bytes, and none behind them. On the calling thread; different
 * ranges may be written at the same time. FURROW_ERANGE, FURROW_ENOMEM. */
int furrow_combinations_text_write(char *bytes, const furrow_combinations_text *text,
                                   furrow_wide from, uint64_t count);

/* ---- sums of weights ---- */

/*
 * what the sums of weights over all k-subsets come to, without making a row.
 *
 *     sum(c) = weights[c[0]] + ... + weights[c[k-1]]
 *
 * Each call is the serial loop over the rows [from, from + count), in any order since integers add
 * up to the same; the result does not depend on the number of threads. As rows are (see), so the
 * sums that share a prefix are the tail of one table of partial sums, to which the prefix's own is
 * added once.
 */
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
