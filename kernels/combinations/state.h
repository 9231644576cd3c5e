/*
 * state.h: what the files of this kernel share.
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

/* All rows of one input, which are the items [first, first + rows). */
struct input {
    uint32_t k;
    size_t rows, first;
};

struct combinations {
    uint32_t n;
    char *names;         /* of the items, each ended by 0; or NULL */
    const char **labels; /* into names, n or those of all places; or NULL */
    uint32_t places;     /* of a product of different sets; 0: it is none */
    uint32_t *sizes;     /* of each place */
    uint32_t *firsts;    /* the first label of each place */
    size_t element_size; /* of n */
    size_t rows;         /* of all inputs, or of those that are wanted of the only one */
    uint64_t seed;
    uint64_t sum; /* of all elements, modulo 2^64 */

    /* Many inputs: a record is an input, not a row. */
    bool many;
    size_t input_count;
    struct input *inputs;
    size_t most_k; /* of all inputs */

    /* A single one: the rows of `range` from `from` on, or `rows` of them drawn. */
    furrow_selection selection;
    furrow_wide all_rows, from, range;
    bool sampled, ranks; /* ranks: --rank, whose answer is `rank` */
    furrow_wide rank;
    furrow_part part; /* of the rows, that run */
    furrow_combinations *maker;

    /* As a document, once it is open. */
    size_t format;
    size_t header_size, width; /* binary: bytes before the first row, and of an element */
    char header[1200];         /* names of up to 131 columns */
    char *quoted_names;
    const char **quoted; /* the labels as the format has them; or NULL: as they are */
    furrow_combinations_text *text;
    furrow_combinations *binary; /* with elements of `width` bytes; or NULL: maker */
};

/* arguments.c */
extern const furrow_param furrow__combinations_params[];
int furrow__combinations_setup(void **state, const furrow_args *args, furrow_error *error);
void furrow__combinations_teardown(void *state);

/* Reads "2" or "2,3,4" into `list`, which is as long as the text; returns how many, 0 for anything
 * else. */
size_t furrow__combinations_take_list(uint32_t *list, const char *text);

/* Number `index` of the pseudorandom sequence of `seed`. */
uint64_t furrow__combinations_random(uint64_t seed, uint64_t index);

/* items.c: sets n, names and labels. */
int furrow__combinations_set_items(struct combinations *all, const furrow_args *args,
                                   furrow_error *error);

/* sets.c: sets what belongs to a product of different sets, if one is asked for. */
int furrow__combinations_set_sets(struct combinations *all, const furrow_args *args,
                                  furrow_error *error);

/* How many names there are: n, or those of all places of a product. */
size_t furrow__combinations_names(const struct combinations *all);

/* The index of an element's label. */
static inline size_t furrow__combinations_label(const struct combinations *all, uint32_t place,
                                                uint32_t element)
{
    return (all->places > 0 ? all->firsts[place] : 0) + (size_t)element;
}

/* ranges.c: sets what belongs to a single input of rows of k. */
int furrow__combinations_set_range(struct combinations *all, uint32_t k, const furrow_args *args,
                                   furrow_error *error);

/* "C(6, 2)". */
void furrow__combinations_name(char *text, size_t size, const furrow_selection *selection);

/* rows.c: rows of a single input, [begin, begin + count) of those that are wanted, in elements of
 * the maker's size. */
int furrow__combinations_rows(void *rows, const struct combinations *all,
                              const furrow_combinations *maker, size_t begin, size_t count);

/* quoted.c: sets `quoted` from `count` labels. FURROW_ENOMEM. */
int furrow__combinations_quote(struct combinations *all, size_t count, furrow_format format);

/* formats.c: frees what an open document holds. */
void furrow__combinations_close(struct combinations *all);

/* verify.c */
int furrow__combinations_verify(const void *state, furrow_error *error);

/* combinations.c: of this many elements of 1, 2 or 4 bytes. */
uint64_t furrow__combinations_sum_of(const void *elements, size_t element_size, size_t count);

/* loops.c, tasks.c: variants. */
int furrow__combinations_plainly(void *state, const furrow_plan *plan);
int furrow__combinations_by_parallel_for(void *state, const furrow_plan *plan);
int furrow__combinations_by_tasks(void *state, const furrow_plan *plan);

#endif
