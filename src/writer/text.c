#include "writer.h"

static void before(furrow_writer *writer, const char *name)
{
    (void)name;
    if (writer->depth > 0)
        furrow__writer_separate(writer);
    else if (writer->index[0] > 0)
        furrow__writer_puts(writer, " ");
}

static void text(furrow_writer *writer, const char *value)
{
    furrow__writer_puts(writer, value ? value : "-");
}

static void list_begin(furrow_writer *writer, const char *name)
{
    before(writer, name);
    furrow__writer_puts(writer, "(");
}

static void end(furrow_writer *writer)
{
    if (writer->index[0] > 0) /* a record without fields is no line */
        furrow__writer_puts(writer, "\n");
}

const furrow__format furrow__format_text = {
    .name = "text",
    .end = end,
    .before = before,
    .text = text,
    .list_begin = list_begin,
    .list_end = furrow__writer_end_tuple,
};
