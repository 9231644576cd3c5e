/* k-permutations: digit i, below n-i, is the index of c[i] among the elements not used before. */
#include <furrow/status.h>

#include "internal.h"

static int count(furrow__u128 *count, const furrow_selection *selection)
{
    *count = selection->k <= selection->n;
    for (uint32_t i = 0; *count > 0 && i < selection->k; i++) {
        uint32_t ways = selection->n - i;
        if (*count > FURROW__U128_MAX / ways)
            return FURROW_EOVERFLOW;
        *count *= ways;
    }
    return FURROW_OK;
}

/* The number of row[0 ... count-1] that are at most `element`. */
static uint32_t used_up_to(const uint32_t *row, uint32_t count, uint32_t element)
{
    uint32_t used = 0;
    for (uint32_t i = 0; i < count; i++)
        used += row[i] <= element;
    return used;
}

/* The element with `digit` unused ones below it; each used one below it adds 1. */
static uint32_t unused(const uint32_t *row, uint32_t count, uint32_t digit)
{
    uint32_t element = digit;
    for (uint32_t used; element != digit + (used = used_up_to(row, count, element));)
        element = digit + used;
    return element;
}

static void unrank(uint32_t *row, const furrow_selection *selection, furrow__u128 rank)
{
    uint32_t n = selection->n, k = selection->k;
    for (uint32_t i = k; i-- > 0;) { /* the digits, from the last */
        row[i] = (uint32_t)(rank % (n - i));
        rank /= n - i;
    }
    for (uint32_t i = 0; i < k; i++)
        row[i] = unused(row, i, row[i]);
}

static int rank(furrow__u128 *rank, const furrow_selection *selection, const uint32_t *row)
{
    *rank = 0;
    for (uint32_t i = 0; i < selection->k; i++) {
        if (row[i] >= selection->n)
            return FURROW_EINVAL;
        for (uint32_t j = 0; j < i; j++)
            if (row[j] == row[i])
                return FURROW_EINVAL;
        *rank = *rank * (selection->n - i) + (row[i] - used_up_to(row, i, row[i]));
    }
    return FURROW_OK;
}

/* The smallest element from `element` on that row[0 ... count-1] does not use; n or more: none. */
static uint32_t next_unused(const uint32_t *row, uint32_t count, uint32_t element)
{
    for (uint32_t i = 0; i < count;) {
        if (row[i] == element) {
            element++;
            i = 0;
        } else {
            i++;
        }
    }
    return element;
}

static bool next(uint32_t *row, const furrow_selection *selection)
{
    uint32_t n = selection->n, k = selection->k;
    for (uint32_t i = k; i-- > 0;) {
        uint32_t element = next_unused(row, i, row[i] + 1);
        if (element >= n)
            continue;
        row[i] = element;
        for (uint32_t j = i + 1; j < k; j++)
            row[j] = next_unused(row, j, 0);
        return true;
    }
    return false;
}

const furrow__selection_kind furrow__permutations = {
    .count = count,
    .unrank = unrank,
    .rank = rank,
    .next = next,
};
