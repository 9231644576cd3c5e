#include "text.h"

#include <stdlib.h>
#include <string.h>

#include <furrow/status.h>

/* Bytes of the table of suffixes. */
static const size_t max_table = (size_t)384 << 10;
/* A table of single elements is worth its memory up to this size. */
static const size_t max_single = (size_t)64 << 20;
static const size_t max_rows = (size_t)1 << 31;

static size_t round_up(size_t size)
{
    return (size + FURROW__PIECE - 1) / FURROW__PIECE * FURROW__PIECE;
}

/* Bytes from one suffix of `depth` elements to the next. */
static size_t pitch_of(const furrow_combinations_text *text, uint32_t depth)
{
    size_t size = depth * (furrow__text_widest(text, text->all->selection.n) + text->between_size) +
                  text->end_size;
    return round_up(size > 0 ? size : 1);
}

static size_t rows_at(const furrow_combinations_text *text, uint32_t depth)
{
    const furrow_selection *selection = &text->all->selection;
    furrow_selection suffixes = {.n = selection->n - selection->k + depth, .k = depth};
    furrow_wide rows;
    int status = furrow_selection_count(&rows, &suffixes);
    return status || rows.high || rows.low > max_rows ? max_rows : rows.low;
}

static void choose_depth(furrow_combinations_text *text)
{
    uint32_t k = text->all->selection.k;
    text->depth = 0;
    while (text->depth < k && text->depth < FURROW__MAX_ROW) {
        size_t rows = rows_at(text, text->depth + 1), max = text->depth ? max_table : max_single;
        if (rows > max / pitch_of(text, text->depth + 1))
            break;
        text->depth++;
    }
    text->rows = rows_at(text, text->depth);
    text->pitch = pitch_of(text, text->depth);
}

static void fill_suffixes(furrow_combinations_text *text)
{
    const furrow_selection *selection = &text->all->selection;
    furrow_selection suffixes = {.n = selection->n - selection->k + text->depth, .k = text->depth};
    uint32_t row[FURROW__MAX_ROW] = {0}, before = selection->k - text->depth;
    for (uint32_t i = 0; i < text->depth; i++)
        row[i] = i;
    for (size_t i = 0; i < text->rows; i++) {
        char *begin = text->suffixes + i * text->pitch, *end = begin;
        for (uint32_t j = 0; j < text->depth; j++)
            end = furrow__text_put(end, text, row[j] + before, before == 0 && j == 0);
        memcpy(end, text->end, text->end_size);
        text->sizes[i] = (uint32_t)((size_t)(end - begin) + text->end_size);
        furrow_selection_next(row, &suffixes);
    }
}

static int set_suffixes(furrow_combinations_text *text)
{
    uint32_t n = text->all->selection.n, k = text->all->selection.k;
    choose_depth(text);
    text->suffixes = calloc(text->rows, text->pitch + 1);
    text->sizes = calloc(text->rows, sizeof *text->sizes);
    text->tails = calloc((size_t)n + 1, sizeof *text->tails);
    if (!text->suffixes || !text->sizes || !text->tails)
        return FURROW_ENOMEM;
    for (uint32_t m = text->depth; m <= n && m <= n - k + text->depth; m++) {
        furrow_wide rows;
        furrow_selection_count(&rows, &(furrow_selection){.n = m, .k = text->depth});
        text->tails[m] = rows.low;
    }
    fill_suffixes(text);
    text->max_prefix = round_up(
        text->begin_size + (k - text->depth) * (furrow__text_widest(text, text->all->selection.n) +
                                                text->between_size));
    return FURROW_OK;
}

/* Makes the patterns for all possible sizes of rows. */
static int set_patterns(furrow_combinations_text *text, size_t min, size_t max)
{
    for (size_t size = min; size <= max && size <= FURROW__MAX_ROW; size++) {
        text->patterns[size] = aligned_alloc(FURROW__LINE, sizeof *text->patterns[size]);
        if (!text->patterns[size])
            return FURROW_ENOMEM;
        furrow__pattern_init(text->patterns[size], size, size - text->uniform_size, text->all->isa);
    }
    return FURROW_OK;
}

/* Finds the elements from which on all labels have one width, and packs their suffixes. */
static int set_uniform(furrow_combinations_text *text)
{
    uint32_t n = text->all->selection.n, k = text->all->selection.k;
    if (!text->all->isa->packed || text->depth == 0 || text->depth == k)
        return FURROW_OK;
    text->uniform = n - 1;
    while (text->uniform > k - text->depth &&
           furrow__width(text, text->uniform - 1) == furrow__width(text, n - 1))
        text->uniform--;
    if (n - text->uniform < text->depth || text->sizes[text->rows - 1] == 0)
        return FURROW_OK;
    size_t rows = text->tails[n - text->uniform];
    size_t size = text->uniform_size = text->sizes[text->rows - 1];
    text->memory = calloc(rows * size + 2 * FURROW__LINE, 1);
    if (!text->memory)
        return FURROW_ENOMEM;
    text->packed = (unsigned char *)text->memory + FURROW__LINE;
    const char *from = text->suffixes + (text->rows - rows) * text->pitch;
    for (size_t i = 0; i < rows; i++)
        memcpy(text->packed + i * size, from + i * text->pitch, size);
    text->packed += rows * size; /* the end, from which tails are counted */
    size_t prefix = text->begin_size + (k - text->depth - 1) * text->between_size;
    return set_patterns(text, prefix + size, text->max_prefix + size);
}

int furrow__text_table_init(furrow_combinations_text *text)
{
    int status = set_suffixes(text);
    return status ? status : set_uniform(text);
}

void furrow__text_table_clear(furrow_combinations_text *text)
{
    for (size_t i = 0; i <= FURROW__MAX_ROW; i++)
        free(text->patterns[i]);
    free(text->tails);
    free(text->suffixes);
    free(text->sizes);
    free(text->memory);
}
