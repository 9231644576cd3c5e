#include <furrow/calibrate.h>

#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include <furrow/clock.h>
#include <furrow/cpu.h>
#include <furrow/parallel.h>

#include "openmp.h"

enum {
    KEPT = 24,      /* samples of each loop, at most */
    PER_SAMPLE = 3, /* tries for each, however many are disturbed */
    FEWEST = 6,     /* tries, however long they take */
    EXTRA = 16      /* threads beyond the CPUs */
};

/* A caller that is kept from its CPU for more than this part of the time was disturbed. Of the
 * other threads nothing so precise is to be had; where they are, the low quantile has to do. */
static const double disturbed_part = 0.1;

/* Seconds after which the fewest tries have to do: on a busy machine more would not be better. */
static const double patience = 4e-3;

/* An empty loop, and how often it is run in a sample: long enough for the clocks. */
struct loop {
    furrow_plan plan;
    size_t items, times;
    size_t samples;
    bool sleeps; /* its items do, so CPU time tells nothing */
};

static int do_nothing(const furrow_range *range, const void *context)
{
    (void)range;
    (void)context;
    return FURROW_OK;
}

static int sleep_a_little(const furrow_range *range, const void *context)
{
    (void)range;
    (void)context;
    furrow_clock_sleep(1e-4);
    return FURROW_OK;
}

static int run(const struct loop *loop)
{
    const furrow_parallel_options options = {.plan = loop->plan};
    furrow_body body = loop->sleeps ? sleep_a_little : do_nothing;
    int status = FURROW_OK;
    for (size_t i = 0; i < loop->times && status == FURROW_OK; i++)
        status = furrow_parallel_for(&options, loop->items, body, NULL);
    return status;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The least of those that sleep: whatever wakes them late only adds. */
static double low_quantile(double *samples, size_t count, const struct loop *loop)
{
    qsort(samples, count, sizeof *samples, ascending);
    return samples[loop->sleeps ? 0 : count / 8];
}

/* Seconds that one such loop takes when nothing disturbs it; `before` (which may be NULL) runs
 * untimed before each sample. */
static int time_loop(double *seconds, furrow_calibration *calibration, const struct loop *loop,
                     const struct loop *before)
{
    double samples[KEPT], all[PER_SAMPLE * KEPT];
    size_t kept = 0, tried = 0;
    int status = run(loop);
    double begun = furrow_clock_wall();
    while (tried < PER_SAMPLE * loop->samples && kept < loop->samples && status == FURROW_OK) {
        if (tried >= FEWEST && furrow_clock_wall() - begun > patience)
            break;
        if (before)
            status = run(before);
        double cpu = furrow_clock_thread_cpu(), wall = furrow_clock_wall();
        status = status ? status : run(loop);
        wall = furrow_clock_wall() - wall;
        cpu = furrow_clock_thread_cpu() - cpu;
        all[tried++] = wall / (double)loop->times;
        if (loop->sleeps || cpu >= (1 - disturbed_part) * wall)
            samples[kept++] = wall / (double)loop->times;
    }
    calibration->samples += tried;
    calibration->disturbed += tried - kept;
    if (status)
        return status;
    bool quiet = 2 * kept >= tried; /* else all were disturbed: the least so will do */
    *seconds = quiet ? low_quantile(samples, kept, loop) : low_quantile(all, tried, loop);
    return FURROW_OK;
}

static struct loop loop_of(int threads, furrow_schedule schedule, size_t chunk, size_t items,
                           size_t times)
{
    return (struct loop){
        .plan = {.threads = threads,
                 .backend = FURROW_BACKEND_FOR,
                 .schedule = schedule,
                 .chunk = chunk},
        .items = items,
        .times = times,
        .samples = KEPT,
    };
}

/* What `items` chunks more cost than the region around them, each. */
static double each(double loop, double region, size_t items)
{
    return fmax(loop - region, 0) / (double)items;
}

static int measure_regions(furrow_calibration *calibration, double *one)
{
    furrow_costs *costs = &calibration->costs;
    int threads = calibration->threads;
    double all = 0;
    struct loop loop = loop_of(1, FURROW_SCHEDULE_STATIC, 0, 1, 8);
    int status = time_loop(one, calibration, &loop, NULL);
    if (status == FURROW_OK && threads > 2) {
        loop = loop_of(threads, FURROW_SCHEDULE_STATIC, 0, (size_t)threads, 8);
        status = time_loop(&all, calibration, &loop, NULL);
    }
    loop = loop_of(2, FURROW_SCHEDULE_STATIC, 0, 2, 8);
    if (status == FURROW_OK)
        status = time_loop(&costs->region, calibration, &loop, NULL);
    double shared = 0;
    loop.plan.schedule = FURROW_SCHEDULE_DYNAMIC;
    loop.plan.chunk = 1;
    if (status == FURROW_OK)
        status = time_loop(&shared, calibration, &loop, NULL);
    costs->share = fmax(shared - costs->region, 0);
    if (threads > 2)
        costs->thread = fmax(all - costs->region, 0) / (threads - 2);
    return status;
}

static int measure_chunks(furrow_calibration *calibration, double one)
{
    enum { ITEMS = 1000 };
    furrow_costs *costs = &calibration->costs;
    size_t shared = ITEMS * (size_t)calibration->threads;
    double seconds = 0;
    struct loop loop = loop_of(1, FURROW_SCHEDULE_STATIC, 1, ITEMS, 1);
    int status = time_loop(&seconds, calibration, &loop, NULL);
    costs->deal = each(seconds, one, ITEMS);
    loop = loop_of(1, FURROW_SCHEDULE_DYNAMIC, 1, ITEMS, 1);
    if (status == FURROW_OK)
        status = time_loop(&seconds, calibration, &loop, NULL);
    costs->dispatch = each(seconds, one, ITEMS);
    loop = loop_of(calibration->threads, FURROW_SCHEDULE_DYNAMIC, 1, shared, 1);
    if (status == FURROW_OK)
        status = time_loop(&seconds, calibration, &loop, NULL);
    costs->contended = each(seconds, costs->region, shared);
    return status;
}

/* Threads beyond the CPUs are for items that wait, and their making overlaps with the waiting of
 * others. Runtimes end threads that a smaller team does not need, so each larger one makes them. */
static int measure_extra(furrow_calibration *calibration)
{
    int threads = calibration->threads, limit = furrow_cpu_thread_limit();
    if (limit > 0 && limit < threads + EXTRA)
        return FURROW_OK;
    double few = 0, many = 0;
    size_t items = (size_t)threads;
    struct loop loop = loop_of(threads, FURROW_SCHEDULE_STATIC, 0, items, 1);
    loop.sleeps = true;
    loop.samples = KEPT / 2;
    const struct loop before = loop;
    int status = time_loop(&few, calibration, &loop, NULL);
    loop.plan.threads += EXTRA;
    loop.items += EXTRA;
    if (status == FURROW_OK)
        status = time_loop(&many, calibration, &loop, &before);
    calibration->costs.extra = fmax(many - few, 0) / EXTRA;
    return status;
}

static bool can_measure(void)
{
    return furrow_cpu_count() > 1 && omp_get_active_level() < omp_get_max_active_levels();
}

static int measure(furrow_calibration *calibration)
{
    double start = furrow_clock_wall(), one = 0;
    int limit = furrow_cpu_thread_limit();
    calibration->threads = furrow_cpu_count();
    if (limit > 0 && limit < calibration->threads)
        calibration->threads = limit;
    int status = measure_regions(calibration, &one);
    if (status == FURROW_OK)
        status = measure_chunks(calibration, one);
    if (status == FURROW_OK)
        status = measure_extra(calibration);
    calibration->seconds = furrow_clock_wall() - start;
    return status;
}

/* What the process has measured, once `samples` is not 0. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static furrow_calibration known;

int furrow_calibrate(furrow_calibration *calibration)
{
    int status = FURROW_OK;
    *calibration = (furrow_calibration){.costs = FURROW_PLAN_TYPICAL_COSTS, .threads = 1};
    if (!can_measure())
        return FURROW_OK;
    pthread_mutex_lock(&lock);
    if (known.samples > 0) {
        *calibration = known;
    } else {
        status = measure(calibration);
        if (status == FURROW_OK)
            known = *calibration;
    }
    pthread_mutex_unlock(&lock);
    return status;
}
