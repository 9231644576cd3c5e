#include <furrow/combinations/rows.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <furrow/combinations/combinations.h>
#include <furrow/status.h>

#include "internal.h"

/* Bytes, where the system does not tell the size. */
static const size_t typical_cache = (size_t)512 << 10;

static size_t second_level_cache(void)
{
#ifdef _SC_LEVEL2_CACHE_SIZE
    long size = sysconf(_SC_LEVEL2_CACHE_SIZE);
    if (size > 0)
        return (size_t)size;
#endif
    return typical_cache;
}

static int set_isa(furrow_combinations *all, const char *name)
{
    all->isa = furrow__combinations_isa_find(name);
    return all->isa ? FURROW_OK : FURROW_ENOENT;
}

/* One more than the largest element of a row. */
static uint32_t elements_of(const furrow_selection *selection)
{
    uint32_t n = selection->n;
    if (selection->sizes)
        for (uint32_t i = n = 0; i < selection->k; i++)
            n = selection->sizes[i] > n ? selection->sizes[i] : n;
    return n;
}

static int set_elements(furrow_combinations *all, const furrow_combinations_options *options)
{
    uint32_t n = elements_of(&all->selection);
    size_t min = furrow_combinations_element_size(n), size = options->element_size;
    if (options->labels) {
        if (size == 0 || size > SIZE_MAX / ((size_t)n + 1))
            return FURROW_EINVAL;
        all->labels = malloc(n * size + 1);
        if (!all->labels)
            return FURROW_ENOMEM;
        memcpy(all->labels, options->labels, n * size);
    } else if (size == 0) {
        size = min;
    } else if (size < min || size > 4 || size == 3) {
        return FURROW_EINVAL;
    }
    all->element_size = size;
    if (all->selection.k > 0 && size > SIZE_MAX / all->selection.k)
        return FURROW_EOVERFLOW;
    all->row_size = size * all->selection.k;
    return FURROW_OK;
}

static int set_selection(furrow_combinations *all, const furrow_selection *selection)
{
    furrow_wide rows;
    int status = furrow_selection_count(&rows, selection);
    if (status)
        return status;
    all->rows = furrow__u128_of(rows);
    all->selection = *selection;
    if (!selection->sizes)
        return FURROW_OK;
    all->sizes = malloc((selection->k + (size_t)1) * sizeof *all->sizes);
    if (!all->sizes)
        return FURROW_ENOMEM;
    memcpy(all->sizes, selection->sizes, selection->k * sizeof *all->sizes);
    all->selection.sizes = all->sizes;
    return FURROW_OK;
}

static int init(furrow_combinations *all, const furrow_selection *selection,
                const furrow_combinations_options *options)
{
    all->cache = second_level_cache();
    all->stores = options->stores;
    int status = set_selection(all, selection);
    if (status == FURROW_OK)
        status = set_isa(all, options->isa);
    if (status == FURROW_OK)
        status = set_elements(all, options);
    if (status == FURROW_OK)
        status = furrow__ranks_init(&all->ranks, all);
    /* A packed table shares the second level cache with the rows that are written, and its hot part
     * stays in the first level. */
    size_t max = all->isa && all->isa->packed ? all->cache / 5 : all->cache / 2;
    if (status == FURROW_OK)
        status = furrow__suffixes_init(all, options->table_size ? options->table_size : max);
    return status;
}

int furrow_combinations_new(furrow_combinations **all, const furrow_selection *selection,
                            const furrow_combinations_options *options)
{
    static const furrow_combinations_options defaults = {0};
    *all = NULL;
    furrow_combinations *fresh = calloc(1, sizeof *fresh);
    if (!fresh)
        return FURROW_ENOMEM;
    int status = init(fresh, selection, options ? options : &defaults);
    if (status)
        furrow_combinations_free(fresh);
    else
        *all = fresh;
    return status;
}

void furrow_combinations_free(furrow_combinations *all)
{
    if (!all)
        return;
    furrow__suffixes_clear(all);
    furrow__ranks_clear(&all->ranks);
    free(all->labels);
    free(all->sizes);
    free(all);
}

furrow_wide furrow_combinations_rows(const furrow_combinations *all)
{
    return furrow__wide_of(all->rows);
}

size_t furrow_combinations_row_size(const furrow_combinations *all)
{
    return all->row_size;
}

const char *furrow_combinations_isa(size_t index)
{
    const furrow__combinations_isa *isa = furrow__combinations_isa_at(index);
    return isa ? isa->id.name : NULL;
}
