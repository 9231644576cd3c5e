/*
 * overhead: what furrow_parallel_for costs over the OpenMP construct that it wraps.
 *
 *     bench-overhead [constructs] [long] [beside]
 *
 * `constructs` times loops of empty items, each with bare pragmas and through Furrow, side by side.
 * Its last lines are the two costs that the planner assumes when it knows none
 * (FURROW_PLAN_TYPICAL_COSTS), measured on this machine and runtime. `long` times loops of 1 ms,
 * `beside` a program's own OpenMP loops. Without names all three run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/cpu.h>
#include <furrow/measure.h>
#include <furrow/report.h>

#include "rows.h"

#ifndef _OPENMP
#error "this benchmark is about OpenMP"
#endif

enum { LOOP_ITEMS = 100000, REGIONS = 200 };

static int threads;

/* The least that an item can do without being optimised away: it writes its own slot. */
static unsigned char slots[LOOP_ITEMS];

static int touch(const furrow_range *range, const void *context)
{
    (void)context;
    for (size_t i = range->begin; i < range->end; i++)
        slots[i] = (unsigned char)i;
    return 0;
}

/* A loop: its plan, and how often a sample runs it. */
struct loop {
    furrow_plan plan;
    size_t items, times;
};

static int run_furrow(furrow_run_outcome *outcome, void *context)
{
    const struct loop *loop = context;
    furrow_parallel_options options = {.plan = loop->plan};
    outcome->plan = loop->plan;
    for (size_t i = 0; i < loop->times; i++) {
        int status = furrow_parallel_for(&options, loop->items, touch, NULL);
        if (status)
            return status;
    }
    return 0;
}

static void raw_static(size_t items)
{
#pragma omp parallel for schedule(static) num_threads(threads)
    for (size_t i = 0; i < items; i++)
        slots[i] = (unsigned char)i;
}

static void raw_dynamic(size_t items)
{
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
    for (size_t i = 0; i < items; i++)
        slots[i] = (unsigned char)i;
}

static void raw_guided(size_t items)
{
#pragma omp parallel for schedule(guided, 1) num_threads(threads)
    for (size_t i = 0; i < items; i++)
        slots[i] = (unsigned char)i;
}

static void raw_taskloop(size_t items)
{
#pragma omp parallel num_threads(threads)
#pragma omp single
#pragma omp taskloop grainsize(1)
    for (size_t i = 0; i < items; i++)
        slots[i] = (unsigned char)i;
}

static int run_raw(furrow_run_outcome *outcome, void *context)
{
    static void (*const schedules[])(size_t) = {
        [FURROW_SCHEDULE_STATIC] = raw_static,
        [FURROW_SCHEDULE_DYNAMIC] = raw_dynamic,
        [FURROW_SCHEDULE_GUIDED] = raw_guided,
    };
    const struct loop *loop = context;
    outcome->plan = loop->plan;
    bool tasks = loop->plan.backend == FURROW_BACKEND_TASKLOOP;
    for (size_t i = 0; i < loop->times; i++)
        (tasks ? raw_taskloop : schedules[loop->plan.schedule])(loop->items);
    return 0;
}

static int print(void *context, const char *bytes, size_t size)
{
    (void)context;
    return fwrite(bytes, 1, size, stdout) == size ? 0 : FURROW_EIO;
}

/* Times one loop both ways. Returns the seconds of one bare loop, or ends the program. */
static double compare(const char *title, struct loop *loop)
{
    const furrow_contender contenders[] = {
        {"bare OpenMP", NULL, run_raw, loop},
        {"furrow_parallel_for", NULL, run_furrow, loop},
    };
    furrow_measurements measurements;
    furrow_measure_options options = {.seconds = 1};
    furrow_error error;
    int status = furrow_measure(&measurements, contenders, 2, &options, &error);
    if (status) {
        fprintf(stderr, "overhead: %s\n", error.text);
        exit(1);
    }
    furrow_report_table(&measurements, title, threads, print, NULL);
    printf("\n");
    double seconds = measurements.ways[0].wall_time.median / (double)loop->times;
    furrow_measurements_clear(&measurements);
    return seconds;
}

static void bench_constructs(void)
{
    struct loop region = {{.threads = threads, .backend = FURROW_BACKEND_FOR}, 0, REGIONS};
    region.plan.schedule = FURROW_SCHEDULE_STATIC;
    region.items = (size_t)threads;
    double region_cost = compare("200 regions of one empty item a thread", &region);

    struct loop items = {region.plan, LOOP_ITEMS, 1};
    compare("100000 empty items, static", &items);
    items.plan.chunk = 1;
    items.plan.schedule = FURROW_SCHEDULE_DYNAMIC;
    double dynamic = compare("100000 empty items, dynamic, chunk 1", &items);
    items.plan.schedule = FURROW_SCHEDULE_GUIDED;
    compare("100000 empty items, guided, chunk 1", &items);
    items.plan.backend = FURROW_BACKEND_TASKLOOP;
    items.plan.schedule = FURROW_SCHEDULE_AUTO;
    items.items = LOOP_ITEMS / 10;
    compare("10000 empty items, taskloop, chunk 1", &items);

    char text[32];
    printf("region   %s\n", furrow_report_seconds(text, region_cost, 3));
    printf("dispatch %s a chunk, with %d threads at it\n",
           furrow_report_seconds(text, dynamic * threads / LOOP_ITEMS, 3), threads);
}

static bool is_wanted(const char *name, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return true;
    return argc == 1;
}

/* `beside` forks, so it comes before anything that starts threads. */
int main(int argc, char **argv)
{
    int status = FURROW_OK;
    if (is_wanted("beside", argc, argv))
        status = row_beside();
    threads = furrow_cpu_count();
    if (status == FURROW_OK && is_wanted("long", argc, argv))
        status = row_long(threads);
    if (status == FURROW_OK && is_wanted("constructs", argc, argv))
        bench_constructs();
    return status ? 1 : 0;
}
