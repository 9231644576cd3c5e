#include "text.h"

#include <stdlib.h>

#include <furrow/status.h>

static uint64_t width_below(const furrow_combinations_text *text, uint32_t element)
{
    return text->starts[element];
}

/* ---- subsets and multisets: elements ascend ---- */

/* The number of rows of `left` elements from `first` on. */
static furrow__u128 rows_from(const furrow_combinations_text *text, uint32_t first, uint32_t left)
{
    const furrow_selection *selection = &text->all->selection;
    uint32_t n = selection->n - first;
    if (selection->kind == FURROW_SUBSETS)
        return furrow__combinations_choose(text->all, n, left);
    furrow_wide rows;
    furrow_selection_count(&rows, &(furrow_selection){.kind = selection->kind, .n = n, .k = left});
    return furrow__u128_of(rows);
}

/* The sum of the widths of all elements of these rows. Each of the n elements is in C(n-1, left-1)
 * subsets. In all multisets together each element occurs equally often. */
static furrow__u128 widths_from(const furrow_combinations_text *text, uint32_t first, uint32_t left)
{
    const furrow_selection *selection = &text->all->selection;
    uint32_t n = selection->n - first;
    uint64_t width = width_below(text, selection->n) - width_below(text, first);
    if (left == 0 || n == 0)
        return 0;
    if (selection->kind == FURROW_SUBSETS)
        return n < left ? 0 : furrow__combinations_choose(text->all, n - 1, left - 1) * width;
    furrow__u128 rows = rows_from(text, first, left);
    return (rows / n * left + rows % n * left / n) * width;
}

/* The rows before `row` are k groups. The rows of group i have the same elements before place i,
 * and a smaller one at place i. */
static furrow__u128 before_ascending(const furrow_combinations_text *text, const uint32_t *row)
{
    uint32_t k = text->all->selection.k, first = 0;
    furrow__u128 sum = 0, shared = 0;
    for (uint32_t i = 0; i < k; i++) {
        uint32_t element = row[i], left = k - i;
        furrow__u128 rows = rows_from(text, first, left) - rows_from(text, element, left);
        sum += shared * rows + widths_from(text, first, left) - widths_from(text, element, left);
        shared += furrow__width(text, element);
        first = element + (text->all->selection.kind == FURROW_SUBSETS);
    }
    return sum;
}

/* ---- permutations ---- */

/* The same groups. Behind place i, each element that is not used yet occurs equally often. */
static furrow__u128 before_permutation(const furrow_combinations_text *text, const uint32_t *row)
{
    uint32_t n = text->all->selection.n, k = text->all->selection.k;
    furrow__u128 sum = 0, shared = 0, unused = width_below(text, n), rows = text->all->rows;
    for (uint32_t i = 0; i < k; i++) {
        uint32_t element = row[i], left = k - i - 1, smaller = element;
        furrow__u128 width = width_below(text, element);
        for (uint32_t j = 0; j < i; j++)
            if (row[j] < element) {
                width -= furrow__width(text, row[j]);
                smaller--;
            }
        rows /= n - i;
        sum += rows * (smaller * shared + width);
        if (left > 0)
            sum += rows / (n - i - 1) * left * (smaller * unused - width);
        shared += furrow__width(text, element);
        unused -= furrow__width(text, element);
    }
    return sum;
}

/* ---- products ---- */

static furrow__u128 before_product(const furrow_combinations_text *text, const uint32_t *row)
{
    uint32_t k = text->all->selection.k;
    furrow__u128 sum = 0, shared = 0;
    for (uint32_t i = 0; i < k; i++) {
        const furrow__text_place *behind = &text->places[i + 1];
        uint32_t first = text->places[i].first, element = row[i];
        uint64_t width = width_below(text, first + element) - width_below(text, first);
        sum += behind->rows * (element * shared + width) + element * behind->widths;
        shared += furrow__width(text, first + element);
    }
    return sum;
}

static furrow__u128 of_all(const furrow_combinations_text *text)
{
    const furrow_selection *selection = &text->all->selection;
    uint32_t n = selection->n, k = selection->k;
    if (selection->kind == FURROW_PRODUCTS)
        return text->places[0].widths;
    if (selection->kind == FURROW_PERMUTATIONS)
        return k == 0 || k > n ? 0 : text->all->rows / n * k * width_below(text, n);
    return widths_from(text, 0, k);
}

static furrow__u128 widths_before(const furrow_combinations_text *text, uint32_t *row,
                                  furrow__u128 rank)
{
    if (rank == text->all->rows)
        return of_all(text);
    furrow__combinations_unrank(row, text->all, rank);
    switch (text->all->selection.kind) {
    case FURROW_PRODUCTS:
        return before_product(text, row);
    case FURROW_PERMUTATIONS:
        return before_permutation(text, row);
    default:
        return before_ascending(text, row);
    }
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
    uint32_t few[FURROW__MAX_ROW], *row = few, k = text->all->selection.k;
    *size = 0;
    if (!furrow__combinations_holds(text->all, from, count))
        return FURROW_ERANGE;
    if (count == 0)
        return FURROW_OK;
    if (k > FURROW__MAX_ROW && !(row = malloc(k * sizeof *row)))
        return FURROW_ENOMEM;
    furrow__u128 bytes = size_of(text, row, furrow__u128_of(from), count);
    if (row != few)
        free(row);
    *size = bytes > UINT64_MAX ? UINT64_MAX : (uint64_t)bytes;
    return bytes > UINT64_MAX ? FURROW_EOVERFLOW : FURROW_OK;
}
