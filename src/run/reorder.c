#include "reorder.h"

#include <stdlib.h>

#include <furrow/status.h>

void furrow__reorder_clear(furrow__reorder *reorder)
{
    free(reorder->heap);
    *reorder = (furrow__reorder){0};
}

int furrow__reorder_push(furrow__reorder *reorder, const furrow__reorder_range *range)
{
    if (reorder->count == reorder->capacity) {
        size_t capacity = reorder->capacity ? 2 * reorder->capacity : 64;
        furrow__reorder_range *grown = realloc(reorder->heap, capacity * sizeof *grown);
        if (!grown)
            return FURROW_ENOMEM;
        reorder->heap = grown;
        reorder->capacity = capacity;
    }
    size_t at = reorder->count++;
    for (; at > 0 && reorder->heap[(at - 1) / 2].begin > range->begin; at = (at - 1) / 2)
        reorder->heap[at] = reorder->heap[(at - 1) / 2];
    reorder->heap[at] = *range;
    return FURROW_OK;
}

bool furrow__reorder_pop(furrow__reorder *reorder, furrow__reorder_range *lowest)
{
    if (reorder->count == 0)
        return false;
    *lowest = reorder->heap[0];
    furrow__reorder_range last = reorder->heap[--reorder->count];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < reorder->count; at = child) {
        if (child + 1 < reorder->count &&
            reorder->heap[child + 1].begin < reorder->heap[child].begin)
            child++;
        if (reorder->heap[child].begin >= last.begin)
            break;
        reorder->heap[at] = reorder->heap[child];
    }
    reorder->heap[at] = last;
    return true;
}

bool furrow__reorder_take(furrow__reorder *reorder, size_t begin, size_t *end)
{
    furrow__reorder_range lowest;
    if (reorder->count == 0 || reorder->heap[0].begin != begin)
        return false;
    furrow__reorder_pop(reorder, &lowest);
    *end = lowest.end;
    return true;
}
