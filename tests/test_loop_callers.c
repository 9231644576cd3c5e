#include "harness.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include <furrow/cpu.h>
#include <furrow/parallel.h>
#include <furrow/pool.h>

#include "base/openmp.h"
#include "every_plan.h"
#include "meeting.h"
#include "pool_helpers.h"

/* Many callers at once, and calls within calls. */

enum { ITEMS = 1009 };

/* Result i is 3 i + what the caller adds. */
static int thrice_and(const furrow_range *range, const void *context)
{
    for (size_t i = range->begin; i < range->end; i++)
        FURROW_RESULT(range, size_t, i) = 3 * i + *(const size_t *)context;
    return 0;
}

static size_t wrong(const size_t *results, size_t n, size_t added)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += results[i] != 3 * i + added;
    return count;
}

/* Runs a loop with results on the caller's stack. Returns the number of wrong results, and 1 more
 * if the call failed. */
static size_t run_loop(furrow_plan plan, size_t n, size_t added)
{
    size_t results[ITEMS] = {0};
    furrow_parallel_options options = {
        .plan = plan, .results = results, .result_size = sizeof *results};
    int status = furrow_parallel_for(&options, n, thrice_and, &added);
    return wrong(results, n, added) + (status != 0);
}

static size_t run_pool_loop(furrow_pool *pool, size_t n, size_t added)
{
    size_t results[ITEMS] = {0};
    furrow_map_options options = {.results = results, .result_size = sizeof *results};
    int status = furrow_pool_for(pool, &options, n, thrice_and, &added);
    return wrong(results, n, added) + (status != 0);
}

/* ---- at once ---- */

struct caller {
    pthread_t thread;
    furrow_plan plan;
    size_t number, wrong;
};

static void *call_often(void *context)
{
    struct caller *caller = context;
    for (size_t round = 0; round < 40; round++) {
        size_t n = (round * 97 + caller->number) % ITEMS;
        caller->wrong += run_loop(caller->plan, n, 1000 * caller->number + round);
    }
    return NULL;
}

static void call_from_threads(const furrow_plan *plan, size_t n)
{
    enum { CALLERS = 3 };
    struct caller callers[CALLERS];
    (void)n;
    for (size_t i = 0; i < CALLERS; i++) {
        callers[i] = (struct caller){.plan = *plan, .number = i};
        pthread_create(&callers[i].thread, NULL, call_often, &callers[i]);
    }
    for (size_t i = 0; i < CALLERS; i++) {
        pthread_join(callers[i].thread, NULL);
        EXPECT_EQUAL(callers[i].wrong, 0);
    }
}

TEST(callers_at_once_each_get_their_own_results)
{
    for (int backend = FURROW_BACKEND_AUTO; backend <= FURROW_BACKEND_FOR; backend++)
        for (int threads = 0; threads <= 3; threads += 3) {
            const furrow_plan plan = {.backend = (furrow_backend)backend, .threads = threads};
            harness_case("%s, %d threads", furrow_backend_name(plan.backend), threads);
            call_from_threads(&plan, ITEMS);
        }
}

/* More callers than the process's pool has worker slots for. */
TEST(hundreds_of_callers_at_once_each_get_their_own_results)
{
    enum { MANY = 600 / SLOWNESS + 280 };
    static struct caller callers[MANY];
    size_t started = 0;
    for (; started < MANY; started++) {
        callers[started] = (struct caller){.number = started};
        if (pthread_create(&callers[started].thread, NULL, call_often, &callers[started]))
            break;
    }
    for (size_t i = 0; i < started; i++) {
        pthread_join(callers[i].thread, NULL);
        EXPECT_EQUAL(callers[i].wrong, 0);
    }
}

/* ---- one within another ---- */

enum { OUTER = 13 };

struct outer {
    furrow_plan plan;
    furrow_pool *pool; /* the pool of the inner loop; NULL: the inner loop uses none */
    atomic_size_t wrong, ran;
};

static void run_inner(struct outer *outer, size_t item)
{
    atomic_fetch_add(&outer->ran, 1);
    atomic_fetch_add(&outer->wrong, outer->pool ? run_pool_loop(outer->pool, 301 + item, item)
                                                : run_loop(outer->plan, 301 + item, item));
}

static int loop_inside(const furrow_range *range, const void *context)
{
    for (size_t i = range->begin; i < range->end; i++)
        run_inner((struct outer *)context, i);
    return 0;
}

static int loop_inside_function(void *result, const void *item, void *context)
{
    (void)result;
    run_inner(context, *(const size_t *)item);
    return 0;
}

static void nest(const furrow_plan *plan, size_t n)
{
    struct outer outer = {.plan = *plan};
    const furrow_parallel_options options = {.plan = *plan};
    EXPECT_EQUAL(furrow_parallel_for(&options, n, loop_inside, &outer), 0);
    EXPECT_EQUAL(outer.ran, n);
    EXPECT_EQUAL(outer.wrong, 0);
}

TEST(a_loop_in_an_item_of_a_loop_is_right_in_every_plan)
{
    for_each_plan(OUTER, nest);
}

TEST(a_loop_in_an_item_of_a_pool_is_right)
{
    size_t items[OUTER];
    for (size_t i = 0; i < OUTER; i++)
        items[i] = i;
    furrow_map_options options = {.items = items, .item_size = sizeof *items, .chunk = 1};
    for (int workers = 1; workers <= 3; workers++)
        for (int backend = FURROW_BACKEND_AUTO; backend <= FURROW_BACKEND_TASKLOOP; backend++) {
            furrow_pool *pool = new_pool(workers);
            struct outer outer = {.plan = {.threads = 2, .backend = (furrow_backend)backend}};
            harness_case("%d workers, %s", workers, furrow_backend_name(outer.plan.backend));
            EXPECT_EQUAL(furrow_pool_map(pool, &options, OUTER, loop_inside_function, &outer), 0);
            EXPECT_EQUAL(outer.ran, OUTER);
            EXPECT_EQUAL(outer.wrong, 0);
            furrow_pool_free(pool);
        }
}

TEST(a_pools_loop_in_an_item_of_a_loop_is_right)
{
    for (int workers = 1; workers <= 3; workers++) {
        struct outer outer = {.pool = new_pool(workers)};
        furrow_parallel_options options = {.plan = {.threads = 3, .chunk = 1}};
        EXPECT_EQUAL(furrow_parallel_for(&options, OUTER, loop_inside, &outer), 0);
        EXPECT_EQUAL(outer.ran, OUTER);
        EXPECT_EQUAL(outer.wrong, 0);
        furrow_pool_free(outer.pool);
    }
}

/* ---- within a region of the user's ---- */

struct region {
    pthread_t caller;
    atomic_size_t ran, elsewhere;
    size_t next;       /* the lowest item that has not run, */
    bool out_of_order; /* whether a range did not begin there */
};

static int note_thread(const furrow_range *range, const void *context)
{
    struct region *region = (struct region *)context;
    bool here = pthread_equal(pthread_self(), region->caller);
    atomic_fetch_add(&region->ran, range->end - range->begin);
    atomic_fetch_add(&region->elsewhere, !here);
    if (here) {
        region->out_of_order |= range->begin != region->next;
        region->next = range->end;
    }
    return 0;
}

static int run_in_region(furrow_plan plan, struct region *region)
{
    furrow_parallel_options options = {.plan = plan};
    region->caller = pthread_self();
    return furrow_parallel_for(&options, ITEMS, note_thread, region);
}

TEST(a_loop_in_an_active_region_of_the_users_is_serial_on_its_caller)
{
    static const furrow_plan plans[] = {{0}, {.threads = 3}, {.threads = 2, .chunk = 5}};
    for (size_t p = 0; p < COUNT(plans); p++) {
        struct region regions[2] = {{.ran = 0}, {.ran = 0}};
        int status = 0, team = 1;
        const furrow_plan plan = plans[p];
#pragma omp parallel default(none) shared(regions, team) firstprivate(plan) num_threads(2)         \
    reduction(|                                                                                    \
              : status)
        {
#pragma omp single
            team = omp_get_num_threads();
            status |= run_in_region(plan, &regions[omp_get_thread_num()]);
        }
        if (team < 2)
            SKIP("OpenMP gives one thread");
        EXPECT_EQUAL(status, 0);
        for (int i = 0; i < 2; i++) {
            EXPECT_EQUAL(regions[i].ran, ITEMS);
            EXPECT_EQUAL(regions[i].elsewhere, 0);
            EXPECT(!regions[i].out_of_order);
        }
    }
}

/* ---- regions of the user's within items ---- */

/* The user's parallel regions inside items share the CPUs: they do not multiply threads. */

enum { MOST_SLOTS = 4 };

struct regions {
    struct meeting meeting; /* each item on a thread of its own */
    atomic_int ended;
    int threads[MOST_SLOTS]; /* of the region of item i */
};

static int open_region(void *result, const void *item, void *context)
{
    struct regions *regions = context;
    int threads = 0;
    (void)result;
    meet(&regions->meeting);
#pragma omp parallel default(none) reduction(+ : threads)
    threads++;
    regions->threads[*(const int *)item] = threads;
    atomic_fetch_add(&regions->ended, 1);
    return 0;
}

/* The submitter does not help: it sleeps until all items have ended. */
static void run_regions(struct regions *regions, int slots)
{
    furrow_pool *pool;
    furrow_pool_options options = {.workers = slots};
    double end = furrow_clock_wall() + 2 * PATIENCE;
    REQUIRE_EQUAL(furrow_pool_new(&pool, &options), 0);
    for (int i = 0; i < slots; i++) {
        furrow_map_options item = {.items = &i, .item_size = sizeof i};
        EXPECT_EQUAL(furrow_pool_apply_async(NULL, pool, &item, open_region, regions), 0);
    }
    while (atomic_load(&regions->ended) < slots && furrow_clock_wall() < end)
        furrow_clock_sleep(1e-4);
    furrow_pool_free(pool);
}

TEST(a_region_in_an_item_on_a_thread_of_the_teams_gets_its_share_of_the_cpus)
{
    int cpus = furrow_cpu_count();
    if (!gives_threads(MOST_SLOTS) || !gives_threads(cpus))
        SKIP("OpenMP gives too few threads");
    for (int slots = 1; slots <= MOST_SLOTS; slots++) {
        struct regions regions = {.meeting = {.expected = slots}};
        harness_case("%d slots on %d CPUs", slots, cpus);
        run_regions(&regions, slots);
        EXPECT(met(&regions.meeting));
        for (int i = 0; i < slots; i++)
            EXPECT_EQUAL(regions.threads[i], cpus / slots > 1 ? cpus / slots : 1);
    }
}
