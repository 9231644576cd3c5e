#include "text.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/parallel.h>
#include <furrow/status.h>

void furrow__text_print(furrow__text *text, const char *format, ...)
{
    char line[1024];
    if (text->status)
        return;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    size_t size = (size_t)length < sizeof line ? (size_t)length : sizeof line - 1;
    text->status = text->sink(line, size, text->context);
}

void furrow__text_reason(furrow__text *text, const char *name, const furrow_plan *plan)
{
    char reason[FURROW_PLAN_REASON_SIZE];
    if (furrow_plan_reason(reason, plan)[0])
        furrow__text_print(text, "%s: %s\n", name, reason);
}

/* ---- tables ---- */

int furrow__table_init(furrow__table *table, size_t rows, size_t columns)
{
    *table = (furrow__table){.rows = rows, .columns = columns};
    table->cells = calloc(rows * columns, sizeof *table->cells);
    return table->cells ? FURROW_OK : FURROW_ENOMEM;
}

void furrow__table_clear(furrow__table *table)
{
    free(table->cells);
}

void furrow__table_put(furrow__table *table, size_t at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(table->cells[at], FURROW__TABLE_CELL, format, arguments);
    va_end(arguments);
}

void furrow__table_put_plan(furrow__table *table, size_t at, const furrow_plan *plan)
{
    const char *schedule = furrow_schedule_name(plan->schedule);
    if (plan->backend == FURROW_BACKEND_FOR && plan->chunk == 0)
        furrow__table_put(table, at, "%d x %s", plan->threads, schedule);
    else if (plan->backend == FURROW_BACKEND_FOR)
        furrow__table_put(table, at, "%d x %s,%zu", plan->threads, schedule, plan->chunk);
    else if (plan->backend == FURROW_BACKEND_TASKLOOP)
        furrow__table_put(table, at, "%d x taskloop,%zu", plan->threads, plan->chunk);
    else if (plan->backend == FURROW_BACKEND_POOL && plan->threads > 0 && plan->chunk == 0)
        furrow__table_put(table, at, "%d x pool", plan->threads);
    else if (plan->backend == FURROW_BACKEND_POOL && plan->threads > 0)
        furrow__table_put(table, at, "%d x pool,%zu", plan->threads, plan->chunk);
    else if (plan->backend == FURROW_BACKEND_AUTO && plan->threads > 0)
        furrow__table_put(table, at, "%d threads", plan->threads);
    else if (plan->threads > 0)
        furrow__table_put(table, at, "%s", furrow_backend_name(plan->backend));
}

static const char *cell(const furrow__table *table, size_t row, size_t column)
{
    return table->cells[row * table->columns + column];
}

/* The width of a column; 0 where it is empty below the heading. */
static size_t width_of(const furrow__table *table, size_t column)
{
    size_t width = 0;
    for (size_t row = 1; row < table->rows; row++) {
        size_t length = strlen(cell(table, row, column));
        width = length > width ? length : width;
    }
    size_t heading = strlen(cell(table, 0, column));
    return width > 0 && heading > width ? heading : width;
}

static void print_row(const furrow__table *table, size_t row, furrow__text *text)
{
    char line[16 * (FURROW__TABLE_CELL + 2)];
    size_t used = 0;
    for (size_t column = 0; column < table->columns; column++) {
        int width = (int)width_of(table, column);
        if (width == 0)
            continue;
        const char *format = column == 0 ? "%-*s" : "  %*s";
        int length =
            snprintf(line + used, sizeof line - used, format, width, cell(table, row, column));
        used += (size_t)length < sizeof line - used ? (size_t)length : sizeof line - used - 1;
    }
    while (used > 0 && line[used - 1] == ' ')
        used--;
    line[used++] = '\n';
    if (!text->status)
        text->status = text->sink(line, used, text->context);
}

void furrow__table_print(const furrow__table *table, furrow__text *text)
{
    for (size_t row = 0; row < table->rows; row++)
        print_row(table, row, text);
}

/* ---- fields of an open record ---- */

void furrow__report_plan(furrow_writer *writer, const furrow_plan *plan)
{
    furrow_writer_count(writer, "threads", (uint64_t)plan->threads);
    furrow_writer_text(writer, "backend", furrow_backend_name(plan->backend));
    furrow_writer_text(writer, "schedule", furrow_schedule_name(plan->schedule));
    furrow_writer_count(writer, "chunk", plan->chunk);
}

void furrow__report_times(furrow_writer *writer, const furrow_measurement *way)
{
    furrow_writer_count(writer, "rounds", way->count);
    furrow_writer_real(writer, "median", way->wall_time.median, 9);
    furrow_writer_real(writer, "low", way->wall_time.low, 9);
    furrow_writer_real(writer, "high", way->wall_time.high, 9);
    furrow_writer_real(writer, "coverage", way->wall_time.coverage, 6);
}

void furrow__report_samples(furrow_writer *writer, const furrow_measurement *way)
{
    char reason[FURROW_PLAN_REASON_SIZE];
    furrow_writer_text(writer, "reason", furrow_plan_reason(reason, &way->plan));
    furrow_writer_list_begin(writer, "samples");
    for (size_t i = 0; i < way->count; i++)
        furrow_writer_real(writer, "samples", way->wall[i], 9);
    furrow_writer_list_end(writer);
}
