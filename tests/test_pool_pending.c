#include "harness.h"

#include <pthread.h>
#include <stdatomic.h>

#include <furrow/clock.h>
#include <furrow/pool.h>
#include <furrow/pool_async.h>

#include "pool_doors.h"
#include "pool_helpers.h"

/* Many pending calls: their number is bounded, and none is lost or held up. */

static int count_calls(void *result, const void *item, void *context)
{
    (void)result;
    (void)item;
    atomic_fetch_add((atomic_size_t *)context, 1);
    return 0;
}

TEST(many_submissions_stay_within_max_pending_and_block)
{
    atomic_size_t calls = 0;
    furrow_pool *pool;
    furrow_pool_options options = {.workers = 2, .max_pending = 1000};
    REQUIRE_EQUAL(furrow_pool_new(&pool, &options), 0);
    const size_t many = 10000000 / SLOWNESS / SLOWNESS;
    harness_peak_memory();
    for (size_t i = 0; i < many; i++)
        if (furrow_pool_apply_async(NULL, pool, NULL, count_calls, &calls))
            break;
    furrow_pool_close(pool);
    EXPECT_EQUAL(furrow_pool_join(NULL, pool, FURROW_FOREVER), 0);
    EXPECT_EQUAL(calls, many);
    EXPECT(harness_peak_memory() < (size_t)10 << 20);
    furrow_pool_free(pool);
}

TEST(a_full_pool_refuses_when_asked_to)
{
    furrow_pool *pool;
    struct door door = {0};
    furrow_result *results[6];
    furrow_pool_options options = {.workers = 1, .max_pending = 5, .full = FURROW_POOL_REFUSE};
    REQUIRE_EQUAL(furrow_pool_new(&pool, &options), 0);
    for (int i = 0; i < 5; i++)
        EXPECT_EQUAL(furrow_pool_apply_async(&results[i], pool, NULL, wait_behind, &door), 0);
    EXPECT_EQUAL(furrow_pool_apply_async(&results[5], pool, NULL, wait_behind, &door),
                 FURROW_EAGAIN);
    EXPECT(!results[5]);
    open_door(&door);
    for (int i = 0; i < 5; i++)
        EXPECT_EQUAL(furrow_result_get(NULL, results[i], FURROW_FOREVER), 0);
    EXPECT_EQUAL(furrow_pool_apply_async(&results[5], pool, NULL, wait_behind, &door), 0);
    for (int i = 0; i < 6; i++)
        furrow_result_free(results[i]);
    furrow_pool_free(pool);
}

struct flood {
    furrow_pool *pool;
    atomic_size_t calls;
};

static int submit_more(void *result, const void *item, void *context)
{
    (void)result;
    (void)item;
    struct flood *flood = context;
    int status = 0;
    for (int i = 0; i < 20 && !status; i++)
        status = furrow_pool_apply_async(NULL, flood->pool, NULL, count_calls, &flood->calls);
    return status;
}

TEST(a_worker_that_submits_to_a_full_pool_runs_the_call_itself)
{
    struct flood flood = {0};
    furrow_pool_options options = {.workers = 1, .max_pending = 2};
    REQUIRE_EQUAL(furrow_pool_new(&flood.pool, &options), 0);
    for (int i = 0; i < 10; i++)
        EXPECT_EQUAL(furrow_pool_apply_async(NULL, flood.pool, NULL, submit_more, &flood), 0);
    furrow_pool_close(flood.pool);
    EXPECT_EQUAL(furrow_pool_join(NULL, flood.pool, FURROW_FOREVER), 0);
    EXPECT_EQUAL(flood.calls, 200);
    furrow_pool_free(flood.pool);
}

static void submit_one(const furrow_error *error, void *context)
{
    struct flood *flood = context;
    EXPECT_EQUAL(error->code, FURROW_ECANCELED);
    EXPECT_EQUAL(furrow_pool_apply_async(NULL, flood->pool, NULL, count_calls, &flood->calls), 0);
}

TEST(a_callback_that_submits_to_a_full_pool_does_not_wait_for_itself)
{
    struct flood flood = {0};
    struct door door = {0};
    furrow_result *result;
    furrow_pool_options options = {.workers = 1, .max_pending = 2};
    furrow_map_options back = {.error_callback = submit_one, .callback_context = &flood};
    REQUIRE_EQUAL(furrow_pool_new(&flood.pool, &options), 0);
    EXPECT_EQUAL(furrow_pool_apply_async(NULL, flood.pool, NULL, wait_behind, &door), 0);
    wait_until(&door.started, 1);
    EXPECT_EQUAL(furrow_pool_apply_async(&result, flood.pool, &back, count_calls, &flood.calls), 0);
    EXPECT(
        furrow_result_cancel(result)); /* on this thread, which is no worker: calls nobody back */
    EXPECT(!furrow_result_ready(result));
    EXPECT_EQUAL(flood.calls, 0);
    EXPECT_EQUAL(furrow_result_get(NULL, result, FURROW_FOREVER), FURROW_ECANCELED);
    EXPECT_EQUAL(flood.calls, 1);
    furrow_result_free(result);
    open_door(&door);
    furrow_pool_free(flood.pool);
}

TEST(results_got_while_the_workers_are_busy_leave_nothing_behind)
{
    furrow_pool *pool = new_pool(2);
    if (furrow_pool_workers(pool) < 2) {
        furrow_pool_free(pool);
        SKIP("OpenMP gives one thread");
    }
    struct door door = {0};
    EXPECT_EQUAL(furrow_pool_apply_async(NULL, pool, NULL, wait_behind, &door), 0);
    wait_until(&door.started, 1);
    harness_peak_memory();
    for (int i = 0; i < 100000 / SLOWNESS; i++) {
        furrow_result *result = hand_in(pool, 3);
        EXPECT_EQUAL(furrow_result_get(NULL, result, FURROW_FOREVER), 0);
        furrow_result_free(result);
    }
    EXPECT(harness_peak_memory() < (size_t)1 << 20);
    open_door(&door);
    furrow_pool_free(pool);
}

/* ---- many submitters ---- */

/* One of four: hands in calls and maps, waits for some, gives up the others. */
struct submitter {
    struct flood *flood;
    unsigned random;
    size_t calls; /* that it has handed in, the items of maps included */
};

static void submit_some(struct submitter *submitter)
{
    struct flood *flood = submitter->flood;
    furrow_result *results[20];
    size_t count = 1 + next_random(&submitter->random) % 20;
    for (size_t i = 0; i < count; i++) {
        size_t items = next_random(&submitter->random) % 4 ? 1 : 7;
        submitter->calls += items;
        if (items == 1)
            furrow_pool_apply_async(&results[i], flood->pool, NULL, count_calls, &flood->calls);
        else
            furrow_pool_map_async(&results[i], flood->pool, NULL, items, count_calls,
                                  &flood->calls);
    }
    for (size_t i = 0; i < count; i++) {
        unsigned waits = next_random(&submitter->random) % 3;
        if (waits > 0)
            furrow_result_get(NULL, results[i], waits == 1 ? FURROW_FOREVER : 60);
        furrow_result_free(results[i]);
    }
}

static void *submit_calls(void *context)
{
    for (int round = 0; round < 5; round++)
        submit_some(context);
    return NULL;
}

TEST(no_call_is_lost_or_doubled_under_concurrent_submitters)
{
    for (unsigned seed = 1; seed <= 100; seed++) {
        struct flood flood = {0};
        furrow_pool_options options = {.workers = 1 + (int)seed % 3,
                                       .max_pending = seed % 4 ? 0 : 11};
        harness_case("seed %u", seed);
        vary_stress(seed);
        REQUIRE_EQUAL(furrow_pool_new(&flood.pool, &options), 0);
        pthread_t threads[4];
        struct submitter submitters[4];
        size_t handed_in = 0;
        for (unsigned i = 0; i < 4; i++) {
            submitters[i] = (struct submitter){&flood, 1000 * seed + i, 0};
            pthread_create(&threads[i], NULL, submit_calls, &submitters[i]);
        }
        for (int i = 0; i < 4; i++) {
            pthread_join(threads[i], NULL);
            handed_in += submitters[i].calls;
        }
        furrow_pool_close(flood.pool);
        EXPECT_EQUAL(furrow_pool_join(NULL, flood.pool, FURROW_FOREVER), 0);
        EXPECT_EQUAL(flood.calls, handed_in);
        furrow_pool_free(flood.pool);
    }
}

/* ---- calls that get stuck ---- */

/* After many brief calls one blocks: the calls behind it must not wait for it. */
struct jam {
    struct door door;
    atomic_int passed;
};

static int pass(void *result, const void *item, void *context)
{
    (void)result;
    struct jam *jam = context;
    if (*(const int *)item == 1)
        return wait_behind(NULL, NULL, &jam->door);
    atomic_fetch_add(&jam->passed, 1);
    return 0;
}

TEST(a_brief_call_that_gets_stuck_holds_up_no_others)
{
    furrow_pool *pool = new_pool(2);
    if (furrow_pool_workers(pool) < 2) {
        furrow_pool_free(pool);
        SKIP("OpenMP gives one thread");
    }
    for (int round = 0; round < 20; round++) {
        struct jam jam = {.passed = 0};
        for (int i = 0; i < 2000; i++) {
            int item = i == 1000;
            furrow_map_options options = ints(&item);
            options.result_size = 0;
            EXPECT_EQUAL(furrow_pool_apply_async(NULL, pool, &options, pass, &jam), 0);
        }
        wait_until(&jam.passed, 1999);
        open_door(&jam.door);
        wait_until(&jam.door.ended, 1);
    }
    furrow_pool_free(pool);
}

/* Calls that end when all of them have begun, or after ten seconds. */
struct meeting {
    atomic_int passed, came, met, ended;
    int wanted;
};

static int meet(void *result, const void *item, void *context)
{
    (void)result;
    struct meeting *meeting = context;
    if (*(const int *)item == 0) {
        atomic_fetch_add(&meeting->passed, 1);
        return 0;
    }
    atomic_fetch_add(&meeting->came, 1);
    double end = furrow_clock_wall() + 10;
    while (atomic_load(&meeting->came) < meeting->wanted && furrow_clock_wall() < end)
        furrow_clock_sleep(1e-4);
    atomic_fetch_add(&meeting->met, atomic_load(&meeting->came) == meeting->wanted);
    atomic_fetch_add(&meeting->ended, 1);
    return 0;
}

/* One worker keeps up with brief calls while the others sleep; then there is work for all. */
TEST(calls_behind_many_brief_ones_find_all_workers)
{
    enum { BRIEF = 64 };
    for (int round = 0; round < 100; round++) {
        furrow_pool *pool = new_pool(4);
        int workers = furrow_pool_workers(pool);
        struct meeting meeting = {.wanted = workers};
        furrow_clock_sleep(1e-3);
        for (int i = 0; i < BRIEF + workers; i++) {
            int item = i >= BRIEF;
            furrow_map_options options = ints(&item);
            options.result_size = 0;
            EXPECT_EQUAL(furrow_pool_apply_async(NULL, pool, &options, meet, &meeting), 0);
            while (!item && atomic_load(&meeting.passed) <= i)
                ;
        }
        wait_until(&meeting.ended, workers); /* before the end wakes the workers */
        EXPECT_EQUAL(meeting.met, workers);
        furrow_pool_free(pool);
        if (meeting.met != workers)
            break;
    }
}
