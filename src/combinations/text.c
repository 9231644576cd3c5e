#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/status.h>

/* Bytes of the table of suffixes. */
static const size_t most_table = (size_t)384 << 10;
/* One of single elements is always worth its memory, up to so much. */
static const size_t most_single = (size_t)64 << 20;
static const size_t most_row = (size_t)1 << 31;

char *furrow__text_put(char *to, const furrow_combinations_text *text, uint32_t element, bool first)
{
    size_t between = first ? 0 : text->between_size, width = furrow__width(text, element);
    memcpy(to, text->between, between);
    memcpy(to + between, text->names + text->starts[element], width);
    return to + between + width;
}

static int copy(char **own, size_t *size, const char *from)
{
    *size = from ? strlen(from) : 0;
    *own = calloc(*size + 1, 1);
    if (!*own)
        return FURROW_ENOMEM;
    memcpy(*own, from ? from : "", *size);
    return FURROW_OK;
}

static size_t label_size(const char *const *labels, uint32_t element)
{
    char number[16];
    return labels ? strlen(labels[element])
                  : (size_t)snprintf(number, sizeof number, "%lu", (unsigned long)element);
}

static int set_labels(furrow_combinations_text *text, const char *const *labels)
{
    uint32_t n = text->all->selection.n;
    text->starts = calloc((size_t)n + 1, sizeof *text->starts);
    text->widths = calloc((size_t)n + 1, sizeof *text->widths);
    if (!text->starts || !text->widths)
        return FURROW_ENOMEM;
    size_t size = 0;
    for (uint32_t i = 0; i < n; i++) {
        size += label_size(labels, i);
        if (size > most_row)
            return FURROW_EOVERFLOW;
        text->starts[i + 1] = (uint32_t)size;
    }
    text->names = calloc(size + 1, 1);
    if (!text->names)
        return FURROW_ENOMEM;
    for (uint32_t i = 0; i < n; i++) {
        char number[16];
        snprintf(number, sizeof number, "%lu", (unsigned long)i);
        memcpy(text->names + text->starts[i], labels ? labels[i] : number, furrow__width(text, i));
    }
    for (uint32_t i = n; i-- > 0;)
        text->widths[i] = text->widths[i + 1] + furrow__width(text, i);
    return FURROW_OK;
}

static size_t widest(const furrow_combinations_text *text)
{
    size_t most = 0;
    for (uint32_t i = 0; i < text->all->selection.n; i++)
        most = furrow__width(text, i) > most ? furrow__width(text, i) : most;
    return most;
}

static size_t round_up(size_t size)
{
    return (size + FURROW__PIECE - 1) / FURROW__PIECE * FURROW__PIECE;
}

/* Bytes from one suffix of so many elements to the next. */
static size_t pitch_of(const furrow_combinations_text *text, uint32_t depth)
{
    size_t size = depth * (widest(text) + text->between_size) + text->end_size;
    return round_up(size > 0 ? size : 1);
}

static size_t rows_at(const furrow_combinations_text *text, uint32_t depth)
{
    const furrow_selection *selection = &text->all->selection;
    furrow_selection suffixes = {.n = selection->n - selection->k + depth, .k = depth};
    furrow_wide rows;
    int status = furrow_selection_count(&rows, &suffixes);
    return status || rows.high || rows.low > most_row ? most_row : rows.low;
}

static void choose_depth(furrow_combinations_text *text)
{
    uint32_t k = text->all->selection.k;
    text->depth = 0;
    while (text->depth < k && text->depth < FURROW__MOST_ROW) {
        size_t rows = rows_at(text, text->depth + 1), most = text->depth ? most_table : most_single;
        if (rows > most / pitch_of(text, text->depth + 1))
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
    uint32_t row[FURROW__MOST_ROW] = {0}, before = selection->k - text->depth;
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
    text->most_prefix =
        round_up(text->begin_size + (k - text->depth) * (widest(text) + text->between_size));
    return FURROW_OK;
}

/* Patterns for all sizes of rows that the prefixes can have. */
static int set_patterns(furrow_combinations_text *text, size_t least, size_t most)
{
    for (size_t size = least; size <= most && size <= FURROW__MOST_ROW; size++) {
        text->patterns[size] = aligned_alloc(FURROW__LINE, sizeof *text->patterns[size]);
        if (!text->patterns[size])
            return FURROW_ENOMEM;
        furrow__pattern_init(text->patterns[size], size, size - text->uniform_size,
                             text->all->level);
    }
    return FURROW_OK;
}

/* The elements from which on all labels are of one width, and their suffixes without gaps. */
static int set_uniform(furrow_combinations_text *text)
{
    uint32_t n = text->all->selection.n, k = text->all->selection.k;
    if (!text->all->level->packed || text->depth == 0 || text->depth == k)
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
    text->packed += rows * size; /* from the end, as tails are counted */
    size_t prefix = text->begin_size + (k - text->depth - 1) * text->between_size;
    return set_patterns(text, prefix + size, text->most_prefix + size);
}

static int init(furrow_combinations_text *text, uint32_t n, uint32_t k, const char *const *labels,
                const furrow_combinations_style *style)
{
    furrow_selection selection = {.n = n, .k = k};
    int status = furrow_combinations_new(
        &text->all, &selection, &(furrow_combinations_options){.element_size = 4, .table_size = 1});
    if (status == FURROW_OK)
        status = copy(&text->begin, &text->begin_size, style->begin);
    if (status == FURROW_OK)
        status = copy(&text->between, &text->between_size, style->between);
    if (status == FURROW_OK)
        status = copy(&text->end, &text->end_size, style->end);
    if (status == FURROW_OK && text->all->rows > 0)
        status = set_labels(text, labels);
    if (status || text->all->rows == 0)
        return status;
    if (text->begin_size + text->end_size + k * (widest(text) + text->between_size) > most_row)
        return FURROW_EOVERFLOW;
    status = set_suffixes(text);
    return status ? status : set_uniform(text);
}

int furrow_combinations_text_new(furrow_combinations_text **text, uint32_t n, uint32_t k,
                                 const char *const *labels, const furrow_combinations_style *style)
{
    *text = NULL;
    furrow_combinations_text *fresh = calloc(1, sizeof *fresh);
    if (!fresh)
        return FURROW_ENOMEM;
    int status = init(fresh, n, k, labels, style);
    if (status)
        furrow_combinations_text_free(fresh);
    else
        *text = fresh;
    return status;
}

void furrow_combinations_text_free(furrow_combinations_text *text)
{
    if (!text)
        return;
    for (size_t i = 0; i <= FURROW__MOST_ROW; i++)
        free(text->patterns[i]);
    furrow_combinations_free(text->all);
    free(text->begin);
    free(text->between);
    free(text->end);
    free(text->names);
    free(text->starts);
    free(text->widths);
    free(text->tails);
    free(text->suffixes);
    free(text->sizes);
    free(text->memory);
    free(text);
}
