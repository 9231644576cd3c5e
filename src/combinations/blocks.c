#include <string.h>

#include "internal.h"

/* The last `count` rows of the table. */
static uint64_t tail_of(const furrow__cursor *cursor)
{
    const furrow_combinations *all = cursor->all;
    uint32_t after = cursor->length ? cursor->prefix[cursor->length - 1] + 1 : 0;
    return all->table.tails[all->selection.n - after];
}

static void put_prefix(furrow__cursor *cursor, uint32_t from)
{
    const furrow_combinations *all = cursor->all;
    size_t size = all->element_size;
    for (uint32_t i = from; i < cursor->length; i++)
        furrow__combinations_put(cursor->bytes + i * size, all, cursor->prefix[i]);
}

void furrow__cursor_begin(furrow__cursor *cursor, const furrow_combinations *all, furrow__u128 from,
                          uint64_t count)
{
    uint32_t row[FURROW__MOST_ROW];
    *cursor =
        (furrow__cursor){.all = all, .left = count, .length = all->selection.k - all->table.depth};
    if (count == 0)
        return;
    furrow__combinations_unrank(row, all, from);
    memcpy(cursor->prefix, row, cursor->length * sizeof *row);
    put_prefix(cursor, 0);
    cursor->past = tail_of(cursor) - 1 - furrow__rows_after(all, row, all->table.depth);
}

/* The prefix after this one; there is one, since rows are left. */
static inline void next_prefix(furrow__cursor *cursor)
{
    uint32_t i = cursor->length, limit = cursor->all->selection.n - cursor->all->selection.k;
    if (i > 0 && cursor->prefix[i - 1] < limit + i - 1) { /* nearly always */
        cursor->prefix[i - 1]++;
        put_prefix(cursor, i - 1);
        return;
    }
    while (i > 0 && cursor->prefix[i - 1] == limit + i - 1)
        i--;
    if (i == 0)
        return;
    uint32_t first = i - 1, element = cursor->prefix[first];
    for (i = first; i < cursor->length; i++)
        cursor->prefix[i] = ++element;
    put_prefix(cursor, first);
}

size_t furrow__cursor_blocks(furrow__cursor *cursor, furrow__block *blocks, uint64_t most,
                             uint64_t *rows)
{
    const furrow_combinations *all = cursor->all;
    const furrow__suffixes *table = &all->table;
    uint64_t left = cursor->left < most ? cursor->left : most;
    size_t count = 0, pitch = furrow__suffixes_pitch(all, table->depth);
    *rows = left;
    while (left > 0 && count < FURROW__BLOCKS) {
        uint64_t tail = tail_of(cursor) - cursor->past;
        uint64_t taken = tail < left ? tail : left;
        furrow__block *block = &blocks[count++];
        memcpy(block->prefix, cursor->bytes, sizeof block->prefix);
        block->pattern = all->pattern;
        block->rows = table->bytes + (table->rows - tail) * pitch;
        block->size = taken * all->row_size;
        left -= taken;
        cursor->past += taken;
        if (taken == tail) {
            cursor->past = 0;
            next_prefix(cursor);
        }
    }
    *rows -= left;
    cursor->left -= *rows;
    return count;
}
