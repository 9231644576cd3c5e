/* plan_stories.h: random requests and facts, and the rules that every plan for them must follow. */
#ifndef FURROW_TESTS_PLAN_STORIES_H
#define FURROW_TESTS_PLAN_STORIES_H

#include "harness.h"

#include <limits.h>
#include <math.h>
#include <stdint.h>

#include <furrow/parallel.h>
#include <furrow/plan.h>

enum { MOST_PARTS = 64 };

/* A random request with random facts. */
struct story {
    furrow_plan request;
    furrow_plan_facts facts;
    double until[MOST_PARTS + 1];
};

/* ---- how stories are made up ---- */

static inline double part_of_one(unsigned *state)
{
    return (double)next_random(state) / (1 << 29);
}

/* One of some values, mostly the first. */
static inline size_t one_of(unsigned *state, const size_t *values, size_t count)
{
    return next_random(state) % 2 ? values[0] : values[next_random(state) % count];
}

#define ONE_OF(state, ...)                                                                         \
    one_of((state), (const size_t[]){__VA_ARGS__},                                                 \
           sizeof((const size_t[]){__VA_ARGS__}) / sizeof(size_t))

/* 1 ns to 1 s, or nothing. */
static inline double some_time(unsigned *state)
{
    return next_random(state) % 3 ? pow(10, -9 * part_of_one(state)) : 0;
}

/* Any request, also one that cannot be granted, and facts of any size. */
static inline void tell_any(struct story *story, unsigned *state)
{
    double item = some_time(state);
    story->request = (furrow_plan){
        .threads = (int)ONE_OF(state, 0, 1, 2, 3, 16, INT_MAX),
        .backend = (furrow_backend)ONE_OF(state, 0, 1, 2, 3, 4),
        .schedule = (furrow_schedule)ONE_OF(state, 0, 1, 2, 3, 4),
        .chunk = ONE_OF(state, 0, 1, 7, 100, SIZE_MAX),
        .reason.environment = next_random(state) % 8 == 0,
    };
    story->facts = (furrow_plan_facts){
        .items = ONE_OF(state, 1000, 0, 1, 2, 3, 17, 256, 1009, 10000000, SIZE_MAX),
        .cpus = (int)ONE_OF(state, 4, 0, 1, 2, 3, 128, INT_MAX),
        .thread_limit = (int)ONE_OF(state, 0, 1, 2, 5, INT_MAX),
        .grain = ONE_OF(state, 0, 1, 16, SIZE_MAX),
        .wait = next_random(state) % 4 ? 0 : some_time(state),
        .usage = {.items = ONE_OF(state, 0, 10)},
        .history = {.loss = (unsigned)ONE_OF(state, 0, 1, 63),
                    .alone = some_time(state),
                    .shared = some_time(state),
                    .on_cpu = next_random(state) % 2 ? 0 : 0.2,
                    .waits = next_random(state) % 2},
        .readiness = (furrow_readiness)(next_random(state) % 3),
    };
    furrow_usage *usage = &story->facts.usage;
    usage->wall = (double)usage->items * item;
    usage->cpu = usage->wall * (next_random(state) % 2 ? 1 : 0.1);
    usage->waits = next_random(state) % 2 ? usage->items : 0;
}

/* Constant, rising, exponential, or one huge part; of 1 ns to 10 ms in the mean. */
static inline double cost_of_part(unsigned *state, int shape, size_t part)
{
    switch (shape) {
    case 0:
        return 1;
    case 1:
        return 0.01 + (double)part / 32;
    case 2:
        return -log(part_of_one(state) + 1e-9);
    default:
        return part == 5 ? 100 : 0.5;
    }
}

/* Facts with a profile of earlier calls, and a request for a backend that cuts by the profile. */
static inline void tell_traced(struct story *story, unsigned *state)
{
    size_t items = ONE_OF(state, 1009, 1, 2, 3, 7, 16, 17, 256, 65536, 10000000);
    size_t parts = items < MOST_PARTS ? items : MOST_PARTS;
    int shape = (int)(next_random(state) % 4);
    double scale = pow(10, -9 + 7 * part_of_one(state)) * (double)items / (double)parts;
    story->until[0] = 0;
    for (size_t i = 0; i < parts; i++)
        story->until[i + 1] = story->until[i] + scale * cost_of_part(state, shape, i);
    double work = story->until[parts];
    story->facts = (furrow_plan_facts){
        .items = items,
        .cpus = (int)ONE_OF(state, 4, 1, 2, 3, 8, 16),
        .grain = next_random(state) % 4 ? 0 : 16,
        .usage = {.items = items, .wall = work, .cpu = work},
        .profile = {items, parts, story->until},
        .calls = 3,
    };
    story->request = (furrow_plan){
        .threads = (int)ONE_OF(state, 0, 1, 2, 5),
        .backend = next_random(state) % 4 ? FURROW_BACKEND_FOR : FURROW_BACKEND_TASKLOOP,
        .schedule = (furrow_schedule)ONE_OF(state, 0, 1, 2, 3),
        .chunk = ONE_OF(state, 0, 1, 7, 100),
    };
    if (story->request.schedule && next_random(state) % 2)
        story->request.backend = FURROW_BACKEND_AUTO;
}

/* Leaves the backend open in a traced story. Items wait, or earlier calls shared them evenly. */
static inline void open_backend(struct story *story, int number)
{
    double each = story->facts.usage.wall / (double)story->facts.items;
    story->request.backend = FURROW_BACKEND_AUTO;
    story->request.schedule = FURROW_SCHEDULE_AUTO;
    if (number % 3 == 0)
        story->facts.wait = 1e-3;
    if (number % 3 == 1)
        story->facts.history =
            (furrow_plan_history){.calls = 9, .alone = each, .shared = each / story->facts.cpus};
}

static inline void show(const char *kind, int number, const struct story *story)
{
    const furrow_plan *request = &story->request;
    harness_case("%s story %d: %s, %s,%zu on %d threads, %zu items on %d CPUs", kind, number,
                 furrow_backend_name(request->backend), furrow_schedule_name(request->schedule),
                 request->chunk, request->threads, story->facts.items, story->facts.cpus);
}

/* ---- plans ---- */

static inline int limited(int threads, const furrow_plan_facts *facts)
{
    return facts->thread_limit && threads > facts->thread_limit ? facts->thread_limit : threads;
}

/* The plan has what was asked for, up to the thread limit. */
static inline void grants(const furrow_plan *plan, const struct story *story)
{
    const furrow_plan *request = &story->request;
    bool serial = request->backend == FURROW_BACKEND_SERIAL;
    bool cuts = plan->backend == FURROW_BACKEND_FOR && story->facts.items > 0;
    EXPECT(request->threads == 0 || serial ||
           plan->threads == limited(request->threads, &story->facts));
    EXPECT(request->chunk == 0 || plan->chunk == request->chunk);
    EXPECT(request->backend == FURROW_BACKEND_AUTO || plan->backend == request->backend);
    EXPECT(!cuts || request->schedule == FURROW_SCHEDULE_AUTO ||
           plan->schedule == request->schedule);
}

/* The plan can be run: its threads are allowed, and its schedule is one of the backend's. */
static inline void fits(const furrow_plan *plan, const struct story *story)
{
    const furrow_plan_facts *facts = &story->facts;
    size_t most =
        facts->cpus > FURROW_PLAN_MAX_THREADS ? (size_t)facts->cpus : FURROW_PLAN_MAX_THREADS;
    most = facts->items < most ? facts->items : most;
    bool adaptive = plan->schedule == FURROW_SCHEDULE_ADAPTIVE;
    EXPECT(plan->threads >= 1 && plan->threads == limited(plan->threads, facts));
    EXPECT(story->request.threads || plan->threads == 1 || (size_t)plan->threads <= most);
    EXPECT(story->request.chunk || plan->chunk <= 1 || plan->chunk <= facts->items);
    EXPECT(plan->backend != FURROW_BACKEND_AUTO && plan->schedule != FURROW_SCHEDULE_AUTO);
    EXPECT(plan->backend != FURROW_BACKEND_SERIAL || plan->threads == 1);
    EXPECT(plan->backend != FURROW_BACKEND_POOL || adaptive == (plan->chunk == 0));
    EXPECT(plan->backend != FURROW_BACKEND_FOR || !adaptive);
    bool shares = plan->reason.sharing > FURROW_SHARING_NONE;
    EXPECT(!shares || (plan->backend == FURROW_BACKEND_POOL && plan->threads > 1));
}

static inline bool is_same(const furrow_plan *a, const furrow_plan *b)
{
    return a->threads == b->threads && a->backend == b->backend && a->schedule == b->schedule &&
           a->chunk == b->chunk;
}

#endif
