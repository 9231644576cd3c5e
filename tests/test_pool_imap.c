#include "harness.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include <furrow/clock.h>
#include <furrow/pool_async.h>

#include "pool_helpers.h"

/* An input that counts what is pulled from it, and what runs. */
struct input {
    size_t items;
    atomic_size_t pulled;
    int broken; /* what the generator returns in the end */
    size_t failing;
    atomic_size_t ran;
    atomic_bool shut; /* item 0 waits */
    atomic_int inside, most;
    furrow_pool *pool;
};

static int pull(void *item, bool *end, void *context)
{
    struct input *input = context;
    if (atomic_load(&input->pulled) == input->items) {
        *end = input->broken == 0;
        return input->broken;
    }
    *(size_t *)item = atomic_fetch_add(&input->pulled, 1);
    return 0;
}

static int triple(void *result, const void *item, void *context)
{
    struct input *input = context;
    size_t i = *(const size_t *)item;
    atomic_fetch_add(&input->ran, 1);
    while (i == 0 && atomic_load(&input->shut))
        furrow_clock_sleep(1e-4);
    if (i == input->failing)
        return 33;
    *(size_t *)result = 3 * i;
    return 0;
}

static furrow_imap_options sizes(void)
{
    return (furrow_imap_options){.item_size = sizeof(size_t), .result_size = sizeof(size_t)};
}

static void check_all(furrow_pool *pool, const furrow_imap_options *options, size_t items)
{
    static unsigned char seen[4000];
    struct input input = {.items = items, .failing = items / 2};
    furrow_imap *imap;
    furrow_imap_item item;
    size_t count = 0, wrong = 0;
    memset(seen, 0, sizeof seen);
    REQUIRE_EQUAL(furrow_imap_new(&imap, pool, options, pull, triple, &input), 0);
    EXPECT_EQUAL(input.pulled, 0);
    int status;
    while ((status = furrow_imap_next(&item, imap, FURROW_FOREVER)) == 0) {
        bool fails = item.index == items / 2;
        wrong += seen[item.index]++ || item.status != (fails ? 33 : 0) ||
                 *(size_t *)item.result != (fails ? 0 : 3 * item.index) ||
                 (!options->unordered && item.index != count);
        count++;
    }
    EXPECT_EQUAL(status, FURROW_END);
    EXPECT_EQUAL(furrow_imap_next(&item, imap, FURROW_FOREVER), FURROW_END);
    EXPECT_EQUAL(count, items);
    EXPECT_EQUAL(wrong, 0);
    EXPECT_EQUAL(input.ran, items);
    furrow_imap_free(imap);
}

TEST(every_item_comes_once_and_in_order_unless_unordered)
{
    static const size_t counts[] = {0, 1, 2, 97, 3001};
    for (int workers = 0; workers <= 3; workers++) {
        furrow_pool *pool = workers ? new_pool(workers) : NULL;
        for (size_t c = 0; c < 5; c++)
            for (int how = 0; how < 8; how++) {
                furrow_imap_options options = sizes();
                options.unordered = how % 2;
                options.chunk = how / 2 % 2 ? 5 : 0;
                options.buffer = how / 4 ? 9 : 0;
                harness_case("%d workers, %zu items, chunk %zu, buffer %zu, unordered %d", workers,
                             counts[c], options.chunk, options.buffer, options.unordered);
                check_all(pool, &options, counts[c]);
            }
        furrow_pool_free(pool);
    }
}

TEST(no_more_is_pulled_than_the_workers_and_the_buffer_hold)
{
    for (int unordered = 0; unordered < 2; unordered++) {
        furrow_pool *pool = new_pool(2);
        size_t workers = (size_t)furrow_pool_workers(pool);
        struct input input = {.items = 1000000, .failing = 1000000};
        furrow_imap_options options = sizes();
        furrow_imap *imap;
        furrow_imap_item item;
        options.buffer = 5;
        options.unordered = unordered;
        REQUIRE_EQUAL(furrow_imap_new(&imap, pool, &options, pull, triple, &input), 0);
        EXPECT_EQUAL(furrow_imap_next(&item, imap, FURROW_FOREVER), 0);
        EXPECT(input.pulled <= workers + 5);
        for (size_t i = 1; i < 100; i++) {
            EXPECT_EQUAL(furrow_imap_next(&item, imap, FURROW_FOREVER), 0);
            EXPECT(input.pulled <= i + workers + 5);
        }
        furrow_pool_close(pool);
        EXPECT_EQUAL(furrow_pool_join(NULL, pool, FURROW_FOREVER), 0);
        EXPECT_EQUAL(furrow_imap_next(&item, imap, 60), 0);
        furrow_imap_free(imap);
        EXPECT(input.pulled <= 101 + workers + 5);
        furrow_pool_free(pool);
    }
}

TEST(a_chunk_counts_in_what_is_pulled)
{
    furrow_pool *pool = new_pool(2);
    size_t workers = (size_t)furrow_pool_workers(pool);
    struct input input = {.items = 1000000, .failing = 1000000};
    furrow_imap_options options = sizes();
    furrow_imap *imap;
    furrow_imap_item item;
    options.chunk = 10;
    options.buffer = 15;
    REQUIRE_EQUAL(furrow_imap_new(&imap, pool, &options, pull, triple, &input), 0);
    EXPECT_EQUAL(furrow_imap_next(&item, imap, FURROW_FOREVER), 0);
    EXPECT(input.pulled <= 10 * workers + 15);
    furrow_imap_free(imap);
    furrow_pool_free(pool);
}

TEST(an_unordered_item_need_not_wait_for_one_before_it)
{
    furrow_pool *pool = new_pool(2);
    if (furrow_pool_workers(pool) < 2) {
        furrow_pool_free(pool);
        SKIP("OpenMP gives one thread");
    }
    struct input input = {.items = 50, .failing = 50};
    atomic_store(&input.shut, true);
    furrow_imap_options options = sizes();
    furrow_imap *imap;
    furrow_imap_item item;
    options.unordered = true;
    REQUIRE_EQUAL(furrow_imap_new(&imap, pool, &options, pull, triple, &input), 0);
    for (int i = 1; i < 50; i++) {
        EXPECT_EQUAL(furrow_imap_next(&item, imap, 60), 0);
        EXPECT(item.index != 0);
    }
    EXPECT_EQUAL(furrow_imap_next(&item, imap, 0.002), FURROW_ETIMEDOUT);
    atomic_store(&input.shut, false);
    EXPECT_EQUAL(furrow_imap_next(&item, imap, 60), 0);
    EXPECT_EQUAL(item.index, 0);
    EXPECT_EQUAL(furrow_imap_next(&item, imap, 0), FURROW_END);
    furrow_imap_free(imap);
    furrow_pool_free(pool);
}

TEST(a_broken_input_is_told_once_after_all_items_before_it)
{
    for (int workers = 0; workers <= 2; workers++) {
        furrow_pool *pool = workers ? new_pool(workers) : NULL;
        struct input input = {.items = 7, .failing = 7, .broken = -5};
        furrow_imap_options options = sizes();
        furrow_imap *imap;
        furrow_imap_item item;
        REQUIRE_EQUAL(furrow_imap_new(&imap, pool, &options, pull, triple, &input), 0);
        for (int i = 0; i < 7; i++)
            EXPECT_EQUAL(furrow_imap_next(&item, imap, FURROW_FOREVER), 0);
        EXPECT_EQUAL(furrow_imap_next(&item, imap, FURROW_FOREVER), -5);
        EXPECT_EQUAL(furrow_imap_next(&item, imap, FURROW_FOREVER), FURROW_END);
        furrow_imap_free(imap);
        furrow_pool_free(pool);
    }
}

static void note(const furrow_progress *progress, void *context)
{
    *(furrow_progress *)context = *progress;
}

TEST(an_imap_can_be_cancelled_watched_and_given_up)
{
    furrow_pool *pool = new_pool(2);
    struct input input = {.items = 1000, .failing = 3};
    furrow_imap_options options = sizes();
    furrow_cancel cancel = {0};
    furrow_progress progress = {0};
    furrow_imap *imap;
    furrow_imap_item item;
    options.cancel = &cancel;
    options.progress = note;
    options.progress_context = &progress;
    options.total = 1000;
    REQUIRE_EQUAL(furrow_imap_new(&imap, pool, &options, pull, triple, &input), 0);
    for (int i = 0; i < 10; i++)
        EXPECT_EQUAL(furrow_imap_next(&item, imap, FURROW_FOREVER), 0);
    EXPECT_EQUAL(progress.done, 10);
    EXPECT_EQUAL(progress.total, 1000);
    EXPECT_EQUAL(progress.failed, 1);
    furrow_cancel_request(&cancel);
    EXPECT_EQUAL(furrow_imap_next(&item, imap, FURROW_FOREVER), FURROW_ECANCELED);
    EXPECT(!progress.ended);
    furrow_imap_free(imap);
    EXPECT(progress.ended && progress.done == 10);
    EXPECT(input.ran <= input.pulled);
    EXPECT(input.pulled < 100);
    furrow_imap_free(NULL);
    furrow_pool_free(pool);
}

/* Items that go through an imap of their own. */
static int nest(void *result, const void *item, void *context)
{
    struct input inner = {.items = 20, .failing = 20};
    furrow_imap_options options = sizes();
    furrow_imap *imap;
    furrow_imap_item one;
    size_t sum = 0;
    options.unordered = *(const size_t *)item % 2;
    int status =
        furrow_imap_new(&imap, ((struct input *)context)->pool, &options, pull, triple, &inner);
    if (status)
        return status;
    while ((status = furrow_imap_next(&one, imap, FURROW_FOREVER)) == 0)
        sum += *(size_t *)one.result;
    furrow_imap_free(imap);
    *(size_t *)result = sum;
    return status == FURROW_END ? 0 : status;
}

TEST(an_item_may_go_through_an_imap_of_its_own_pool)
{
    for (int workers = 1; workers <= 3; workers++) {
        struct input input = {.items = 10, .pool = new_pool(workers)};
        furrow_imap_options options = sizes();
        furrow_imap *imap;
        furrow_imap_item item;
        size_t count = 0;
        REQUIRE_EQUAL(furrow_imap_new(&imap, input.pool, &options, pull, nest, &input), 0);
        for (; furrow_imap_next(&item, imap, FURROW_FOREVER) == 0; count++)
            EXPECT_EQUAL(*(size_t *)item.result, 3 * 190);
        EXPECT_EQUAL(count, 10);
        furrow_imap_free(imap);
        furrow_pool_free(input.pool);
    }
}

TEST(what_an_imap_cannot_be_is_refused)
{
    furrow_pool *pool = new_pool(2);
    furrow_imap *imap = (furrow_imap *)1;
    furrow_imap_item item;
    furrow_imap_options options = sizes();
    EXPECT_EQUAL(furrow_imap_new(&imap, pool, &options, NULL, triple, NULL), FURROW_EINVAL);
    EXPECT(!imap);
    EXPECT_EQUAL(furrow_imap_new(&imap, pool, &options, pull, NULL, NULL), FURROW_EINVAL);
    options.chunk = (size_t)-1;
    EXPECT_EQUAL(furrow_imap_new(&imap, pool, &options, pull, triple, NULL), FURROW_EINVAL);
    options = sizes();
    options.buffer = (size_t)-1;
    EXPECT_EQUAL(furrow_imap_new(&imap, pool, &options, pull, triple, NULL), FURROW_EINVAL);
    options = sizes();
    for (size_t failing = 1; failing < 8; failing++) {
        struct input input = {.items = 7, .failing = 7};
        harness_fail_allocation(failing);
        int status = furrow_imap_new(&imap, pool, &options, pull, triple, &input);
        EXPECT(status == 0 || (status == FURROW_ENOMEM && !imap));
        size_t count = 0;
        while (imap && furrow_imap_next(&item, imap, FURROW_FOREVER) == 0)
            count++;
        EXPECT(status || count == 7);
        furrow_imap_free(imap);
        harness_fail_allocation(0);
    }
    struct input input = {.items = 7};
    EXPECT_EQUAL(furrow_imap_new(&imap, pool, &options, pull, triple, &input), 0);
    EXPECT_EQUAL(furrow_imap_next(&item, imap, (double)NAN), FURROW_EINVAL);
    furrow_imap_free(imap);
    furrow_pool_close(pool);
    EXPECT_EQUAL(furrow_imap_new(&imap, pool, &options, pull, triple, NULL), FURROW_ECLOSED);
    furrow_pool_free(pool);
}
