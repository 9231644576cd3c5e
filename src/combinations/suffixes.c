#include <stdlib.h>
#include <string.h>

#include <furrow/status.h>

#include "internal.h"

/* A table of single elements is always worth its memory, up to so much. */
static const size_t most_single = (size_t)64 << 20;

static void init_phase(furrow__pattern *pattern, size_t phase, const furrow__level *level)
{
    furrow__phase *begin = &pattern->phases[phase];
    size_t taken = 0;
    for (size_t i = 0; i < level->width; i++) {
        size_t byte = (phase + i) % pattern->period;
        if (level->packed)
            byte = byte < pattern->prefix ? FURROW__LINE + byte : taken++;
        begin->indices[i] = (unsigned char)byte;
    }
    begin->taken = level->packed ? taken : level->width;
}

void furrow__pattern_init(furrow__pattern *pattern, size_t period, size_t prefix,
                          const furrow__level *level)
{
    size_t suffix = period - prefix;
    pattern->period = period;
    pattern->prefix = prefix;
    pattern->step = level->width % period;
    for (size_t phase = 0; phase < period; phase++)
        init_phase(pattern, phase, level);
    for (size_t i = 0; i < level->width; i++) {
        size_t part = i % period, taken = i / period * suffix + (part < suffix ? part : suffix);
        pattern->first[i] = (unsigned char)(part ? period - part : 0);
        pattern->before[i] = (unsigned char)(level->packed ? taken : i);
    }
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

size_t furrow__suffixes_pitch(const furrow_combinations *all, uint32_t depth)
{
    return all->level->packed ? depth * all->element_size : all->row_size;
}

/* Makes the table one level deeper: for each element that a row can begin with, the rows of the
 * table before that come after it. A row begins with the zeros of what is left out, if any. */
static void deepen(furrow__suffixes *to, const furrow__suffixes *from,
                   const furrow_combinations *all, furrow__pattern *pattern)
{
    uint32_t n = all->selection.n, depth = to->depth;
    size_t size = all->element_size, pitch = furrow__suffixes_pitch(all, depth);
    size_t offset = pitch - depth * size;
    furrow__block block = {.pattern = pattern};
    furrow__lines lines;
    furrow__pattern_init(pattern, pitch, offset + size, all->level);
    all->level->begin(&lines, to->bytes, false);
    for (uint32_t element = all->selection.k - depth; element <= n - depth; element++) {
        uint64_t tail = from->tails[n - 1 - element];
        furrow__combinations_put(block.prefix + offset, all, element);
        block.rows = from->bytes + (from->rows - tail) * furrow__suffixes_pitch(all, from->depth);
        block.size = tail * pitch;
        all->level->emit(&lines, &block, 1);
    }
    all->level->end(&lines);
}

static int allocate(furrow__suffixes *table, const furrow_combinations *all)
{
    size_t size = table->rows * furrow__suffixes_pitch(all, table->depth);
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
        size_t size = rows_at(all, depth + 1) * furrow__suffixes_pitch(all, depth + 1);
        if (size > most_size && (depth > 0 || size > most_single))
            break;
        depth++;
    }
    return depth;
}

/* One level deeper, in the place of the table. */
static int replace(furrow_combinations *all)
{
    furrow__suffixes *table = &all->table;
    furrow__suffixes deeper = {.depth = table->depth + 1, .tails = table->tails};
    deeper.rows = rows_at(all, deeper.depth);
    int status = allocate(&deeper, all);
    if (status)
        return status;
    deepen(&deeper, table, all, all->pattern);
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
    return allocate(&all->table, all);
}

int furrow__suffixes_init(furrow_combinations *all, size_t most_size)
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
    if (status == FURROW_OK)
        furrow__pattern_init(all->pattern, all->row_size, all->row_size - depth * all->element_size,
                             all->level);
    return status;
}

void furrow__suffixes_clear(furrow_combinations *all)
{
    free(all->table.memory);
    free(all->table.tails);
    free(all->pattern);
}
