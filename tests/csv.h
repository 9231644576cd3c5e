/* csv.h: reads tables whose rows are test cases. */
#ifndef FURROW_TESTS_CSV_H
#define FURROW_TESTS_CSV_H

#include "harness.h"

#include <stdio.h>
#include <string.h>

enum { CSV_COLUMNS = 12 /* at most */ };

/* The cells of a row. */
typedef void csv_check(char cells[CSV_COLUMNS][256]);

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

/* Calls `check` with the cells of each row below the heading of a table in tests/; returns how many
 * rows there are. */
static inline size_t csv_for_each_row(const char *name, int columns, csv_check *check)
{
    char path[512], line[1024], cells[CSV_COLUMNS][256];
    size_t rows = 0;
    snprintf(path, sizeof path, "%s/%s", TESTS_FOLDER, name);
    FILE *table = fopen(path, "r");
    bool begun = table && fgets(line, sizeof line, table);
    while (begun && fgets(line, sizeof line, table)) {
        const char *rest = line;
        for (int column = 0; column < columns; column++)
            rest = csv_cell(cells[column], rest);
        harness_case("%s:%zu: %s", name, ++rows + 1, line);
        check(cells);
    }
    if (table)
        fclose(table);
    harness_case(NULL);
    return rows;
}

#endif
