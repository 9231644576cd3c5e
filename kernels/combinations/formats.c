/*
 * formats.c: the formats of a document. Opening one makes a furrow_combinations_text for text, and
 * for a binary format a furrow_combinations with elements of its width.
 *
 *     u8, u16, u32   rows of k elements in the machine's byte order, and nothing else
 *     npy            the same in the smallest of these, behind a header that numpy.load reads:
 *                    NumPy Enhancement Proposal 1, version 1.0
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "state.h"

/* Above this number of items, making their names would take longer than writing the rows that a
 * person can read. */
#define MAX_NAMES 100000

/* The columns of CSV. When they do not fit into the header, records are written instead. */
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

/* The rows of a sample are known only when they are drawn. CSV without columns has no lines. */
static bool has_text(const struct combinations *all)
{
    return !all->sampled && all->rows > 0 && furrow__combinations_names(all) <= MAX_NAMES &&
           (all->format != CSV || all->selection.k > 0);
}

static int open_text(struct combinations *all)
{
    static const furrow_format formats[] = {FURROW_FORMAT_TEXT, FURROW_FORMAT_CSV,
                                            FURROW_FORMAT_JSON, FURROW_FORMAT_JSONL};
    static const char *const headers[] = {[TEXT] = "", [CSV] = "", [JSON] = "[\n", [JSONL] = ""};
    furrow_combinations_style style = furrow__combinations_style(all);
    int status = has_text(all) ? FURROW_OK : FURROW_ENOTSUP;
    snprintf(all->header, sizeof all->header, "%s", headers[all->format]);
    all->header_size = strlen(all->header);
    if (!status && all->format == CSV)
        status = name_columns(all);
    if (!status && all->labels && all->format != TEXT)
        status =
            furrow__combinations_quote(all, furrow__combinations_names(all), formats[all->format]);
    if (!status)
        status = furrow_combinations_text_new(&all->text, &all->selection,
                                              all->quoted ? all->quoted : all->labels, &style);
    return status == FURROW_EOVERFLOW ? FURROW_ENOTSUP : status;
}

static char order(void)
{
    const uint16_t one = 1;
    return *(const unsigned char *)&one ? '<' : '>';
}

/* Blanks before the newline pad the header to a multiple of 64 bytes. */
static void make_npy_header(struct combinations *all)
{
    unsigned char *header = (unsigned char *)all->header;
    char text[118];
    char mark = all->width == 1 ? '|' : order();
    int length =
        snprintf(text, sizeof text,
                 "{'descr': '%cu%zu', 'fortran_order': False, 'shape': (%zu, %" PRIu32 "), }", mark,
                 all->width, all->rows, all->selection.k);
    memcpy(header, "\x93NUMPY\x01\x00\x76\x00", 10); /* 118 bytes follow */
    memset(header + 10, ' ', 117);
    memcpy(header + 10, text, (size_t)length);
    header[127] = '\n';
    all->header_size = 128;
}

static int open_binary(struct combinations *all, furrow_error *error)
{
    size_t width = all->format == NPY ? all->element_size : (size_t)1 << (all->format - U8);
    if (width < all->element_size)
        return furrow_error_set(error, FURROW_EINVAL,
                                "--format %s: expected at most %s items, got %" PRIu32 "; try u%zu",
                                furrow__combinations_formats[all->format].name,
                                width == 1 ? "256" : "65536", all->n, 8 * all->element_size);
    all->width = width;
    all->header_size = 0;
    if (all->format == NPY)
        make_npy_header(all);
    if (width == all->element_size)
        return FURROW_OK;
    return furrow_combinations_new(&all->binary, &all->selection,
                                   &(furrow_combinations_options){.element_size = width});
}

void furrow__combinations_close(struct combinations *all)
{
    furrow_combinations_text_free(all->text);
    furrow_combinations_free(all->binary);
    free(all->quoted);
    free(all->quoted_names);
    all->text = NULL;
    all->binary = NULL;
    all->quoted = NULL;
    all->quoted_names = NULL;
}

static int open_document(void *state, const furrow_kernel_format *format, const furrow_part *part,
                         furrow_error *error)
{
    struct combinations *all = state;
    furrow__combinations_close(all);
    all->format = (size_t)(format - furrow__combinations_formats);
    all->part = *part;
    if (!all->many && !all->ranks)
        return all->format < U8 ? open_text(all) : open_binary(all, error);
    if (all->format < U8)
        return FURROW_ENOTSUP;
    return furrow_error_set(error, FURROW_EINVAL,
                            "--format %s: expected the rows of a single input", format->name);
}

/* A record may have many rows, which shards would divide. */
static int open_records(void *state, const furrow_kernel_format *format, const furrow_part *part,
                        furrow_error *error)
{
    struct combinations *all = state;
    (void)format;
    all->part = *part;
    if ((part->first && part->last) || (!all->many && !all->ranks))
        return FURROW_OK;
    return furrow_error_set(error, FURROW_EINVAL, "--shard: expected the rows of a single input%s",
                            all->ranks ? "; --rank makes no rows" : "");
}

#define BYTES(text)                                                                                \
    {                                                                                              \
        .name = text, .open = open_document, .offset = furrow__combinations_offset,                \
        .write = furrow__combinations_write_document, .check = furrow__combinations_check,         \
        .resume = furrow__combinations_resume                                                      \
    }

const furrow_kernel_format furrow__combinations_formats[] = {
    [TEXT] = BYTES("text"),
    [CSV] = BYTES("csv"),
    [JSON] = BYTES("json"),
    [JSONL] = BYTES("jsonl"),
    [U8] = BYTES("u8"),
    [U16] = BYTES("u16"),
    [U32] = BYTES("u32"),
    [NPY] = BYTES("npy"),
    [NPY + 1] = {.open = open_records, .emit = furrow__combinations_emit},
    [NPY + 2] = {0},
};
