#include "harness.h"

#include <stdint.h>
#include <string.h>

#include <furrow/pool.h>

#include "pool_helpers.h"
#include "pool_squares.h"

/* Maps whose results are folded, in index order and by groups. */

static int stop_at_49(void *into, const void *value, const void *context)
{
    if (*(const uint64_t *)value == 49)
        return 77;
    return append(into, value, context);
}

static uint64_t fold_serially(size_t n)
{
    uint64_t total = 5;
    for (uint64_t i = 0; i < n; i++)
        total = total * 31 + i * i;
    return total;
}

TEST(a_map_is_folded_in_index_order)
{
    static const size_t sizes[] = {0, 1, 97, MOST};
    for (int workers = 0; workers <= 3; workers++) {
        furrow_pool *pool = workers ? new_pool(workers) : NULL;
        for (size_t s = 0; s < 4; s++) {
            furrow_map_options options = squares_into(NULL);
            uint64_t total = 5;
            EXPECT_EQUAL(
                furrow_pool_map_reduce(&total, pool, &options, sizes[s], square, append, NULL), 0);
            EXPECT(total == fold_serially(sizes[s]));
        }
        furrow_map_options options = squares_into(NULL);
        uint64_t total = 5;
        EXPECT_EQUAL(furrow_pool_map_reduce(&total, pool, &options, 97, square, stop_at_49, NULL),
                     77);
        EXPECT(total == fold_serially(7));
        struct failures failures = {{60, 30}};
        total = 5;
        EXPECT_EQUAL(
            furrow_pool_map_reduce(&total, pool, &options, 97, fail_some, append, &failures), 2);
        uint64_t serial = 5;
        for (uint64_t i = 0; i < 30; i++)
            serial = serial * 31 + 3 * i + 1;
        EXPECT(total == serial);
        furrow_pool_free(pool);
    }
}

/* The results are so large that the buffer does not hold them all. */
struct block {
    uint64_t value;
    char filler[1 << 16];
};

static int make_block(void *result, const void *item, void *context)
{
    (void)context;
    struct block *block = result;
    block->value = *(const uint64_t *)item;
    return 0;
}

static int add_block(void *into, const void *value, const void *context)
{
    return append(into, &((const struct block *)value)->value, context);
}

static void remember_progress(const furrow_progress *progress, void *context)
{
    furrow_progress *last = context;
    EXPECT(!last->ended && progress->done >= last->done);
    *last = *progress;
}

TEST(results_of_any_size_are_folded_from_a_small_buffer)
{
    furrow_pool *pool = new_pool(2);
    furrow_map_options options = squares_into(NULL);
    furrow_progress progress = {0};
    options.result_size = sizeof(struct block);
    options.progress = remember_progress;
    options.progress_context = &progress;
    uint64_t total = 0, serial = 0;
    harness_peak_memory();
    EXPECT_EQUAL(furrow_pool_map_reduce(&total, pool, &options, 300, make_block, add_block, NULL),
                 0);
    for (uint64_t i = 0; i < 300; i++)
        serial = serial * 31 + i;
    EXPECT(total == serial);
    EXPECT(harness_peak_memory() < (size_t)8 << 20);
    EXPECT(progress.ended && progress.done == 300 && progress.total == 300);
    furrow_pool_free(pool);
}

static int refuse_50(void *into, const void *value, const void *context)
{
    (void)context;
    (void)into;
    return ((const struct block *)value)->value == 50 ? 77 : 0;
}

TEST(the_progress_of_a_reduction_ends_also_without_items_and_after_a_failing_fold)
{
    furrow_map_options options = squares_into(NULL);
    furrow_progress progress = {0};
    uint64_t total = 0;
    options.result_size = sizeof(struct block); /* 300 are more than one buffer holds */
    options.progress = remember_progress;
    options.progress_context = &progress;
    EXPECT_EQUAL(furrow_pool_map_reduce(&total, NULL, &options, 300, make_block, refuse_50, NULL),
                 77);
    EXPECT(progress.ended && progress.done >= 50 && progress.done < 300);
    progress = (furrow_progress){0};
    EXPECT_EQUAL(furrow_pool_map_reduce(&total, NULL, &options, 0, make_block, add_block, NULL), 0);
    EXPECT(progress.ended && progress.done == 0);
}

static int by_last_digit(size_t *group, const void *result, const void *context)
{
    (void)context;
    *group = *(const uint64_t *)result % 10;
    return 0;
}

TEST(a_map_is_folded_by_groups)
{
    furrow_pool *pool = new_pool(2);
    uint64_t totals[10] = {0}, serial[10] = {0};
    furrow_map_options options = squares_into(NULL);
    EXPECT_EQUAL(furrow_pool_map_reduce_by(totals, sizeof *totals, 10, pool, &options, 97, square,
                                           by_last_digit, append, NULL),
                 0);
    for (uint64_t i = 0; i < 97; i++)
        serial[i * i % 10] = serial[i * i % 10] * 31 + i * i;
    EXPECT(memcmp(totals, serial, sizeof totals) == 0);
    EXPECT_EQUAL(furrow_pool_map_reduce_by(totals, sizeof *totals, 9, pool, &options, 97, square,
                                           by_last_digit, append, NULL),
                 FURROW_ERANGE);
    EXPECT_EQUAL(furrow_pool_map_reduce_by(totals, sizeof *totals, 10, pool, &options, 97, square,
                                           NULL, append, NULL),
                 FURROW_EINVAL);
    furrow_pool_free(pool);
}

struct count {
    size_t folded;
    uint64_t last;
};

static int count_and_close(void *into, const void *result, const void *pool)
{
    struct count *count = into;
    count->folded++;
    count->last = ((const struct block *)result)->value;
    furrow_pool_close((furrow_pool *)pool);
    return 0;
}

/* A slot that nobody wrote to must not be taken for a result. */
TEST(what_a_pool_that_was_closed_refuses_is_not_folded)
{
    furrow_pool *pool = new_pool(2);
    furrow_map_options options = squares_into(NULL);
    struct count count = {0};
    options.result_size = sizeof(struct block); /* 300 are more than one buffer holds */
    for (int call = 0; call < 2; call++) {
        EXPECT_EQUAL(
            furrow_pool_map_reduce(&count, pool, &options, 300, make_block, count_and_close, pool),
            FURROW_ECLOSED);
        EXPECT(count.folded > 0 && count.folded < 300);
        EXPECT_EQUAL(count.last, count.folded - 1);
    }
    furrow_pool_free(pool);
}

TEST(items_of_a_map_that_a_closed_pool_refuses_never_started)
{
    furrow_pool *pool = new_pool(2);
    furrow_pool_close(pool);
    int statuses[97] = {0};
    furrow_map_options options = {.statuses = statuses};
    EXPECT_EQUAL(furrow_pool_map(pool, &options, 97, square, NULL), FURROW_ECLOSED);
    for (int i = 0; i < 97; i++)
        EXPECT_EQUAL(statuses[i], FURROW_ECANCELED);
    furrow_pool_free(pool);
}
