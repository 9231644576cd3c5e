/*
 * beside: how long a program's own OpenMP loop takes while Furrow has sleeping threads.
 *
 * Threads that were started once stay, so each sample is a process of its own: it prepares, sleeps
 * for 20 ms, runs the loop until it is warm, and reports the median of 400 loops. Processes of the
 * three kinds take turns.
 */
#include "rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <furrow/clock.h>
#include <furrow/measure.h>
#include <furrow/parallel.h>
#include <furrow/pool.h>

#include "workload.h"

enum { ITEMS = 20, LOOPS = 400, SHARED_ITEMS = 2000, KINDS = 3, ROUNDS = 25 };

static uint32_t steps[SHARED_ITEMS];
static uint64_t results[SHARED_ITEMS];
static const struct spin spin = {.steps = steps, .results = results};

static void prepare_nothing(void)
{
}

static void prepare_pool(void)
{
    furrow_pool *pool; /* ends with the process */
    if (furrow_pool_new(&pool, NULL))
        _exit(1);
}

/* A loop that is long enough to be shared. */
static void prepare_loop(void)
{
    for (int i = 0; i < 4; i++)
        if (furrow_parallel_for(NULL, SHARED_ITEMS, spin_body, &spin))
            _exit(1);
}

static const struct kind {
    const char *name;
    void (*prepare)(void);
} kinds[KINDS] = {
    {"nothing", prepare_nothing},
    {"a furrow_pool that sleeps", prepare_pool},
    {"a furrow_parallel_for before", prepare_loop},
};

static void users_loop(void)
{
#pragma omp parallel for
    for (size_t i = 0; i < ITEMS; i++)
        spin_body(&(furrow_range){.begin = i, .end = i + 1}, &spin);
}

/* The median of warm loops, in seconds; 0: no memory. */
static double time_loops(void)
{
    const double warm = 20e-3, start = furrow_clock_wall();
    double samples[LOOPS];
    furrow_summary summary = {0};
    while (furrow_clock_wall() - start < warm)
        users_loop();
    for (int i = 0; i < LOOPS; i++) {
        double began = furrow_clock_wall();
        users_loop();
        samples[i] = furrow_clock_wall() - began;
    }
    furrow_stats_summarise(&summary, samples, LOOPS);
    return summary.median;
}

static void be_child(const struct kind *kind, int output)
{
    kind->prepare();
    furrow_clock_sleep(20e-3);
    double seconds = time_loops();
    _exit(write(output, &seconds, sizeof seconds) == sizeof seconds ? 0 : 1);
}

/* One sample; 0: it failed. */
static double sample(const struct kind *kind)
{
    double seconds = 0;
    int ends[2], status;
    if (pipe(ends))
        return 0;
    pid_t child = fork();
    if (child == 0)
        be_child(kind, ends[1]);
    close(ends[1]);
    if (child < 0 || read(ends[0], &seconds, sizeof seconds) != sizeof seconds)
        seconds = 0;
    close(ends[0]);
    if (child > 0)
        waitpid(child, &status, 0);
    return seconds;
}

static void print(double samples[KINDS][ROUNDS])
{
    printf("a program's own `omp parallel for` over %d x 5 us, beside\n", ITEMS);
    for (int i = 0; i < KINDS; i++) {
        furrow_summary time = {0}, ratio = {0};
        furrow_stats_summarise(&time, samples[i], ROUNDS);
        furrow_stats_ratio(&ratio, samples[i], samples[0], ROUNDS);
        printf("  %-30s %7.1f us  [%.1f, %.1f]  %.3f  [%.3f, %.3f]\n", kinds[i].name,
               1e6 * time.median, 1e6 * time.low, 1e6 * time.high, ratio.median, ratio.low,
               ratio.high);
    }
    printf("\n");
}

int row_beside(void)
{
    static double samples[KINDS][ROUNDS];
    const double item = 5e-6, step = spin_calibrate();
    for (int i = 0; i < SHARED_ITEMS; i++)
        steps[i] = (uint32_t)(item / step);
    for (int i = 0; i < ROUNDS; i++)
        for (int kind = 0; kind < KINDS; kind++) {
            samples[kind][i] = sample(&kinds[kind]);
            if (samples[kind][i] <= 0) {
                fprintf(stderr, "overhead: a process failed beside %s\n", kinds[kind].name);
                return FURROW_EIO;
            }
        }
    print(samples);
    return FURROW_OK;
}
