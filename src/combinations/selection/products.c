/* Products: c is a number, and its digit i has the radix sizes[i]. */
#include <furrow/status.h>

#include "internal.h"

static uint32_t size_of(const furrow_selection *selection, uint32_t place)
{
    return selection->sizes ? selection->sizes[place] : selection->n;
}

/* One size of 0 makes the product 0, even if the others overflow. */
static int count(furrow__u128 *count, const furrow_selection *selection)
{
    for (uint32_t i = 0; i < selection->k; i++)
        if (size_of(selection, i) == 0) {
            *count = 0;
            return FURROW_OK;
        }
    *count = 1;
    for (uint32_t i = 0; i < selection->k; i++) {
        uint32_t size = size_of(selection, i);
        if (*count > FURROW__U128_MAX / size)
            return FURROW_EOVERFLOW;
        *count *= size;
        if (size == 1 && !selection->sizes) /* 1^k, for any k */
            break;
    }
    return FURROW_OK;
}

static void unrank(uint32_t *row, const furrow_selection *selection, furrow__u128 rank)
{
    for (uint32_t i = selection->k; i-- > 0;) {
        uint32_t size = size_of(selection, i);
        row[i] = (uint32_t)(rank % size);
        rank /= size;
    }
}

static int rank(furrow__u128 *rank, const furrow_selection *selection, const uint32_t *row)
{
    *rank = 0;
    for (uint32_t i = 0; i < selection->k; i++) {
        uint32_t size = size_of(selection, i);
        if (row[i] >= size)
            return FURROW_EINVAL;
        *rank = *rank * size + row[i];
    }
    return FURROW_OK;
}

static bool next(uint32_t *row, const furrow_selection *selection)
{
    uint32_t i = selection->k;
    while (i > 0 && row[i - 1] + 1 == size_of(selection, i - 1))
        i--;
    if (i == 0)
        return false;
    row[i - 1]++;
    for (; i < selection->k; i++)
        row[i] = 0;
    return true;
}

const furrow__selection_kind furrow__products = {
    .count = count,
    .unrank = unrank,
    .rank = rank,
    .next = next,
};
