#include <string.h>

#include "internal.h"

/* The number of rows of the prefix, which are the last rows of the table. */
static uint64_t tail_of(const furrow__cursor *cursor)
{
    uint32_t after = cursor->length ? cursor->prefix[cursor->length - 1] + 1 : 0;
    return cursor->table->tails[cursor->all->selection.n - after];
}

static void put_prefix(furrow__cursor *cursor, uint32_t from)
{
    const furrow_combinations *all = cursor->all;
    size_t size = all->element_size;
    for (uint32_t i = from; i < cursor->longest; i++)
        furrow__combinations_put(cursor->bytes + i * size, all, cursor->prefix[i]);
}

static inline void use_table(furrow__cursor *cursor, const furrow__suffixes *table)
{
    cursor->table = table;
    cursor->length = cursor->all->selection.k - table->depth;
}

void furrow__cursor_begin(furrow__cursor *cursor, const furrow_combinations *all, furrow__u128 from,
                          uint64_t count)
{
    uint32_t row[FURROW__MAX_ROW];
    *cursor = (furrow__cursor){.all = all, .left = count};
    use_table(cursor, &all->tables[0]);
    cursor->longest = cursor->length;
    if (count == 0)
        return;
    furrow__combinations_unrank(row, all, from);
    memcpy(cursor->prefix, row, cursor->longest * sizeof *row);
    put_prefix(cursor, 0);
    cursor->past = tail_of(cursor) - 1 - furrow__rows_after(all, row, cursor->table->depth);
}

/* Chooses the deepest table with the next rows. Its prefix must be at its first row: all elements
 * behind place `fresh` are the least, so that `fresh` must be in the prefix. And it must have all
 * elements after the prefix. */
static inline void choose_table(furrow__cursor *cursor, uint32_t fresh)
{
    const furrow_combinations *all = cursor->all;
    size_t i = all->table_count - 1;
    for (; i > 0; i--) {
        const furrow__suffixes *table = &all->tables[i];
        uint32_t length = all->selection.k - table->depth;
        if (fresh < length && cursor->prefix[length - 1] + 1 >= table->first)
            break;
    }
    use_table(cursor, &all->tables[i]);
}

/* Goes to the next prefix, which exists since rows are left. */
static inline void next_prefix(furrow__cursor *cursor)
{
    uint32_t i = cursor->length, limit = cursor->all->selection.n - cursor->all->selection.k;
    while (i > 0 && cursor->prefix[i - 1] == limit + i - 1)
        i--;
    if (i == 0)
        return;
    uint32_t first = i - 1, element = cursor->prefix[first];
    for (i = first; i < cursor->longest; i++)
        cursor->prefix[i] = ++element;
    put_prefix(cursor, first);
    choose_table(cursor, first);
}

static inline void put_block(furrow__row_block *block, const furrow__cursor *cursor, uint64_t tail,
                             uint64_t taken)
{
    const furrow_combinations *all = cursor->all;
    const furrow__suffixes *table = cursor->table;
    size_t size = cursor->length * all->element_size, longest = cursor->longest * all->element_size;
    memcpy(block->prefix, cursor->bytes, sizeof block->prefix);
    if (size < longest)
        memset(block->prefix + size, 0, longest - size);
    block->pattern = table->pattern;
    block->rows = table->end - tail * table->pitch;
    block->size = taken * all->row_size;
}

size_t furrow__cursor_blocks(furrow__cursor *cursor, furrow__row_block *blocks, uint64_t max,
                             uint64_t *rows)
{
    uint64_t left = cursor->left < max ? cursor->left : max;
    size_t count = 0;
    *rows = left;
    while (left > 0 && count < FURROW__BLOCKS) {
        uint64_t tail = tail_of(cursor) - cursor->past;
        uint64_t taken = tail < left ? tail : left;
        put_block(&blocks[count++], cursor, tail, taken);
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
