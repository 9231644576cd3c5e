#include "ahead.h"

#include <stdlib.h>

#include <furrow/status.h>

void furrow__ahead_clear(furrow__ahead *ahead)
{
    free(ahead->heap);
    *ahead = (furrow__ahead){0};
}

int furrow__ahead_push(furrow__ahead *ahead, const furrow__stretch *stretch)
{
    if (ahead->count == ahead->capacity) {
        size_t capacity = ahead->capacity ? 2 * ahead->capacity : 64;
        furrow__stretch *grown = realloc(ahead->heap, capacity * sizeof *grown);
        if (!grown)
            return FURROW_ENOMEM;
        ahead->heap = grown;
        ahead->capacity = capacity;
    }
    size_t at = ahead->count++;
    for (; at > 0 && ahead->heap[(at - 1) / 2].begin > stretch->begin; at = (at - 1) / 2)
        ahead->heap[at] = ahead->heap[(at - 1) / 2];
    ahead->heap[at] = *stretch;
    return FURROW_OK;
}

bool furrow__ahead_pop(furrow__ahead *ahead, furrow__stretch *lowest)
{
    if (ahead->count == 0)
        return false;
    *lowest = ahead->heap[0];
    furrow__stretch last = ahead->heap[--ahead->count];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < ahead->count; at = child) {
        if (child + 1 < ahead->count && ahead->heap[child + 1].begin < ahead->heap[child].begin)
            child++;
        if (ahead->heap[child].begin >= last.begin)
            break;
        ahead->heap[at] = ahead->heap[child];
    }
    ahead->heap[at] = last;
    return true;
}

bool furrow__ahead_take(furrow__ahead *ahead, size_t begin, size_t *end)
{
    furrow__stretch lowest;
    if (ahead->count == 0 || ahead->heap[0].begin != begin)
        return false;
    furrow__ahead_pop(ahead, &lowest);
    *end = lowest.end;
    return true;
}
