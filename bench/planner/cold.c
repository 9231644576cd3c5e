#include "rows.h"

#include <stdio.h>

#include <furrow/clock.h>
#include <furrow/status.h>

#include "judge.h"
#include "loads.h"
#include "ways.h"
#include "workload.h"

enum { WAYS = 4, MAX_ROUNDS = 1000 };

static const double idles[] = {20e-3, 250e-3};

static const struct cold_load {
    size_t items;
    double mean;
} cold_loads[] = {{20, 1e-6}, {3, 10e-6}, {200, 5e-6}, {16, 62.5e-6}};

/* A way that runs after idling; the context of a furrow_contender. */
struct cold {
    struct way *way;
    double idle;
};

/* Each way wakes its own threads, if any, before it idles. */
static int prepare(void *context)
{
    const struct cold *cold = context;
    int status = ways_call(cold->way);
    furrow_clock_sleep(cold->idle);
    return status;
}

static int run(furrow_run_outcome *outcome, void *context)
{
    const struct cold *cold = context;
    (void)outcome;
    return ways_call(cold->way);
}

static double median_of_differences(const furrow_measurement *way, const furrow_measurement *base)
{
    double differences[MAX_ROUNDS];
    furrow_summary summary = {0};
    for (size_t i = 0; i < way->count; i++)
        differences[i] = way->wall[i] - base->wall[i];
    furrow_stats_summarise(&summary, differences, way->count);
    return summary.median;
}

static void print(const struct load *load, double idle, const furrow_measurements *measurements)
{
    const furrow_measurement *serial = &measurements->ways[0];
    printf("%s, after %.0f ms of idling\n", load->name, 1e3 * idle);
    double over[WAYS];
    for (size_t i = 0; i < measurements->count; i++)
        over[i] = median_of_differences(&measurements->ways[i], serial);
    for (size_t i = 0; i < measurements->count; i++) {
        const furrow_measurement *way = &measurements->ways[i];
        judge_sort(way->wall, way->count);
        printf("  %-24s %9.1f %9.1f %+9.1f %+9.1f %8.2f\n", way->name, 1e6 * way->wall_time.median,
               1e6 * judge_quantile(way->wall, way->count, 0.95), 1e6 * over[i],
               1e6 * (judge_quantile(way->wall, way->count, 0.95) -
                      judge_quantile(serial->wall, serial->count, 0.95)),
               way->speedup[0].median);
    }
    fflush(stdout);
}

static int measure(const struct bench *bench, struct ways *ways, double idle)
{
    struct cold colds[WAYS];
    furrow_contender contenders[WAYS];
    furrow_measurements measurements;
    furrow_error error;
    const double rounds = (idle < 0.1 ? 50 : 20) * bench->seconds;
    const furrow_measure_options options = {.rounds = rounds < 10           ? 10
                                                      : rounds > MAX_ROUNDS ? MAX_ROUNDS
                                                                            : (size_t)rounds};
    for (size_t i = 0; i < ways->count; i++) {
        colds[i] = (struct cold){&ways->list[i], idle};
        contenders[i] = (furrow_contender){ways->list[i].name, prepare, run, &colds[i]};
    }
    int status = furrow_measure(&measurements, contenders, ways->count, &options, &error);
    if (status == FURROW_OK)
        print(ways->list[0].load, idle, &measurements);
    furrow_measurements_clear(&measurements);
    return status;
}

int row_cold(const struct bench *bench)
{
    static struct ways ways;
    int status = FURROW_OK;
    printf("after idling, us: median, p95; these over serial's; times as fast as serial\n");
    for (size_t i = 0; i < sizeof cold_loads / sizeof *cold_loads && status == FURROW_OK; i++) {
        const struct cold_load *cold = &cold_loads[i];
        const struct way like = {.load = loads_computing(cold->items, cold->mean, SHAPE_CONSTANT),
                                 .costs = &bench->costs,
                                 .cpus = bench->cpus,
                                 .times = 1};
        ways.count = 0;
        ways_add_serial(&ways, &like);
        ways_add_planned(&ways, &like);
        ways_add_region(&ways, &like, FURROW_SCHEDULE_STATIC);
        status = ways_check(&ways);
        for (size_t j = 0; j < sizeof idles / sizeof *idles && status == FURROW_OK; j++)
            status = measure(bench, &ways, idles[j]);
    }
    printf("\n");
    return status;
}
