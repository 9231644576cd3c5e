/*
 * verify.c: compares the sum of all elements with a closed form where there is one, and otherwise
 * with the sum over rows that are unranked one by one.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "state.h"

static int add_inputs(uint64_t *expected, const struct combinations *all, furrow_error *error)
{
    for (size_t i = 0; i < all->input_count; i++) {
        const struct input *input = &all->inputs[i];
        uint64_t sum;
        int status = furrow_combinations_sum(&sum, all->n, input->k, 0, input->rows);
        if (status)
            return furrow_error_set(error, status, "input %zu: no sum to compare with", i);
        *expected += sum;
    }
    return FURROW_OK;
}

static bool has_closed_form(const struct combinations *all)
{
    return all->selection.kind == FURROW_SUBSETS && all->all_rows.high == 0 && !all->sampled;
}

static int add_one_by_one(uint64_t *expected, const struct combinations *all)
{
    uint32_t *row = calloc(all->selection.k + (size_t)1, sizeof *row);
    int status = row ? FURROW_OK : FURROW_ENOMEM;
    for (size_t i = all->part.begin; !status && i < all->part.end; i++) {
        furrow_wide rank = furrow__combinations_rank_of(all, i);
        status = furrow_selection_unrank(row, &all->selection, rank);
        for (uint32_t j = 0; !status && j < all->selection.k; j++)
            *expected += row[j];
    }
    free(row);
    return status;
}

static int expect(uint64_t *expected, const struct combinations *all, furrow_error *error)
{
    uint64_t from = all->from.low;
    if (all->many)
        return add_inputs(expected, all, error);
    if (has_closed_form(all))
        return furrow_combinations_sum(expected, all->n, all->selection.k, from + all->part.begin,
                                       from + all->part.end);
    return add_one_by_one(expected, all);
}

int furrow__combinations_verify(const void *state, furrow_error *error)
{
    const struct combinations *all = state;
    uint64_t expected = 0;
    int status = all->ranks ? FURROW_OK : expect(&expected, all, error);
    if (status)
        return status;
    if (all->ranks || all->sum == expected)
        return FURROW_OK;
    return furrow_error_set(error, FURROW_EVERIFY,
                            "sum of all elements: expected %" PRIu64 ", got %" PRIu64, expected,
                            all->sum);
}
