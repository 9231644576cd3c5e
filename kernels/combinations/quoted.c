/*
 * quoted.c: names, quoted as a format requires. CSV quotes some names, JSON all: a writer writes a
 * record of each name alone.
 */
#include <stdlib.h>
#include <string.h>

#include "state.h"

struct text {
    char *bytes;
    size_t size, capacity;
};

static int append(const char *bytes, size_t size, void *context)
{
    struct text *text = context;
    if (size > text->capacity - text->size) {
        size_t capacity = 2 * (text->size + size) + 4096;
        char *grown = realloc(text->bytes, capacity);
        if (!grown)
            return FURROW_ENOMEM;
        text->bytes = grown;
        text->capacity = capacity;
    }
    memcpy(text->bytes + text->size, bytes, size);
    text->size += size;
    return FURROW_OK;
}

/* Writes a record {"": NAME} for each name; record i ends at ends[i]. */
static int write_names(struct text *text, size_t *ends, const struct combinations *all,
                       size_t count, furrow_writer *writer)
{
    int status = FURROW_OK;
    furrow_writer_part(writer, false, false); /* no heading */
    for (size_t i = 0; !status && i < count; i++) {
        furrow_writer_begin(writer);
        furrow_writer_text(writer, "", all->labels[i]);
        furrow_writer_end(writer);
        status = furrow_writer_flush(writer);
        ends[i] = text->size;
    }
    return status;
}

/* Cuts each record down to the name, and ends it with 0. */
static void cut(const char **quoted, struct text *text, const size_t *ends, size_t count,
                bool is_csv)
{
    size_t before = is_csv ? 0 : strlen("{\"\": "), behind = is_csv ? 1 : strlen("}\n");
    for (size_t i = 0, begin = 0; i < count; begin = ends[i++]) {
        quoted[i] = text->bytes + begin + before;
        text->bytes[ends[i] - behind] = '\0';
    }
}

int furrow__combinations_quote(struct combinations *all, size_t count, furrow_format format)
{
    struct text text = {0};
    furrow_writer *writer = NULL;
    bool is_csv = format == FURROW_FORMAT_CSV;
    size_t *ends = calloc(count + 1, sizeof *ends);
    const char **quoted = calloc(count + 1, sizeof *quoted);
    int status = ends && quoted ? FURROW_OK : FURROW_ENOMEM;
    if (!status)
        status = furrow_writer_new(&writer, is_csv ? FURROW_FORMAT_CSV : FURROW_FORMAT_JSONL, NULL,
                                   append, &text);
    if (!status)
        status = write_names(&text, ends, all, count, writer);
    if (!status)
        cut(quoted, &text, ends, count, is_csv);
    furrow_writer_free(writer);
    free(ends);
    if (status) {
        free(text.bytes);
        free(quoted);
        return status;
    }
    all->quoted_names = text.bytes;
    all->quoted = quoted;
    return FURROW_OK;
}
