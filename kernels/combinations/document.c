/*
 * document.c: the output as bytes, of which any range of rows can be written at any time.
 *
 * Of several parts only the first has the bytes before the first row, and only the last has the
 * bytes behind the last row. All parts, one after another, are the whole.
 */
#include <stdio.h>
#include <string.h>

#include "state.h"

static const furrow_combinations_style styles[] = {
    [TEXT] = {"(", ", ", ")\n"},
    [CSV] = {"", ",", "\n"},
    [JSON] = {"{\"row\": [", ", ", "]},\n"},
    [JSONL] = {"{\"row\": [", ", ", "]}\n"},
};

furrow_combinations_style furrow__combinations_style(const struct combinations *all)
{
    if (all->format >= U8)
        return (furrow_combinations_style){"", "", ""};
    furrow_combinations_style style = styles[all->format];
    if (all->format == TEXT && all->selection.k == 1)
        style.end = ",)\n";
    return style;
}

static size_t row_size(const struct combinations *all)
{
    return all->selection.k * all->width;
}

/* Bytes of the first `count` rows of the part. */
static int size_of_rows(uint64_t *size, const struct combinations *all, size_t count)
{
    furrow_wide from;
    if (all->format >= U8) {
        *size = count * row_size(all);
        return row_size(all) > 0 && count > UINT64_MAX / 2 / row_size(all) ? FURROW_EOVERFLOW
                                                                           : FURROW_OK;
    }
    furrow_wide_add(&from, all->from, (furrow_wide){all->part.begin, 0});
    int status = furrow_combinations_text_size(size, all->text, from, count);
    return !status && *size > UINT64_MAX / 2 ? FURROW_EOVERFLOW : status;
}

int furrow__combinations_offset(uint64_t *bytes, const void *state, size_t item)
{
    const struct combinations *all = state;
    *bytes = 0;
    if (item == all->part.begin && all->rows > 0)
        return FURROW_OK;
    int status = size_of_rows(bytes, all, item - all->part.begin);
    if (all->part.first)
        *bytes += all->header_size;
    if (item > 0 && item == all->rows && all->format == JSON)
        *bytes += strlen(JSON_END) - strlen(",\n");
    return status;
}

static int write_text(char *bytes, const struct combinations *all, size_t begin, size_t end)
{
    furrow_wide from;
    uint64_t size;
    furrow_wide_add(&from, all->from, (furrow_wide){begin, 0});
    int status = furrow_combinations_text_size(&size, all->text, from, end - begin);
    if (status == FURROW_OK)
        status = furrow_combinations_text_write(bytes, all->text, from, end - begin);
    if (status == FURROW_OK && end == all->rows && all->format == JSON)
        memcpy(bytes + size - strlen(",\n"), JSON_END, strlen(JSON_END));
    return status;
}

int furrow__combinations_write_document(char *bytes, const void *state, size_t begin, size_t end)
{
    const struct combinations *all = state;
    if (begin == 0 && all->part.first) {
        memcpy(bytes, all->header, all->header_size);
        bytes += all->header_size;
    }
    if (begin == end)
        return FURROW_OK;
    if (all->format < U8)
        return write_text(bytes, all, begin, end);
    return furrow__combinations_rows(bytes, all, all->binary ? all->binary : all->maker, begin,
                                     end - begin);
}

void furrow__combinations_resume(const void *state, size_t item, char *text, size_t size)
{
    static const char *const again[] = {
        [CSV] = " (with the heading again)",
        [JSON] = " (as an array of its own)",
        [NPY] = " (as a file of its own)",
    };
    const struct combinations *all = state;
    const char *note = again[all->format] ? again[all->format] : "";
    char rank[FURROW_WIDE_TEXT_SIZE];
    furrow_wide from = {item, 0};
    furrow_wide_add(&from, from, all->from);
    if (!all->sampled && all->part.end == all->rows)
        snprintf(text, size, "--from %s%s", furrow_wide_text(rank, from), note);
    else if (!all->sampled)
        snprintf(text, size, "--from %s --count %zu%s", furrow_wide_text(rank, from),
                 all->part.end - item, note);
}
