#include "harness.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/clock.h>
#include <furrow/pool.h>
#include <furrow/pool_async.h>

#include "pool_helpers.h"
#include "pool_squares.h"

/* Items that call their own pool, and many threads that call one. */

struct tree {
    furrow_pool *pool;
    atomic_int running, most;
    atomic_size_t leaves;
};

static int leaf(void *result, const void *item, void *context)
{
    (void)item;
    struct tree *tree = context;
    atomic_fetch_add(&tree->leaves, 1);
    if (result)
        *(int *)result = 1;
    return 0;
}

static int branch(void *result, const void *item, void *context)
{
    (void)item;
    struct tree *tree = context;
    int sums[5] = {0};
    furrow_map_options options = {.results = sums, .result_size = sizeof *sums, .chunk = 1};
    int status = furrow_pool_map(tree->pool, &options, 5, leaf, tree);
    for (int i = 0; i < 5; i++)
        *(int *)result += sums[i];
    return status;
}

TEST(an_item_may_map_on_its_own_pool_even_of_one_worker)
{
    for (int workers = 1; workers <= 4; workers++) {
        struct tree tree = {.pool = new_pool(workers)};
        int results[40] = {0};
        furrow_map_options options = {
            .results = results, .result_size = sizeof *results, .chunk = 1};
        EXPECT_EQUAL(furrow_pool_map(tree.pool, &options, 40, branch, &tree), 0);
        for (int i = 0; i < 40; i++)
            EXPECT_EQUAL(results[i], 5);
        EXPECT_EQUAL(tree.leaves, 200);
        furrow_result *result;
        EXPECT_EQUAL(furrow_pool_map_async(&result, tree.pool, &options, 40, branch, &tree), 0);
        EXPECT_EQUAL(furrow_result_get(NULL, result, FURROW_FOREVER), 0);
        furrow_result_free(result);
        EXPECT_EQUAL(tree.leaves, 400);
        furrow_pool_free(tree.pool);
    }
}

/* Each but the smallest makes two calls, one of them asynchronous. */
struct fibonacci {
    furrow_pool *pool;
    atomic_int at_once, most;
};

static int fib(void *result, const void *item, void *context)
{
    struct fibonacci *fibonacci = context;
    int n = *(const int *)item;
    int *value = result;
    *value = n;
    if (n < 2)
        return 0;
    int less = n - 1, lesser = n - 2, first = 0, second = 0;
    furrow_map_options options = {
        .items = &less, .item_size = sizeof less, .result_size = sizeof first};
    furrow_result *other;
    int status = furrow_pool_apply_async(&other, fibonacci->pool, &options, fib, fibonacci);
    if (status)
        return status;
    status = fib(&second, &lesser, fibonacci);
    int got = furrow_result_get(&first, other, FURROW_FOREVER);
    furrow_result_free(other);
    *value = first + second;
    return status ? status : got;
}

TEST(recursion_by_asynchronous_calls_comes_to_its_end)
{
    for (int workers = 1; workers <= 3; workers++) {
        struct fibonacci fibonacci = {.pool = new_pool(workers)};
        int n = SLOWNESS > 1 ? 14 : 20, value = 0;
        EXPECT_EQUAL(furrow_pool_apply(&value, fibonacci.pool, &n, fib, &fibonacci), 0);
        EXPECT_EQUAL(value, SLOWNESS > 1 ? 377 : 6765);
        furrow_pool_free(fibonacci.pool);
    }
}

/* Threads that map at the same time: each sees its own results, each item runs once. */
struct crowd {
    furrow_pool *pool;
    atomic_size_t ran, wrong;
    atomic_int inside, most_inside;
    int rounds;
};

static int count_inside(void *result, const void *item, void *context)
{
    struct crowd *crowd = context;
    int inside = atomic_fetch_add(&crowd->inside, 1) + 1;
    int most = atomic_load(&crowd->most_inside);
    while (inside > most && !atomic_compare_exchange_weak(&crowd->most_inside, &most, inside))
        ;
    *(uint64_t *)result = *(const uint64_t *)item + 1;
    atomic_fetch_add(&crowd->ran, 1);
    atomic_fetch_sub(&crowd->inside, 1);
    return 0;
}

static void *submit(void *context)
{
    struct crowd *crowd = context;
    uint64_t results[53];
    for (int round = 0; round < crowd->rounds; round++) {
        memset(results, 0, sizeof results);
        furrow_map_options options = squares_into(results);
        options.chunk = (size_t)round % 3;
        furrow_pool_map(crowd->pool, &options, 53, count_inside, crowd);
        for (size_t i = 0; i < 53; i++)
            atomic_fetch_add(&crowd->wrong, results[i] != i + 1);
    }
    return NULL;
}

TEST(eight_threads_share_a_pool_and_no_item_is_lost_or_doubled)
{
    for (int workers = 1; workers <= 3; workers++) {
        static struct crowd crowd;
        crowd = (struct crowd){.pool = new_pool(workers), .rounds = 100};
        pthread_t threads[8];
        for (int i = 0; i < 8; i++)
            pthread_create(&threads[i], NULL, submit, &crowd);
        for (int i = 0; i < 8; i++)
            pthread_join(threads[i], NULL);
        EXPECT_EQUAL(crowd.ran, 8 * 100 * 53);
        EXPECT_EQUAL(crowd.wrong, 0);
        EXPECT(crowd.most_inside <= furrow_pool_workers(crowd.pool));
        furrow_pool_free(crowd.pool);
    }
}

TEST(eight_threads_and_a_pool_are_no_more_threads_than_these)
{
    static struct crowd crowd;
    int before = count_threads();
    crowd = (struct crowd){.pool = new_pool(3), .rounds = 20};
    int with_pool = count_threads();
    EXPECT(with_pool - before <= 3 + EXTRA_THREADS);
    pthread_t threads[8];
    for (int i = 0; i < 8; i++)
        pthread_create(&threads[i], NULL, submit, &crowd);
    EXPECT(count_threads() <= with_pool + 8);
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    EXPECT(count_threads() <= with_pool);
    furrow_pool_free(crowd.pool);
}
