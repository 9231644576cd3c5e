/* One field of each record, in a list as Python prints it. */
#include "writer.h"

static void open(furrow_writer *writer)
{
    furrow__writer_puts(writer, "[");
}

static void close(furrow_writer *writer)
{
    furrow__writer_puts(writer, "]\n");
}

static void before(furrow_writer *writer, const char *name)
{
    (void)name;
    if (writer->depth > 0)
        furrow__writer_separate(writer);
    else if (writer->later || writer->shown > 0 || writer->index[0] > 0)
        furrow__writer_puts(writer, ", ");
}

static void text(furrow_writer *writer, const char *value)
{
    furrow__writer_puts(writer, value ? value : "None");
}

static void list_begin(furrow_writer *writer, const char *name)
{
    before(writer, name);
    furrow__writer_puts(writer, "(");
}

const furrow__format furrow__format_list = {
    .name = "list",
    .one_field = true,
    .open = open,
    .close = close,
    .before = before,
    .text = text,
    .list_begin = list_begin,
    .list_end = furrow__writer_end_tuple,
};
