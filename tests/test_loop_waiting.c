#include "harness.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <furrow/clock.h>
#include <furrow/parallel.h>
#include <furrow/pool.h>
#include <furrow/task.h>

#include "meeting.h"

/* Items that wait run at once, though nothing is known of them. */

static int meet_all(const furrow_range *range, const void *context)
{
    for (size_t i = range->begin; furrow_range_claim(range, i); i++)
        meet((struct meeting *)context);
    return 0;
}

TEST(a_few_items_that_wait_for_each_other_all_run_at_once)
{
    if (!gives_threads(5))
        SKIP("OpenMP gives too few threads");
    bool all_met = true;
    for (int n = 2; n <= 5 && all_met; n++) {
        struct meeting meeting = {.expected = n};
        harness_case("%d items", n);
        EXPECT_EQUAL(furrow_parallel_for(NULL, (size_t)n, meet_all, &meeting), 0);
        all_met = met(&meeting);
        EXPECT(all_met);
    }
}

/* After pauses so long that no thread watches the pool any more and all threads sleep. */
TEST(items_that_wait_for_each_other_run_at_once_after_a_long_pause)
{
    static const double pauses[] = {3, 14};
    if (!gives_threads(5))
        SKIP("OpenMP gives too few threads");
    for (int i = 0; i < 2; i++) {
        struct meeting meeting = {.expected = 5};
        furrow_site unknown = {0};
        const furrow_parallel_options options = {.site = &unknown};
        harness_case("%.0f s", pauses[i]);
        furrow_clock_sleep(pauses[i]);
        EXPECT_EQUAL(furrow_parallel_for(&options, 5, meet_all, &meeting), 0);
        EXPECT(met(&meeting));
    }
}

/* ---- many callers ---- */

enum { CALLERS = 4 };

/* A caller whose items wait for one another, and for no other caller's. */
struct caller {
    pthread_t thread;
    furrow_plan plan;
    size_t n;
    bool all_met;
};

static void *call_to_meet(void *context)
{
    struct caller *caller = context;
    struct meeting meeting = {.expected = (int)caller->n};
    furrow_parallel_options options = {.plan = caller->plan};
    int status = furrow_parallel_for(&options, caller->n, meet_all, &meeting);
    caller->all_met = status == 0 && met(&meeting);
    return NULL;
}

static void call_at_once(furrow_plan plan, size_t n)
{
    struct caller callers[CALLERS];
    harness_case("%d threads of %d asked for, %zu items", plan.threads, (int)plan.backend, n);
    for (int i = 0; i < CALLERS; i++) {
        callers[i] = (struct caller){.plan = plan, .n = n};
        pthread_create(&callers[i].thread, NULL, call_to_meet, &callers[i]);
    }
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(callers[i].thread, NULL);
        EXPECT(callers[i].all_met);
    }
}

TEST(items_of_each_of_many_callers_that_wait_for_each_other_all_run_at_once)
{
    if (!gives_threads(8 * CALLERS))
        SKIP("OpenMP gives too few threads");
    call_at_once((furrow_plan){0}, 2);
    call_at_once((furrow_plan){0}, 5);
    call_at_once((furrow_plan){.threads = 2, .backend = FURROW_BACKEND_POOL}, 2);
    call_at_once((furrow_plan){.threads = 8, .backend = FURROW_BACKEND_POOL}, 8);
}

/* ---- tasks ---- */

static int end_at_once(void *result, const void *arguments, furrow_error *error)
{
    (void)result;
    (void)arguments;
    (void)error;
    return 0;
}

static int meet_others(void *result, const void *arguments, furrow_error *error)
{
    (void)result;
    (void)error;
    meet((struct meeting *)arguments);
    return 0;
}

/* The first tasks say nothing about the tasks behind them. */
TEST(tasks_that_wait_for_each_other_all_run_at_once_behind_some_that_end_at_once)
{
    enum { QUICK = 2, TASKS = 12 };
    if (!gives_threads(TASKS - QUICK))
        SKIP("OpenMP gives too few threads");
    struct meeting meeting = {.expected = TASKS - QUICK};
    furrow_task tasks[TASKS];
    for (int i = 0; i < TASKS; i++)
        tasks[i] =
            (furrow_task){.function = i < QUICK ? end_at_once : meet_others, .arguments = &meeting};
    EXPECT_EQUAL(furrow_tasks_run(NULL, tasks, TASKS, NULL, NULL), 0);
    EXPECT(met(&meeting));
}

/* ---- a kernel ---- */

/* How many items of `furrow sleep ARGUMENTS` start before the first ends. */
static int sleepers_at_once(const char *arguments)
{
    char line[512];
    int started = 0;
    snprintf(line, sizeof line, "'%s/furrow' sleep %s 2>&1 >/dev/null", PROGRAM_FOLDER, arguments);
    FILE *events = popen(line, "r");
    if (!events)
        return -1;
    bool ended = false;
    while (fgets(line, sizeof line, events)) {
        ended |= strstr(line, " finishes ") != NULL;
        started += !ended && strstr(line, " starts ");
    }
    return pclose(events) == 0 ? started : -1;
}

TEST(sleepers_all_start_before_the_first_ends)
{
    if (!gives_threads(5))
        SKIP("OpenMP gives too few threads");
    EXPECT_EQUAL(sleepers_at_once("a=.5 b=.5 c=.5"), 3);
    EXPECT_EQUAL(sleepers_at_once("a=.9 b=.5 c=.5 d=.7 e=1.1"), 5);
}

/* ---- one function that is short, then long ---- */

struct call {
    struct meeting *meeting; /* NULL: ends at once */
};

/* A binding to another language calls one function, whatever it runs. */
static int trampoline(void *result, const void *item, void *context)
{
    (void)result;
    (void)item;
    struct call *call = context;
    if (call->meeting)
        meet(call->meeting);
    return 0;
}

TEST(a_function_that_was_short_in_forty_maps_may_wait_in_the_next)
{
    if (!gives_threads(2))
        SKIP("OpenMP gives one thread");
    furrow_pool *pool;
    furrow_pool_options options = {.workers = 2};
    REQUIRE_EQUAL(furrow_pool_new(&pool, &options), 0);
    struct call call = {NULL};
    for (int i = 0; i < 40; i++)
        EXPECT_EQUAL(furrow_pool_map(pool, NULL, 2, trampoline, &call), 0);
    struct meeting meeting = {.expected = 2};
    call.meeting = &meeting;
    EXPECT_EQUAL(furrow_pool_map(pool, NULL, 2, trampoline, &call), 0);
    EXPECT(met(&meeting));
    furrow_pool_free(pool);
}

/* ---- neighbours among many items that end at once ---- */

enum { ITEMS = 20000, WORKERS = 8 };

/* Some neighbours wait for each other, so none may stay behind another in a chunk. */
struct neighbours {
    size_t first; /* of WORKERS that meet */
    struct meeting meeting;
    size_t numbers[ITEMS]; /* the items of a map */
};

static void visit(struct neighbours *neighbours, size_t item)
{
    if (item - neighbours->first < WORKERS)
        meet(&neighbours->meeting);
}

static int visit_all(const furrow_range *range, const void *context)
{
    for (size_t i = range->begin; furrow_range_claim(range, i); i++)
        visit((struct neighbours *)context, i);
    return 0;
}

static int visit_one(void *result, const void *item, void *context)
{
    (void)result;
    visit(context, *(const size_t *)item);
    return 0;
}

static int run_as_loop(struct neighbours *neighbours, furrow_pool *pool)
{
    const furrow_parallel_options options = {.plan = {.threads = WORKERS}};
    (void)pool;
    return furrow_parallel_for(&options, ITEMS, visit_all, neighbours);
}

static int run_as_map(struct neighbours *neighbours, furrow_pool *pool)
{
    const furrow_map_options options = {.items = neighbours->numbers, .item_size = sizeof(size_t)};
    return furrow_pool_map(pool, &options, ITEMS, visit_one, neighbours);
}

static int run_as_pools_loop(struct neighbours *neighbours, furrow_pool *pool)
{
    return furrow_pool_for(pool, NULL, ITEMS, visit_all, neighbours);
}

/* The neighbours are first, in the middle or last. The test ends when they have missed each other
 * once. */
static void neighbours_meet(int run(struct neighbours *neighbours, furrow_pool *pool))
{
    static const size_t places[] = {0, ITEMS / 2 - 3, ITEMS - WORKERS};
    static struct neighbours neighbours;
    const furrow_pool_options options = {.workers = WORKERS};
    furrow_pool *pool;
    if (!gives_threads(WORKERS))
        SKIP("OpenMP gives too few threads");
    REQUIRE_EQUAL(furrow_pool_new(&pool, &options), 0);
    bool all_met = true;
    for (size_t i = 0; i < COUNT(places) && all_met; i++) {
        neighbours = (struct neighbours){.first = places[i], .meeting = {.expected = WORKERS}};
        for (size_t n = 0; n < ITEMS; n++)
            neighbours.numbers[n] = n;
        harness_case("items from %zu on meet", places[i]);
        EXPECT_EQUAL(run(&neighbours, pool), 0);
        all_met = met(&neighbours.meeting);
        EXPECT(all_met);
    }
    furrow_pool_free(pool);
}

TEST(neighbours_that_wait_for_each_other_meet_in_a_loop)
{
    neighbours_meet(run_as_loop);
}

TEST(neighbours_that_wait_for_each_other_meet_in_a_pools_map)
{
    neighbours_meet(run_as_map);
}

TEST(neighbours_that_wait_for_each_other_meet_in_a_pools_loop)
{
    neighbours_meet(run_as_pools_loop);
}
