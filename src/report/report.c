#include <furrow/report.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include <furrow/status.h>

#include "text.h"

/* An interval wider than this share of its median says little. */
static const double max_scatter = 0.1;

enum {
    WAY,
    PLAN,
    TIME,
    TIME_INTERVAL,
    SERIAL,
    SERIAL_INTERVAL,
    ONE,
    ONE_INTERVAL,
    CPU,
    RATE,
    COLUMNS
};

const char *furrow_report_seconds(char text[32], double seconds, int digits)
{
    static const struct {
        double scale;
        const char *unit;
    } units[] = {{1e9, "ns"}, {1e6, "us"}, {1e3, "ms"}, {1, "s"}};
    size_t unit = 0;
    while (unit + 1 < sizeof units / sizeof *units && seconds * units[unit].scale >= 999.5)
        unit++;
    double value = seconds * units[unit].scale;
    int before_point = value >= 1 ? (int)floor(log10(value)) + 1 : 1;
    int decimals = digits > before_point ? digits - before_point : 0;
    snprintf(text, 32, "%.*f %s", decimals, value, units[unit].unit);
    return text;
}

static void put_speedup(furrow__table *table, size_t at, const furrow_summary *speedup)
{
    if (speedup->count == 0)
        return;
    furrow__table_put(table, at, "%.2fx", speedup->median);
    furrow__table_put(table, at + 1, "[%.2f, %.2f]", speedup->low, speedup->high);
}

static void put_rate(furrow__table *table, size_t at, const furrow_work *work, double seconds)
{
    static const struct {
        double scale;
        const char *prefix;
    } scales[] = {{1e9, "G"}, {1e6, "M"}, {1e3, "k"}, {1, ""}};
    bool flops = work->flops > 0;
    double rate = (flops ? work->flops : work->items) / seconds;
    if (!(rate > 0) || isinf(rate))
        return;
    size_t i = 0;
    while (i + 1 < sizeof scales / sizeof *scales && rate < scales[i].scale)
        i++;
    furrow__table_put(table, at, "%.3g %s%s", rate / scales[i].scale, scales[i].prefix,
                      flops ? "flop/s" : "items/s");
}

static void put_way(furrow__table *table, size_t row, const furrow_measurement *way)
{
    size_t at = row * table->columns;
    char low[32], high[32], text[32];
    furrow__table_put(table, at + WAY, "%s", way->name);
    furrow__table_put_plan(table, at + PLAN, &way->plan);
    furrow__table_put(table, at + TIME, "%s",
                      furrow_report_seconds(text, way->wall_time.median, 3));
    furrow__table_put(table, at + TIME_INTERVAL, "[%s, %s]",
                      furrow_report_seconds(low, way->wall_time.low, 3),
                      furrow_report_seconds(high, way->wall_time.high, 3));
    put_speedup(table, at + SERIAL, &way->speedup[0]);
    put_speedup(table, at + ONE, &way->speedup[1]);
    if (way->cpu_time.median > 0)
        furrow__table_put(table, at + CPU, "%s",
                          furrow_report_seconds(text, way->cpu_time.median, 3));
    put_rate(table, at + RATE, &way->work, way->wall_time.median);
}

static void put_heading(furrow__table *table, const furrow_measurements *measurements)
{
    static const char *const headings[COLUMNS] = {
        [WAY] = "way",   [PLAN] = "plan",
        [TIME] = "time", [TIME_INTERVAL] = "95 %",
        [CPU] = "CPU",   [SERIAL_INTERVAL] = "95 %",
        [RATE] = "rate", [ONE_INTERVAL] = "95 %",
    };
    for (size_t i = 0; i < COLUMNS; i++)
        furrow__table_put(table, i, "%s", headings[i] ? headings[i] : "");
    furrow__table_put(table, SERIAL, "over %s", measurements->ways[0].name);
    if (measurements->count > 1)
        furrow__table_put(table, ONE, "over %s", measurements->ways[1].name);
}

static void print_ways(furrow__text *text, const furrow_measurements *measurements)
{
    furrow__table table;
    text->status = furrow__table_init(&table, 1 + measurements->count, COLUMNS);
    if (text->status)
        return;
    put_heading(&table, measurements);
    for (size_t i = 0; i < measurements->count; i++)
        put_way(&table, 1 + i, &measurements->ways[i]);
    furrow__table_print(&table, text);
    furrow__table_clear(&table);
}

/* Ways that raise a doubt. */
struct doubts {
    size_t scattered, crowded, slower;
};

static struct doubts count_doubts(const furrow_measurements *measurements, int cpus)
{
    struct doubts doubts = {0};
    bool serial = measurements->ways[0].plan.threads == 1;
    for (size_t i = 0; i < measurements->count; i++) {
        const furrow_measurement *way = &measurements->ways[i];
        const furrow_summary *time = &way->wall_time;
        doubts.scattered += time->high - time->low > max_scatter * time->median;
        doubts.crowded += cpus > 0 && way->plan.threads > cpus;
        doubts.slower += serial && way->plan.threads > 1 && way->speedup[0].high < 1;
    }
    return doubts;
}

/* What a careful reader would ask of these figures. */
static void print_doubts(furrow__text *text, const furrow_measurements *measurements, int cpus)
{
    const furrow_measurement *base = &measurements->ways[0];
    const struct doubts doubts = count_doubts(measurements, cpus);
    double coverage = base->wall_time.coverage;
    if (base->failed > 0)
        furrow__text_print(text,
                           "Doubt: %zu of %zu items failed in every run, so these are not the "
                           "times of the work\n",
                           base->failed, base->items);
    if (coverage < 0.95)
        furrow__text_print(
            text, "Doubt: %zu rounds give intervals of %.0f %% only; try --rounds 10 or more\n",
            measurements->rounds, 100 * coverage);
    if (doubts.scattered > 0)
        furrow__text_print(text,
                           "Doubt: %zu of %zu times scatter by more than 10 %%; try more --rounds "
                           "on a quieter machine\n",
                           doubts.scattered, measurements->count);
    if (doubts.slower > 0)
        furrow__text_print(text,
                           "Doubt: %zu way%s lost to one thread; where other programs hold the "
                           "CPUs, OMP_WAIT_POLICY=passive may help\n",
                           doubts.slower, doubts.slower == 1 ? "" : "s");
    if (doubts.crowded > 0)
        furrow__text_print(text,
                           "Note: %zu way%s used more threads than the %d usable CPUs, which helps "
                           "only items that wait\n",
                           doubts.crowded, doubts.crowded == 1 ? "" : "s", cpus);
}

int furrow_report_table(const furrow_measurements *measurements, const char *title, int cpus,
                        furrow_sink sink, void *context)
{
    furrow__text text = {.sink = sink, .context = context};
    if (measurements->count == 0 || measurements->rounds == 0) {
        furrow__text_print(&text, "%s: nothing was measured\n", title);
        return text.status;
    }
    furrow__text_print(&text,
                       "%s\n%zu rounds, ways interleaved; medians with exact 95 %% intervals; "
                       "speedups from pairs\n",
                       title, measurements->rounds);
    if (!text.status)
        print_ways(&text, measurements);
    for (size_t i = FURROW_MEASURE_BASES; i < measurements->count; i++)
        furrow__text_reason(&text, measurements->ways[i].name, &measurements->ways[i].plan);
    print_doubts(&text, measurements, cpus);
    return text.status;
}

static void write_speedup(furrow_writer *writer, const furrow_summary *speedup,
                          const char *const names[3])
{
    furrow_writer_real(writer, names[0], speedup->median, 6);
    furrow_writer_real(writer, names[1], speedup->low, 6);
    furrow_writer_real(writer, names[2], speedup->high, 6);
}

static int write_record(const furrow_measurement *way, furrow_writer *writer)
{
    static const char *const over_serial[] = {"speedup_serial", "speedup_serial_low",
                                              "speedup_serial_high"};
    static const char *const over_one[] = {"speedup_one", "speedup_one_low", "speedup_one_high"};
    furrow_writer_begin(writer);
    furrow_writer_text(writer, "way", way->name);
    furrow__report_plan(writer, &way->plan);
    furrow__report_times(writer, way);
    furrow_writer_real(writer, "minimum", way->wall_time.minimum, 9);
    furrow_writer_real(writer, "maximum", way->wall_time.maximum, 9);
    furrow_writer_real(writer, "cpu", way->cpu_time.median, 9);
    write_speedup(writer, &way->speedup[0], over_serial);
    write_speedup(writer, &way->speedup[1], over_one);
    furrow__report_samples(writer, way);
    return furrow_writer_end(writer);
}

int furrow_report_records(const furrow_measurements *measurements, furrow_writer *writer)
{
    int status = FURROW_OK;
    for (size_t i = 0; i < measurements->count && status == FURROW_OK; i++)
        status = write_record(&measurements->ways[i], writer);
    return status;
}
