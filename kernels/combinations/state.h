/*
 * state.h: what the files of this kernel share.
 */
#ifndef FURROW_KERNELS_COMBINATIONS_STATE_H
#define FURROW_KERNELS_COMBINATIONS_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <furrow/kernel.h>

_Static_assert(SIZE_MAX >= UINT64_MAX, "rows are counted in 64 bits, and rows are items");

/* The rows [from, from + rows) of one input, which are the items [first, first + rows). */
struct input {
    uint32_t k;
    uint64_t from;
    size_t rows, first;
};

struct combinations {
    uint32_t n;
    bool many; /* --inputs: a record is an input, not a row */
    size_t input_count;
    struct input *inputs;
    size_t rows;         /* of all inputs */
    size_t element_size; /* of n */
    size_t most_k;       /* of all inputs */
    char *names;         /* --items, the commas replaced by 0; or NULL */
    const char **labels; /* n, into names; or NULL */
    uint64_t sum;        /* of all elements, modulo 2^64 */
};

/* arguments.c */
extern const furrow_param furrow__combinations_params[];
int furrow__combinations_setup(void **state, const furrow_args *args, furrow_error *error);
void furrow__combinations_teardown(void *state);

/* tasks.c */
int furrow__combinations_by_tasks(void *state, const furrow_plan *plan);

#endif
