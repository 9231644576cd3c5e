#include "harness.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include <furrow/clock.h>
#include <furrow/pool.h>

#include "pool_helpers.h"

/* Items that wait behind a door, and what they did. */
struct door {
    atomic_bool open;
    atomic_int started, ended;
};

static void open_door(struct door *door)
{
    atomic_store(&door->open, true);
}

static void wait_until(atomic_int *count, int wanted)
{
    while (atomic_load(count) < wanted)
        furrow_clock_sleep(1e-4);
}

static int wait_behind(void *result, const void *item, void *context)
{
    struct door *door = context;
    atomic_fetch_add(&door->started, 1);
    while (!atomic_load(&door->open))
        furrow_clock_sleep(1e-4);
    if (result)
        *(int *)result = item ? *(const int *)item : 1;
    atomic_fetch_add(&door->ended, 1);
    return 0;
}

/* The item is what it returns, its result the square. */
static int return_item(void *result, const void *item, void *context)
{
    int value = *(const int *)item;
    if (context)
        atomic_fetch_add((atomic_int *)context, 1);
    if (result)
        *(int *)result = value * value;
    return value < 0 ? -value : 0;
}

static furrow_map_options ints(const int *items)
{
    return (furrow_map_options){
        .items = items, .item_size = sizeof *items, .result_size = sizeof(int)};
}

static furrow_result *hand_in(furrow_pool *pool, int item)
{
    furrow_result *result = NULL;
    furrow_map_options options = ints(&item);
    EXPECT_EQUAL(furrow_pool_apply_async(&result, pool, &options, return_item, NULL), 0);
    return result;
}

TEST(a_call_is_got_as_often_as_wished)
{
    for (int workers = 0; workers <= 3; workers++) {
        furrow_pool *pool = workers ? new_pool(workers) : NULL;
        furrow_result *results[200];
        for (int i = 0; i < 200; i++)
            results[i] = hand_in(pool, i);
        for (int round = 0; round < 2; round++)
            for (int i = 0; i < 200; i++) {
                int value = -1;
                EXPECT_EQUAL(furrow_result_get(&value, results[i], FURROW_FOREVER), 0);
                EXPECT_EQUAL(value, i * i);
                EXPECT(furrow_result_ready(results[i]) && furrow_result_successful(results[i]));
                EXPECT_EQUAL(furrow_result_status(results[i], 0), 0);
                EXPECT_EQUAL(furrow_result_status(results[i], 1), FURROW_ERANGE);
                EXPECT(!furrow_result_cancel(results[i]));
            }
        for (int i = 0; i < 200; i++)
            furrow_result_free(results[i]);
        furrow_pool_free(pool);
    }
}

TEST(a_result_outlives_its_pool)
{
    furrow_pool *pool = new_pool(2);
    furrow_result *good = hand_in(pool, 5), *bad = hand_in(pool, -5);
    furrow_pool_close(pool);
    furrow_pool_outcome outcome;
    EXPECT_EQUAL(furrow_pool_join(&outcome, pool, FURROW_FOREVER), 5);
    EXPECT_EQUAL(outcome.failed, 1);
    furrow_pool_free(pool);
    int value = 0;
    EXPECT_EQUAL(furrow_result_get(&value, good, FURROW_FOREVER), 0);
    EXPECT_EQUAL(value, 25);
    EXPECT_EQUAL(furrow_result_get(NULL, bad, FURROW_FOREVER), 5);
    furrow_result_free(good);
    furrow_result_free(bad);
    furrow_result_free(NULL);
}

TEST(who_waits_too_short_may_ask_again)
{
    furrow_pool *pool = new_pool(1);
    struct door door = {0};
    furrow_result *result;
    furrow_map_options options = {.result_size = sizeof(int)};
    EXPECT_EQUAL(furrow_pool_apply_async(&result, pool, &options, wait_behind, &door), 0);
    EXPECT_EQUAL(furrow_result_get(NULL, result, 0), FURROW_ETIMEDOUT);
    EXPECT_EQUAL(furrow_result_get(NULL, result, 0.003), FURROW_ETIMEDOUT);
    EXPECT_EQUAL(furrow_result_wait(result, 0.003), FURROW_ETIMEDOUT);
    EXPECT_EQUAL(furrow_result_get(NULL, result, (double)NAN), FURROW_EINVAL);
    EXPECT(!furrow_result_ready(result) && !furrow_result_successful(result));
    EXPECT_EQUAL(furrow_result_status(result, 0), FURROW_EAGAIN);
    EXPECT_EQUAL(furrow_result_error(NULL, result), 0);
    EXPECT_EQUAL(furrow_pool_join(NULL, pool, 0), FURROW_EINVAL);
    furrow_pool_close(pool);
    EXPECT_EQUAL(furrow_pool_join(NULL, pool, 0.003), FURROW_ETIMEDOUT);
    open_door(&door);
    int value = 0;
    EXPECT_EQUAL(furrow_result_get(&value, result, 60), 0);
    EXPECT_EQUAL(value, 1);
    EXPECT_EQUAL(furrow_pool_join(NULL, pool, 60), 0);
    furrow_result_free(result);
    furrow_pool_free(pool);
}

TEST(a_map_is_got_whole_with_a_status_each)
{
    int items[97], into[97];
    for (int i = 0; i < 97; i++)
        items[i] = i;
    for (int workers = 0; workers <= 3; workers++)
        for (int kept = 0; kept < 2; kept++) {
            furrow_pool *pool = workers ? new_pool(workers) : NULL;
            furrow_map_options options = ints(items);
            memset(into, 0, sizeof into);
            if (!kept)
                options.results = into;
            furrow_result *result;
            EXPECT_EQUAL(furrow_pool_starmap_async(&result, pool, &options, 97, return_item, NULL),
                         0);
            EXPECT_EQUAL(furrow_result_get(kept ? into : NULL, result, FURROW_FOREVER), 0);
            for (int i = 0; i < 97; i++)
                EXPECT_EQUAL(into[i], i * i);
            furrow_result_free(result);

            items[40] = -40;
            options.first = 100;
            options.collect = true;
            EXPECT_EQUAL(furrow_pool_map_async(&result, pool, &options, 97, return_item, NULL), 0);
            EXPECT_EQUAL(furrow_result_wait(result, FURROW_FOREVER), 0);
            furrow_error error;
            EXPECT_EQUAL(furrow_result_error(&error, result), 40);
            EXPECT_EQUAL(error.item, 140);
            EXPECT_CONTAINS(error.text, "item 140");
            for (size_t i = 0; i < 97; i++)
                EXPECT_EQUAL(furrow_result_status(result, i), i == 40 ? 40 : 0);
            EXPECT(!furrow_result_successful(result));
            furrow_result_free(result);
            items[40] = 40;

            EXPECT_EQUAL(furrow_pool_map_async(&result, pool, &options, 0, return_item, NULL), 0);
            EXPECT_EQUAL(furrow_result_get(into, result, FURROW_FOREVER), 0);
            furrow_result_free(result);
            furrow_pool_free(pool);
        }
}

/* ---- callbacks ---- */

struct listener {
    atomic_int inside, overlaps, calls, errors;
    int sum;
    furrow_error last;
    furrow_pool *pool;
    furrow_result *waits_for;
    int waited;
};

static void enter(struct listener *listener)
{
    atomic_fetch_add(&listener->overlaps, atomic_fetch_add(&listener->inside, 1) > 0);
}

static void listen(const void *results, size_t count, void *context)
{
    struct listener *listener = context;
    enter(listener);
    for (size_t i = 0; i < count; i++)
        listener->sum += ((const int *)results)[i];
    atomic_fetch_add(&listener->calls, 1);
    atomic_fetch_sub(&listener->inside, 1);
}

static void listen_to_error(const furrow_error *error, void *context)
{
    struct listener *listener = context;
    enter(listener);
    listener->last = *error;
    atomic_fetch_add(&listener->errors, 1);
    atomic_fetch_sub(&listener->inside, 1);
}

TEST(callbacks_run_one_at_a_time_before_their_result_is_ready)
{
    for (int workers = 0; workers <= 3; workers++) {
        furrow_pool *pool = workers ? new_pool(workers) : NULL;
        struct listener listener = {0};
        furrow_result *results[100];
        int sum = 0;
        for (int i = 0; i < 100; i++) {
            int item = i % 10 == 9 ? -i : i;
            sum += item < 0 ? 0 : i * i;
            furrow_map_options options = ints(&item);
            options.callback = listen;
            options.error_callback = listen_to_error;
            options.callback_context = &listener;
            EXPECT_EQUAL(furrow_pool_apply_async(&results[i], pool, &options, return_item, NULL),
                         0);
        }
        for (int i = 0; i < 100; i++) {
            int before = atomic_load(&listener.calls) + atomic_load(&listener.errors);
            EXPECT_EQUAL(furrow_result_wait(results[i], FURROW_FOREVER), 0);
            EXPECT(atomic_load(&listener.calls) + atomic_load(&listener.errors) >= before);
            furrow_result_free(results[i]);
        }
        EXPECT_EQUAL(listener.calls, 90);
        EXPECT_EQUAL(listener.errors, 10);
        EXPECT_EQUAL(listener.overlaps, 0);
        EXPECT_EQUAL(listener.sum, sum);
        furrow_pool_outcome outcome;
        furrow_pool_close(pool);
        EXPECT_EQUAL(furrow_pool_join(&outcome, pool, FURROW_FOREVER), 0);
        EXPECT_EQUAL(outcome.failed, 0);
        furrow_pool_free(pool);
    }
}

/* A callback that hands in more, maps, and waits for what would wait for it. */
static void call_the_pool(const void *results, size_t count, void *context)
{
    struct listener *listener = context;
    (void)results;
    (void)count;
    int items[7] = {1, 2, 3, 4, 5, 6, 7}, squares[7] = {0};
    furrow_map_options options = ints(items);
    options.results = squares;
    EXPECT_EQUAL(furrow_pool_map(listener->pool, &options, 7, return_item, NULL), 0);
    EXPECT_EQUAL(squares[6], 49);
    furrow_result *other;
    options.callback = listen;
    options.callback_context = listener;
    options.results = NULL;
    EXPECT_EQUAL(furrow_pool_apply_async(&other, listener->pool, &options, return_item, NULL), 0);
    EXPECT_EQUAL(furrow_result_wait(other, FURROW_FOREVER), FURROW_EDEADLK);
    furrow_result_free(other);
    EXPECT_EQUAL(furrow_pool_join(NULL, listener->pool, 0), FURROW_EDEADLK);
    atomic_fetch_add(&listener->errors, 1);
}

TEST(a_callback_may_use_the_pool_and_cannot_hang_it)
{
    for (int workers = 1; workers <= 2; workers++) {
        struct listener listener = {.pool = new_pool(workers)};
        int item = 3;
        furrow_map_options options = ints(&item);
        options.callback = call_the_pool;
        options.callback_context = &listener;
        for (int i = 0; i < 10; i++)
            EXPECT_EQUAL(furrow_pool_apply_async(NULL, listener.pool, &options, return_item, NULL),
                         0);
        furrow_pool_close(listener.pool);
        EXPECT_EQUAL(furrow_pool_join(NULL, listener.pool, FURROW_FOREVER), 0);
        EXPECT_EQUAL(listener.errors, 10);
        furrow_pool_free(listener.pool);
    }
}

/* ---- failures that nobody asks about ---- */

TEST(join_returns_the_first_failure_that_nobody_asked_about)
{
    furrow_pool *pool = new_pool(1);
    furrow_pool_outcome outcome;
    struct door door = {0};
    furrow_result *asked, *kept, *waited;
    EXPECT_EQUAL(furrow_pool_apply_async(NULL, pool, NULL, wait_behind, &door), 0);
    int items[] = {-3, -4, -5, -6, 7};
    furrow_map_options options[5];
    for (int i = 0; i < 5; i++)
        options[i] = ints(&items[i]);
    EXPECT_EQUAL(furrow_pool_apply_async(&asked, pool, &options[0], return_item, NULL), 0);
    EXPECT_EQUAL(furrow_pool_apply_async(NULL, pool, &options[1], return_item, NULL), 0);
    EXPECT_EQUAL(furrow_pool_apply_async(&kept, pool, &options[2], return_item, NULL), 0);
    EXPECT_EQUAL(furrow_pool_apply_async(&waited, pool, &options[3], return_item, NULL), 0);
    EXPECT_EQUAL(furrow_pool_apply_async(NULL, pool, &options[4], return_item, NULL), 0);
    open_door(&door);
    EXPECT_EQUAL(furrow_result_get(NULL, asked, 60), 3); /* who waits for ever helps, out of turn */
    EXPECT_EQUAL(furrow_result_wait(waited, 60), 0);
    furrow_pool_close(pool);
    EXPECT_EQUAL(furrow_pool_join(&outcome, pool, FURROW_FOREVER), 4);
    EXPECT_EQUAL(outcome.failed, 3);
    EXPECT_EQUAL(outcome.status, 4);
    furrow_result_free(kept);
    EXPECT_EQUAL(furrow_pool_join(&outcome, pool, FURROW_FOREVER), 4);
    EXPECT_EQUAL(outcome.failed, 3);
    EXPECT_EQUAL(furrow_result_get(NULL, waited, 0), 6);
    EXPECT_EQUAL(furrow_pool_join(&outcome, pool, FURROW_FOREVER), 4);
    EXPECT_EQUAL(outcome.failed, 2);
    furrow_pool_free(pool);
    furrow_result_free(asked);
    furrow_result_free(waited);
}

/* ---- cancel, terminate ---- */

TEST(what_is_cancelled_before_it_starts_never_does)
{
    furrow_pool *pool = new_pool(1);
    struct door door = {0};
    atomic_int calls = 0;
    furrow_result *first, *single, *map, *wished;
    int items[50];
    for (int i = 0; i < 50; i++)
        items[i] = i;
    EXPECT_EQUAL(furrow_pool_apply_async(&first, pool, NULL, wait_behind, &door), 0);
    wait_until(&door.started, 1);
    furrow_map_options options = ints(items);
    furrow_cancel wish = {0};
    EXPECT_EQUAL(furrow_pool_apply_async(&single, pool, &options, return_item, &calls), 0);
    EXPECT_EQUAL(furrow_pool_map_async(&map, pool, &options, 50, return_item, &calls), 0);
    options.cancel = &wish;
    EXPECT_EQUAL(furrow_pool_apply_async(&wished, pool, &options, return_item, &calls), 0);
    EXPECT(furrow_result_cancel(single));
    EXPECT(!furrow_result_cancel(single));
    EXPECT(furrow_result_cancel(map));
    EXPECT(!furrow_result_cancel(first));
    furrow_cancel_request(&wish);
    EXPECT_EQUAL(furrow_result_get(NULL, single, 0), FURROW_ECANCELED);
    EXPECT_EQUAL(furrow_result_get(NULL, map, 0), FURROW_ECANCELED);
    EXPECT_EQUAL(furrow_result_status(map, 49), FURROW_ECANCELED);
    open_door(&door);
    EXPECT_EQUAL(furrow_result_get(NULL, first, FURROW_FOREVER), 0);
    EXPECT_EQUAL(furrow_result_wait(wished, FURROW_FOREVER), 0);
    EXPECT_EQUAL(calls, 0);
    furrow_result_free(single);
    furrow_result_free(map);
    furrow_pool_close(pool);
    EXPECT_EQUAL(furrow_pool_join(NULL, pool, FURROW_FOREVER), 0);
    EXPECT_EQUAL(furrow_result_get(NULL, wished, 0), FURROW_ECANCELED);
    furrow_result_free(wished);
    furrow_result_free(first);
    furrow_pool_free(pool);
}

TEST(a_map_that_a_cancel_kept_from_its_end_says_so)
{
    furrow_pool *pool = new_pool(2);
    unsigned random = 1;
    int items[4] = {0};
    for (int round = 0; round < 20000 / SLOWNESS; round++) {
        furrow_map_options options = ints(items);
        furrow_result *result;
        options.chunk = 1;
        EXPECT_EQUAL(furrow_pool_map_async(&result, pool, &options, 4, return_item, NULL), 0);
        for (unsigned i = next_random(&random) % 1000; i > 0; i--)
            (void)furrow_result_ready(result);
        bool kept = furrow_result_cancel(result);
        int status = furrow_result_get(NULL, result, FURROW_FOREVER);
        EXPECT(status == FURROW_ECANCELED || (status == 0 && !kept));
        furrow_result_free(result);
    }
    furrow_pool_free(pool);
}

TEST(a_terminated_pool_cancels_what_waits_and_ends)
{
    furrow_pool *pool = new_pool(2);
    struct door door = {0};
    furrow_result *running, *waiting[100];
    EXPECT_EQUAL(furrow_pool_apply_async(&running, pool, NULL, wait_behind, &door), 0);
    EXPECT_EQUAL(furrow_pool_apply_async(NULL, pool, NULL, wait_behind, &door), 0);
    wait_until(&door.started, furrow_pool_workers(pool) < 2 ? 1 : 2);
    for (int i = 0; i < 100; i++)
        waiting[i] = hand_in(pool, i);
    furrow_pool_terminate(pool);
    EXPECT_EQUAL(furrow_pool_join(NULL, pool, 0.002), FURROW_ETIMEDOUT);
    open_door(&door);
    furrow_pool_outcome outcome;
    EXPECT_EQUAL(furrow_pool_join(&outcome, pool, FURROW_FOREVER), FURROW_ECANCELED);
    EXPECT(outcome.failed >= 100);
    EXPECT_EQUAL(furrow_result_get(NULL, running, 0), 0);
    for (int i = 0; i < 100; i++) {
        EXPECT_EQUAL(furrow_result_get(NULL, waiting[i], 0), FURROW_ECANCELED);
        furrow_result_free(waiting[i]);
    }
    furrow_result_free(running);
    furrow_pool_free(pool);
}

/* ---- bounds ---- */

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
    EXPECT(furrow_result_cancel(result)); /* on this thread, which is no worker */
    EXPECT(furrow_result_ready(result));
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

static void *submit_calls(void *context)
{
    struct flood *flood = context;
    furrow_result *results[50];
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 50; i++)
            furrow_pool_apply_async(&results[i], flood->pool, NULL, count_calls, &flood->calls);
        for (int i = 0; i < 50; i++) {
            if (i % 3 == 0)
                furrow_result_get(NULL, results[i], i % 2 ? FURROW_FOREVER : 60);
            furrow_result_free(results[i]);
        }
    }
    return NULL;
}

TEST(no_call_is_lost_or_doubled_under_concurrent_submitters)
{
    for (int workers = 1; workers <= 3; workers++) {
        static struct flood flood;
        atomic_store(&flood.calls, 0);
        flood.pool = new_pool(workers);
        pthread_t threads[4];
        for (int i = 0; i < 4; i++)
            pthread_create(&threads[i], NULL, submit_calls, &flood);
        for (int i = 0; i < 4; i++)
            pthread_join(threads[i], NULL);
        furrow_pool_close(flood.pool);
        EXPECT_EQUAL(furrow_pool_join(NULL, flood.pool, FURROW_FOREVER), 0);
        EXPECT_EQUAL(flood.calls, 4 * 20 * 50);
        furrow_pool_free(flood.pool);
    }
}

static int join_own(void *result, const void *item, void *context)
{
    (void)item;
    furrow_pool *pool = context;
    *(int *)result = furrow_pool_worker(pool);
    furrow_pool_close(pool);
    return furrow_pool_join(NULL, pool, FURROW_FOREVER);
}

TEST(a_worker_cannot_join_its_pool)
{
    furrow_pool *pool = new_pool(2);
    furrow_result *result;
    int worker = -1;
    furrow_map_options options = {.result_size = sizeof worker};
    EXPECT_EQUAL(furrow_pool_worker(pool), -1);
    EXPECT_EQUAL(furrow_pool_apply_async(&result, pool, &options, join_own, pool), 0);
    EXPECT_EQUAL(furrow_result_get(&worker, result, FURROW_FOREVER), FURROW_EDEADLK);
    EXPECT(worker >= 0 && worker < 2);
    furrow_result_free(result);
    furrow_pool_free(pool);
}

/* After many brief calls one gets stuck: what was handed in behind it must not wait for it. */
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

/* Calls that end once all of them have begun, or not met when that takes ten seconds. */
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
    int workers = team_of(4);
    for (int round = 0; round < 100; round++) {
        struct meeting meeting = {.wanted = workers};
        furrow_pool *pool = new_pool(workers);
        furrow_clock_sleep(1e-3);
        for (int i = 0; i < BRIEF + workers; i++) {
            int item = i >= BRIEF;
            furrow_map_options options = ints(&item);
            options.result_size = 0;
            EXPECT_EQUAL(furrow_pool_apply_async(NULL, pool, &options, meet, &meeting), 0);
            while (!item && atomic_load(&meeting.passed) <= i)
                ;
        }
        wait_until(&meeting.ended, workers); /* before the end rouses the workers */
        EXPECT_EQUAL(meeting.met, workers);
        furrow_pool_free(pool);
        if (meeting.met != workers)
            break;
    }
}
