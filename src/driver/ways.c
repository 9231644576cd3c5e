#include "ways.h"

#include <stdio.h>
#include <stdlib.h>

static const size_t max_swept = 200;
static const size_t max_chunks = (size_t)1 << 18;

void ways_clear(struct ways *ways)
{
    free(ways->list);
    *ways = (struct ways){0};
}

static furrow_way *add_way(struct ways *ways, const furrow_plan *plan)
{
    furrow_way *grown = realloc(ways->list, (ways->count + 1) * sizeof *grown);
    if (!grown)
        return NULL;
    ways->list = grown;
    furrow_way *way = &grown[ways->count++];
    *way = (furrow_way){.plan = *plan};
    return way;
}

static bool add_threads(struct ways *ways, const furrow_plan *request, int threads,
                        const char *schedule)
{
    furrow_plan plan = *request;
    plan.threads = threads;
    furrow_way *way = add_way(ways, &plan);
    if (!way)
        return false;
    snprintf(way->name, sizeof way->name, "%d threads%s%s", threads, schedule[0] ? ", " : "",
             schedule);
    return true;
}

static bool add_all_schedules(struct ways *ways, const furrow_plan *request, int threads)
{
    furrow_plan plan = *request;
    plan.backend = FURROW_BACKEND_FOR;
    for (int i = FURROW_SCHEDULE_STATIC; i <= FURROW_SCHEDULE_GUIDED; i++) {
        plan.schedule = (furrow_schedule)i;
        if (!add_threads(ways, &plan, threads, furrow_schedule_name(plan.schedule)))
            return false;
    }
    plan.backend = FURROW_BACKEND_TASKLOOP;
    plan.schedule = FURROW_SCHEDULE_AUTO;
    if (!add_threads(ways, &plan, threads, "taskloop"))
        return false;
    plan.backend = FURROW_BACKEND_POOL;
    return add_threads(ways, &plan, threads, "pool");
}

static bool add_variants(struct ways *ways, const furrow_kernel *kernel, int threads)
{
    furrow_plan plan = {.threads = threads};
    for (const furrow_variant *v = kernel->variants; v && v->name; v++) {
        furrow_way *way = add_way(ways, &plan);
        if (!way)
            return false;
        way->variant = v;
        snprintf(way->name, sizeof way->name, "variant %s", v->name);
    }
    return true;
}

static bool add_planned(struct ways *ways, const struct options *options, const char *name,
                        bool remembers)
{
    furrow_plan planned = options->plan;
    planned.threads = 0;
    furrow_way *way = add_way(ways, &planned);
    if (!way)
        return false;
    way->remembers = remembers;
    snprintf(way->name, sizeof way->name, "%s", name);
    return true;
}

/* 2, 4, 8, ... and `max` itself, if it is none of these. */
static int next_threads(int threads, int max)
{
    return threads < max && 2 * threads > max ? max : 2 * threads;
}

bool ways_of_bench(struct ways *ways, const struct options *options)
{
    int max = options->plan.threads ? options->plan.threads : options->cpus.usable;
    for (int threads = 2; threads <= max; threads = next_threads(threads, max))
        if (options->all_schedules ? !add_all_schedules(ways, &options->plan, threads)
                                   : !add_threads(ways, &options->plan, threads, ""))
            return false;
    if (!add_planned(ways, options, "planned", false))
        return false;
    /* A variant neither waits nor ends early: beside ways that do, its time would mislead. */
    bool alike = options->max_items == 0 && options->wait_count == 0 && options->shards <= 1;
    return !alike || add_variants(ways, options->kernel, max);
}

static bool add_swept(struct ways *ways, const furrow_plan *plan, bool blocks)
{
    furrow_way *way = add_way(ways, plan);
    if (!way)
        return false;
    const char *name = plan->backend == FURROW_BACKEND_FOR ? furrow_schedule_name(plan->schedule)
                                                           : furrow_backend_name(plan->backend);
    if (blocks)
        snprintf(way->name, sizeof way->name, "%d x %s", plan->threads, name);
    else
        snprintf(way->name, sizeof way->name, "%d x %s,%zu", plan->threads, name, plan->chunk);
    return true;
}

/* The chunks of one schedule, or of tasks, on one number of threads. */
static bool sweep_chunks(struct ways *ways, const furrow_plan *request, furrow_plan plan,
                         size_t items, size_t step)
{
    size_t share = items / (size_t)plan.threads;
    plan.chunk = request->chunk;
    if (request->chunk)
        return add_swept(ways, &plan, false);
    plan.chunk = share + (items % (size_t)plan.threads != 0);
    if (plan.schedule == FURROW_SCHEDULE_STATIC && !add_swept(ways, &plan, true))
        return false;
    plan.chunk = 1;
    while (items / plan.chunk > max_chunks)
        plan.chunk *= step;
    for (bool last = false; !last && plan.chunk <= share; plan.chunk *= step) {
        if (!add_swept(ways, &plan, false))
            return false;
        last = plan.chunk > share / step;
    }
    return true;
}

static bool sweep_schedules(struct ways *ways, const furrow_plan *request, int threads,
                            size_t items, size_t step)
{
    for (int i = FURROW_SCHEDULE_STATIC; i <= FURROW_SCHEDULE_GUIDED; i++) {
        const furrow_plan plan = {
            .threads = threads, .backend = FURROW_BACKEND_FOR, .schedule = (furrow_schedule)i};
        bool open = request->schedule == FURROW_SCHEDULE_AUTO || (int)request->schedule == i;
        if (open && !sweep_chunks(ways, request, plan, items, step))
            return false;
    }
    return true;
}

/* A pool chooses its chunk sizes by itself, unless --chunk is given. */
static bool add_pool(struct ways *ways, const furrow_plan *request, int threads)
{
    const furrow_plan plan = {
        .threads = threads, .backend = FURROW_BACKEND_POOL, .chunk = request->chunk};
    return add_swept(ways, &plan, request->chunk == 0);
}

/* The one --backend, or all that divide a loop in different ways. */
static bool sweep_backends(struct ways *ways, const furrow_plan *request, int threads, size_t items,
                           size_t step)
{
    const furrow_plan tasks = {.threads = threads, .backend = FURROW_BACKEND_TASKLOOP};
    switch (request->backend) {
    case FURROW_BACKEND_POOL:
        return add_pool(ways, request, threads);
    case FURROW_BACKEND_TASKLOOP:
        return sweep_chunks(ways, request, tasks, items, step);
    case FURROW_BACKEND_FOR:
        return sweep_schedules(ways, request, threads, items, step);
    default:
        return (request->schedule != FURROW_SCHEDULE_AUTO || add_pool(ways, request, threads)) &&
               sweep_schedules(ways, request, threads, items, step);
    }
}

static bool sweep(struct ways *ways, const furrow_plan *request, int max, size_t items, size_t step)
{
    for (int threads = 2; threads <= max; threads = next_threads(threads, max))
        if (!sweep_backends(ways, request, threads, items, step))
            return false;
    return true;
}

/* The largest number of threads that could help. */
static int max_threads(const struct options *options, const struct extent *extent)
{
    int max = options->plan.threads ? options->plan.threads
              : extent->waits       ? FURROW_PLAN_MAX_THREADS
                                    : options->cpus.usable;
    int limit = options->cpus.thread_limit;
    if (limit > 0 && limit < max)
        max = limit;
    return extent->items < (size_t)max ? (int)extent->items : max;
}

bool ways_of_sweep(struct ways *ways, const struct options *options, const struct extent *extent)
{
    int max = max_threads(options, extent);
    bool made = sweep(ways, &options->plan, max, extent->items, 4);
    for (size_t step = 8; made && ways->count > max_swept && step <= 4096; step *= 2) {
        ways_clear(ways);
        made = sweep(ways, &options->plan, max, extent->items, step);
    }
    ways->swept = FURROW_MEASURE_BASES + ways->count;
    return made && add_planned(ways, options, "planned", false) &&
           add_planned(ways, options, "planned again", true);
}
