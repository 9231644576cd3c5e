#include <stdlib.h>

#include <furrow/status.h>

#include "internal.h"

/* Bytes of a window of rows, which stays in the first level cache. */
static const size_t window_size = 16384;
/* Bytes of a range for a thread: only a few windows, since a visitor may work long on a row. */
static const size_t min_share = 4 * 16384;

/* Makes a range of rows, one window after another. */
struct visit_state {
    furrow_combinations_cursor public;
    furrow__cursor cursor;
    const furrow_combinations *all;
    furrow__u128 next;
    uint64_t left, window_rows;
    unsigned char *window, *memory;
    uint32_t *row; /* where there is no table */
};

static int walk_init(struct visit_state *walk, const furrow_combinations *all, furrow__u128 from,
                     uint64_t count)
{
    size_t row_size = all->row_size > 0 ? all->row_size : 1;
    *walk = (struct visit_state){.all = all, .next = from, .left = count};
    walk->window_rows = row_size < window_size ? window_size / row_size : 1;
    size_t size = (size_t)walk->window_rows * row_size;
    walk->memory = malloc(size + FURROW__LINE);
    if (!walk->memory)
        return FURROW_ENOMEM;
    walk->window = walk->memory + (FURROW__LINE - (uintptr_t)walk->memory % FURROW__LINE);
    if (all->table_count > 0) {
        furrow__cursor_begin(&walk->cursor, all, from, count);
        return FURROW_OK;
    }
    walk->row = calloc((size_t)all->selection.k + 1, sizeof *walk->row);
    if (!walk->row)
        return FURROW_ENOMEM;
    if (count > 0)
        furrow__combinations_unrank(walk->row, all, from);
    return FURROW_OK;
}

static void walk_clear(struct visit_state *walk)
{
    free(walk->memory);
    free(walk->row);
}

static void fill_by_table(struct visit_state *walk, uint64_t count)
{
    furrow__row_block blocks[FURROW__BLOCKS];
    furrow__lines lines;
    uint64_t made;
    walk->all->isa->begin(&lines, walk->window, false);
    for (; count > 0; count -= made) {
        size_t n = furrow__cursor_blocks(&walk->cursor, blocks, count, &made);
        walk->all->isa->emit(&lines, blocks, n);
    }
    walk->all->isa->end(&lines);
}

static void fill_one_by_one(struct visit_state *walk, uint64_t count)
{
    const furrow_combinations *all = walk->all;
    unsigned char *to = walk->window;
    for (; count > 0; count--, furrow_selection_next(walk->row, &all->selection))
        for (uint32_t i = 0; i < all->selection.k; i++, to += all->element_size)
            furrow__combinations_put(to, all, walk->row[i]);
}

/* Fills the window, and returns the number of its rows; 0 at the end. */
static size_t walk_on(struct visit_state *walk)
{
    uint64_t count = walk->left < walk->window_rows ? walk->left : walk->window_rows;
    if (walk->all->table_count > 0)
        fill_by_table(walk, count);
    else
        fill_one_by_one(walk, count);
    walk->left -= count;
    walk->next += count;
    return (size_t)count;
}

/* A visit by several threads. */
struct visit_call {
    const furrow_combinations *all;
    furrow__u128 from;
    furrow__shares shares;
    furrow_combinations_visitor visit;
    const void *context;
};

static int visit_range(const struct visit_call *call, furrow__u128 from, uint64_t count, int worker)
{
    struct visit_state walk;
    int status = walk_init(&walk, call->all, from, count);
    while (!status && walk.left > 0) {
        furrow_combinations_block block = {
            .rows = walk.window,
            .first = furrow__wide_of(walk.next),
            .worker = worker,
        };
        block.count = walk_on(&walk);
        status = call->visit(&block, call->context);
    }
    walk_clear(&walk);
    return status;
}

static int visit_shares(const furrow_range *range, const void *context)
{
    const struct visit_call *call = context;
    uint64_t begin = furrow__share_begin(&call->shares, range->begin);
    uint64_t end = furrow__share_begin(&call->shares, range->end);
    return visit_range(call, call->from + begin, end - begin, range->worker);
}

int furrow_combinations_visit(const furrow_combinations *all, furrow_wide from, uint64_t count,
                              const furrow_plan *plan, furrow_combinations_visitor visit,
                              const void *context)
{
    if (!furrow__combinations_holds(all, from, count))
        return FURROW_ERANGE;
    struct visit_call call = {all, furrow__u128_of(from), {0}, visit, context};
    int threads = furrow__threads_of(plan);
    if (threads == 1)
        return visit_range(&call, call.from, count, 0);
    call.shares = furrow__shares_of(count, 0, min_share / (all->row_size + 1) + 1, threads);
    return furrow__shares_run(&call.shares, plan, visit_shares, &call);
}

int furrow_combinations_cursor_new(furrow_combinations_cursor **cursor,
                                   const furrow_combinations *all, furrow_wide from, uint64_t count)
{
    *cursor = NULL;
    if (!furrow__combinations_holds(all, from, count))
        return FURROW_ERANGE;
    struct visit_state *walk = aligned_alloc(FURROW__LINE, sizeof *walk);
    if (!walk)
        return FURROW_ENOMEM;
    int status = walk_init(walk, all, furrow__u128_of(from), count);
    if (status) {
        walk_clear(walk);
        free(walk);
        return status;
    }
    walk->public = (furrow_combinations_cursor){.row_size = all->row_size};
    *cursor = &walk->public;
    return FURROW_OK;
}

void furrow_combinations_cursor_free(furrow_combinations_cursor *cursor)
{
    struct visit_state *walk = (struct visit_state *)cursor; /* its first field */
    if (!walk)
        return;
    walk_clear(walk);
    free(walk);
}

const void *furrow_combinations_cursor_refill(furrow_combinations_cursor *cursor)
{
    struct visit_state *walk = (struct visit_state *)cursor;
    size_t count = walk->left > 0 ? walk_on(walk) : 0;
    if (count == 0)
        return NULL;
    cursor->end = walk->window + count * cursor->row_size;
    cursor->row = walk->window + cursor->row_size;
    return walk->window;
}

const void *furrow_combinations_next_rows(furrow_combinations_cursor *cursor, size_t *count)
{
    struct visit_state *walk = (struct visit_state *)cursor;
    const unsigned char *rows = cursor->row;
    size_t size = cursor->row_size;
    *count = size > 0 ? (size_t)(cursor->end - rows) / size : 0;
    if (*count == 0) {
        *count = walk->left > 0 ? walk_on(walk) : 0;
        rows = *count > 0 ? walk->window : NULL;
        cursor->end = walk->window + *count * size;
    }
    cursor->row = cursor->end;
    return rows;
}
