#include <stdlib.h>
#include <string.h>

#include <furrow/status.h>

#include "internal.h"

/* A table of single elements is worth its memory up to this size. */
static const size_t max_single = (size_t)64 << 20;

static void init_phase(furrow__pattern *pattern, size_t phase, const furrow__combinations_isa *isa)
{
    furrow__pattern_phase *begin = &pattern->phases[phase];
    size_t taken = 0;
    for (size_t i = 0; i < isa->width; i++) {
        size_t byte = (phase + i) % pattern->period;
        if (isa->packed)
            byte = byte < pattern->prefix ? FURROW__LINE + byte : taken++;
        begin->indices[i] = (unsigned char)byte;
    }
    begin->taken = isa->packed ? taken : isa->width;
}

void furrow__pattern_init(furrow__pattern *pattern, size_t period, size_t prefix,
                          const furrow__combinations_isa *isa)
{
    size_t suffix = period - prefix;
    pattern->period = period;
    pattern->prefix = prefix;
    pattern->step = isa->width % period;
    for (size_t phase = 0; phase < period; phase++)
        init_phase(pattern, phase, isa);
    for (size_t i = 0; i < isa->width; i++) {
        size_t part = i % period, taken = i / period * suffix + (part < suffix ? part : suffix);
        pattern->first[i] = (unsigned char)(part ? period - part : 0);
        pattern->before[i] = (unsigned char)(isa->packed ? taken : i);
    }
}

/* Makes C(m, t) of C(m, t-1), for all m up to n: the next column of Pascal's triangle. All entries
 * up to the number of rows fit, and larger ones are not used. */
static void next_column(uint64_t *column, uint32_t n)
{
    uint64_t sum = 0;
    for (uint32_t m = 0; m <= n; m++) {
        uint64_t before = column[m];
        column[m] = sum;
        sum += before;
    }
}

static size_t pitch_of(const furrow_combinations *all, uint32_t depth)
{
    return all->isa->packed ? depth * all->element_size : all->row_size;
}

/* Makes a table from the one of depth t-1: each possible first element, followed by the rows of
 * later elements. A row of a spread table begins with the zeros of the prefix. */
static void fill(furrow__suffixes *to, const furrow__suffixes *from, const furrow_combinations *all)
{
    size_t size = all->element_size, offset = to->pitch - to->depth * size;
    furrow__row_block block = {.pattern = to->pattern};
    furrow__lines lines;
    furrow__pattern_init(to->pattern, to->pitch, offset + size, all->isa);
    all->isa->begin(&lines, to->end - to->rows * to->pitch, false);
    for (uint32_t element = to->first; element <= all->selection.n - to->depth; element++) {
        uint64_t tail = from->tails[all->selection.n - 1 - element];
        furrow__combinations_put(block.prefix + offset, all, element);
        block.rows = from->end - tail * from->pitch;
        block.size = tail * to->pitch;
        all->isa->emit(&lines, &block, 1);
    }
    all->isa->end(&lines);
}

/* Allocates `rows` rows, and makes the tails from those of the table of depth t-1; NULL: t is 0. */
static int allocate(furrow__suffixes *table, const furrow_combinations *all,
                    const furrow__suffixes *flatter)
{
    uint32_t n = all->selection.n;
    size_t size = table->rows * table->pitch;
    table->memory = calloc(size + 4 * FURROW__LINE, 1);
    table->tails = malloc(((size_t)n + 1) * sizeof *table->tails);
    table->pattern = aligned_alloc(FURROW__LINE, sizeof *table->pattern);
    if (!table->memory || !table->tails || !table->pattern)
        return FURROW_ENOMEM;
    uintptr_t address = (uintptr_t)table->memory + FURROW__LINE;
    size_t offset = FURROW__LINE - address % FURROW__LINE;
    table->end = (unsigned char *)table->memory + FURROW__LINE + offset + size;
    for (uint32_t m = 0; m <= n; m++)
        table->tails[m] = flatter ? flatter->tails[m] : 1;
    if (flatter)
        next_column(table->tails, n);
    return FURROW_OK;
}

static void release(furrow__suffixes *table)
{
    free(table->memory);
    free(table->tails);
    free(table->pattern);
    *table = (furrow__suffixes){0};
}

/* The number of subsets of `depth` of the elements from `first` on, or a number larger than that of
 * any table. */
static size_t rows_from(const furrow_combinations *all, uint32_t depth, uint32_t first)
{
    furrow_selection suffixes = {.n = all->selection.n - first, .k = depth};
    furrow_wide rows;
    int status = furrow_selection_count(&rows, &suffixes);
    return status || rows.high > 0 || rows.low > SIZE_MAX / 256 ? SIZE_MAX / 256 : rows.low;
}

static uint32_t choose_depth(const furrow_combinations *all, size_t max_size)
{
    uint32_t depth = 0, k = all->selection.k;
    while (depth < k) {
        uint32_t next = depth + 1;
        size_t size = rows_from(all, next, k - next) * pitch_of(all, next);
        if (size > max_size && (depth > 0 || size > max_single))
            break;
        depth = next;
    }
    return depth;
}

/* Makes a table of depth t+1 from one of depth t, of the elements from `first` on. */
static int deepen(furrow__suffixes *to, const furrow__suffixes *from, uint32_t first,
                  const furrow_combinations *all)
{
    uint32_t depth = from->depth + 1;
    *to = (furrow__suffixes){.depth = depth, .first = first, .pitch = pitch_of(all, depth)};
    to->rows = rows_from(all, depth, first);
    int status = allocate(to, all, from);
    if (status == FURROW_OK)
        fill(to, from, all);
    return status;
}

/* Makes the table of all suffixes from those of lesser depths. */
static int make_whole(furrow_combinations *all, uint32_t depth)
{
    furrow__suffixes *table = &all->tables[0];
    *table = (furrow__suffixes){.rows = 1, .pitch = pitch_of(all, 0)};
    int status = allocate(table, all, NULL);
    while (!status && table->depth < depth) {
        furrow__suffixes deeper;
        status = deepen(&deeper, table, all->selection.k - table->depth - 1, all);
        release(table);
        *table = deeper;
    }
    return status;
}

/* Makes deeper tables for the last elements, where suffixes are few and blocks would be short. */
static int make_ends(furrow_combinations *all, size_t max_size)
{
    uint32_t n = all->selection.n, k = all->selection.k;
    int status = FURROW_OK;
    for (size_t i = 1; !status && i < FURROW__TABLES; i++) {
        const furrow__suffixes *flatter = &all->tables[i - 1];
        uint32_t depth = flatter->depth + 1;
        if (depth >= k)
            break;
        uint32_t first = flatter->first > k - depth ? flatter->first : k - depth;
        while (first + depth < n && rows_from(all, depth, first) * pitch_of(all, depth) > max_size)
            first++;
        if (first + depth >= n)
            break;
        status = deepen(&all->tables[i], flatter, first, all);
        all->table_count += !status;
    }
    return status;
}

int furrow__suffixes_init(furrow_combinations *all, size_t max_size)
{
    const furrow_selection *selection = &all->selection;
    bool possible = selection->kind == FURROW_SUBSETS && all->rows > 0 && selection->k > 0 &&
                    all->row_size <= FURROW__MAX_ROW;
    uint32_t depth = possible ? choose_depth(all, max_size) : 0;
    if (depth == 0)
        return FURROW_OK;
    int status = make_whole(all, depth);
    if (status == FURROW_OK) {
        all->table_count = 1;
        status = make_ends(all, max_size / 4);
    }
    for (size_t i = 0; !status && i < all->table_count; i++) {
        const furrow__suffixes *table = &all->tables[i];
        furrow__pattern_init(table->pattern, all->row_size,
                             all->row_size - table->depth * all->element_size, all->isa);
    }
    return status;
}

void furrow__suffixes_clear(furrow_combinations *all)
{
    for (size_t i = 0; i < FURROW__TABLES; i++)
        release(&all->tables[i]);
}
