/* Tab-separated values, one record a line whatever the values hold: a tab, a newline, a carriage
 * return and a backslash are \t, \n, \r and \\, as in PostgreSQL's COPY; other bytes stay. */
#include "writer.h"

#include <string.h>

static void text(furrow_writer *writer, const char *value)
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
    .begin = furrow__columns_begin,
    .end = furrow__columns_end,
    .before = furrow__columns_before,
    .text = text,
    .list_begin = furrow__columns_list_begin,
};
