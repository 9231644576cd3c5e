/*
 * rows.h: many rows of a selection at once, at the speed of memory: written as numbers or as text,
 * visited, or reduced to sums.
 *
 * A furrow_combinations is made once for a selection, never changes, and may be used by any number
 * of threads. The functions below do what the serial program
 *
 *     furrow_selection_unrank(row, selection, from);
 *     for (i = 0; i < count; i++, furrow_selection_next(row, selection))
 *         take(row);
 *
 * does, with the same rows in the same order for any number of threads.
 *
 * The method: take the rows that share all but their last t elements, the prefix. In lexicographic
 * order their last elements are the end of one table of all t-subsets, namely the t-subsets of the
 * elements after the prefix. So these rows are a copy of the end of the table, ORed with a pattern
 * that repeats the prefix in every row; no work is done per row. t is as large as a table in the
 * second level cache allows. This works for subsets whose rows are at most 64 bytes long. Other
 * rows are made one by one, by the serial program.
 *
 * Rows lie one behind the other, k elements each. Elements are numbers of type uint8_t, uint16_t or
 * uint32_t, or labels of the caller, which may have any size.
 *
 * Wherever a function takes a `plan`, only its number of threads counts. NULL or 0: one per usable
 * CPU; 1, or the serial backend: the caller alone.
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

/* ---- the rows of a selection ---- */

typedef struct furrow_combinations furrow_combinations;

/* How rows are stored. */
typedef enum furrow_combinations_stores {
    FURROW_STORES_BY_SIZE,  /* as CACHED up to the size of the second level cache, else STREAMED */
    FURROW_STORES_CACHED,   /* through the caches: the rows are read soon */
    FURROW_STORES_STREAMED, /* past the caches: the rows are a part of something large */
} furrow_combinations_stores;

/* {0} or NULL is a good choice. */
typedef struct furrow_combinations_options {
    const void *labels; /* n elements, which are copied; NULL: the numbers 0 ... n-1 */
    size_t
        element_size;  /* bytes of a label; of a number 1, 2, 4, or 0: the smallest that holds n */
    size_t table_size; /* bytes of the table at most; 0: a part of the second level cache */
    furrow_combinations_stores stores;
    const char *isa; /* the instruction set, for tests and benchmarks: "plain", "avx2", "avx512";
                      * NULL: the fastest of this machine */
} furrow_combinations_options;

/*
 * FURROW_EOVERFLOW: 2^128 rows or more; FURROW_EINVAL: there is no such kind, labels have no size,
 * or numbers do not fit their elements; FURROW_ENOENT: this machine lacks the instruction set;
 * FURROW_ENOMEM. Takes about as long as writing table_size bytes of rows.
 */
int furrow_combinations_new(furrow_combinations **all, const furrow_selection *selection,
                            const furrow_combinations_options *options);
void furrow_combinations_free(furrow_combinations *all);

/* The number of rows, and the bytes of each: k * element_size. */
furrow_wide furrow_combinations_rows(const furrow_combinations *all);
size_t furrow_combinations_row_size(const furrow_combinations *all);

/* The instruction sets of this machine, from the plainest to the fastest; NULL beyond the last. */
const char *furrow_combinations_isa(size_t index);

/* As furrow_selection_unrank and _rank, with the same errors, but by a table of binomials. */
int furrow_combinations_row_at(uint32_t *row, const furrow_combinations *all, furrow_wide rank);
int furrow_combinations_rank_of(furrow_wide *rank, const furrow_combinations *all,
                                const uint32_t *row);

/*
 * Writes the rows [from, from + count) to `rows`, which has room for count * row_size bytes and is
 * aligned for its elements. Threads take equal ranges of ranks, about 16 per thread; where a row
 * begins at a cache line, ranges do so too.
 *
 * FURROW_ERANGE: there are fewer rows; FURROW_ENOMEM. On an error nothing is written.
 */
int furrow_combinations_write(void *rows, const furrow_combinations *all, furrow_wide from,
                              size_t count, const furrow_plan *plan);

/*
 * The same to a new array, of 2 MiB pages where the system has them. The threads that write a page
 * are the first to touch it. The bytes behind the last row, up to a whole page, are 0. Also
 * FURROW_EOVERFLOW: more than SIZE_MAX bytes. Free the array by _array_free, with the same `all`
 * and `count`.
 */
int furrow_combinations_array_new(void **rows, const furrow_combinations *all, furrow_wide from,
                                  size_t count, const furrow_plan *plan);
void furrow_combinations_array_free(void *rows, const furrow_combinations *all, size_t count);

/* ---- visits ---- */

/* Some rows, one behind the other, row_size apart. They are valid during the call. */
typedef struct furrow_combinations_block {
    const void *rows;
    size_t count;
    furrow_wide first; /* rank of the first row */
    int worker;        /* 0 ... workers - 1; each worker visits one block at a time */
} furrow_combinations_block;

/* Nonzero stops the visit, which returns that code. */
typedef int (*furrow_combinations_visitor)(const furrow_combinations_block *block,
                                           const void *context);

/*
 * Calls `visit` for blocks that together are the rows [from, from + count), each small enough for
 * the first level cache. With 1 thread blocks come in order. With several, after a block that stops
 * no block above it starts, and all blocks below it still run, as in furrow_parallel_for.
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
 * A row is valid until the next call. The fields are for furrow_combinations_next_row only.
 */
typedef struct furrow_combinations_cursor {
    const unsigned char *row, *end;
    size_t row_size;
} furrow_combinations_cursor;

/* FURROW_ERANGE, FURROW_ENOMEM. `all` must outlive the cursor. */
int furrow_combinations_cursor_new(furrow_combinations_cursor **cursor,
                                   const furrow_combinations *all, furrow_wide from,
                                   uint64_t count);
void furrow_combinations_cursor_free(furrow_combinations_cursor *cursor);

/*
 * The same in blocks, which is quicker: returns the next `*count` rows, one behind the other; NULL
 * behind the last.
 *
 *     for (const uint8_t *row; (row = furrow_combinations_next_rows(cursor, &count)) != NULL;)
 *         for (size_t i = 0; i < count; i++, row += row_size)
 *             ...
 */
const void *furrow_combinations_next_rows(furrow_combinations_cursor *cursor, size_t *count);

/* Makes the next rows; NULL behind the last. For furrow_combinations_next_row. */
const void *furrow_combinations_cursor_refill(furrow_combinations_cursor *cursor);

/* The next row; NULL behind the last. */
static inline const void *furrow_combinations_next_row(furrow_combinations_cursor *cursor)
{
    const unsigned char *row = cursor->row;
    if (row == cursor->end)
        return furrow_combinations_cursor_refill(cursor);
    cursor->row = row + cursor->row_size;
    return row;
}

/*
 * ---- text ----
 *
 * Any range of the rows can be written as text anywhere, since the byte at which a row begins can
 * be computed: for subsets it is a sum of widths of labels times binomials.
 *
 *     style                                   begin     between  end      the row (0, 10)
 *     a tuple, as Python prints it            "("       ", "     ")\n"    (0, 10)
 *     CSV                                     ""        ","      "\n"     0,10
 *     JSON Lines                              "["       ", "     "]\n"    [0, 10]
 *
 * Subsets come from a table as above, whose entries are texts. No work is done per row where all
 * elements in the entries have the same width, which is so for most rows of numbers. Multisets,
 * permutations and products are made one by one.
 */

/* Never changes once it is made; any number of threads may use it. */
typedef struct furrow_combinations_text furrow_combinations_text;

/* The texts around the elements of a row; NULL: none. */
typedef struct furrow_combinations_style {
    const char *begin, *between, *end;
} furrow_combinations_style;

/* `labels` has n texts, for the elements 0 ... n-1. For a product with sizes it has the texts of
 * the first place, then those of the second, and so on. NULL: the numbers of the elements, in
 * decimal. Selection, style and labels are copied. FURROW_EINVAL: there is no such kind;
 * FURROW_EOVERFLOW: 2^128 rows or more, or more than 2^31 bytes in a row or in all labels;
 * FURROW_ENOMEM. */
int furrow_combinations_text_new(furrow_combinations_text **text, const furrow_selection *selection,
                                 const char *const *labels, const furrow_combinations_style *style);
void furrow_combinations_text_free(furrow_combinations_text *text);

/* The size of the rows [from, from + count) in bytes. It takes about k * k steps and makes no row.
 * FURROW_ERANGE: there are fewer rows; FURROW_EOVERFLOW: 2^64 bytes or more. */
int furrow_combinations_text_size(uint64_t *size, const furrow_combinations_text *text,
                                  furrow_wide from, uint64_t count);

/* Writes these rows on the calling thread: exactly that number of bytes, and none behind them.
 * Calls for different ranges may run at once. FURROW_ERANGE, FURROW_ENOMEM. */
int furrow_combinations_text_write(char *bytes, const furrow_combinations_text *text,
                                   furrow_wide from, uint64_t count);

/*
 * ---- sums of weights ----
 *
 * Reductions of the sums of weights of all k-subsets, without making a row:
 *
 *     sum(c) = weights[c[0]] + ... + weights[c[k-1]]
 *
 * Each function is a serial loop over the rows [from, from + count). Sums of integers are exact, so
 * the result does not depend on the number of threads. The method is the one above: the sums of the
 * rows that share a prefix are the end of one table of partial sums, plus the sum of the prefix.
 */

/* Never changes once it is made; any number of threads may use it. */
typedef struct furrow_combinations_sums furrow_combinations_sums;

/* `weights` has n numbers, which are copied. FURROW_EOVERFLOW: 2^128 rows or more, or k times the
 * largest absolute weight is 2^31 or more; FURROW_ENOMEM. */
int furrow_combinations_sums_new(furrow_combinations_sums **sums, uint32_t n, uint32_t k,
                                 const int32_t *weights);
void furrow_combinations_sums_free(furrow_combinations_sums *sums);

/* The number of sums that are at most `limit`. All reductions: FURROW_ERANGE: there are fewer rows;
 * FURROW_ENOMEM. */
int furrow_combinations_sums_count(uint64_t *found, const furrow_combinations_sums *sums,
                                   furrow_wide from, uint64_t count, int32_t limit,
                                   const furrow_plan *plan);

/* The least and the greatest sum; INT32_MAX and INT32_MIN where there are no rows. */
int furrow_combinations_sums_extremes(int32_t *least, int32_t *greatest,
                                      const furrow_combinations_sums *sums, furrow_wide from,
                                      uint64_t count, const furrow_plan *plan);

/* bins[i] becomes the number of sums in [low + i * width, low + (i+1) * width). The first bin also
 * counts all smaller sums, the last one all larger sums. FURROW_EINVAL: no bins, or width 0. */
int furrow_combinations_sums_histogram(uint64_t *bins, size_t bin_count, int32_t low,
                                       uint32_t width, const furrow_combinations_sums *sums,
                                       furrow_wide from, uint64_t count, const furrow_plan *plan);

#ifdef __cplusplus
}
#endif

#endif
