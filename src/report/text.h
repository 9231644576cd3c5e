/* text.h: what reports share: lines of text, tables, and the fields of records. */
#ifndef FURROW_REPORT_TEXT_H
#define FURROW_REPORT_TEXT_H

#include <stddef.h>

#include <furrow/measure.h>
#include <furrow/writer.h>

#include "measure/calibrate.h"

/* ---- lines ---- */

/* A sink and its first error, after which nothing more is printed. */
typedef struct furrow__text {
    furrow_sink sink;
    void *context;
    int status;
} furrow__text;

/* Prints a line, or a part of one, of up to 1023 bytes. */
__attribute__((format(printf, 2, 3))) void furrow__text_print(furrow__text *text,
                                                              const char *format, ...);

/* Prints "NAME: the reason of its plan"; nothing for a plan that was not chosen. */
void furrow__text_reason(furrow__text *text, const char *name, const furrow_plan *plan);

/* Prints what OpenMP costs, a line for each cost, and how the costs were found. */
void furrow__text_costs(furrow__text *text, const furrow__calibration *calibration);

/* ---- tables ---- */

#define FURROW__TABLE_CELL 80

typedef struct furrow__table {
    size_t rows, columns;
    char (*cells)[FURROW__TABLE_CELL]; /* row by row; the first row is the heading */
} furrow__table;

/* FURROW_ENOMEM. Freed by _clear. */
int furrow__table_init(furrow__table *table, size_t rows, size_t columns);
void furrow__table_clear(furrow__table *table);

/* Writes into cell `at`, counted row by row. Cells are empty at first; text that does not fit is
 * cut. */
__attribute__((format(printf, 3, 4))) void furrow__table_put(furrow__table *table, size_t at,
                                                             const char *format, ...);

/* "2 x guided,14", "serial". */
void furrow__table_put_plan(furrow__table *table, size_t at, const furrow_plan *plan);

/* Prints the table: the first column aligned left, the others right, two spaces apart. Columns that
 * are empty below the heading are left out. */
void furrow__table_print(const furrow__table *table, furrow__text *text);

/* ---- fields of an open record ---- */

/* rounds, median, low, high, coverage. */
void furrow__report_times(furrow_writer *writer, const furrow_measurement *way);

/* reason, samples. */
void furrow__report_samples(furrow_writer *writer, const furrow_measurement *way);

/* threads, backend, schedule, chunk. */
void furrow__report_plan(furrow_writer *writer, const furrow_plan *plan);

/* cost_region, cost_thread, cost_extra, cost_share, cost_deal, cost_dispatch, cost_contended
 * (seconds), calibration_threads, calibration_samples, calibration_disturbed, calibration_seconds.
 */
void furrow__report_costs(furrow_writer *writer, const furrow__calibration *calibration);

#endif
