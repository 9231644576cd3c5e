#include "ways.h"

#include <stdio.h>

#include "peer.h"

int ways_run(furrow_run_outcome *outcome, void *context)
{
    struct way *way = context;
    furrow_parallel_options options = {
        .plan = way->plan,
        .facts = {.cpus = way->cpus, .costs = *way->costs},
        .site = way->has_site ? &way->site : NULL,
    };
    (void)outcome;
    for (size_t i = 0; i < way->times; i++) {
        if (way->peer) {
            peer_run(way->spin, way->cpus);
            continue;
        }
        int status = furrow_parallel_for(&options, way->spin->items, spin_body, way->spin);
        if (status)
            return status;
    }
    return 0;
}

static struct way *add(struct ways *ways, const struct way *like)
{
    struct way *way = &ways->list[ways->count++];
    *way = *like;
    return way;
}

static void add_plan(struct ways *ways, const struct way *like, int threads,
                     furrow_schedule schedule, size_t chunk)
{
    if (ways->count == MOST_WAYS)
        return;
    struct way *way = add(ways, like);
    way->plan = (furrow_plan){
        .threads = threads, .backend = FURROW_BACKEND_FOR, .schedule = schedule, .chunk = chunk};
    snprintf(way->name, sizeof way->name, "%d threads, %s,%zu", threads,
             furrow_schedule_name(schedule), chunk);
}

static void add_team(struct ways *ways, const struct way *like, int threads, size_t step)
{
    size_t items = like->spin->items;
    add_plan(ways, like, threads, FURROW_SCHEDULE_STATIC, 0);
    for (size_t chunk = 1; chunk <= items / (size_t)threads; chunk *= step)
        for (int schedule = FURROW_SCHEDULE_STATIC; schedule <= FURROW_SCHEDULE_GUIDED; schedule++)
            add_plan(ways, like, threads, (furrow_schedule)schedule, chunk);
}

/* Twice as many, and `most` itself, whatever it is. */
static int next_threads(int threads, int most)
{
    return threads < most && 2 * threads > most ? most : 2 * threads;
}

static void add_sweep(struct ways *ways, const struct way *like, bool slow)
{
    bool waits = like->spin->steps == NULL;
    size_t items = like->spin->items;
    if (!waits) {
        struct way *serial = add(ways, like);
        serial->plan = (furrow_plan){.threads = 1, .backend = FURROW_BACKEND_SERIAL};
        snprintf(serial->name, sizeof serial->name, "serial");
    }
    int most = waits ? FURROW_PLAN_MOST_THREADS : like->cpus;
    if ((size_t)most > items)
        most = (int)items;
    int threads = waits ? (most / 16 > like->cpus ? most / 16 : like->cpus) : 2;
    for (; threads <= most; threads = next_threads(threads, most))
        if (waits) {
            add_plan(ways, like, threads, FURROW_SCHEDULE_DYNAMIC, 1);
            add_plan(ways, like, threads, FURROW_SCHEDULE_STATIC, 0);
        } else {
            add_team(ways, like, threads, slow ? 64 : items > 256 ? 4 : 2);
        }
}

void ways_fill(struct ways *ways, const struct spin *spin, const furrow_costs *costs, int cpus,
               size_t times, bool slow)
{
    const struct way plain = {.spin = spin, .costs = costs, .cpus = cpus, .times = times};
    ways->count = 0;
    struct way *first = add(ways, &plain);
    snprintf(first->name, sizeof first->name, "first call");
    struct way *fourth = add(ways, &plain);
    fourth->has_site = true;
    snprintf(fourth->name, sizeof fourth->name, "from the fourth call");
    size_t each = spin->items / (16 * (size_t)cpus);
    add_plan(ways, &plain, cpus, FURROW_SCHEDULE_DYNAMIC, each ? each : 1);
    each = spin->items / (4 * (size_t)cpus);
    add_plan(ways, &plain, cpus, FURROW_SCHEDULE_DYNAMIC, each ? each : 1);
    if (peer_name) {
        struct way *peer = add(ways, &plain);
        peer->peer = true;
        snprintf(peer->name, sizeof peer->name, "%s", peer_name);
    }
    ways->judged = ways->count;
    add_sweep(ways, &plain, slow);
}
