/*
 * arguments.c: from the arguments to the items, the shape of the rows and the inputs; ranges.c goes
 * on from there. What can be wrong is found here, before a row is made.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/combinations/combinations.h>

#include "state.h"

#define MOST_INPUTS 1e8

const furrow_param furrow__combinations_params[] = {
    {
        .name = "n",
        .type = FURROW_PARAM_COUNT,
        .value = "6",
        .maximum = UINT32_MAX,
        .help = "how many items there are: 0 ... N-1",
        .argument = "N",
        .positional = true,
    },
    {
        .name = "k",
        .type = FURROW_PARAM_TEXT,
        .value = "2",
        .help = "how many of them a row has; with --inputs also a list to draw from, 2,3,4",
        .argument = "K",
        .positional = true,
    },
    {
        .name = "items",
        .type = FURROW_PARAM_TEXT,
        .help = "the items by name, instead of N",
        .argument = "A,B,C",
    },
    {
        .name = "items-from",
        .type = FURROW_PARAM_TEXT,
        .help = "the items by name, a line of FILE each; - is standard input",
        .argument = "FILE",
        .file = FURROW_PARAM_READ,
    },
    {
        .name = "repeat",
        .type = FURROW_PARAM_FLAG,
        .help = "with repetition: an item may be in a row again",
    },
    {
        .name = "permutations",
        .type = FURROW_PARAM_FLAG,
        .help = "rows in any order of their items, each a row of its own",
    },
    {
        .name = "set",
        .type = FURROW_PARAM_LIST,
        .help = "what one place of a row may be, by name; given for each place: their product",
        .argument = "A,B,C",
    },
    {
        .name = "sizes",
        .type = FURROW_PARAM_TEXT,
        .help = "the same in numbers: place i is 0 ... SIZE-1",
        .argument = "3,4,2",
    },
    {
        .name = "from",
        .type = FURROW_PARAM_TEXT,
        .help = "rank of the first row wanted",
        .argument = "RANK",
    },
    {
        .name = "to",
        .type = FURROW_PARAM_TEXT,
        .help = "rank after the last row wanted (default: how many rows there are)",
        .argument = "RANK",
    },
    {
        .name = "count",
        .type = FURROW_PARAM_TEXT,
        .help = "how many rows are wanted, instead of --to",
        .argument = "ROWS",
    },
    {
        .name = "unrank",
        .type = FURROW_PARAM_TEXT,
        .help = "the row of this rank alone",
        .argument = "RANK",
    },
    {
        .name = "rank",
        .type = FURROW_PARAM_TEXT,
        .help = "the rank of this row, and no rows",
        .argument = "A,B,C",
    },
    {
        .name = "sample",
        .type = FURROW_PARAM_TEXT,
        .help = "this many rows drawn from the range, in the order in which they are drawn",
        .argument = "ROWS",
    },
    {
        .name = "inputs",
        .type = FURROW_PARAM_COUNT,
        .minimum = 1,
        .maximum = MOST_INPUTS,
        .help = "this many inputs of N items, and all rows of each in one record",
        .argument = "COUNT",
    },
    {
        .name = "seed",
        .type = FURROW_PARAM_COUNT,
        .value = "1",
        .help = "of the draw of the sample, or of each input's K",
    },
    {0},
};

/* Takes the number that `text` begins with, and returns what follows; NULL when it is none. */
static const char *take_number(uint32_t *number, const char *text)
{
    char *end;
    if (*text < '0' || *text > '9')
        return NULL;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno || value > UINT32_MAX)
        return NULL;
    *number = (uint32_t)value;
    return end;
}

size_t furrow__combinations_take_list(uint32_t *list, const char *text)
{
    size_t count = 0;
    for (;;) {
        text = take_number(&list[count], text);
        if (!text || (*text != ',' && *text != '\0'))
            return 0;
        count++;
        if (*text++ == '\0')
            return count;
    }
}

/* Number `index` of the splitmix64 sequence of `seed` (G. L. Steele, D. Lea and C. H. Flood, "Fast
 * splittable pseudorandom number generators", 2014). */
uint64_t furrow__combinations_random(uint64_t seed, uint64_t index)
{
    uint64_t z = seed + (index + 1) * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* Gives input `index` all its rows, behind those of the inputs before it. */
static int add_input(struct combinations *all, size_t index, uint32_t k, furrow_error *error)
{
    uint64_t rows;
    if (furrow_combinations_count(&rows, all->n, k) || rows > UINT64_MAX - all->rows)
        return furrow_error_set(
            error, FURROW_EOVERFLOW,
            "C(%" PRIu32 ", %" PRIu32 "): expected less than 2^64 rows in all inputs", all->n, k);
    all->inputs[index] = (struct input){.k = k, .rows = rows, .first = all->rows};
    all->rows += rows;
    if (rows > 0 && all->most_k < k)
        all->most_k = k;
    return FURROW_OK;
}

static int add_inputs(struct combinations *all, const uint32_t *ks, size_t k_count, uint64_t seed,
                      furrow_error *error)
{
    int status = FURROW_OK;
    for (size_t i = 0; !status && i < all->input_count; i++)
        status = add_input(all, i, ks[furrow__combinations_random(seed, i) % k_count], error);
    return status;
}

/* Inputs without rows would have no item, and so no record. */
static int check_many(const struct combinations *all, const uint32_t *ks, size_t k_count,
                      const furrow_args *args, furrow_error *error)
{
    static const char *const single[] = {"from", "to",     "count",  "unrank",
                                         "rank", "sample", "repeat", "permutations"};
    for (size_t i = 0; i < k_count; i++)
        if (ks[i] > all->n)
            return furrow_error_set(error, FURROW_ERANGE,
                                    "K: expected at most %" PRIu32 " with --inputs, got %" PRIu32,
                                    all->n, ks[i]);
    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        if (furrow_args_given(args, single[i]))
            return furrow_error_set(error, FURROW_EINVAL,
                                    "--%s: expected a single input, not --inputs", single[i]);
    return FURROW_OK;
}

static int set_ks(struct combinations *all, const uint32_t *ks, size_t k_count,
                  const furrow_args *args, furrow_error *error)
{
    const char *text = furrow_args_text(args, "k");
    if (k_count == 0)
        return furrow_error_set(error, FURROW_EINVAL,
                                "K: expected a number below 2^32, or some, as in 2,3,4, got '%s'",
                                text);
    if (!all->many && k_count > 1)
        return furrow_error_set(error, FURROW_EINVAL,
                                "K: expected one number without --inputs, got '%s'", text);
    all->inputs = calloc(all->input_count, sizeof *all->inputs);
    if (!all->inputs)
        return FURROW_ENOMEM;
    all->element_size = furrow_combinations_element_size(all->n);
    all->seed = furrow_args_count(args, "seed");
    if (!all->many)
        return furrow__combinations_set_range(all, all->places > 0 ? all->places : ks[0], args,
                                              error);
    int status = check_many(all, ks, k_count, args, error);
    return status ? status : add_inputs(all, ks, k_count, all->seed, error);
}

static int set_inputs(struct combinations *all, const furrow_args *args, furrow_error *error)
{
    const char *text = furrow_args_text(args, "k");
    uint32_t *ks = calloc(strlen(text) + 1, sizeof *ks);
    if (!ks)
        return FURROW_ENOMEM;
    all->many = furrow_args_given(args, "inputs");
    all->input_count = all->many ? (size_t)furrow_args_count(args, "inputs") : 1;
    int status = set_ks(all, ks, furrow__combinations_take_list(ks, text), args, error);
    free(ks);
    return status;
}

void furrow__combinations_teardown(void *state)
{
    struct combinations *all = state;
    furrow__combinations_close(all);
    furrow_combinations_free(all->maker);
    free(all->sizes);
    free(all->firsts);
    free(all->inputs);
    free(all->labels);
    free(all->names);
    free(all);
}

int furrow__combinations_setup(void **state, const furrow_args *args, furrow_error *error)
{
    struct combinations *all = calloc(1, sizeof *all);
    if (!all)
        return FURROW_ENOMEM;
    int status = furrow__combinations_set_sets(all, args, error);
    if (!status && all->places == 0)
        status = furrow__combinations_set_items(all, args, error);
    if (!status)
        status = set_inputs(all, args, error);
    if (status) {
        furrow__combinations_teardown(all);
        return status;
    }
    all->part = furrow_part_of(all->rows, 1, 1);
    *state = all;
    return FURROW_OK;
}
