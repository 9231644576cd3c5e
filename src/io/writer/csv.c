/* RFC 4180 (Y. Shafranovich, 2005), but with newlines as the system has them. */
#include "writer.h"

#include <string.h>

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

const furrow__format furrow__format_csv = {
    .name = "csv",
    .separator = ",",
    .begin = furrow__columns_begin,
    .end = furrow__columns_end,
    .before = furrow__columns_before,
    .text = text,
    .list_begin = furrow__columns_list_begin,
};
