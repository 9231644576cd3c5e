#include "writer.h"

#include <stdio.h>
#include <string.h>

size_t furrow__sequence_length(const char *text)
{
    const unsigned char *bytes = (const unsigned char *)text;
    unsigned char first = bytes[0];
    size_t length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (first > 0xf4)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
    bool wrong = (first == 0xe0 && bytes[1] < 0xa0) || (first == 0xed && bytes[1] > 0x9f) ||
                 (first == 0xf0 && bytes[1] < 0x90) || (first == 0xf4 && bytes[1] > 0x8f);
    return wrong ? 0 : length;
}

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

/* The length of the beginning that needs no escape: printable characters and UTF-8, but no blanks
 * and no backslashes. */
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

/* Escapes a name as `ls -b` does, but leaves UTF-8 as it is. */
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
