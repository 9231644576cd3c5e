#include "table.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/parallel.h>
#include <furrow/status.h>

int furrow__table_init(furrow__table *table, size_t rows, size_t columns, furrow_sink sink,
                       void *context)
{
    *table = (furrow__table){.rows = rows, .columns = columns, .sink = sink, .context = context};
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

/* 0 for a column that has nothing to show. */
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

static int write_row(const furrow__table *table, size_t row)
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
    return table->sink(table->context, line, used);
}

int furrow__table_write(const furrow__table *table)
{
    int status = FURROW_OK;
    for (size_t row = 0; row < table->rows && status == FURROW_OK; row++)
        status = write_row(table, row);
    return status;
}
