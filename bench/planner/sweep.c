#include "ways.h"

#include <stdio.h>

#include "peer.h"

static void add_named(struct ways *ways, const struct way *like, const char *name, int threads,
                      furrow_schedule schedule, size_t chunk)
{
    struct way *way = ways_add(ways, like, name);
    if (way)
        way->plan = (furrow_plan){.threads = threads,
                                  .backend = FURROW_BACKEND_FOR,
                                  .schedule = schedule,
                                  .chunk = chunk};
}

static void add_plan(struct ways *ways, const struct way *like, int threads,
                     furrow_schedule schedule, size_t chunk)
{
    char name[64];
    snprintf(name, sizeof name, "%d threads, %s,%zu", threads, furrow_schedule_name(schedule),
             chunk);
    add_named(ways, like, name, threads, schedule, chunk);
}

static void add_team(struct ways *ways, const struct way *like, int threads, size_t step)
{
    add_plan(ways, like, threads, FURROW_SCHEDULE_STATIC, 0);
    for (size_t chunk = 1; chunk <= like->load->items / (size_t)threads; chunk *= step)
        for (int schedule = FURROW_SCHEDULE_STATIC; schedule <= FURROW_SCHEDULE_GUIDED; schedule++)
            add_plan(ways, like, threads, (furrow_schedule)schedule, chunk);
}

/* Twice as many threads, and at last `most`. */
static int next_threads(int threads, int most)
{
    return threads < most && 2 * threads > most ? most : 2 * threads;
}

static int max_threads(const struct way *like)
{
    int most = like->load->max_threads ? like->load->max_threads : like->cpus;
    return (size_t)most > like->load->items ? (int)like->load->items : most;
}

/* The threads for items that only wait: nearly always, more are better. */
static void sweep_waiting(struct ways *ways, const struct way *like)
{
    int most = max_threads(like);
    for (int threads = most > 64 ? most / 4 : 2; threads <= most;
         threads = next_threads(threads, most)) {
        add_plan(ways, like, threads, FURROW_SCHEDULE_DYNAMIC, 1);
        add_plan(ways, like, threads, FURROW_SCHEDULE_STATIC, 0);
    }
}

static void sweep_computing(struct ways *ways, const struct way *like, bool slow)
{
    size_t step = slow ? 64 : like->load->items > 256 ? 4 : 2;
    int most = max_threads(like);
    ways_add_serial(ways, like);
    for (int threads = 2; threads <= most; threads = next_threads(threads, most))
        add_team(ways, like, threads, step);
}

/* Chunks of n / (each * p). */
static void add_rule(struct ways *ways, const struct way *like, const char *name, size_t each)
{
    size_t chunk = like->load->items / (each * (size_t)like->cpus);
    add_named(ways, like, name, like->cpus, FURROW_SCHEDULE_DYNAMIC, chunk ? chunk : 1);
}

void ways_fill(struct ways *ways, const struct way *like, bool slow)
{
    bool waits = like->load->waits;
    ways->count = 0;
    ways_add_planned(ways, like);
    if (!waits) {
        add_rule(ways, like, "dynamic, n/16p", 16);
        add_rule(ways, like, "dynamic, n/4p", 4);
        ways_add_pool(ways, like);
    }
    ways->sweep = ways->count;
    struct way *peer = peer_name && !waits ? ways_add(ways, like, peer_name) : NULL;
    if (peer)
        peer->runner = RUN_PEER;
    ways->judged = ways->plans = ways->count;
    if (waits)
        sweep_waiting(ways, like);
    else
        sweep_computing(ways, like, slow);
}
