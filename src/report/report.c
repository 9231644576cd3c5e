#include <furrow/report.h>

#include <math.h>
#include <stdio.h>

#include <furrow/status.h>

#include "say.h"
#include "table.h"

/* A median whose interval is wider than this share of it says little. */
static const double scatters = 0.1;

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

static int write_ways(const furrow_measurements *measurements, furrow_sink sink, void *context)
{
    furrow__table table;
    int status = furrow__table_init(&table, 1 + measurements->count, COLUMNS, sink, context);
    if (status)
        return status;
    put_heading(&table, measurements);
    for (size_t i = 0; i < measurements->count; i++)
        put_way(&table, 1 + i, &measurements->ways[i]);
    status = furrow__table_write(&table);
    furrow__table_clear(&table);
    return status;
}

static int write_reasons(const furrow_measurements *measurements, furrow_sink sink, void *context)
{
    int status = FURROW_OK;
    for (size_t i = FURROW_MEASURE_BASES; i < measurements->count && status == FURROW_OK; i++)
        status = furrow__report_say_reason(sink, context, measurements->ways[i].name,
                                           &measurements->ways[i].plan);
    return status;
}

/* What a careful reader would ask of these figures. */
static int write_doubts(const furrow_measurements *measurements, int cpus, furrow_sink sink,
                        void *context)
{
    int status = FURROW_OK;
    const furrow_measurement *base = &measurements->ways[0];
    size_t wide = 0, crowded = 0, slower = 0;
    for (size_t i = 0; i < measurements->count; i++) {
        const furrow_measurement *way = &measurements->ways[i];
        const furrow_summary *time = &way->wall_time;
        wide += time->high - time->low > scatters * time->median;
        crowded += cpus > 0 && way->plan.threads > cpus;
        slower += base->plan.threads == 1 && way->plan.threads > 1 && way->speedup[0].high < 1;
    }
    double coverage = base->wall_time.coverage;
    if (base->failed > 0)
        status = furrow__report_say(
            sink, context,
            "Doubt: %zu of %zu items failed in every run, so these are not the times of "
            "the work\n",
            base->failed, base->items);
    if (coverage < 0.95 && status == FURROW_OK)
        status = furrow__report_say(
            sink, context,
            "Doubt: %zu rounds give intervals of %.0f %% only; try --rounds 10 or more\n",
            measurements->rounds, 100 * coverage);
    if (wide > 0 && status == FURROW_OK)
        status = furrow__report_say(
            sink, context,
            "Doubt: %zu of %zu times scatter by more than 10 %%; try more --rounds on a "
            "quieter machine\n",
            wide, measurements->count);
    if (slower > 0 && status == FURROW_OK)
        status = furrow__report_say(
            sink, context,
            "Doubt: %zu way%s lost to one thread; where other programs hold the CPUs, "
            "OMP_WAIT_POLICY=passive may help\n",
            slower, slower == 1 ? "" : "s");
    if (crowded > 0 && status == FURROW_OK)
        status = furrow__report_say(
            sink, context,
            "Note: %zu way%s used more threads than the %d usable CPUs, which helps "
            "only items that wait\n",
            crowded, crowded == 1 ? "" : "s", cpus);
    return status;
}

int furrow_report_table(const furrow_measurements *measurements, const char *title, int cpus,
                        furrow_sink sink, void *context)
{
    if (measurements->count == 0 || measurements->rounds == 0)
        return furrow__report_say(sink, context, "%s: nothing was measured\n", title);
    int status =
        furrow__report_say(sink, context,
                           "%s\n%zu rounds, ways interleaved; medians with exact 95 %% intervals; "
                           "speedups from pairs\n",
                           title, measurements->rounds);
    if (status == FURROW_OK)
        status = write_ways(measurements, sink, context);
    if (status == FURROW_OK)
        status = write_reasons(measurements, sink, context);
    return status ? status : write_doubts(measurements, cpus, sink, context);
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
    furrow__report_write_plan(writer, &way->plan);
    furrow__report_write_times(writer, way);
    furrow_writer_real(writer, "minimum", way->wall_time.minimum, 9);
    furrow_writer_real(writer, "maximum", way->wall_time.maximum, 9);
    furrow_writer_real(writer, "cpu", way->cpu_time.median, 9);
    write_speedup(writer, &way->speedup[0], over_serial);
    write_speedup(writer, &way->speedup[1], over_one);
    furrow__report_write_samples(writer, way);
    return furrow_writer_end(writer);
}

int furrow_report_records(const furrow_measurements *measurements, furrow_writer *writer)
{
    int status = FURROW_OK;
    for (size_t i = 0; i < measurements->count && status == FURROW_OK; i++)
        status = write_record(&measurements->ways[i], writer);
    return status;
}
