/* Formats whose records are rows of columns under a heading: CSV and TSV. */
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
        furrow__buffer_put(writer, &writer->heading, writer->format->separator, 1);
    size_t size = (size_t)length < sizeof text ? (size_t)length : sizeof text - 1;
    furrow__buffer_put(writer, &writer->heading, text, size);
}

static void next_column(furrow_writer *writer, const char *name, size_t element)
{
    if (writer->columns++ > 0)
        furrow__writer_puts(writer, writer->format->separator);
    if (is_first(writer))
        put_heading(writer, name, element);
}

/* A field of the record is a column, and so is an element of a list; deeper down, spaces. */
void furrow__columns_before(furrow_writer *writer, const char *name)
{
    if (writer->depth == 0)
        next_column(writer, name, 0);
    else if (writer->depth == 1)
        next_column(writer, writer->list_name, writer->index[1] + 1);
    else if (writer->index[writer->depth] > 0)
        furrow__writer_puts(writer, " ");
}

void furrow__columns_list_begin(furrow_writer *writer, const char *name)
{
    if (writer->depth == 0)
        writer->list_name = name;
    else
        furrow__columns_before(writer, name);
}

void furrow__columns_begin(furrow_writer *writer)
{
    writer->columns = 0;
    writer->heading.size = 0;
}

void furrow__columns_end(furrow_writer *writer)
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
