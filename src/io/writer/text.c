#include "writer.h"

#include <stdio.h>
#include <string.h>

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

/* Of what needs no escape: printable characters and UTF-8, but for blanks and backslashes. */
static size_t plain_length(const char *value)
{
    size_t length = 0;
    for (size_t step; (step = furrow__sequence_length(value + length)) > 0; length += step) {
        char byte = value[length];
        if (step == 1 && (byte <= ' ' || byte == 0x7f || byte == '\\'))
            break;
    }
    return length;
}

/* As `ls -b` shows names, but for UTF-8, which stays. */
static void path(furrow_writer *writer, const char *value)
{
    static const char special[] = "\a\b\t\n\v\f\r \\", letters[] = "abtnvfr \\";
    for (;;) {
        size_t plain = plain_length(value);
        furrow__writer_put(writer, value, plain);
        value += plain;
        if (!*value)
            return;
        char escape[5];
        const char *known = strchr(special, *value);
        if (known)
            snprintf(escape, sizeof escape, "\\%c", letters[known - special]);
        else
            snprintf(escape, sizeof escape, "\\%03o", (unsigned)(unsigned char)*value);
        furrow__writer_puts(writer, escape);
        value++;
    }
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
    .path = path,
    .list_begin = list_begin,
    .list_end = furrow__writer_end_tuple,
};
