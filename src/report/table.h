/* table.h: cells of text in aligned columns. */
#ifndef FURROW_REPORT_TABLE_H
#define FURROW_REPORT_TABLE_H

#include <stddef.h>

#include <furrow/writer.h>

#define FURROW__TABLE_CELL 80

typedef struct furrow__table {
    size_t rows, columns;
    char (*cells)[FURROW__TABLE_CELL]; /* row by row; the first row is the heading */
    furrow_sink sink;
    void *context;
} furrow__table;

/* FURROW_ENOMEM. Freed by _clear. */
int furrow__table_init(furrow__table *table, size_t rows, size_t columns, furrow_sink sink,
                       void *context);
void furrow__table_clear(furrow__table *table);

/* The cell to write into, FURROW__TABLE_CELL bytes; empty to start with. */
char *furrow__table_cell(furrow__table *table, size_t row, size_t column);

/* Hands the table to the sink: the first column aligned left, the others right, two spaces apart;
 * columns that are empty below the heading are left out. */
int furrow__table_write(const furrow__table *table);

#endif
