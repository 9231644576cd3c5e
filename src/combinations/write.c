#include <stdlib.h>

#include <furrow/status.h>

#include "internal.h"

/* Fewer bytes are not worth a thread. */
static const size_t min_share = 65536;

static void write_by_table(unsigned char *rows, const furrow_combinations *all, furrow__u128 from,
                           uint64_t count, bool streams)
{
    furrow__row_block blocks[FURROW__BLOCKS];
    furrow__cursor cursor;
    furrow__lines lines;
    uint64_t made;
    furrow__cursor_begin(&cursor, all, from, count);
    all->isa->begin(&lines, rows, streams);
    for (size_t n; (n = furrow__cursor_blocks(&cursor, blocks, UINT64_MAX, &made)) > 0;)
        all->isa->emit(&lines, blocks, n);
    all->isa->end(&lines);
}

/* Writes rows one by one: the reference for write_by_table. */
static void write_with(uint32_t *row, unsigned char *rows, const furrow_combinations *all,
                       furrow__u128 from, uint64_t count)
{
    uint32_t k = all->selection.k;
    furrow__combinations_unrank(row, all, from);
    for (; count > 0; count--, furrow_selection_next(row, &all->selection))
        for (uint32_t i = 0; i < k; i++, rows += all->element_size)
            furrow__combinations_put(rows, all, row[i]);
}

static int write_one_by_one(unsigned char *rows, const furrow_combinations *all, furrow__u128 from,
                            uint64_t count)
{
    uint32_t few[FURROW__MAX_ROW], *row = few, k = all->selection.k;
    if (k > FURROW__MAX_ROW && !(row = malloc(k * sizeof *row)))
        return FURROW_ENOMEM;
    write_with(row, rows, all, from, count);
    if (row != few)
        free(row);
    return FURROW_OK;
}

int furrow__combinations_write(unsigned char *rows, const furrow_combinations *all,
                               furrow__u128 from, uint64_t count, bool streams)
{
    if (count == 0 || all->row_size == 0)
        return FURROW_OK;
    if (all->table_count == 0)
        return write_one_by_one(rows, all, from, count);
    write_by_table(rows, all, from, count, streams);
    return FURROW_OK;
}

bool furrow__combinations_holds(const furrow_combinations *all, furrow_wide from, uint64_t count)
{
    furrow__u128 first = furrow__u128_of(from);
    return first <= all->rows && count <= all->rows - first;
}

/* A write by several threads. */
struct write_call {
    unsigned char *rows;
    const furrow_combinations *all;
    furrow__u128 from;
    furrow__shares shares;
    bool streams;
};

static int write_shares(const furrow_range *range, const void *context)
{
    const struct write_call *call = context;
    uint64_t begin = furrow__share_begin(&call->shares, range->begin);
    uint64_t end = furrow__share_begin(&call->shares, range->end);
    return furrow__combinations_write(call->rows + begin * call->all->row_size, call->all,
                                      call->from + begin, end - begin, call->streams);
}

/* The first row that begins at a cache line; 0: there is none. */
static uint64_t first_aligned(const unsigned char *rows, size_t row_size)
{
    for (uint64_t i = 0; i < FURROW__LINE; i++)
        if (((uintptr_t)rows + i * row_size) % FURROW__LINE == 0)
            return i;
    return 0;
}

int furrow_combinations_write(void *rows, const furrow_combinations *all, furrow_wide from,
                              size_t count, const furrow_plan *plan)
{
    if (!furrow__combinations_holds(all, from, count))
        return FURROW_ERANGE;
    if (all->row_size > 0 && count > SIZE_MAX / all->row_size)
        return FURROW_EOVERFLOW;
    size_t size = count * all->row_size;
    int threads = furrow__threads_of(plan);
    bool streams = all->stores == FURROW_STORES_STREAMED ||
                   (all->stores == FURROW_STORES_BY_SIZE && size > all->cache);
    if (threads == 1 || size < 2 * min_share)
        return furrow__combinations_write(rows, all, furrow__u128_of(from), count, streams);
    struct write_call call = {
        .rows = rows, .all = all, .from = furrow__u128_of(from), .streams = streams};
    call.shares = furrow__shares_of(count, first_aligned(rows, all->row_size),
                                    min_share / all->row_size + 1, threads);
    return furrow__shares_run(&call.shares, plan, write_shares, &call);
}
