#include <stdlib.h>
#include <string.h>

#include <furrow/status.h>

#include "internal.h"

/* A table of single elements is always worth its memory, up to so much. */
static const size_t most_single = (size_t)64 << 20;

void furrow__pattern_init(furrow__pattern *pattern, size_t period)
{
    pattern->period = period;
    for (size_t phase = 0; phase < period; phase++)
        for (size_t i = 0; i < FURROW__LINE; i++)
            pattern->indices[phase][i] = (unsigned char)((phase + i) % period);
}

/* C(m, t) for all m up to n, from C(m, t-1): a column of Pascal's triangle. They fit: `rows` does,
 * and what is beyond it is not used. */
static void next_column(uint64_t *column, uint32_t n)
{
    uint64_t sum = 0;
    for (uint32_t m = 0; m <= n; m++) {
        uint64_t before = column[m];
        column[m] = sum;
        sum += before;
    }
}

/* Makes the table one level deeper: for each element that a row can begin with, the rows of the
 * table before that come after it. */
static void deepen(unsigned char *to, const furrow__table *from, const furrow_combinations *all)
{
    uint32_t n = all->selection.n, k = all->selection.k, depth = from->depth + 1;
    size_t offset = (k - depth) * all->element_size;
    furrow__block block = {.pattern = all->pattern, .prefix_size = offset + all->element_size};
    furrow__lines lines;
    all->level->begin(&lines, to, false);
    for (uint32_t element = k - depth; element <= n - depth; element++) {
        uint64_t tail = from->tails[n - 1 - element];
        furrow__combinations_put(block.prefix + offset, all, element);
        block.rows = from->bytes + (from->rows - tail) * all->row_size;
        block.size = tail * all->row_size;
        all->level->emit(&lines, &block, 1);
    }
    all->level->end(&lines);
}

static int allocate(furrow__table *table, const furrow_combinations *all)
{
    size_t size = table->rows * all->row_size;
    table->memory = calloc(size + 4 * FURROW__LINE, 1);
    if (!table->memory)
        return FURROW_ENOMEM;
    uintptr_t address = (uintptr_t)table->memory + FURROW__LINE;
    size_t offset = FURROW__LINE - address % FURROW__LINE;
    table->bytes = (unsigned char *)table->memory + FURROW__LINE + offset;
    return FURROW_OK;
}

/* How many rows a table of that depth has; more than any table's where they are too many. */
static size_t rows_at(const furrow_combinations *all, uint32_t depth)
{
    furrow_selection suffixes = {.n = all->selection.n - all->selection.k + depth, .k = depth};
    furrow_wide rows;
    int status = furrow_selection_count(&rows, &suffixes);
    return status || rows.high > 0 || rows.low > SIZE_MAX / 256 ? SIZE_MAX / 256 : rows.low;
}

static uint32_t choose_depth(const furrow_combinations *all, size_t most_size)
{
    uint32_t depth = 0, k = all->selection.k;
    while (depth < k) {
        size_t size = rows_at(all, depth + 1) * all->row_size;
        if (size > most_size && (depth > 0 || size > most_single))
            break;
        depth++;
    }
    return depth;
}

/* One level deeper, in the place of the table. */
static int replace(furrow_combinations *all)
{
    furrow__table *table = &all->table;
    furrow__table deeper = {.depth = table->depth + 1, .tails = table->tails};
    deeper.rows = rows_at(all, deeper.depth);
    int status = allocate(&deeper, all);
    if (status)
        return status;
    deepen(deeper.bytes, table, all);
    next_column(table->tails, all->selection.n);
    free(table->memory);
    *table = deeper;
    return FURROW_OK;
}

/* Depth 0: a row of zeros, after any element. */
static int init_flat(furrow_combinations *all)
{
    uint32_t n = all->selection.n;
    all->table.rows = 1;
    all->table.tails = calloc((size_t)n + 1, sizeof *all->table.tails);
    all->pattern = aligned_alloc(FURROW__LINE, sizeof *all->pattern);
    if (!all->table.tails || !all->pattern)
        return FURROW_ENOMEM;
    for (uint32_t m = 0; m <= n; m++)
        all->table.tails[m] = 1;
    furrow__pattern_init(all->pattern, all->row_size);
    return allocate(&all->table, all);
}

int furrow__table_init(furrow_combinations *all, size_t most_size)
{
    const furrow_selection *selection = &all->selection;
    bool possible = selection->kind == FURROW_SUBSETS && all->rows > 0 && selection->k > 0 &&
                    all->row_size <= FURROW__MOST_ROW;
    uint32_t depth = possible ? choose_depth(all, most_size) : 0;
    if (depth == 0)
        return FURROW_OK;
    int status = init_flat(all);
    while (!status && all->table.depth < depth)
        status = replace(all);
    return status;
}

void furrow__table_clear(furrow_combinations *all)
{
    free(all->table.memory);
    free(all->table.tails);
    free(all->pattern);
}
