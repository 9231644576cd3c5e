/*
 * rows.c: the body: rows of the items, and the sum of their elements.
 */
#include <string.h>

#include "state.h"

furrow_wide furrow__combinations_rank_of(const struct combinations *all, size_t row)
{
    furrow_wide rank = {row, 0};
    if (all->sampled)
        furrow_selection_shuffle(&rank, all->range, rank, all->seed);
    furrow_wide_add(&rank, rank, all->from);
    return rank;
}

int furrow__combinations_rows(void *rows, const struct combinations *all,
                              const furrow_combinations *maker, size_t begin, size_t count)
{
    static const furrow_plan alone = {.threads = 1};
    unsigned char *to = rows;
    int status = FURROW_OK;
    if (!all->sampled)
        return furrow_combinations_write(rows, maker, furrow__combinations_rank_of(all, begin),
                                         count, &alone);
    for (size_t i = 0; !status && i < count; i++, to += furrow_combinations_row_size(maker))
        status = furrow_combinations_write(to, maker, furrow__combinations_rank_of(all, begin + i),
                                           1, &alone);
    return status;
}

const struct input *furrow__combinations_input_of(const struct combinations *all, size_t item)
{
    size_t low = 0, high = all->input_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (all->inputs[middle].first <= item)
            low = middle;
        else
            high = middle;
    }
    return &all->inputs[low];
}

/* Moves rows that lie one behind the other into slots of their own, the last row first. */
static void spread(char *slots, size_t slot_size, size_t row_size, size_t count)
{
    for (size_t i = count; slot_size > row_size && i-- > 0;) {
        memmove(slots + i * slot_size, slots + i * row_size, row_size);
        memset(slots + i * slot_size + row_size, 0, slot_size - row_size);
    }
}

/* The rows of several inputs, each made one by one. */
static int body_of_many(const furrow_range *range, const struct combinations *all)
{
    const struct input *input = furrow__combinations_input_of(all, range->begin);
    const size_t slot_size = range->result_size;
    char *slots = range->results;
    for (size_t item = range->begin; item < range->end; input++) {
        size_t end = input->first + input->rows;
        size_t count = (end < range->end ? end : range->end) - item;
        int status = furrow_combinations_fill(slots, all->element_size, all->n, input->k,
                                              item - input->first, count);
        if (status)
            return status;
        spread(slots, slot_size, input->k * all->element_size, count);
        slots += count * slot_size;
        item += count;
    }
    return FURROW_OK;
}

int furrow__combinations_body(const furrow_range *range, const void *state)
{
    const struct combinations *all = state;
    if (all->ranks)
        return FURROW_OK;
    if (all->many)
        return body_of_many(range, all);
    return furrow__combinations_rows(range->results, all, all->maker, range->begin,
                                     range->end - range->begin);
}

uint64_t furrow__combinations_sum_of(const void *elements, size_t element_size, size_t count)
{
    const uint8_t *bytes = elements;
    const uint16_t *halves = elements;
    const uint32_t *words = elements;
    uint64_t sum = 0;
    if (element_size == 1) {
#pragma omp simd reduction(+ : sum)
        for (size_t i = 0; i < count; i++)
            sum += bytes[i];
    } else if (element_size == 2) {
#pragma omp simd reduction(+ : sum)
        for (size_t i = 0; i < count; i++)
            sum += halves[i];
    } else {
#pragma omp simd reduction(+ : sum)
        for (size_t i = 0; i < count; i++)
            sum += words[i];
    }
    return sum;
}
