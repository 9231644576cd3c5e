#include "harness.h"

#include <pthread.h>
#include <stdatomic.h>

#include <furrow/clock.h>
#include <furrow/parallel.h>
#include <furrow/pool.h>

#include "meeting.h"

/* The first half of the items end at once, and each of the others waits until the loop is
 * cancelled. After the cancel each worker may start one more item at most. */

enum { ITEMS = 20000, WORKERS = 4, HANDFUL = 2 * WORKERS };

struct patience {
    furrow_cancel cancel;
    atomic_int waiting, late; /* items that wait; items that started after the cancel */
    atomic_bool over;         /* the loop has returned */
    size_t numbers[ITEMS];    /* the items of a map */
};

static void wait_for_cancel(struct patience *patience, size_t item)
{
    double end = furrow_clock_wall() + PATIENCE;
    if (furrow_cancel_requested(&patience->cancel))
        atomic_fetch_add(&patience->late, 1);
    if (item < ITEMS / 2)
        return;
    atomic_fetch_add(&patience->waiting, 1);
    while (!furrow_cancel_requested(&patience->cancel) && furrow_clock_wall() < end)
        furrow_clock_sleep(1e-4);
}

static int wait_all(const furrow_range *range, const void *context)
{
    for (size_t i = range->begin; furrow_range_claim(range, i); i++)
        wait_for_cancel((struct patience *)context, i);
    return 0;
}

static int wait_one(void *result, const void *item, void *context)
{
    (void)result;
    wait_for_cancel(context, *(const size_t *)item);
    return 0;
}

/* Cancels once an item waits. */
static void *cancel_soon(void *context)
{
    struct patience *patience = context;
    while (atomic_load(&patience->waiting) == 0 && !atomic_load(&patience->over))
        furrow_clock_sleep(1e-4);
    furrow_cancel_request(&patience->cancel);
    return NULL;
}

enum way { LOOP, POOL_MAP, POOL_FOR };

static int run_way(enum way way, struct patience *patience)
{
    furrow_parallel_options loop = {.plan = {.threads = WORKERS}, .cancel = &patience->cancel};
    furrow_map_options map = {
        .cancel = &patience->cancel, .items = patience->numbers, .item_size = sizeof(size_t)};
    furrow_pool_options workers = {.workers = WORKERS};
    furrow_pool *pool;
    if (way == LOOP)
        return furrow_parallel_for(&loop, ITEMS, wait_all, patience);
    int status = furrow_pool_new(&pool, &workers);
    if (!status)
        status = way == POOL_MAP ? furrow_pool_map(pool, &map, ITEMS, wait_one, patience)
                                 : furrow_pool_for(pool, &map, ITEMS, wait_all, patience);
    furrow_pool_free(pool);
    return status;
}

static void expect_few_after_cancel(enum way way)
{
    static struct patience patience;
    pthread_t thread;
    if (!gives_threads(WORKERS))
        SKIP("OpenMP gives too few threads");
    patience = (struct patience){.waiting = 0};
    for (size_t i = 0; i < ITEMS; i++)
        patience.numbers[i] = i;
    REQUIRE(pthread_create(&thread, NULL, cancel_soon, &patience) == 0);
    EXPECT_EQUAL(run_way(way, &patience), FURROW_ECANCELED);
    atomic_store(&patience.over, true);
    pthread_join(thread, NULL);
    EXPECT(atomic_load(&patience.late) <= HANDFUL);
}

TEST(a_cancelled_loop_starts_no_more_than_a_handful_of_items_that_wait)
{
    expect_few_after_cancel(LOOP);
}

TEST(a_cancelled_map_of_a_pool_starts_no_more_than_a_handful_of_items_that_wait)
{
    expect_few_after_cancel(POOL_MAP);
}

TEST(a_cancelled_loop_of_a_pool_starts_no_more_than_a_handful_of_items_that_wait)
{
    expect_few_after_cancel(POOL_FOR);
}

/* ---- a caller that is long in its first item ---- */

/* Item 0 takes so long to cancel that the caller then shares the rest, or others have taken it.
 * Others run only a few items, for each waits for the cancel. */
struct front {
    furrow_cancel cancel;
    atomic_bool taken; /* another thread runs the items behind the first */
    atomic_int ran, late;
    bool waits; /* item 0 waits for that thread, which cancels */
};

static void run_front(struct front *front, size_t item)
{
    double end = furrow_clock_wall() + PATIENCE;
    atomic_fetch_add(&front->ran, 1);
    if (item > 0) {
        atomic_store(&front->taken, true);
        if (front->waits)
            furrow_cancel_request(&front->cancel);
        return;
    }
    while (front->waits && !atomic_load(&front->taken) && furrow_clock_wall() < end)
        furrow_clock_sleep(1e-4);
    if (!front->waits)
        furrow_clock_sleep(3e-4);
    furrow_cancel_request(&front->cancel);
}

static int run_whole_front(const furrow_range *range, const void *context)
{
    struct front *front = (struct front *)context;
    if (range->begin > 0 &&
        furrow_cancel_requested(&front->cancel)) /* the thread that runs item 0 may be slow */
        atomic_fetch_add(&front->late, 1);
    for (size_t i = range->begin; i < range->end; i++)
        run_front(front, i);
    return 0;
}

/* Status 0 would mean that all items ran. */
TEST(a_loop_that_its_first_item_cancels_says_so_unless_all_ran)
{
    for (int round = 0; round < 50; round++) {
        struct front front = {.waits = false};
        furrow_site site = {0};
        furrow_parallel_options options = {.cancel = &front.cancel, .site = &site};
        int status = furrow_parallel_for(&options, 500, run_whole_front, &front);
        EXPECT_EQUAL(status, front.ran == 500 ? FURROW_OK : FURROW_ECANCELED);
    }
}

TEST(no_range_starts_after_a_cancel_of_what_the_caller_was_kept_from)
{
    if (!gives_threads(2))
        SKIP("OpenMP gives one thread");
    for (int round = 0; round < 10; round++) {
        struct front front = {.waits = true};
        int statuses[500];
        furrow_map_options map = {.cancel = &front.cancel, .statuses = statuses};
        furrow_pool *pool;
        furrow_pool_options workers = {.workers = 2};
        REQUIRE_EQUAL(furrow_pool_new(&pool, &workers), 0);
        EXPECT_EQUAL(furrow_pool_for(pool, &map, 500, run_whole_front, &front), FURROW_ECANCELED);
        EXPECT_EQUAL(front.late, 0);
        int ran = 0;
        for (size_t i = 0; i < 500; i++)
            ran += statuses[i] == FURROW_OK;
        EXPECT_EQUAL(ran, front.ran);
        furrow_pool_free(pool);
    }
}
