/*
 * state.h: the state of this kernel, and the functions that its files share.
 */
#ifndef FURROW_KERNELS_COMBINATIONS_STATE_H
#define FURROW_KERNELS_COMBINATIONS_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <furrow/combinations/combinations.h>
#include <furrow/combinations/rows.h>
#include <furrow/kernel.h>

_Static_assert(SIZE_MAX >= UINT64_MAX, "rows are counted in 64 bits, and rows are items");

/* One input; its rows are the items [first, first + rows). */
struct input {
    uint32_t k;
    size_t rows, first;
};

enum { TEXT, CSV, JSON, JSONL, U8, U16, U32, NPY }; /* indices of furrow__combinations_formats */

/* Ends the last row of JSON, instead of ",\n". */
#define JSON_END "\n]\n"

struct combinations {
    uint32_t n;
    char *names;         /* the names of the items, each ended by 0; or NULL */
    const char **labels; /* pointers into names: n, or those of all places; or NULL */
    uint32_t places;     /* places of a product of different sets; 0: there is no product */
    uint32_t *sizes;     /* the number of values of each place */
    uint32_t *firsts;    /* the index of the first label of each place */
    size_t element_size; /* bytes of an element, which holds n */
    size_t rows;         /* rows of all inputs, or the rows to write of a single input */
    uint64_t seed;
    uint64_t sum; /* of all elements, modulo 2^64 */

    /* Many inputs: a record is an input, not a row. */
    bool many;
    size_t input_count;
    struct input *inputs;
    size_t max_k; /* the longest row of all inputs */

    /* A single input: the `range` rows from rank `from` on, or `rows` of them drawn at random. */
    furrow_selection selection;
    furrow_wide all_rows, from, range;
    bool sampled, ranks; /* ranks: --rank was given, and its answer is `rank` */
    furrow_wide rank;
    furrow_part part; /* the rows of this run */
    furrow_combinations *maker;

    /* The document, once it is open. */
    size_t format;
    size_t header_size, width; /* width: bytes of an element of a binary format */
    char header[1200];         /* room for the names of 131 columns */
    char *quoted_names;
    const char **quoted; /* the labels, quoted as the format requires; NULL: they need no quotes */
    furrow_combinations_text *text;
    furrow_combinations *binary; /* makes elements of `width` bytes; NULL: maker does */
};

/* arguments.c: sets all of the state that follows from the arguments. */
extern const furrow_param furrow__combinations_params[];
int furrow__combinations_set(struct combinations *all, const furrow_args *args,
                             furrow_error *error);

/* items.c: sets n, names and labels. */
int furrow__combinations_set_items(struct combinations *all, const furrow_args *args,
                                   furrow_error *error);

/* sets.c: sets the places of a product of different sets, if the arguments ask for one. */
int furrow__combinations_set_sets(struct combinations *all, const furrow_args *args,
                                  furrow_error *error);

/* The number of labels: n, or the sum of the sizes of all places. */
size_t furrow__combinations_names(const struct combinations *all);

/* The index of an element's label. */
static inline size_t furrow__combinations_label(const struct combinations *all, uint32_t place,
                                                uint32_t element)
{
    return (all->places > 0 ? all->firsts[place] : 0) + (size_t)element;
}

/* ranges.c: sets the selection of a single input with rows of k elements, and the rows to write. */
int furrow__combinations_set_range(struct combinations *all, uint32_t k, const furrow_args *args,
                                   furrow_error *error);

/* "C(6, 2)". */
void furrow__combinations_name(char *text, size_t size, const furrow_selection *selection);

/* rows.c: the rank of row `row` of a single input. */
furrow_wide furrow__combinations_rank_of(const struct combinations *all, size_t row);

/* The rows [begin, begin + count) of a single input, in elements of the maker's size. */
int furrow__combinations_rows(void *rows, const struct combinations *all,
                              const furrow_combinations *maker, size_t begin, size_t count);

/* The input of which item `item` is a row. Every input has rows, except a single empty one. */
const struct input *furrow__combinations_input_of(const struct combinations *all, size_t item);

/* The sum of `count` elements of 1, 2 or 4 bytes. */
uint64_t furrow__combinations_sum_of(const void *elements, size_t element_size, size_t count);

int furrow__combinations_body(const furrow_range *range, const void *state);

/* records.c */
int furrow__combinations_emit(const void *state, const furrow_record *record,
                              furrow_writer *writer);

/* quoted.c: sets `quoted` from `count` labels. FURROW_ENOMEM. */
int furrow__combinations_quote(struct combinations *all, size_t count, furrow_format format);

/* document.c: the texts around the elements of a row in the open format; then as in
 * furrow_kernel_format. */
furrow_combinations_style furrow__combinations_style(const struct combinations *all);
int furrow__combinations_offset(uint64_t *bytes, const void *state, size_t item);
int furrow__combinations_write_document(char *bytes, const void *state, size_t begin, size_t end);
void furrow__combinations_resume(const void *state, size_t item, char *text, size_t size);

/* check.c */
int furrow__combinations_check(const char *bytes, const void *state, size_t begin, size_t end,
                               furrow_error *error);

/* formats.c: an entry for each format of a document, one for records, and the end. */
extern const furrow_kernel_format furrow__combinations_formats[];

/* Frees what an open document holds. */
void furrow__combinations_close(struct combinations *all);

/* verify.c */
int furrow__combinations_verify(const void *state, furrow_error *error);

/* loops.c, tasks.c: variants. */
int furrow__combinations_plainly(void *state, const furrow_plan *plan);
int furrow__combinations_by_parallel_for(void *state, const furrow_plan *plan);
int furrow__combinations_by_tasks(void *state, const furrow_plan *plan);

#endif
