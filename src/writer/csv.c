/* RFC 4180 (Y. Shafranovich, 2005), but with newlines as the system has them. */
#include "writer.h"

#include <stdio.h>
#include <string.h>

/* The heading is gathered beside the first record, and put before it at the record's end. */
static bool is_first(const furrow_writer *writer)
{
    return writer->record_count == 0 && !writer->later;
}

static void put_heading(furrow_writer *writer, const char *name, size_t element)
{
    char text[128];
    int length = element == 0 ? snprintf(text, sizeof text, "%s", name)
                              : snprintf(text, sizeof text, "%s_%zu", name, element);
    if (writer->heading.size > 0)
        furrow__buffer_put(writer, &writer->heading, ",", 1);
    size_t size = (size_t)length < sizeof text ? (size_t)length : sizeof text - 1;
    furrow__buffer_put(writer, &writer->heading, text, size);
}

static void next_column(furrow_writer *writer, const char *name, size_t element)
{
    if (writer->columns++ > 0)
        furrow__writer_puts(writer, ",");
    if (is_first(writer))
        put_heading(writer, name, element);
}

/* A field of the record is a column, and so is an element of a list; deeper down, spaces. */
static void before(furrow_writer *writer, const char *name)
{
    if (writer->depth == 0)
        next_column(writer, name, 0);
    else if (writer->depth == 1)
        next_column(writer, writer->list_name, writer->index[1] + 1);
    else if (writer->index[writer->depth] > 0)
        furrow__writer_puts(writer, " ");
}

static void list_begin(furrow_writer *writer, const char *name)
{
    if (writer->depth == 0)
        writer->list_name = name;
    else
        before(writer, name);
}

static void text(furrow_writer *writer, const char *value)
{
    if (!value)
        return;
    if (!value[strcspn(value, ",\"\r\n")]) {
        furrow__writer_puts(writer, value);
        return;
    }
    furrow__writer_puts(writer, "\"");
    for (const char *quote; (quote = strchr(value, '"')) != NULL; value = quote + 1) {
        furrow__writer_put(writer, value, (size_t)(quote - value));
        furrow__writer_puts(writer, "\"\"");
    }
    furrow__writer_puts(writer, value);
    furrow__writer_puts(writer, "\"");
}

static void begin(furrow_writer *writer)
{
    writer->columns = 0;
    writer->heading.size = 0;
}

static void end(furrow_writer *writer)
{
    furrow__writer_puts(writer, "\n");
    if (!is_first(writer))
        return;
    furrow__buffer_put(writer, &writer->heading, "\n", 1);
    furrow__writer_put(writer, writer->heading.bytes, writer->heading.size);
    if (writer->status)
        return;
    size_t record = writer->records.size - writer->heading.size;
    memmove(writer->records.bytes + writer->heading.size, writer->records.bytes, record);
    memcpy(writer->records.bytes, writer->heading.bytes, writer->heading.size);
}

const furrow__format furrow__format_csv = {
    .name = "csv",
    .begin = begin,
    .end = end,
    .before = before,
    .text = text,
    .list_begin = list_begin,
};
