#include <furrow/report.h>

#include <stdlib.h>

#include <furrow/status.h>

#include "text.h"

enum { WAY, PLAN, TIME, TIME_INTERVAL, OVER_BEST, OVER_BEST_INTERVAL, COLUMNS };

/* A way and its place in the sweep. */
struct standing {
    const furrow_measurement *way;
    furrow_summary over_best; /* its time over that of the best, in the odd rounds */
};

/* What a sweep found. */
struct sweep {
    const furrow_measurements *measurements;
    size_t swept, best;
    struct standing *standings; /* in the order measured */
};

static int sweep_of(struct sweep *sweep, const furrow_measurements *measurements, size_t swept)
{
    *sweep = (struct sweep){.measurements = measurements, .swept = swept};
    int status = furrow_measure_best(&sweep->best, measurements, swept);
    if (status)
        return status;
    sweep->standings = calloc(measurements->count, sizeof *sweep->standings);
    if (!sweep->standings)
        return FURROW_ENOMEM;
    for (size_t i = 0; i < measurements->count && status == FURROW_OK; i++) {
        struct standing *standing = &sweep->standings[i];
        standing->way = &measurements->ways[i];
        status = furrow_measure_regret(&standing->over_best, measurements, i, sweep->best);
    }
    return status;
}

static int by_time(const void *left, const void *right)
{
    const struct standing *a = *(const struct standing *const *)left;
    const struct standing *b = *(const struct standing *const *)right;
    if (a->way->wall_time.median != b->way->wall_time.median)
        return a->way->wall_time.median < b->way->wall_time.median ? -1 : 1;
    return (a > b) - (a < b);
}

static void put_way(furrow__table *table, size_t row, const struct standing *standing)
{
    size_t at = row * table->columns;
    const furrow_summary *time = &standing->way->wall_time;
    const furrow_summary *over = &standing->over_best;
    char low[32], high[32];
    furrow__table_put(table, at + WAY, "%s", standing->way->name);
    furrow__table_put_plan(table, at + PLAN, &standing->way->plan);
    furrow__table_put(table, at + TIME, "%s", furrow_report_seconds(low, time->median, 3));
    furrow__table_put(table, at + TIME_INTERVAL, "[%s, %s]",
                      furrow_report_seconds(low, time->low, 3),
                      furrow_report_seconds(high, time->high, 3));
    furrow__table_put(table, at + OVER_BEST, "%.3fx", over->median);
    furrow__table_put(table, at + OVER_BEST_INTERVAL, "[%.3f, %.3f]", over->low, over->high);
}

static void put_ways(furrow__table *table, const struct standing *const *order)
{
    static const char *const headings[COLUMNS] = {"way",  "plan",          "time",
                                                  "95 %", "over the best", "95 %"};
    for (size_t i = 0; i < COLUMNS; i++)
        furrow__table_put(table, i, "%s", headings[i]);
    for (size_t row = 1; row < table->rows; row++)
        put_way(table, row, order[row - 1]);
}

/* All ways, the quickest first. */
static void print_ways(furrow__text *text, const struct sweep *sweep)
{
    size_t count = sweep->measurements->count;
    const struct standing **order = calloc(count, sizeof *order);
    if (!order) {
        text->status = FURROW_ENOMEM;
        return;
    }
    for (size_t i = 0; i < count; i++)
        order[i] = &sweep->standings[i];
    qsort(order, count, sizeof *order, by_time);
    furrow__table table;
    text->status = furrow__table_init(&table, 1 + count, COLUMNS);
    if (!text->status) {
        put_ways(&table, order);
        furrow__table_print(&table, text);
        furrow__table_clear(&table);
    }
    free(order);
}

/* The reason and the regret of a plan. */
static void print_regret(furrow__text *text, const struct standing *standing)
{
    const furrow_summary *over = &standing->over_best;
    furrow__text_reason(text, standing->way->name, &standing->way->plan);
    furrow__text_print(text, "Regret of %s: %.1f %%, with %.0f %% confidence %.1f to %.1f %%\n",
                       standing->way->name, 100 * (over->median - 1), 100 * over->coverage,
                       100 * (over->low - 1), 100 * (over->high - 1));
}

static void print_sweep(furrow__text *text, const struct sweep *sweep, const char *title)
{
    const furrow_measurements *measurements = sweep->measurements;
    const furrow_measurement *best = &measurements->ways[sweep->best];
    char time[32];
    furrow__text_print(text,
                       "%s\n%zu ways swept, %zu rounds, interleaved; the best is chosen in the "
                       "even rounds, ratios to it are those of pairs in the odd ones\n",
                       title, sweep->swept, measurements->rounds);
    if (!text->status)
        print_ways(text, sweep);
    furrow__text_print(text, "Best: %s, %s\n", best->name,
                       furrow_report_seconds(time, best->wall_time.median, 3));
    for (size_t i = sweep->swept; i < measurements->count; i++)
        print_regret(text, &sweep->standings[i]);
}

int furrow_report_sweep(const furrow_measurements *measurements, size_t swept, const char *title,
                        furrow_sink sink, void *context)
{
    furrow__text text = {.sink = sink, .context = context};
    if (measurements->rounds < 2) {
        furrow__text_print(&text, "%s: too few rounds to choose and compare\n", title);
        return text.status;
    }
    struct sweep sweep;
    text.status = sweep_of(&sweep, measurements, swept);
    if (!text.status)
        print_sweep(&text, &sweep, title);
    free(sweep.standings);
    return text.status;
}

static int write_record(const struct sweep *sweep, size_t index, furrow_writer *writer)
{
    const furrow_measurement *way = &sweep->measurements->ways[index];
    const furrow_summary *over = &sweep->standings[index].over_best;
    furrow_writer_begin(writer);
    furrow_writer_text(writer, "way", way->name);
    furrow_writer_count(writer, "swept", index < sweep->swept);
    furrow_writer_count(writer, "best", index == sweep->best);
    furrow__report_plan(writer, &way->plan);
    furrow__report_times(writer, way);
    furrow_writer_real(writer, "regret", over->median - 1, 6);
    furrow_writer_real(writer, "regret_low", over->low - 1, 6);
    furrow_writer_real(writer, "regret_high", over->high - 1, 6);
    furrow_writer_real(writer, "regret_coverage", over->coverage, 6);
    furrow__report_samples(writer, way);
    return furrow_writer_end(writer);
}

int furrow_report_sweep_records(const furrow_measurements *measurements, size_t swept,
                                furrow_writer *writer)
{
    struct sweep sweep;
    int status = sweep_of(&sweep, measurements, swept);
    for (size_t i = 0; i < measurements->count && status == FURROW_OK; i++)
        status = write_record(&sweep, i, writer);
    free(sweep.standings);
    return status;
}
