#include "blocks.h"
#include "base/align.h"

#include <stdlib.h>
#include <string.h>

/* The results of a block, which stay in the first level cache from the body to `add`. */
static const size_t block_bytes = (size_t)16 << 10;
static const size_t max_bytes = (size_t)4 << 20; /* all partials of a window */

size_t furrow__blocks_items(size_t result_size)
{
    size_t items = block_bytes;
    while (items > 1 && items * result_size > block_bytes)
        items /= 2;
    return items;
}

size_t furrow__blocks_max_items(const furrow__blocks *blocks)
{
    size_t most = max_bytes / (sizeof *blocks->table + blocks->partial->size);
    return (most ? most : 1) * blocks->items;
}

/* The index, within the window, of the block that has the item. */
static size_t index_of(const furrow__blocks *blocks, size_t item)
{
    return item / blocks->items - blocks->first / blocks->items;
}

/* The first item of the block that the window has. Blocks are numbered from item 0. */
static size_t begin_of(const furrow__blocks *blocks, size_t index)
{
    return index > 0 ? (blocks->first / blocks->items + index) * blocks->items : blocks->first;
}

static int reserve(furrow__blocks *blocks, size_t count)
{
    if (count <= blocks->room)
        return FURROW_OK;
    furrow__blocks_clear(blocks);
    blocks->table = calloc(count, sizeof *blocks->table);
    blocks->partials = furrow__aligned_new(count * blocks->partial->size);
    blocks->room = blocks->table && blocks->partials ? count : 0;
    return blocks->room ? FURROW_OK : FURROW_ENOMEM;
}

int furrow__blocks_open(furrow__blocks *blocks, size_t first, size_t count)
{
    if (!blocks->partial)
        return FURROW_OK;
    blocks->first = first;
    blocks->end = first + count;
    blocks->count = count > 0 ? index_of(blocks, blocks->end - 1) + 1 : 0;
    int status = reserve(blocks, blocks->count);
    for (size_t i = 0; i < blocks->count && !status; i++) {
        size_t begin = begin_of(blocks, i);
        blocks->table[i].left = furrow__blocks_end(blocks, begin, blocks->end) - begin;
    }
    return status;
}

void furrow__blocks_clear(furrow__blocks *blocks)
{
    for (size_t i = 0; i < blocks->room; i++)
        free(blocks->table[i].shared);
    free(blocks->table);
    free(blocks->partials);
    blocks->table = NULL;
    blocks->partials = NULL;
    blocks->room = 0;
}

size_t furrow__blocks_end(const furrow__blocks *blocks, size_t item, size_t end)
{
    size_t left = blocks->items - item % blocks->items;
    return left < end - item ? item + left : end;
}

/* Makes the partial of block `index` from its items below `end`, whose slots are `results`. */
static int make(const furrow__blocks *blocks, size_t index, size_t end, const void *results)
{
    void *partial = blocks->partials + index * blocks->partial->size;
    size_t begin = begin_of(blocks, index);
    const furrow_batch batch = {
        .begin = begin,
        .end = furrow__blocks_end(blocks, begin, end),
        .results = results,
        .result_size = blocks->result_size,
        .faults = blocks->faults,
    };
    memset(partial, 0, blocks->partial->size);
    return blocks->partial->add(partial, &batch, blocks->state);
}

static const void *slots_of(const furrow__blocks *blocks, size_t index, const furrow_batch *window)
{
    return window->results ? furrow_batch_slot(window, begin_of(blocks, index)) : NULL;
}

int furrow__blocks_finished(furrow__blocks *blocks, size_t begin, size_t end,
                            const furrow_batch *window)
{
    int status = FURROW_OK;
    if (!blocks->partial || blocks->own_slots)
        return FURROW_OK;
    for (size_t stop; begin < end && !status; begin = stop) {
        size_t index = index_of(blocks, begin);
        stop = furrow__blocks_end(blocks, begin, end);
        if (atomic_fetch_sub(&blocks->table[index].left, stop - begin) == stop - begin)
            status = make(blocks, index, blocks->end, slots_of(blocks, index, window));
    }
    return status;
}

/* ---- slots of their own ---- */

static bool is_whole(const furrow__blocks *blocks, size_t begin, size_t end)
{
    return begin == begin_of(blocks, index_of(blocks, begin)) &&
           end == furrow__blocks_end(blocks, begin, blocks->end);
}

/* The shared slots of a block. The first worker to ask makes them. */
static char *share(furrow__blocks *blocks, furrow__block *block)
{
    char *shared = atomic_load(&block->shared);
    if (shared)
        return shared;
    size_t size = blocks->items * blocks->result_size;
    char *made = furrow__aligned_new(size);
    if (made)
        memset(made, 0, size);
    if (made && !atomic_compare_exchange_strong(&block->shared, &shared, made))
        free(made);
    else
        shared = made;
    return shared;
}

char *furrow__blocks_slots(furrow__blocks *blocks, size_t begin, size_t end, char *own)
{
    if (is_whole(blocks, begin, end))
        return blocks->fills ? own : memset(own, 0, (end - begin) * blocks->result_size);
    char *shared = share(blocks, &blocks->table[index_of(blocks, begin)]);
    size_t offset = begin - begin_of(blocks, index_of(blocks, begin));
    return shared ? shared + offset * blocks->result_size : NULL;
}

int furrow__blocks_done(furrow__blocks *blocks, size_t begin, size_t end, char *slots, char *own)
{
    size_t index = index_of(blocks, begin);
    furrow__block *block = &blocks->table[index];
    if (slots == own) {
        atomic_store_explicit(&block->left, 0, memory_order_relaxed);
        return make(blocks, index, blocks->end, own);
    }
    if (atomic_fetch_sub(&block->left, end - begin) != end - begin)
        return FURROW_OK;
    char *shared = atomic_load(&block->shared);
    int status = make(blocks, index, blocks->end, shared);
    atomic_store(&block->shared, NULL);
    free(shared);
    return status;
}

int furrow__blocks_fold(furrow__blocks *blocks, void *state, size_t end, const furrow_batch *window)
{
    int status = FURROW_OK;
    for (size_t i = 0; blocks->partial && i < blocks->count && !status; i++) {
        size_t begin = begin_of(blocks, i);
        if (begin >= end)
            break;
        bool cut = furrow__blocks_end(blocks, begin, blocks->end) > end;
        if (cut || atomic_load(&blocks->table[i].left) > 0)
            status = make(blocks, i, end, slots_of(blocks, i, window));
        if (status == FURROW_OK)
            status = blocks->partial->fold(state, blocks->partials + i * blocks->partial->size);
    }
    return status;
}
