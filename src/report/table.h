/* table.h: cells of text in aligned columns. */
#ifndef FURROW_REPORT_TABLE_H
#define FURROW_REPORT_TABLE_H

#include <stddef.h>

#include <furrow/plan.h>
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

/* Writes into cell `at`, counted row by row; cells are empty to start with, and what does not fit
 * is cut. */
__attribute__((format(printf, 3, 4))) void furrow__table_put(furrow__table *table, size_t at,
                                                             const char *format, ...);

/* "2 x guided,14", "serial". */
void furrow__table_put_plan(furrow__table *table, size_t at, const furrow_plan *plan);

/* Hands the table to the sink: the first column aligned left, the others right, two spaces apart;
 * columns that are empty below the heading are left out. */
int furrow__table_write(const furrow__table *table);

#endif
