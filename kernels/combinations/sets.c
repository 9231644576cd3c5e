/*
 * sets.c: Cartesian products. Each --set, or each number of --sizes, is one place of a row.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "state.h"

static int allocate_places(struct combinations *all, size_t places)
{
    all->places = (uint32_t)places;
    all->sizes = calloc(places + 1, sizeof *all->sizes);
    all->firsts = calloc(places + 1, sizeof *all->firsts);
    return all->sizes && all->firsts ? FURROW_OK : FURROW_ENOMEM;
}

/* Elements must have room for the numbers below n, the largest size. */
static void set_largest(struct combinations *all)
{
    all->n = 0;
    for (uint32_t i = 0; i < all->places; i++)
        all->n = all->sizes[i] > all->n ? all->sizes[i] : all->n;
}

/* Cuts "a,b,c" at its commas into names, from labels[*count] on. False: a name is empty. */
static bool cut(const char **labels, size_t *count, char *names)
{
    for (char *comma; (comma = strchr(names, ',')) != NULL; names = comma + 1) {
        *comma = '\0';
        labels[(*count)++] = names;
        if (comma == names)
            return false;
    }
    labels[(*count)++] = names;
    return *names != '\0';
}

static int cut_sets(struct combinations *all, const char *const *sets, furrow_error *error)
{
    char *to = all->names;
    size_t count = 0;
    for (uint32_t i = 0; i < all->places; i++) {
        size_t first = count, length = strlen(sets[i]);
        memcpy(to, sets[i], length);
        if (!cut(all->labels, &count, to))
            return furrow_error_set(error, FURROW_EINVAL,
                                    "--set: expected names between commas, got '%s'", sets[i]);
        if (count > UINT32_MAX)
            return furrow_error_set(error, FURROW_EOVERFLOW,
                                    "--set: expected fewer than 2^32 names");
        all->firsts[i] = (uint32_t)first;
        all->sizes[i] = (uint32_t)(count - first);
        to += length + 1;
    }
    set_largest(all);
    return FURROW_OK;
}

static int take_sets(struct combinations *all, const char *const *sets, size_t count,
                     furrow_error *error)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += strlen(sets[i]) + 1;
    int status = allocate_places(all, count);
    all->names = calloc(size + 1, 1);
    all->labels = calloc(size + 1, sizeof *all->labels);
    if (status || !all->names || !all->labels)
        return FURROW_ENOMEM;
    return cut_sets(all, sets, error);
}

static int take_sizes(struct combinations *all, const uint64_t *sizes, size_t count)
{
    int status = allocate_places(all, count);
    if (status)
        return status;
    for (size_t i = 0; i < count; i++)
        all->sizes[i] = (uint32_t)sizes[i];
    set_largest(all);
    return FURROW_OK;
}

size_t furrow__combinations_names(const struct combinations *all)
{
    size_t count = all->places > 0 ? 0 : all->n;
    for (uint32_t i = 0; i < all->places; i++)
        count += all->sizes[i];
    return count;
}

int furrow__combinations_set_sets(struct combinations *all, const furrow_args *args,
                                  furrow_error *error)
{
    static const char *const others[] = {
        "n", "k", "items", "items-from", "repeat", "permutations", "inputs"};
    const char *const *sets;
    const uint64_t *sizes;
    size_t set_count = furrow_args_list(args, "set", &sets);
    size_t size_count = furrow_args_counts(args, "sizes", &sizes);
    if (set_count == 0 && size_count == 0)
        return FURROW_OK;
    if (set_count > 0 && size_count > 0)
        return furrow_error_set(error, FURROW_EINVAL, "--set and --sizes: expected one of them");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (furrow_args_given(args, others[i]))
            return furrow_error_set(error, FURROW_EINVAL,
                                    "--%s: expected no --%s beside it, which says what each place "
                                    "of a row is",
                                    others[i], size_count > 0 ? "sizes" : "set");
    return size_count > 0 ? take_sizes(all, sizes, size_count)
                          : take_sets(all, sets, set_count, error);
}
