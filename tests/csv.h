/* csv.h: tests that are rows of a table in a file. */
#ifndef FURROW_TESTS_CSV_H
#define FURROW_TESTS_CSV_H

#include <string.h>

/* A cell, of 255 bytes at most, in quotes where there is a comma in it. Returns where the next
 * begins. */
static inline const char *csv_cell(char cell[256], const char *from)
{
    size_t length = 0;
    bool quoted = *from == '"';
    for (from += quoted; *from && (quoted ? *from != '"' : !strchr(",\n", *from)); from++)
        if (length < 255)
            cell[length++] = *from;
    cell[length] = '\0';
    from += quoted;
    return *from == ',' ? from + 1 : from;
}

#endif
