#include "harness.h"

#include <pthread.h>
#include <stdatomic.h>

#include <furrow/clock.h>
#include <furrow/pool.h>
#include <furrow/pool_async.h>

#include "pool/state.h"
#include "pool_doors.h"
#include "pool_helpers.h"

/* Threads that wait in a call while what they wait for changes. */

/* Whether `*count` gets there within ten seconds. */
static bool comes_to(atomic_int *count, int wanted)
{
    double end = furrow_clock_wall() + 10;
    while (atomic_load(count) < wanted && furrow_clock_wall() < end)
        furrow_clock_sleep(1e-4);
    return atomic_load(count) >= wanted;
}

/* ---- for nobody ---- */

static int do_nothing(void *result, const void *item, void *context)
{
    (void)result;
    (void)item;
    (void)context;
    return 0;
}

TEST(a_map_does_not_wait_for_a_worker_that_does_not_come)
{
    furrow_pool *pool = new_pool(2);
    if (furrow_pool_workers(pool) < 2) {
        furrow_pool_free(pool);
        SKIP("OpenMP gives one thread");
    }
    struct door door = {0};
    EXPECT_EQUAL(furrow_pool_apply_async(NULL, pool, NULL, wait_behind, &door), 0);
    wait_until(&door.started, 1);
    for (size_t n = 0; n < 1000; n += 97) {
        furrow_map_options options = {.chunk = n % 3};
        EXPECT_EQUAL(furrow_pool_map(pool, &options, n, do_nothing, NULL), 0);
    }
    EXPECT_EQUAL(door.ended, 0);
    open_door(&door);
    furrow_pool_free(pool);
}

/* ---- for room ---- */

struct producer {
    furrow_pool *pool;
    struct door door;
    atomic_int admitted;
    int status;
};

static void *submit_one(void *context)
{
    struct producer *producer = context;
    producer->status =
        furrow_pool_apply_async(NULL, producer->pool, NULL, wait_behind, &producer->door);
    atomic_fetch_add(&producer->admitted, 1);
    return NULL;
}

/* A pending call may wait for a call that is submitted later. */
TEST(who_waits_for_room_is_let_in_though_only_one_call_has_ended)
{
    furrow_pool_options options = {.workers = 2, .max_pending = 16};
    struct producer producer = {.status = -1};
    struct door first = {0};
    REQUIRE_EQUAL(furrow_pool_new(&producer.pool, &options), 0);
    EXPECT_EQUAL(furrow_pool_apply_async(NULL, producer.pool, NULL, wait_behind, &first), 0);
    for (int i = 1; i < 16; i++)
        EXPECT_EQUAL(
            furrow_pool_apply_async(NULL, producer.pool, NULL, wait_behind, &producer.door), 0);
    pthread_t thread;
    pthread_create(&thread, NULL, submit_one, &producer);
    EXPECT(comes_to(&producer.pool->room_waiters, 1));
    EXPECT_EQUAL(producer.admitted, 0);
    open_door(&first);
    EXPECT(comes_to(&producer.admitted, 1));
    open_door(&producer.door);
    pthread_join(thread, NULL);
    EXPECT_EQUAL(producer.status, 0);
    furrow_pool_close(producer.pool);
    EXPECT_EQUAL(furrow_pool_join(NULL, producer.pool, FURROW_FOREVER), 0);
    EXPECT_EQUAL(producer.door.ended, 16);
    furrow_pool_free(producer.pool);
}

/* ---- in a map of a callback ---- */

struct ring {
    furrow_pool *pool;
    furrow_result *other;
    atomic_int came, refused;
};

static int wait_for_other(void *result, const void *item, void *context)
{
    (void)result;
    (void)item;
    struct ring *ring = context;
    atomic_fetch_add(&ring->came, 1);
    EXPECT(comes_to(&ring->came, 2));
    atomic_fetch_add(&ring->refused, furrow_result_wait(ring->other, 10) == FURROW_EDEADLK);
    return 0;
}

static void map_in_callback(const void *results, size_t count, void *context)
{
    (void)results;
    (void)count;
    struct ring *ring = context;
    furrow_map_options options = {.chunk = 1};
    EXPECT_EQUAL(furrow_pool_map(ring->pool, &options, 2, wait_for_other, ring), 0);
}

static void take_note(const void *results, size_t count, void *context)
{
    (void)results;
    (void)count;
    (void)context;
}

TEST(an_item_of_a_map_in_a_callback_is_refused_what_would_wait_for_that_callback)
{
    struct ring ring = {.pool = new_pool(3)};
    struct door door = {0};
    furrow_result *result;
    if (furrow_pool_workers(ring.pool) < 3) {
        furrow_pool_free(ring.pool);
        SKIP("OpenMP gives too few threads");
    }
    int item = 1;
    furrow_map_options options = ints(&item);
    options.callback = take_note;
    EXPECT_EQUAL(furrow_pool_apply_async(&ring.other, ring.pool, &options, wait_behind, &door), 0);
    wait_until(&door.started, 1);
    options.callback = map_in_callback;
    options.callback_context = &ring;
    EXPECT_EQUAL(furrow_pool_apply_async(&result, ring.pool, &options, return_item, NULL), 0);
    EXPECT_EQUAL(furrow_result_wait(result, FURROW_FOREVER), 0);
    EXPECT_EQUAL(ring.refused, 2);
    open_door(&door);
    EXPECT_EQUAL(furrow_result_get(NULL, ring.other, FURROW_FOREVER), 0);
    furrow_result_free(ring.other);
    furrow_result_free(result);
    furrow_pool_free(ring.pool);
}

/* ---- in a pool that is freed ---- */

enum wait { GET, GET_IN_TIME, SUBMIT, MAP, WAITS };

struct waiter {
    furrow_pool *pool;
    furrow_result *result;
    enum wait wait;
    int status;
};

static void *wait_inside(void *context)
{
    struct waiter *waiter = context;
    if (waiter->wait == SUBMIT)
        waiter->status = furrow_pool_apply_async(NULL, waiter->pool, NULL, return_item, NULL);
    else if (waiter->wait == MAP)
        waiter->status = furrow_pool_map(waiter->pool, NULL, 3, return_item, NULL);
    else
        waiter->status =
            furrow_result_get(NULL, waiter->result, waiter->wait == GET ? FURROW_FOREVER : 60);
    return NULL;
}

static void *free_pool(void *context)
{
    furrow_pool_free(context);
    return NULL;
}

/* Two threads get a result, one waits for room, and one maps. */
static bool all_are_inside(furrow_pool *pool)
{
    const size_t unit = (size_t)1 << (4 * sizeof(size_t));
    return atomic_load(&pool->visitors_and_pins) == 3 * unit + 1 &&
           atomic_load(&pool->room_waiters) == 1 && atomic_load(&pool->open) == 1;
}

/* Waits a while: a thread that gets a result enters for a moment to see whether it can help. */
static void wait_until_all_are_inside(furrow_pool *pool)
{
    for (int looks = 0; looks < 20; looks = all_are_inside(pool) ? looks + 1 : 0)
        furrow_clock_sleep(1e-4);
}

TEST(threads_that_wait_in_a_pool_that_is_freed_are_let_out_first)
{
    static const int expected[WAITS] = {FURROW_ECANCELED, FURROW_ECANCELED, FURROW_ECLOSED,
                                        FURROW_ECANCELED};
    for (int round = 0; round < 20; round++) {
        furrow_pool *pool;
        furrow_pool_options options = {.workers = 1, .max_pending = 3};
        REQUIRE_EQUAL(furrow_pool_new(&pool, &options), 0);
        struct door door = {0};
        EXPECT_EQUAL(furrow_pool_apply_async(NULL, pool, NULL, wait_behind, &door), 0);
        wait_until(&door.started, 1);
        struct waiter waiters[WAITS];
        pthread_t threads[WAITS], freeing;
        for (int i = 0; i < WAITS; i++)
            waiters[i] = (struct waiter){
                .pool = pool,
                .result = i <= GET_IN_TIME ? hand_in(pool, i) : NULL,
                .wait = (enum wait)i,
            };
        for (int i = 0; i < WAITS; i++)
            pthread_create(&threads[i], NULL, wait_inside, &waiters[i]);
        wait_until_all_are_inside(pool);
        pthread_create(&freeing, NULL, free_pool, pool);
        while (!atomic_load(&pool->closed)) /* it stays while an item runs */
            furrow_clock_sleep(1e-4);
        open_door(&door);
        pthread_join(freeing, NULL);
        for (int i = 0; i < WAITS; i++) {
            pthread_join(threads[i], NULL);
            EXPECT_EQUAL(waiters[i].status, expected[i]);
            furrow_result_free(waiters[i].result);
        }
    }
}
