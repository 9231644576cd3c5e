#include "harness.h"

#include <string.h>

#include <furrow/parallel.h>
#include <furrow/pool.h>

#include "every_plan.h"
#include "pool_helpers.h"

TEST(items_and_slots_are_reached_by_their_own_numbers)
{
    short items[] = {10, 11, 12};
    long results[3] = {0};
    const furrow_range range = {.begin = 7,
                                .end = 10,
                                .items = items,
                                .item_size = sizeof *items,
                                .results = results,
                                .result_size = sizeof *results};
    for (size_t i = 7; i < 10; i++) {
        furrow_item item = furrow_range_item(&range, i);
        EXPECT_EQUAL(item.size, sizeof(short));
        EXPECT(item.bytes == &items[i - 7]);
        EXPECT(furrow_range_slot(&range, i) == &results[i - 7]);
        FURROW_RESULT(&range, long, i) = (long)i;
    }
    EXPECT_EQUAL(results[0], 7);
    EXPECT_EQUAL(results[2], 9);
}

TEST(items_of_any_size_each_have_their_own)
{
    const furrow_item items[] = {{"", 0}, {"one", 3}};
    const furrow_range range = {.begin = 1, .end = 3, .items = items};
    EXPECT_EQUAL(furrow_range_item(&range, 1).size, 0);
    EXPECT_EQUAL(furrow_range_item(&range, 2).size, 3);
    EXPECT_TEXT(furrow_range_item(&range, 2).bytes, "one");
}

TEST(where_there_are_numbers_alone_an_item_has_no_bytes)
{
    const furrow_range range = {.begin = 1, .end = 3};
    EXPECT(furrow_range_item(&range, 2).bytes == NULL);
    EXPECT_EQUAL(furrow_range_item(&range, 2).size, 0);
}

TEST(a_range_of_nobody_else_is_claimed_to_its_end)
{
    const furrow_range range = {.begin = 3, .end = 6};
    size_t i = range.begin;
    while (furrow_range_claim(&range, i))
        i++;
    EXPECT_EQUAL(i, 6);
}

TEST(phases_add_up_and_may_be_absent)
{
    furrow_phase phases[2] = {{0}};
    furrow_range range = {.begin = 0, .end = 1};
    furrow_phase_add(&range, 1, 2);
    range.phases = phases;
    furrow_phase_add(&range, 1, 0.5);
    furrow_phase_add(&range, 1, 0.25);
    EXPECT_EQUAL(phases[0].count, 0);
    EXPECT_EQUAL(phases[1].count, 2);
    EXPECT_NEAR(phases[1].seconds, 0.75, 0);
}

/* ---- of every loop ---- */

static int thrice(const furrow_range *range, const void *context)
{
    (void)context;
    for (size_t i = range->begin; furrow_range_claim(range, i); i++)
        FURROW_RESULT(range, size_t, i) = 3 * i;
    return 0;
}

static size_t results[MOST];

static size_t wrong_results(size_t first, size_t n)
{
    size_t wrong = 0;
    for (size_t i = 0; i < n; i++)
        wrong += results[i] != 3 * (first + i);
    return wrong;
}

static void reaches_slots(const furrow_plan *plan, size_t n)
{
    memset(results, 1, sizeof results);
    furrow_parallel_options options = {
        .plan = *plan, .first = 100, .results = results, .result_size = sizeof *results};
    EXPECT_EQUAL(furrow_parallel_for(&options, n, thrice, NULL), 0);
    EXPECT_EQUAL(wrong_results(100, n), 0);
}

TEST(a_body_that_claims_and_reaches_slots_by_number_is_right_in_every_plan)
{
    for_each_plan(0, reaches_slots);
    for_each_plan(1, reaches_slots);
    for_each_plan(1009, reaches_slots);
}

TEST(a_body_that_claims_and_reaches_slots_by_number_is_right_in_a_pool)
{
    furrow_pool *pool = new_pool(3);
    for (size_t n = 0; n < MOST; n = 5 * n + 1) {
        memset(results, 1, sizeof results);
        furrow_map_options options = {
            .first = 100, .results = results, .result_size = sizeof *results};
        EXPECT_EQUAL(furrow_pool_for(pool, &options, n, thrice, NULL), 0);
        EXPECT_EQUAL(wrong_results(100, n), 0);
    }
    furrow_pool_free(pool);
}

/* The loop of range.h, written down. */
static int double_items(const furrow_range *range, const void *context)
{
    (void)context;
    for (size_t i = range->begin; i < range->end; i++) {
        furrow_item item = furrow_range_item(range, i);
        if (item.size != sizeof(int))
            return 7;
        FURROW_RESULT(range, int, i) = 2 * *(const int *)item.bytes;
    }
    return 0;
}

TEST(a_pools_loop_gives_its_items_to_bodies_by_their_numbers)
{
    furrow_pool *pool = new_pool(3);
    static int items[1009], doubles[1009];
    for (int i = 0; i < 1009; i++)
        items[i] = 5 - i;
    for (size_t chunk = 0; chunk < 100; chunk = 3 * chunk + 1) {
        furrow_map_options options = {.items = items,
                                      .item_size = sizeof *items,
                                      .results = doubles,
                                      .result_size = sizeof *doubles,
                                      .chunk = chunk};
        memset(doubles, 0, sizeof doubles);
        EXPECT_EQUAL(furrow_pool_for(pool, &options, 1009, double_items, NULL), 0);
        size_t wrong = 0;
        for (int i = 0; i < 1009; i++)
            wrong += doubles[i] != 2 * (5 - i);
        EXPECT_EQUAL(wrong, 0);
    }
    furrow_pool_free(pool);
}

TEST(results_without_a_size_are_refused_in_a_pool)
{
    furrow_pool *pool = new_pool(2);
    furrow_map_options options = {.results = results};
    EXPECT_EQUAL(furrow_pool_for(pool, &options, 3, thrice, NULL), FURROW_EINVAL);
    furrow_pool_free(pool);
}
