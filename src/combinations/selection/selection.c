#include <furrow/combinations/selection.h>

#include <stddef.h>

#include <furrow/status.h>

#include "internal.h"

static const furrow__selection_kind *const kinds[] = {
    [FURROW_SUBSETS] = &furrow__subsets,
    [FURROW_MULTISETS] = &furrow__multisets,
    [FURROW_PERMUTATIONS] = &furrow__permutations,
    [FURROW_PRODUCTS] = &furrow__products,
};

static const furrow__selection_kind *kind_of(const furrow_selection *selection)
{
    size_t kind = (size_t)selection->kind;
    bool sized = selection->sizes && selection->kind != FURROW_PRODUCTS;
    return kind < sizeof kinds / sizeof *kinds && !sized ? kinds[kind] : NULL;
}

static int count_rows(furrow__u128 *count, const furrow_selection *selection)
{
    const furrow__selection_kind *kind = kind_of(selection);
    *count = 0;
    return kind ? kind->count(count, selection) : FURROW_EINVAL;
}

int furrow_selection_count(furrow_wide *count, const furrow_selection *selection)
{
    furrow__u128 rows;
    int status = count_rows(&rows, selection);
    *count = furrow__wide_of(status == FURROW_EOVERFLOW ? FURROW__U128_MAX : rows);
    return status;
}

int furrow_selection_unrank(uint32_t *row, const furrow_selection *selection, furrow_wide rank)
{
    furrow__u128 rows, number = furrow__u128_of(rank);
    int status = count_rows(&rows, selection);
    if (status)
        return status;
    if (number >= rows)
        return FURROW_ERANGE;
    kind_of(selection)->unrank(row, selection, number);
    return FURROW_OK;
}

int furrow_selection_rank(furrow_wide *rank, const furrow_selection *selection, const uint32_t *row)
{
    furrow__u128 rows, number;
    int status = count_rows(&rows, selection);
    if (status)
        return status;
    status = rows > 0 ? kind_of(selection)->rank(&number, selection, row) : FURROW_EINVAL;
    if (status == FURROW_OK)
        *rank = furrow__wide_of(number);
    return status;
}

bool furrow_selection_next(uint32_t *row, const furrow_selection *selection)
{
    const furrow__selection_kind *kind = kind_of(selection);
    return kind && kind->next(row, selection);
}
