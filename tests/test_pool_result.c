#include "harness.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include <furrow/clock.h>
#include <furrow/pool.h>
#include <furrow/pool_async.h>

#include "pool_doors.h"
#include "pool_helpers.h"

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

/* A callback that submits calls, maps, and waits for a result that would wait for the callback. */
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
    EXPECT_EQUAL(furrow_result_get(NULL, asked, 60), 3); /* waiting may run calls out of order */
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
