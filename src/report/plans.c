#include <furrow/report.h>

#include <stdbool.h>
#include <stdlib.h>

#include "text.h"

enum { PLAN, PREDICTED, OVER_LEAST, MARK, COLUMNS };

/* The quickest first; plans of equal time stay in the order given. */
static int by_time(const void *left, const void *right)
{
    const furrow_plan *a = *(const furrow_plan *const *)left;
    const furrow_plan *b = *(const furrow_plan *const *)right;
    if (a->reason.predicted != b->reason.predicted)
        return a->reason.predicted < b->reason.predicted ? -1 : 1;
    return (a > b) - (a < b);
}

static const furrow_plan **sorted(const furrow_plan *plans, size_t count)
{
    const furrow_plan **order = calloc(count + 1, sizeof *order);
    if (!order)
        return NULL;
    for (size_t i = 0; i < count; i++)
        order[i] = &plans[i];
    qsort(order, count, sizeof *order, by_time);
    return order;
}

static bool is_chosen(const furrow_plan *plan, const furrow_plan *chosen)
{
    bool cuts = plan->backend == FURROW_BACKEND_FOR || plan->backend == FURROW_BACKEND_TASKLOOP;
    return plan->threads == chosen->threads && plan->backend == chosen->backend &&
           (!cuts || (plan->schedule == chosen->schedule && plan->chunk == chosen->chunk));
}

static void put_row(furrow__table *table, size_t row, const furrow_plan *plan, double least,
                    bool chosen)
{
    size_t at = row * table->columns;
    double predicted = plan->reason.predicted;
    char text[32];
    furrow__table_put_plan(table, at + PLAN, plan);
    furrow__table_put(table, at + PREDICTED, "%s", furrow_report_seconds(text, predicted, 3));
    if (least > 0)
        furrow__table_put(table, at + OVER_LEAST, "%.3gx", predicted / least);
    if (chosen)
        furrow__table_put(table, at + MARK, "chosen");
}

int furrow_report_plans(const furrow_plan *plans, size_t count, const furrow_plan *chosen,
                        furrow_sink sink, void *context)
{
    const furrow_plan **order = sorted(plans, count);
    if (!order)
        return FURROW_ENOMEM;
    furrow__table table;
    furrow__text text = {.sink = sink, .context = context};
    text.status = furrow__table_init(&table, 1 + count, COLUMNS);
    if (!text.status) {
        furrow__table_put(&table, PLAN, "candidate");
        furrow__table_put(&table, PREDICTED, "predicted");
        furrow__table_put(&table, OVER_LEAST, "over the least");
        for (size_t i = 0; i < count; i++)
            put_row(&table, 1 + i, order[i], order[0]->reason.predicted,
                    is_chosen(order[i], chosen));
        furrow__table_print(&table, &text);
        furrow__table_clear(&table);
    }
    free(order);
    return text.status;
}

int furrow_report_plan_records(const furrow_plan *plans, size_t count, const furrow_plan *chosen,
                               furrow_writer *writer)
{
    const furrow_plan **order = sorted(plans, count);
    int status = order ? FURROW_OK : FURROW_ENOMEM;
    for (size_t i = 0; i < count && status == FURROW_OK; i++) {
        furrow_writer_begin(writer);
        furrow__report_plan(writer, order[i]);
        furrow_writer_real(writer, "predicted", order[i]->reason.predicted, 9);
        furrow_writer_count(writer, "chosen", is_chosen(order[i], chosen));
        status = furrow_writer_end(writer);
    }
    free(order);
    return status;
}
