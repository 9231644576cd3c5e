#include "text.h"

#include <stdlib.h>

#include <furrow/status.h>

/* The widths of all elements of all k-subsets of {first, ..., n-1}: each is in as many as there are
 * ways to choose the others. */
static furrow__u128 widths_from(const furrow_combinations_text *text, uint32_t first, uint32_t k)
{
    uint32_t n = text->all->selection.n;
    if (k == 0 || n - first < k)
        return 0;
    return furrow__combinations_choose(text->all, n - first - 1, k - 1) * text->widths[first];
}

/* The widths of all elements in the rows before `rank`. They fall into k groups: those of group i
 * share with row `rank` the elements before position i, and have a smaller one there. Modulo 2^128.
 */
static furrow__u128 widths_before(const furrow_combinations_text *text, uint32_t *row,
                                  furrow__u128 rank)
{
    uint32_t n = text->all->selection.n, k = text->all->selection.k, first = 0;
    furrow__u128 sum = 0, shared = 0;
    if (rank == text->all->rows)
        return widths_from(text, 0, k);
    furrow__combinations_unrank(row, text->all, rank);
    for (uint32_t i = 0; i < k; i++) {
        uint32_t element = row[i], left = k - i;
        furrow__u128 rows = furrow__combinations_choose(text->all, n - first, left) -
                            furrow__combinations_choose(text->all, n - element, left);
        sum += shared * rows + widths_from(text, first, left) - widths_from(text, element, left);
        shared += furrow__width(text, element);
        first = element + 1;
    }
    return sum;
}

static furrow__u128 size_of(const furrow_combinations_text *text, uint32_t *row, furrow__u128 from,
                            uint64_t count)
{
    uint32_t k = text->all->selection.k;
    furrow__u128 around = text->begin_size + text->end_size;
    if (k > 0)
        around += (furrow__u128)(k - 1) * text->between_size;
    return around * count + widths_before(text, row, from + count) - widths_before(text, row, from);
}

int furrow_combinations_text_size(uint64_t *size, const furrow_combinations_text *text,
                                  furrow_wide from, uint64_t count)
{
    uint32_t few[FURROW__MOST_ROW], *row = few, k = text->all->selection.k;
    *size = 0;
    if (!furrow__combinations_holds(text->all, from, count))
        return FURROW_ERANGE;
    if (count == 0)
        return FURROW_OK;
    if (k > FURROW__MOST_ROW && !(row = malloc(k * sizeof *row)))
        return FURROW_ENOMEM;
    furrow__u128 bytes = size_of(text, row, furrow__u128_of(from), count);
    if (row != few)
        free(row);
    *size = bytes > UINT64_MAX ? UINT64_MAX : (uint64_t)bytes;
    return bytes > UINT64_MAX ? FURROW_EOVERFLOW : FURROW_OK;
}
