/* long: what furrow_parallel_for adds to a bare `omp parallel for` that takes 1 ms, in loops back
 * to back. */
#include "rows.h"

#include <stdio.h>

#include <furrow/clock.h>
#include <furrow/measure.h>

#include "spin.h"

enum { ITEMS = 1024, LOOPS = 10 };

static uint32_t steps[ITEMS];
static uint64_t results[ITEMS];
static const struct spin spin = {.steps = steps, .results = results};

/* A way to run the loop. Without options: by bare OpenMP. */
struct way {
    const furrow_parallel_options *options;
    int threads;
};

static void run_bare(int threads)
{
#pragma omp parallel for schedule(static) num_threads(threads)
    for (size_t i = 0; i < ITEMS; i++)
        spin_body(&(furrow_range){.begin = i, .end = i + 1}, &spin);
}

static int run(furrow_run_outcome *outcome, void *context)
{
    const struct way *way = context;
    (void)outcome;
    for (int i = 0; i < LOOPS; i++) {
        int status = FURROW_OK;
        if (way->options)
            status = furrow_parallel_for(way->options, ITEMS, spin_body, &spin);
        else
            run_bare(way->threads);
        if (status)
            return status;
    }
    return FURROW_OK;
}

/* The threads of the way before go to sleep, and those of this way wake up. */
static int prepare(void *context)
{
    furrow_run_outcome outcome;
    furrow_clock_sleep(0.02);
    return run(&outcome, context);
}

static void print(const furrow_measurements *measurements)
{
    printf("loops of %d items that take 1 ms, back to back; times as long as bare OpenMP\n", ITEMS);
    for (size_t i = 0; i < measurements->count; i++) {
        const furrow_measurement *way = &measurements->ways[i];
        printf("  %-34s %9.1f us  [%.1f, %.1f]  %.4f  [%.4f, %.4f]\n", way->name,
               1e6 * way->wall_time.median / LOOPS, 1e6 * way->wall_time.low / LOOPS,
               1e6 * way->wall_time.high / LOOPS, 1 / way->speedup[0].median,
               1 / way->speedup[0].high, 1 / way->speedup[0].low);
    }
    printf("\n");
}

int row_long(int threads)
{
    static furrow_site site;
    const furrow_parallel_options first = {.plan = {0}}, learned = {.site = &site};
    const furrow_parallel_options fixed = {.plan = {.threads = threads,
                                                    .backend = FURROW_BACKEND_FOR,
                                                    .schedule = FURROW_SCHEDULE_STATIC}};
    struct way ways[] = {{NULL, threads}, {&fixed, 0}, {&first, 0}, {&learned, 0}};
    const furrow_contender contenders[] = {
        {"omp parallel for, static", prepare, run, &ways[0]},
        {"furrow_parallel_for, static", prepare, run, &ways[1]},
        {"furrow_parallel_for, first call", prepare, run, &ways[2]},
        {"furrow_parallel_for, at a site", prepare, run, &ways[3]},
    };
    const furrow_measure_options options = {.seconds = 10};
    furrow_measurements measurements;
    furrow_error error;
    const double item = 1e-3 * threads / ITEMS, step = spin_calibrate();
    for (int i = 0; i < ITEMS; i++)
        steps[i] = (uint32_t)(item / step);
    int status = furrow_measure(&measurements, contenders, 4, &options, &error);
    if (status)
        fprintf(stderr, "overhead: %s\n", error.text);
    else
        print(&measurements);
    furrow_measurements_clear(&measurements);
    return status;
}
