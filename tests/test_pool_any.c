/* Waiting for any of several results. */
#include "harness.h"

#include <stdatomic.h>

#include <furrow/clock.h>
#include <furrow/pool_async.h>

#include "pool_helpers.h"

static int wait_for_gate(void *result, const void *item, void *context)
{
    *(int *)result = *(const int *)item;
    return pass_gate(NULL, NULL, context);
}

TEST(results_come_as_they_complete)
{
    furrow_pool *pool = new_pool(3);
    struct gate gates[3] = {0};
    furrow_result *results[3];
    size_t which[3] = {0, 1, 2}, index = 9;
    for (int i = 0; i < 3; i++) {
        furrow_map_options options = {
            .items = &i, .item_size = sizeof i, .result_size = sizeof(int)};
        REQUIRE_EQUAL(
            furrow_pool_apply_async(&results[i], pool, &options, wait_for_gate, &gates[i]), 0);
    }
    EXPECT_EQUAL(furrow_result_wait_any(&index, results, 3, 0), FURROW_ETIMEDOUT);
    EXPECT_EQUAL(furrow_result_wait_any(&index, results, 3, 1e-3), FURROW_ETIMEDOUT);
    EXPECT_EQUAL(furrow_result_wait_any(&index, results, 0, 1), FURROW_EINVAL);
    EXPECT_EQUAL(index, 9);
    static const size_t order[] = {1, 2, 0};
    for (size_t n = 3; n > 0; n--) {
        size_t expected = order[3 - n];
        int value = -1;
        atomic_store(&gates[expected].open, true);
        REQUIRE_EQUAL(furrow_result_wait_any(&index, results, n, 60), 0);
        EXPECT_EQUAL(which[index], expected);
        EXPECT_EQUAL(furrow_result_get(&value, results[index], 0), 0);
        EXPECT_EQUAL(value, (int)expected);
        furrow_result_free(results[index]);
        results[index] = results[n - 1];
        which[index] = which[n - 1];
    }
    furrow_pool_free(pool);
}

static int wait_for_own(void *result, const void *item, void *context)
{
    furrow_pool *pool = context;
    furrow_result *results[4];
    struct gate open = {.open = true};
    size_t index;
    (void)result;
    (void)item;
    for (int i = 0; i < 4; i++)
        if (furrow_pool_apply_async(&results[i], pool, NULL, pass_gate, &open))
            return -1;
    int status = furrow_result_wait_any(&index, results, 4, FURROW_FOREVER);
    for (int i = 0; i < 4; i++) {
        furrow_result_get(NULL, results[i], FURROW_FOREVER);
        furrow_result_free(results[i]);
    }
    return status;
}

TEST(a_worker_may_wait_for_any_of_its_own_calls)
{
    for (int workers = 1; workers <= 2; workers++) {
        furrow_pool *pool = new_pool(workers);
        EXPECT_EQUAL(furrow_pool_map(pool, NULL, 10, wait_for_own, pool), 0);
        furrow_pool_free(pool);
    }
}
