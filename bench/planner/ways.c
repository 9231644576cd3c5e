#include "ways.h"

#include <stdio.h>

#include <furrow/clock.h>
#include <furrow/pool.h>
#include <furrow/status.h>

#include "peer.h"

enum { LEARNED_CALLS = 4 };

struct way *ways_add(struct ways *ways, const struct way *like, const char *name)
{
    if (ways->count == MAX_WAYS)
        return NULL;
    struct way *way = &ways->list[ways->count++];
    *way = *like;
    snprintf(way->name, sizeof way->name, "%s", name);
    return way;
}

void ways_add_planned(struct ways *ways, const struct way *like)
{
    ways_add(ways, like, "first call");
    struct way *fourth = ways_add(ways, like, "from the fourth call");
    if (fourth)
        fourth->has_site = true;
}

void ways_add_serial(struct ways *ways, const struct way *like)
{
    struct way *way = ways_add(ways, like, "serial");
    if (way)
        way->runner = RUN_SERIAL;
}

void ways_add_region(struct ways *ways, const struct way *like, furrow_schedule schedule)
{
    char name[64];
    snprintf(name, sizeof name, "OpenMP %s", furrow_schedule_name(schedule));
    struct way *way = ways_add(ways, like, name);
    if (way)
        way->plan = (furrow_plan){
            .threads = like->cpus, .backend = FURROW_BACKEND_FOR, .schedule = schedule};
}

void ways_add_pool(struct ways *ways, const struct way *like)
{
    struct way *way = ways_add(ways, like, "furrow_pool_for");
    if (way)
        way->runner = RUN_POOL;
}

/* The pool of the way that runs now; or NULL. */
static furrow_pool *pool;

static int keep_pool(const struct way *way)
{
    const furrow_pool_options options = {.workers = way->cpus};
    if (way->runner == RUN_POOL)
        return pool ? FURROW_OK : furrow_pool_new(&pool, &options);
    if (pool)
        furrow_pool_free(pool);
    pool = NULL;
    return FURROW_OK;
}

static int call_furrow(struct way *way)
{
    const furrow_parallel_options options = {
        .plan = way->plan,
        .facts = {.cpus = way->cpus, .costs = *way->costs},
        .site = way->has_site ? &way->site : NULL,
    };
    return furrow_parallel_for(&options, way->load->items, way->load->body, way->load->context);
}

int ways_call(struct way *way)
{
    const struct load *load = way->load;
    switch (way->runner) {
    case RUN_SERIAL:
        return load_serial(load);
    case RUN_PEER:
        peer_run(load->items, way->cpus, load->body, load->context);
        return FURROW_OK;
    case RUN_POOL:
        return furrow_pool_for(pool, NULL, load->items, load->body, load->context);
    default:
        return call_furrow(way);
    }
}

/* Sleeps until no thread of this process spins: after a region libgomp's threads spin for
 * milliseconds, on CPUs that other ways need. */
static void settle(void)
{
    const double window = 5e-3, nothing = 0.2e-3;
    double cpu = 0;
    for (int i = 0; i < 10 && (i == 0 || furrow_clock_process_cpu() - cpu > nothing); i++) {
        cpu = furrow_clock_process_cpu();
        furrow_clock_sleep(window);
    }
}

/* Whether the way is an OpenMP region with a given plan, as those of the sweep are. */
static bool is_region(const struct way *way)
{
    return way->runner == RUN_FURROW && way->plan.backend == FURROW_BACKEND_FOR;
}

int ways_ready(struct way *way)
{
    const double ticks = 20e-3;
    settle();
    const double start = furrow_clock_wall();
    int status = FURROW_OK;
    do
        status = ways_call(way);
    while (status == FURROW_OK && furrow_clock_wall() - start < ticks);
    return status;
}

/* Makes a way ready: its own threads are awake, and no others. Regions share their threads, so one
 * may follow another at once; a team of another size is made by a call that is not timed. */
static int prepare(void *context)
{
    static int team; /* threads of the way before, if that was a region */
    struct way *way = context;
    const int before = team;
    team = is_region(way) ? way->plan.threads : 0;
    int status = keep_pool(way);
    if (status == FURROW_OK && (team == 0 || before == 0))
        status = ways_ready(way);
    else if (status == FURROW_OK && team != before)
        status = ways_call(way);
    if (way->load->clear)
        load_clear(way->load);
    return status;
}

static int run(furrow_run_outcome *outcome, void *context)
{
    struct way *way = context;
    int status = FURROW_OK;
    (void)outcome;
    for (size_t i = 0; i < way->times && status == FURROW_OK; i++)
        status = ways_call(way);
    return status;
}

int ways_measure(furrow_measurements *measurements, struct ways *ways,
                 const furrow_measure_options *options)
{
    static furrow_contender contenders[MAX_WAYS];
    furrow_error error;
    for (size_t i = 0; i < ways->count; i++)
        contenders[i] = (furrow_contender){ways->list[i].name, prepare, run, &ways->list[i]};
    int status = furrow_measure(measurements, contenders, ways->count, options, &error);
    keep_pool(&(struct way){.runner = RUN_SERIAL});
    if (status)
        fprintf(stderr, "planner: %s: %s\n", ways->list[0].load->name, error.text);
    return status;
}

static int check(struct way *way, uint64_t expected)
{
    int status = keep_pool(way);
    for (int i = 0; i < (way->has_site ? LEARNED_CALLS : 1) && status == FURROW_OK; i++) {
        load_clear(way->load);
        status = ways_call(way);
    }
    if (status == FURROW_OK && load_digest(way->load) != expected)
        status = FURROW_EVERIFY;
    if (status)
        fprintf(stderr, "planner: %s: %s: %s\n", way->load->name, way->name,
                furrow_status_text(status));
    return status;
}

int ways_check(struct ways *ways)
{
    const struct load *load = ways->list[0].load;
    uint64_t expected = load->expected;
    int status = FURROW_OK;
    if (!load->waits) {
        load_clear(load);
        status = load_serial(load);
        expected = load_digest(load);
    }
    for (size_t i = 0; i < ways->count && status == FURROW_OK; i++)
        status = check(&ways->list[i], expected);
    return status;
}
