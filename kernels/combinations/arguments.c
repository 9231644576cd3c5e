/*
 * arguments.c: from the arguments to the items, the length of the rows and the inputs. Every error
 * in the arguments is found here or in ranges.c, before a row is made.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "state.h"

#define MAX_INPUTS 1e8

const furrow_param furrow__combinations_params[] = {
    {
        .name = "n",
        .type = FURROW_PARAM_COUNT,
        .value = "6",
        .maximum = UINT32_MAX,
        .help = "the number of items, which are 0 ... N-1",
        .argument = "N",
        .positional = true,
    },
    {
        .name = "k",
        .type = FURROW_PARAM_COUNTS,
        .value = "2",
        .maximum = UINT32_MAX,
        .help = "the number of items in a row; with --inputs also a list, as in 2,3,4, from which "
                "each input draws",
        .argument = "K",
        .positional = true,
    },
    {
        .name = "items",
        .type = FURROW_PARAM_TEXT,
        .help = "the names of the items, instead of N",
        .argument = "A,B,C",
    },
    {
        .name = "items-from",
        .type = FURROW_PARAM_TEXT,
        .help = "the names of the items, one per line of FILE; - is standard input",
        .argument = "FILE",
        .file = FURROW_PARAM_READ,
    },
    {
        .name = "repeat",
        .type = FURROW_PARAM_FLAG,
        .help = "rows may repeat an item",
    },
    {
        .name = "permutations",
        .type = FURROW_PARAM_FLAG,
        .help = "each order of the same items is a row of its own",
    },
    {
        .name = "set",
        .type = FURROW_PARAM_LIST,
        .help = "the names for one place of a row; one --set per place gives their product",
        .argument = "A,B,C",
    },
    {
        .name = "sizes",
        .type = FURROW_PARAM_COUNTS,
        .maximum = UINT32_MAX,
        .help = "the product of numbers instead of names: place i is one of 0 ... SIZE-1",
        .argument = "3,4,2",
    },
    {
        .name = "from",
        .type = FURROW_PARAM_TEXT,
        .help = "rank of the first row to write",
        .argument = "RANK",
    },
    {
        .name = "to",
        .type = FURROW_PARAM_TEXT,
        .help = "rank after the last row to write (default: the number of rows)",
        .argument = "RANK",
    },
    {
        .name = "count",
        .type = FURROW_PARAM_TEXT,
        .help = "the number of rows to write, instead of --to",
        .argument = "ROWS",
    },
    {
        .name = "unrank",
        .type = FURROW_PARAM_TEXT,
        .help = "write only the row of this rank",
        .argument = "RANK",
    },
    {
        .name = "rank",
        .type = FURROW_PARAM_TEXT,
        .help = "write the rank of this row, and no rows",
        .argument = "A,B,C",
    },
    {
        .name = "sample",
        .type = FURROW_PARAM_TEXT,
        .help = "draw this many rows from the range at random, without repetition",
        .argument = "ROWS",
    },
    {
        .name = "inputs",
        .type = FURROW_PARAM_COUNT,
        .minimum = 1,
        .maximum = MAX_INPUTS,
        .help = "take this many inputs of N items, and write all rows of each as one record",
        .argument = "COUNT",
    },
    {
        .name = "seed",
        .type = FURROW_PARAM_COUNT,
        .value = "1",
        .help = "seed for drawing the sample, or the K of each input",
    },
    {0},
};

/* Number `index` of the splitmix64 sequence of `seed` (G. L. Steele, D. Lea and C. H. Flood, "Fast
 * splittable pseudorandom number generators", 2014). */
static uint64_t random_number(uint64_t seed, uint64_t index)
{
    uint64_t z = seed + (index + 1) * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* Gives all rows of input `index` the numbers after those of the inputs before it. */
static int add_input(struct combinations *all, size_t index, uint32_t k, furrow_error *error)
{
    uint64_t rows;
    if (furrow_combinations_count(&rows, all->n, k) || rows > UINT64_MAX - all->rows)
        return furrow_error_set(
            error, FURROW_EOVERFLOW,
            "C(%" PRIu32 ", %" PRIu32 "): expected less than 2^64 rows in all inputs", all->n, k);
    all->inputs[index] = (struct input){.k = k, .rows = rows, .first = all->rows};
    all->rows += rows;
    if (rows > 0 && all->max_k < k)
        all->max_k = k;
    return FURROW_OK;
}

/* Some options are for a single input only. With K above N an input has no rows and no record. */
static int check_inputs(const struct combinations *all, const uint64_t *ks, size_t k_count,
                        const furrow_args *args, furrow_error *error)
{
    static const char *const single[] = {"from", "to",     "count",  "unrank",
                                         "rank", "sample", "repeat", "permutations"};
    for (size_t i = 0; i < k_count; i++)
        if (ks[i] > all->n)
            return furrow_error_set(error, FURROW_ERANGE,
                                    "K: expected at most %" PRIu32 " with --inputs, got %" PRIu64,
                                    all->n, ks[i]);
    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        if (furrow_args_given(args, single[i]))
            return furrow_error_set(error, FURROW_EINVAL,
                                    "--%s: expected a single input, not --inputs", single[i]);
    return FURROW_OK;
}

static int set_inputs(struct combinations *all, const uint64_t *ks, size_t k_count,
                      const furrow_args *args, furrow_error *error)
{
    int status = check_inputs(all, ks, k_count, args, error);
    for (size_t i = 0; !status && i < all->input_count; i++)
        status = add_input(all, i, (uint32_t)ks[random_number(all->seed, i) % k_count], error);
    return status;
}

int furrow__combinations_set(struct combinations *all, const furrow_args *args, furrow_error *error)
{
    const uint64_t *ks;
    size_t k_count = furrow_args_counts(args, "k", &ks);
    int status = furrow__combinations_set_sets(all, args, error);
    if (!status && all->places == 0)
        status = furrow__combinations_set_items(all, args, error);
    if (status)
        return status;
    all->many = furrow_args_given(args, "inputs");
    all->input_count = all->many ? (size_t)furrow_args_count(args, "inputs") : 1;
    if (!all->many && k_count > 1)
        return furrow_error_set(error, FURROW_EINVAL,
                                "K: expected one number without --inputs, got %zu", k_count);
    all->inputs = calloc(all->input_count, sizeof *all->inputs);
    if (!all->inputs)
        return FURROW_ENOMEM;
    all->element_size = furrow_combinations_element_size(all->n);
    all->seed = furrow_args_count(args, "seed");
    if (all->many)
        return set_inputs(all, ks, k_count, args, error);
    return furrow__combinations_set_range(all, all->places > 0 ? all->places : (uint32_t)ks[0],
                                          args, error);
}
