/* CSV and TSV: records are rows of columns under a heading. */
#include "writer.h"

#include <stdio.h>
#include <string.h>

/* The first record of the document collects the heading; its end puts the heading before it. */
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
        furrow__writer_append(writer, &writer->heading, writer->format->separator, 1);
    size_t size = (size_t)length < sizeof text ? (size_t)length : sizeof text - 1;
    furrow__writer_append(writer, &writer->heading, text, size);
}

static void next_column(furrow_writer *writer, const char *name, size_t element)
{
    if (writer->columns++ > 0)
        furrow__writer_puts(writer, writer->format->separator);
    if (is_first(writer))
        put_heading(writer, name, element);
}

/* A field of the record is a column, and so is an element of a list; spaces separate the elements
 * of a list in a list. */
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
    furrow__writer_append(writer, &writer->heading, "\n", 1);
    furrow__writer_put(writer, writer->heading.bytes, writer->heading.size);
    if (writer->status)
        return;
    size_t record = writer->records.size - writer->heading.size;
    memmove(writer->records.bytes + writer->heading.size, writer->records.bytes, record);
    memcpy(writer->records.bytes, writer->heading.bytes, writer->heading.size);
}

/* RFC 4180 (Y. Shafranovich, 2005), but lines end in a newline alone. */
static void csv_text(furrow_writer *writer, const char *value)
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

const furrow__format furrow__format_csv = {
    .name = "csv",
    .separator = ",",
    .begin = begin,
    .end = end,
    .before = before,
    .text = csv_text,
    .list_begin = list_begin,
};

/* A tab, a newline, a carriage return and a backslash become \t, \n, \r and \\, as in PostgreSQL's
 * COPY, so that each record is one line; other bytes stay. */
static void tsv_text(furrow_writer *writer, const char *value)
{
    static const char special[] = "\t\n\r\\", letters[] = "tnr\\";
    while (value && *value) {
        size_t plain = strcspn(value, special);
        furrow__writer_put(writer, value, plain);
        value += plain;
        if (*value) {
            const char escape[] = {'\\', letters[strchr(special, *value++) - special]};
            furrow__writer_put(writer, escape, sizeof escape);
        }
    }
}

const furrow__format furrow__format_tsv = {
    .name = "tsv",
    .separator = "\t",
    .begin = begin,
    .end = end,
    .before = before,
    .text = tsv_text,
    .list_begin = list_begin,
};
