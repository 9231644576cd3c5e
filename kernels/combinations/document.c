/*
 * document.c: the output as bytes: text by furrow/combinations_text.h, and the elements themselves.
 *
 *     u8, u16, u32   rows of k elements in the machine's byte order, and nothing else
 *     npy            the same in the smallest of these, behind a header that numpy.load reads:
 *                    NumPy Enhancement Proposal 1, version 1.0
 *
 * With --shard only the first part has what stands before the first row, only the last what stands
 * behind the last one: concatenated they are the whole.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "state.h"

/* For more items the names alone would take longer than the rows that anyone can read. */
#define MOST_NAMES 100000

enum { TEXT, CSV, JSON, JSONL, U8, U16, U32, NPY };

static const char *const formats[] = {
    [TEXT] = "text",   [CSV] = "csv", [JSON] = "json",
    [JSONL] = "jsonl", [U8] = "u8",   [U16] = "u16",
    [U32] = "u32",     [NPY] = "npy", NULL,
};

static const struct {
    const char *header;
    furrow_combinations_style style;
} texts[] = {
    [TEXT] = {"", {"(", ", ", ")\n"}},
    [CSV] = {"", {"", ",", "\n"}},
    [JSON] = {"[\n", {"{\"row\": [", ", ", "]},\n"}},
    [JSONL] = {"", {"{\"row\": [", ", ", "]}\n"}},
};

/* What JSON's last row has in the place of its comma. */
static const char json_end[] = "\n]\n";

/* Names that CSV or JSON would quote or escape are left to the writer. */
static bool plain_names(const struct combinations *all, size_t format)
{
    for (uint32_t i = 0; all->labels && i < all->n; i++)
        if (format != TEXT && strpbrk(all->labels[i], "\",\\\r\n"))
            return false;
    return !all->labels || format == TEXT || format == CSV;
}

static int open_text(struct combinations *all, size_t format)
{
    furrow_combinations_style style = texts[format].style;
    uint32_t k = all->selection.k;
    bool odd = all->selection.kind != FURROW_SUBSETS || all->sampled || all->n > MOST_NAMES ||
               all->whole_rows == 0;
    /* CSV has a column for each element, so without any it has no line either. */
    if (odd || !plain_names(all, format) || (format == CSV && k == 0))
        return FURROW_ENOTSUP;
    if (format == TEXT && k == 1)
        style.end = ",)\n";
    int status = furrow_combinations_text_new(&all->text, &all->selection, all->labels, &style);
    snprintf(all->header, sizeof all->header, "%s", texts[format].header);
    all->header_size = strlen(all->header);
    return status == FURROW_EOVERFLOW ? FURROW_ENOTSUP : status;
}

/* The columns of CSV, which may be more than fit into the header: then there are only records. */
static int name_columns(struct combinations *all)
{
    size_t used = 0;
    for (uint32_t i = 1; i <= all->selection.k; i++) {
        int length = snprintf(all->header + used, sizeof all->header - used, "%srow_%" PRIu32,
                              i > 1 ? "," : "", i);
        used += (size_t)length;
        if (used + 1 >= sizeof all->header)
            return FURROW_ENOTSUP;
    }
    all->header[used++] = '\n';
    all->header_size = used;
    return FURROW_OK;
}

static char order(void)
{
    const uint16_t one = 1;
    return *(const unsigned char *)&one ? '<' : '>';
}

/* The header is padded to a multiple of 64 bytes by blanks before its newline. */
static void make_npy_header(struct combinations *all)
{
    unsigned char *header = (unsigned char *)all->header;
    char text[118];
    char mark = all->width == 1 ? '|' : order();
    int length =
        snprintf(text, sizeof text,
                 "{'descr': '%cu%zu', 'fortran_order': False, 'shape': (%zu, %" PRIu32 "), }", mark,
                 all->width, all->whole_rows, all->selection.k);
    memcpy(header, "\x93NUMPY\x01\x00\x76\x00", 10); /* 118 bytes follow */
    memset(header + 10, ' ', 117);
    memcpy(header + 10, text, (size_t)length);
    header[127] = '\n';
    all->header_size = 128;
}

static int open_binary(struct combinations *all, size_t format, furrow_error *error)
{
    size_t width = format == NPY ? all->element_size : (size_t)1 << (format - U8);
    if (width < all->element_size)
        return furrow_error_set(error, FURROW_EINVAL,
                                "--format %s: expected at most %s items, got %" PRIu32 "; try u%zu",
                                formats[format], width == 1 ? "256" : "65536", all->n,
                                8 * all->element_size);
    all->width = width;
    all->header_size = 0;
    if (format == NPY)
        make_npy_header(all);
    if (width == all->element_size)
        return FURROW_OK;
    return furrow_combinations_new(&all->binary, &all->selection,
                                   &(furrow_combinations_options){.element_size = width});
}

static int open(void *state, size_t format, furrow_error *error)
{
    struct combinations *all = state;
    furrow_combinations_text_free(all->text);
    furrow_combinations_free(all->binary);
    all->text = NULL;
    all->binary = NULL;
    all->format = format;
    if (all->many || all->ranks) {
        if (format < U8)
            return FURROW_ENOTSUP;
        return furrow_error_set(error, FURROW_EINVAL,
                                "--format %s: expected the rows of a single input",
                                formats[format]);
    }
    if (format >= U8)
        return open_binary(all, format, error);
    int status = open_text(all, format);
    if (status == FURROW_OK && format == CSV)
        status = name_columns(all);
    return status;
}

static size_t row_size(const struct combinations *all)
{
    return all->selection.k * all->width;
}

/* Bytes of the first `count` rows of this shard. */
static int size_of_rows(uint64_t *size, const struct combinations *all, size_t count)
{
    furrow_wide from;
    if (all->format >= U8) {
        *size = count * row_size(all);
        return row_size(all) > 0 && count > UINT64_MAX / 2 / row_size(all) ? FURROW_EOVERFLOW
                                                                           : FURROW_OK;
    }
    furrow_wide_add(&from, all->from, (furrow_wide){all->skipped, 0});
    int status = furrow_combinations_text_size(size, all->text, from, count);
    return !status && *size > UINT64_MAX / 2 ? FURROW_EOVERFLOW : status;
}

static int offset(uint64_t *bytes, const void *state, size_t item)
{
    const struct combinations *all = state;
    *bytes = 0;
    if (item == 0 && all->rows > 0)
        return FURROW_OK;
    int status = size_of_rows(bytes, all, item);
    if (all->first_shard)
        *bytes += all->header_size;
    if (item > 0 && item == all->rows && all->last_shard && all->format == JSON)
        *bytes += sizeof json_end - 1 - strlen(",\n");
    return status;
}

static int write_text(char *bytes, const struct combinations *all, size_t begin, size_t end)
{
    furrow_wide from;
    uint64_t size;
    furrow_wide_add(&from, all->from, (furrow_wide){all->skipped + begin, 0});
    int status = furrow_combinations_text_size(&size, all->text, from, end - begin);
    if (status == FURROW_OK)
        status = furrow_combinations_text_write(bytes, all->text, from, end - begin);
    if (status == FURROW_OK && end == all->rows && all->last_shard && all->format == JSON)
        memcpy(bytes + size - strlen(",\n"), json_end, sizeof json_end - 1);
    return status;
}

static int write(char *bytes, const void *state, size_t begin, size_t end)
{
    const struct combinations *all = state;
    if (begin == 0 && all->first_shard) {
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

static int differs(const struct combinations *all, size_t item, furrow_error *error)
{
    return furrow_error_set(error, FURROW_EVERIFY,
                            "row %zu: expected what the plain code makes, got something else",
                            item + all->skipped);
}

/* One row as the plain code writes it; returns its end. */
static char *put_row(char *to, const struct combinations *all, const uint32_t *row)
{
    furrow_combinations_style style = {"", "", ""};
    if (all->format < U8)
        style = texts[all->format].style;
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
            to = stpcpy(stpcpy(to, i > 0 ? style.between : ""), all->labels[row[i]]);
        else
            to += sprintf(to, "%s%" PRIu32, i > 0 ? style.between : "", row[i]);
    }
    return stpcpy(to, all->format == TEXT && all->selection.k == 1 ? ",)\n" : style.end);
}

static size_t longest_row(const struct combinations *all)
{
    size_t longest = 16;
    for (uint32_t i = 0; all->labels && i < all->n; i++)
        longest = strlen(all->labels[i]) > longest ? strlen(all->labels[i]) : longest;
    return (longest + 2) * all->selection.k + 64;
}

static int check_rows(const char *bytes, const struct combinations *all, size_t begin, size_t end,
                      uint32_t *row, char *text, furrow_error *error)
{
    for (size_t i = begin; i < end; i++) {
        furrow_wide rank = {i + all->skipped, 0};
        if (all->sampled)
            furrow_selection_shuffle(&rank, all->range, rank, all->seed);
        furrow_wide_add(&rank, rank, all->from);
        if (i == begin || all->sampled)
            furrow_selection_unrank(row, &all->selection, rank);
        else
            furrow_selection_next(row, &all->selection);
        char *ending = put_row(text, all, row);
        if (i + 1 == all->rows && all->last_shard && all->format == JSON)
            ending = mempcpy(ending - strlen(",\n"), json_end, sizeof json_end - 1);
        size_t size = (size_t)(ending - text);
        if (memcmp(bytes, text, size) != 0)
            return differs(all, i, error);
        bytes += size;
    }
    return FURROW_OK;
}

static int check(const char *bytes, const void *state, size_t begin, size_t end,
                 furrow_error *error)
{
    const struct combinations *all = state;
    uint32_t *row = calloc(all->selection.k + (size_t)1, sizeof *row);
    char *text = malloc(longest_row(all));
    int status = row && text ? FURROW_OK : FURROW_ENOMEM;
    if (begin == 0 && all->first_shard)
        bytes += all->header_size;
    if (status == FURROW_OK)
        status = check_rows(bytes, all, begin, end, row, text, error);
    free(row);
    free(text);
    return status;
}

static void part(const void *state, bool *first, bool *last)
{
    const struct combinations *all = state;
    *first = all->many || all->first_shard;
    *last = all->many || all->last_shard;
}

static void resume(const void *state, size_t item, char *text, size_t size)
{
    static const char *const again[] = {
        [CSV] = " (with the heading again)",
        [JSON] = " (as an array of its own)",
        [NPY] = " (as a file of its own)",
    };
    const struct combinations *all = state;
    const char *note = again[all->format] ? again[all->format] : "";
    char rank[FURROW_WIDE_TEXT_SIZE];
    furrow_wide from = {item + all->skipped, 0};
    furrow_wide_add(&from, from, all->from);
    if (!all->sampled && all->last_shard)
        snprintf(text, size, "--from %s%s", furrow_wide_text(rank, from), note);
    else if (!all->sampled)
        snprintf(text, size, "--from %s --count %zu%s", furrow_wide_text(rank, from),
                 all->rows - item, note);
}

const furrow_document furrow__combinations_document = {
    .formats = formats,
    .open = open,
    .offset = offset,
    .write = write,
    .check = check,
    .part = part,
    .resume = resume,
};
