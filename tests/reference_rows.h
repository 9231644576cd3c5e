/* reference_rows.h: makes rows of combinations one by one, as a reference for rows made many at
 * once. */
#ifndef FURROW_TESTS_REFERENCE_ROWS_H
#define FURROW_TESTS_REFERENCE_ROWS_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/combinations/selection.h>

/* The reference: the rows [from, from + count) of a selection, one by one. */
static inline unsigned char *reference(const furrow_selection *selection,
                                       const unsigned char *labels, size_t size, furrow_wide from,
                                       size_t count)
{
    uint32_t row[256];
    unsigned char *rows = malloc(count * selection->k * size + 1), *to = rows;
    furrow_selection_unrank(row, selection, from);
    for (size_t i = 0; i < count; i++, furrow_selection_next(row, selection))
        for (uint32_t j = 0; j < selection->k; j++, to += size)
            memcpy(to, labels + row[j] * size, size);
    return rows;
}

/* n labels of `size` bytes: their numbers, or bytes without a pattern. */
static inline unsigned char *labels_of(uint32_t n, size_t size, bool numbers)
{
    unsigned char *labels = calloc(n + (size_t)1, size);
    for (uint32_t i = 0; i < n; i++)
        for (size_t j = 0; j < size; j++)
            labels[i * size + j] = (unsigned char)(numbers && j >= 4 ? 0
                                                   : numbers         ? i >> 8 * j
                                                                     : i * 7 + j * 31 + 1);
    return labels;
}

#endif
