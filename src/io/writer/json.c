/* JSON (RFC 8259), one array of records, and JSON Lines, one record a line. */
#include "writer.h"

#include <stdio.h>

static void put_string(furrow_writer *writer, const char *text)
{
    furrow__writer_puts(writer, "\"");
    const unsigned char *at = (const unsigned char *)text;
    while (*at) {
        size_t length = furrow__sequence_length((const char *)at);
        char escape[8];
        if (*at == '"' || *at == '\\') {
            const char pair[] = {'\\', (char)*at};
            furrow__writer_put(writer, pair, sizeof pair);
        } else if (*at < 0x20 || length == 0) {
            snprintf(escape, sizeof escape, "\\u%04x", length ? *at : 0xdc00u + *at);
            furrow__writer_puts(writer, escape);
        } else {
            furrow__writer_put(writer, (const char *)at, length);
        }
        at += length ? length : 1;
    }
    furrow__writer_puts(writer, "\"");
}

static void open(furrow_writer *writer)
{
    furrow__writer_puts(writer, "[");
}

static void close(furrow_writer *writer)
{
    furrow__writer_puts(writer, writer->record_count > 0 || writer->later ? "\n]\n" : "]\n");
}

static void begin_element(furrow_writer *writer)
{
    furrow__writer_puts(writer, writer->record_count > 0 || writer->later ? ",\n{" : "\n{");
}

static void end_element(furrow_writer *writer)
{
    furrow__writer_puts(writer, "}");
}

static void begin_line(furrow_writer *writer)
{
    furrow__writer_puts(writer, "{");
}

static void end_line(furrow_writer *writer)
{
    furrow__writer_puts(writer, "}\n");
}

static void before(furrow_writer *writer, const char *name)
{
    furrow__writer_separate(writer);
    if (writer->depth > 0)
        return;
    put_string(writer, name);
    furrow__writer_puts(writer, ": ");
}

static void text(furrow_writer *writer, const char *value)
{
    if (value)
        put_string(writer, value);
    else
        furrow__writer_puts(writer, "null");
}

static void list_begin(furrow_writer *writer, const char *name)
{
    before(writer, name);
    furrow__writer_puts(writer, "[");
}

static void list_end(furrow_writer *writer)
{
    furrow__writer_puts(writer, "]");
}

const furrow__format furrow__format_json = {
    .name = "json",
    .not_finite = "null",
    .open = open,
    .close = close,
    .begin = begin_element,
    .end = end_element,
    .before = before,
    .text = text,
    .list_begin = list_begin,
    .list_end = list_end,
};

const furrow__format furrow__format_jsonl = {
    .name = "jsonl",
    .not_finite = "null",
    .begin = begin_line,
    .end = end_line,
    .before = before,
    .text = text,
    .list_begin = list_begin,
    .list_end = list_end,
};
