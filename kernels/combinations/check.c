/*
 * check.c: compares a document, row by row, with rows that are made one by one.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "state.h"

static int differs(size_t item, furrow_error *error)
{
    return furrow_error_set(error, FURROW_EVERIFY,
                            "row %zu: expected the row that is made alone, got other bytes", item);
}

/* Writes one row; returns its end. */
static char *put_row(char *to, const struct combinations *all, const uint32_t *row)
{
    furrow_combinations_style style = furrow__combinations_style(all);
    const char *const *labels = all->quoted ? all->quoted : all->labels;
    to = stpcpy(to, style.begin);
    for (uint32_t i = 0; i < all->selection.k; i++) {
        const uint16_t half = (uint16_t)row[i];
        const unsigned char byte = (unsigned char)row[i];
        if (all->format >= U8)
            to = mempcpy(to,
                         all->width == 1   ? (const void *)&byte
                         : all->width == 2 ? (const void *)&half
                                           : (const void *)&row[i],
                         all->width);
        else if (all->labels)
            to = stpcpy(stpcpy(to, i > 0 ? style.between : ""),
                        labels[furrow__combinations_label(all, i, row[i])]);
        else
            to += sprintf(to, "%s%" PRIu32, i > 0 ? style.between : "", row[i]);
    }
    return stpcpy(to, style.end);
}

static size_t longest_row(const struct combinations *all)
{
    const char *const *labels = all->quoted ? all->quoted : all->labels;
    size_t longest = 16, count = labels ? furrow__combinations_names(all) : 0;
    for (size_t i = 0; i < count; i++)
        longest = strlen(labels[i]) > longest ? strlen(labels[i]) : longest;
    return (longest + 2) * all->selection.k + 64;
}

static int check_rows(const char *bytes, const struct combinations *all, size_t begin, size_t end,
                      uint32_t *row, char *text, furrow_error *error)
{
    for (size_t i = begin; i < end; i++) {
        if (i == begin || all->sampled)
            furrow_selection_unrank(row, &all->selection, furrow__combinations_rank_of(all, i));
        else
            furrow_selection_next(row, &all->selection);
        char *ending = put_row(text, all, row);
        if (i + 1 == all->rows && all->format == JSON)
            ending = mempcpy(ending - strlen(",\n"), JSON_END, strlen(JSON_END));
        size_t size = (size_t)(ending - text);
        if (memcmp(bytes, text, size) != 0)
            return differs(i, error);
        bytes += size;
    }
    return FURROW_OK;
}

int furrow__combinations_check(const char *bytes, const void *state, size_t begin, size_t end,
                               furrow_error *error)
{
    const struct combinations *all = state;
    uint32_t *row = calloc(all->selection.k + (size_t)1, sizeof *row);
    char *text = malloc(longest_row(all));
    int status = row && text ? FURROW_OK : FURROW_ENOMEM;
    if (begin == 0)
        bytes += all->header_size;
    if (status == FURROW_OK)
        status = check_rows(bytes, all, begin, end, row, text, error);
    free(row);
    free(text);
    return status;
}
