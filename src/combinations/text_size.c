#include "text.h"

#include <stdlib.h>

#include <furrow/status.h>

static furrow__u128 size_of(const furrow_combinations_text *text, uint32_t *row, furrow__u128 from,
                            uint64_t count)
{
    uint32_t k = text->all->selection.k;
    furrow__u128 around = text->begin_size + text->end_size;
    if (k > 0)
        around += (furrow__u128)(k - 1) * text->between_size;
    return around * count + furrow__text_widths_before(text, row, from + count) -
           furrow__text_widths_before(text, row, from);
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
