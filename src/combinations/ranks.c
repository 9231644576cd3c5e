#include <math.h>
#include <stdlib.h>

#include <furrow/status.h>

#include "internal.h"

/* Bytes of the binomials. Larger tables would displace the rows themselves from the cache. */
static const size_t max_size = (size_t)1 << 20;
/* Columns up to this length are compared as a whole; longer ones are bisected. */
static const size_t short_column = 96;

static void fill_columns(furrow__ranks *ranks, uint32_t n, uint32_t k)
{
    for (uint32_t j = 0; j <= k; j++) {
        uint64_t *column = ranks->columns + j * ranks->height;
        for (size_t m = 0; m < ranks->height; m++) {
            furrow_wide ways = {UINT64_MAX, 0};
            if (m <= n)
                furrow_selection_count(&ways, &(furrow_selection){.n = (uint32_t)m, .k = j});
            column[m] = ways.high ? UINT64_MAX : ways.low;
        }
    }
}

static void fill_lines(furrow__ranks *ranks, uint32_t n, uint32_t k)
{
    for (uint32_t m = 0; m <= n; m++)
        for (uint32_t j = 0; j <= k; j++) {
            furrow_wide ways;
            furrow_selection_count(&ways, &(furrow_selection){.n = m, .k = j});
            ranks->lines[((size_t)m + 1) * (k + 1) + j] = furrow__u128_of(ways);
        }
}

int furrow__ranks_init(furrow__ranks *ranks, const furrow_combinations *all)
{
    uint32_t n = all->selection.n, k = all->selection.k;
    bool wide = all->rows > UINT64_MAX;
    size_t cell = wide ? sizeof *ranks->lines : sizeof *ranks->columns;
    if (all->selection.kind != FURROW_SUBSETS || all->rows == 0 || n > max_size || k > n ||
        ((size_t)n + 8) * ((size_t)k + 1) > max_size / cell)
        return FURROW_OK;
    ranks->height = ((size_t)n + 8) / 8 * 8;
    if (wide) {
        ranks->lines = calloc(((size_t)n + 2) * (k + 1), sizeof *ranks->lines);
        if (ranks->lines)
            fill_lines(ranks, n, k);
    } else {
        ranks->columns = calloc(ranks->height * (k + 1), sizeof *ranks->columns);
        if (ranks->columns)
            fill_columns(ranks, n, k);
    }
    return ranks->lines || ranks->columns ? FURROW_OK : FURROW_ENOMEM;
}

void furrow__ranks_clear(furrow__ranks *ranks)
{
    free(ranks->columns);
    free(ranks->lines);
}

/* The number of column[0 ... count-1] that are at most `limit`, and at least 1. The column ascends.
 * No branch depends on its values. */
static size_t bisect(const uint64_t *column, size_t count, uint64_t limit)
{
    const uint64_t *base = column;
    while (count > 1) {
        size_t half = count / 2;
        base = base[half] <= limit ? base + half : base;
        count -= half;
    }
    return (size_t)(base - column) + 1;
}

static void unrank_by_columns(uint32_t *row, const furrow_combinations *all, uint64_t rank)
{
    const furrow__ranks *ranks = &all->ranks;
    uint32_t n = all->selection.n, k = all->selection.k;
    uint64_t rest = (uint64_t)all->rows - 1 - rank;
    for (uint32_t i = 0; i < k; i++) {
        const uint64_t *column = ranks->columns + (k - i) * ranks->height;
        size_t position = ranks->height <= short_column
                              ? all->isa->position(column, ranks->height, rest)
                              : bisect(column, (size_t)n + 1, rest);
        row[i] = (uint32_t)(n - position);
        rest -= column[position - 1];
    }
}

/* One step per element, which the row has or has not; no branch depends on it. Both binomials of
 * the next step are loaded before this step has chosen one of them. */
static void unrank_by_lines(uint32_t *row, const furrow_combinations *all, furrow__u128 rank)
{
    uint32_t n = all->selection.n, k = all->selection.k, left = k;
    furrow__u128 rest = all->rows - 1 - rank;
    const furrow__u128 *line = all->ranks.lines + (size_t)n * (k + 1);
    furrow__u128 ways = line[left];
    for (uint32_t element = 0; left > 0; element++) {
        line -= k + 1;
        furrow__u128 same = line[left], fewer = line[left - 1];
        bool taken = ways <= rest;
        *row = element;
        row += taken;
        rest -= taken ? ways : 0;
        ways = taken ? fewer : same;
        left -= taken;
    }
}

/* Finds C(m, 2) <= rest < C(m+1, 2) by a square root, which is off by at most one. */
static void unrank_pair(uint32_t *row, const furrow_combinations *all, uint64_t rank)
{
    uint64_t rest = (uint64_t)all->rows - 1 - rank;
    uint64_t m = (uint64_t)((1 + sqrt(1 + 8 * (double)rest)) / 2);
    while (m * (m - 1) / 2 > rest)
        m--;
    while ((m + 1) * m / 2 <= rest)
        m++;
    row[0] = (uint32_t)(all->selection.n - 1 - m);
    row[1] = (uint32_t)(all->selection.n - 1 - (rest - m * (m - 1) / 2));
}

void furrow__combinations_unrank(uint32_t *row, const furrow_combinations *all, furrow__u128 rank)
{
    if (all->selection.kind == FURROW_SUBSETS && all->selection.k == 2)
        unrank_pair(row, all, (uint64_t)rank);
    else if (all->ranks.columns)
        unrank_by_columns(row, all, (uint64_t)rank);
    else if (all->ranks.lines)
        unrank_by_lines(row, all, rank);
    else
        furrow_selection_unrank(row, &all->selection, furrow__wide_of(rank));
}

furrow__u128 furrow__combinations_choose(const furrow_combinations *all, uint32_t n, uint32_t k)
{
    const furrow__ranks *ranks = &all->ranks;
    if (ranks->columns)
        return ranks->columns[k * ranks->height + n];
    if (ranks->lines)
        return ranks->lines[((size_t)n + 1) * (all->selection.k + 1) + k];
    furrow_wide ways;
    furrow_selection_count(&ways, &(furrow_selection){.n = n, .k = k});
    return furrow__u128_of(ways);
}

uint64_t furrow__rows_after(const furrow_combinations *all, const uint32_t *row, uint32_t depth)
{
    uint32_t n = all->selection.n, k = all->selection.k;
    uint64_t after = 0;
    for (uint32_t left = depth; left > 0; left--)
        after += (uint64_t)furrow__combinations_choose(all, n - 1 - row[k - left], left);
    return after;
}

int furrow_combinations_row_at(uint32_t *row, const furrow_combinations *all, furrow_wide rank)
{
    if (furrow__u128_of(rank) >= all->rows)
        return FURROW_ERANGE;
    furrow__combinations_unrank(row, all, furrow__u128_of(rank));
    return FURROW_OK;
}

static int rank_by_columns(uint64_t *rank, const furrow_combinations *all, const uint32_t *row)
{
    const furrow__ranks *ranks = &all->ranks;
    uint32_t n = all->selection.n, k = all->selection.k;
    uint64_t least = 0;
    const uint64_t *column = ranks->columns + k * ranks->height + n - 1;
    *rank = (uint64_t)all->rows - 1;
    for (uint32_t i = 0; i < k; i++, column -= ranks->height) {
        if (row[i] >= n || row[i] < least)
            return FURROW_EINVAL;
        *rank -= column[-(ptrdiff_t)row[i]];
        least = (uint64_t)row[i] + 1;
    }
    return FURROW_OK;
}

static int rank_by_lines(furrow__u128 *rank, const furrow_combinations *all, const uint32_t *row)
{
    uint32_t n = all->selection.n, k = all->selection.k;
    uint64_t least = 0;
    *rank = all->rows - 1;
    for (uint32_t i = 0; i < k; i++) {
        if (row[i] >= n || row[i] < least)
            return FURROW_EINVAL;
        *rank -= furrow__combinations_choose(all, n - 1 - row[i], k - i);
        least = (uint64_t)row[i] + 1;
    }
    return FURROW_OK;
}

int furrow_combinations_rank_of(furrow_wide *rank, const furrow_combinations *all,
                                const uint32_t *row)
{
    furrow__u128 number = 0;
    int status;
    *rank = (furrow_wide){0};
    if (all->ranks.columns)
        return rank_by_columns(&rank->low, all, row);
    if (!all->ranks.lines)
        return furrow_selection_rank(rank, &all->selection, row);
    status = rank_by_lines(&number, all, row);
    *rank = furrow__wide_of(number);
    return status;
}
