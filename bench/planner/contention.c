#include "rows.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include <furrow/status.h>

#include "loads.h"
#include "ways.h"
#include "workload.h"

enum { NEIGHBOURS = 1000000, ADDITIONS = 100000, LOCKED = 400 };

/* ---- loops that more threads make slower ---- */

/* Counters on one cache line: each worker counts its items in its own counter. */
static uint64_t counters[FURROW_PLAN_MAX_THREADS];

static int count_beside_others(const furrow_range *range, const void *context)
{
    volatile uint64_t *mine = &counters[range->worker];
    (void)context;
    for (size_t i = range->begin; i < range->end; i++)
        *mine += i;
    return 0;
}

static uint64_t sum(const void *results, size_t size)
{
    const uint64_t *words = results;
    uint64_t total = 0;
    for (size_t i = 0; i < size / sizeof *words; i++)
        total += words[i];
    return total;
}

static _Atomic uint64_t shared;

static int add_to_shared(const furrow_range *range, const void *context)
{
    (void)context;
    for (size_t i = range->begin; i < range->end; i++)
        atomic_fetch_add(&shared, i);
    return 0;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint32_t inside_steps[LOCKED], outside_steps[LOCKED];
static uint64_t inside_results[LOCKED], outside_results[LOCKED];
static const struct spin inside = {.steps = inside_steps, .results = inside_results};
static const struct spin outside = {.steps = outside_steps, .results = outside_results};

static int hold_lock(const furrow_range *range, const void *context)
{
    (void)context;
    for (size_t i = range->begin; i < range->end; i++) {
        const furrow_range one = {.begin = i, .end = i + 1};
        pthread_mutex_lock(&lock);
        spin_body(&one, &inside);
        pthread_mutex_unlock(&lock);
        spin_body(&one, &outside);
    }
    return 0;
}

static void make_steps(void)
{
    const double item = 5e-6, held = 0.95, step = spin_calibrate();
    for (int i = 0; i < LOCKED; i++) {
        inside_steps[i] = (uint32_t)(held * item / step);
        outside_steps[i] = (uint32_t)((1 - held) * item / step);
    }
}

static const struct load loads[] = {
    {.name = "1000000 items that share lines",
     .items = NEIGHBOURS,
     .body = count_beside_others,
     .results = counters,
     .size = sizeof counters,
     .digest = sum},
    {.name = "100000 items that share an atomic",
     .items = ADDITIONS,
     .body = add_to_shared,
     .results = (void *)&shared,
     .size = sizeof shared},
    {.name = "400 x 5 us, 95 % under a lock",
     .items = LOCKED,
     .body = hold_lock,
     .results = inside_results,
     .size = sizeof inside_results},
};

/* ---- timing them ---- */

static int measure(const struct bench *bench, const struct load *load)
{
    static struct ways ways;
    const struct way like = {.load = load, .costs = &bench->costs, .cpus = bench->cpus, .times = 1};
    const furrow_measure_options options = {.seconds = 2 * bench->seconds};
    furrow_measurements measurements;
    ways.count = 0;
    ways_add_serial(&ways, &like);
    ways_add_planned(&ways, &like);
    ways_add_region(&ways, &like, FURROW_SCHEDULE_STATIC);
    int status = ways_check(&ways);
    if (status == FURROW_OK)
        status = ways_measure(&measurements, &ways, &options);
    if (status)
        return status;
    printf("%-34s %9.1f us", load->name, 1e6 * measurements.ways[0].wall_time.median);
    for (size_t i = 1; i < measurements.count; i++)
        printf(" %8.2f", 1 / measurements.ways[i].speedup[0].median);
    printf("\n");
    fflush(stdout);
    furrow_measurements_clear(&measurements);
    return FURROW_OK;
}

int row_contention(const struct bench *bench)
{
    int status = FURROW_OK;
    make_steps();
    printf("contention: serial; times as long: first call, from the fourth, OpenMP static\n");
    for (size_t i = 0; i < sizeof loads / sizeof *loads && status == FURROW_OK; i++)
        status = measure(bench, &loads[i]);
    printf("\n");
    return status;
}
