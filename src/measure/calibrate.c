#include "calibrate.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include <furrow/clock.h>
#include <furrow/cpu.h>
#include <furrow/parallel.h>

#include "base/openmp.h"

enum {
    KEPT = 24,         /* samples of each loop, at most */
    PER_SAMPLE = 3,    /* tries for each, however many are disturbed */
    FEWEST = 6,        /* tries, however long they take */
    EXTRA = 16,        /* threads beyond the CPUs */
    CHUNKS = 1000,     /* of a thread */
    REGION_ITEMS = 256 /* a shorter loop is over too soon for the clocks */
};

/* A sample is disturbed if the caller was kept from its CPU for more than this share of the time.
 * The other threads cannot be watched as precisely; the low quantile covers them. */
static const double disturbed_part = 0.1;

/* Seconds after which the fewest tries are enough: on a busy machine more would be no better. */
static const double patience = 4e-3, max_patience = 20e-3;
/* A region or an extra thread that costs more than this has lost its CPU to other work, so its cost
 * does not predict the next. */
static const double implausible = 100e-6;

/* A loop, and its repetitions in a sample, enough for the clocks. */
struct sampled_loop {
    furrow_plan plan;
    size_t items, times;
    size_t samples;
    furrow_body body;
    bool sleeps; /* its items sleep, so CPU time shows no disturbance */
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

static int run(const struct sampled_loop *loop)
{
    const furrow_parallel_options options = {.plan = loop->plan};
    int status = FURROW_OK;
    for (size_t i = 0; i < loop->times && status == FURROW_OK; i++)
        status = furrow_parallel_for(&options, loop->items, loop->body, NULL);
    return status;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The least sample of a loop that sleeps, since a late wake only adds. */
static double low_quantile(double *samples, size_t count, const struct sampled_loop *loop)
{
    qsort(samples, count, sizeof *samples, ascending);
    return samples[loop->sleeps ? 0 : count / 8];
}

/* Seconds of one such loop without disturbance; `before` (NULL: nothing) runs untimed before each
 * sample. */
static int time_loop(double *seconds, furrow__calibration *calibration,
                     const struct sampled_loop *loop, const struct sampled_loop *before)
{
    double samples[KEPT], all[PER_SAMPLE * KEPT];
    size_t kept = 0, tried = 0;
    int status = run(loop);
    double begun = furrow_clock_wall();
    while (tried < PER_SAMPLE * loop->samples && kept < loop->samples && status == FURROW_OK) {
        double spent = furrow_clock_wall() - begun;
        if (tried > 0 && spent > (tried >= FEWEST ? patience : max_patience))
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
    bool quiet = 2 * kept >= tried; /* otherwise most were disturbed: take the least disturbed */
    *seconds = quiet ? low_quantile(samples, kept, loop) : low_quantile(all, tried, loop);
    return FURROW_OK;
}

static struct sampled_loop loop_of(int threads, furrow_schedule schedule, size_t chunk,
                                   size_t items, furrow_body body)
{
    return (struct sampled_loop){
        .plan = {.threads = threads,
                 .backend = FURROW_BACKEND_FOR,
                 .schedule = schedule,
                 .chunk = chunk},
        .items = items,
        .times = items > REGION_ITEMS ? 1 : 8,
        .samples = KEPT,
        .body = body,
    };
}

/* The costs are differences of these loops. */
enum { ONE, TWO, TWO_SHARING, ALL, DEALT, TAKEN, CONTENDED, LOOPS };

static int time_loops(double seconds[LOOPS], furrow__calibration *calibration)
{
    const furrow_schedule dealt = FURROW_SCHEDULE_STATIC, taken = FURROW_SCHEDULE_DYNAMIC;
    int all = calibration->threads;
    size_t team = (size_t)all;
    const struct sampled_loop loops[LOOPS] = {
        [ONE] = loop_of(1, dealt, 0, 1, do_nothing),
        [TWO] = loop_of(2, dealt, 0, 2, do_nothing),
        [TWO_SHARING] = loop_of(2, taken, 1, 2, do_nothing),
        [ALL] = loop_of(all, dealt, 0, team, do_nothing),
        [DEALT] = loop_of(1, dealt, 1, CHUNKS, do_nothing),
        [TAKEN] = loop_of(1, taken, 1, CHUNKS, do_nothing),
        [CONTENDED] = loop_of(all, taken, 1, CHUNKS * team, do_nothing),
    };
    int status = FURROW_OK;
    for (int i = 0; i < LOOPS && status == FURROW_OK; i++)
        status = time_loop(&seconds[i], calibration, &loops[i], NULL);
    return status;
}

/* Sets `*cost` to what each of `count` adds; if that is below the noise, `*cost` stays typical. */
static void set_cost(double *cost, double with, double without, size_t count)
{
    if (with > without)
        *cost = (with - without) / (double)count;
}

static int measure_costs(furrow__calibration *calibration)
{
    furrow_costs *costs = &calibration->costs;
    size_t team = (size_t)calibration->threads;
    double seconds[LOOPS] = {0};
    int status = time_loops(seconds, calibration);
    if (status || seconds[TWO] > implausible)
        return status;
    costs->region = seconds[TWO];
    set_cost(&costs->share, seconds[TWO_SHARING], seconds[TWO], 1);
    if (team > 2)
        set_cost(&costs->thread, seconds[ALL], seconds[TWO], team - 2);
    set_cost(&costs->deal, seconds[DEALT], seconds[ONE], CHUNKS);
    set_cost(&costs->contended, seconds[CONTENDED], seconds[ALL], CHUNKS * team);
    set_cost(&costs->dispatch, seconds[TAKEN], seconds[ONE], CHUNKS);
    return FURROW_OK;
}

/* Threads beyond the CPUs are for items that wait, and their start overlaps with the waiting of
 * other items. A runtime ends threads that a smaller team does not need, so each larger team starts
 * them again. */
static int measure_extra(furrow__calibration *calibration)
{
    int threads = calibration->threads, limit = furrow_cpu_thread_limit();
    if (limit > 0 && limit < threads + EXTRA)
        return FURROW_OK;
    double few = 0, many = 0;
    size_t items = (size_t)threads;
    struct sampled_loop loop = loop_of(threads, FURROW_SCHEDULE_STATIC, 0, items, sleep_a_little);
    loop.times = 1;
    loop.sleeps = true;
    loop.samples = KEPT / 2;
    const struct sampled_loop before = loop;
    int status = time_loop(&few, calibration, &loop, NULL);
    loop.plan.threads += EXTRA;
    loop.items += EXTRA;
    if (status == FURROW_OK)
        status = time_loop(&many, calibration, &loop, &before);
    if (status == FURROW_OK && many - few < EXTRA * implausible)
        set_cost(&calibration->costs.extra, many, few, EXTRA);
    return status;
}

static bool can_measure(void)
{
    return furrow_cpu_count() > 1 && omp_get_active_level() < omp_get_max_active_levels();
}

static int measure(furrow__calibration *calibration)
{
    double start = furrow_clock_wall();
    int limit = furrow_cpu_thread_limit();
    calibration->threads = furrow_cpu_count();
    if (limit > 0 && limit < calibration->threads)
        calibration->threads = limit;
    int status = measure_costs(calibration);
    if (status == FURROW_OK)
        status = measure_extra(calibration);
    calibration->seconds = furrow_clock_wall() - start;
    return status;
}

/* The result for this process, once `samples` is not 0. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static furrow__calibration known;

int furrow__calibrate(furrow__calibration *calibration)
{
    int status = FURROW_OK;
    *calibration = (furrow__calibration){.costs = FURROW_PLAN_TYPICAL_COSTS, .threads = 1};
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
