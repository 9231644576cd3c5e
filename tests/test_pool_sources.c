/* Inputs of imap that wait, for their reader or for ever. */
#include "harness.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include <furrow/clock.h>
#include <furrow/pool_async.h>

#include "pool_helpers.h"

static furrow_imap_options dialogue_sizes(void)
{
    return (furrow_imap_options){.item_size = sizeof(size_t), .result_size = sizeof(size_t)};
}

/* An input that has its next item only when `answers` of the items before have been answered. */
struct dialogue {
    size_t items, ahead; /* pulled before the first answer */
    atomic_size_t pulled, answered;
    atomic_bool shut, waits; /* items wait; one does */
};

static int ask(void *item, bool *end, void *context)
{
    struct dialogue *dialogue = context;
    size_t i = atomic_load(&dialogue->pulled);
    *end = i == dialogue->items;
    while (!*end && atomic_load(&dialogue->answered) + dialogue->ahead < i)
        furrow_clock_sleep(1e-4);
    *(size_t *)item = i;
    atomic_fetch_add(&dialogue->pulled, 1);
    return 0;
}

static int reply(void *result, const void *item, void *context)
{
    struct dialogue *dialogue = context;
    while (atomic_load(&dialogue->shut)) {
        atomic_store(&dialogue->waits, true);
        furrow_clock_sleep(1e-4);
    }
    *(size_t *)result = 3 * *(const size_t *)item;
    return 0;
}

TEST(the_next_item_may_wait_for_the_answer_to_the_last)
{
    for (int how = 0; how < 16; how++) {
        int workers = how / 4;
        furrow_pool *pool = workers ? new_pool(workers) : NULL;
        struct dialogue dialogue = {.items = 30, .ahead = (size_t)how / 2 % 2};
        furrow_imap_options options = dialogue_sizes();
        furrow_imap *imap;
        furrow_imap_item item;
        harness_case("%d workers, unordered %d, %zu ahead", workers, how % 2, dialogue.ahead);
        options.unordered = how % 2;
        options.buffer = 100000;
        REQUIRE_EQUAL(furrow_imap_new(&imap, pool, &options, ask, reply, &dialogue), 0);
        for (size_t i = 0; i < 30; i++) {
            REQUIRE_EQUAL(furrow_imap_next(&item, imap, i % 2 ? 60 : FURROW_FOREVER), 0);
            EXPECT_EQUAL(*(size_t *)item.result, 3 * item.index);
            atomic_fetch_add(&dialogue.answered, 1);
        }
        EXPECT_EQUAL(furrow_imap_next(&item, imap, FURROW_FOREVER), FURROW_END);
        furrow_imap_free(imap);
        furrow_pool_free(pool);
    }
}

TEST(a_wait_for_a_slow_source_ends_in_time)
{
    furrow_pool *pool = new_pool(2);
    struct dialogue dialogue = {.items = 2};
    furrow_imap_options options = dialogue_sizes();
    furrow_imap *imap;
    furrow_imap_item item;
    REQUIRE_EQUAL(furrow_imap_new(&imap, pool, &options, ask, reply, &dialogue), 0);
    EXPECT_EQUAL(furrow_imap_next(&item, imap, 60), 0);
    EXPECT_EQUAL(furrow_imap_next(&item, imap, 0), FURROW_ETIMEDOUT);
    EXPECT_EQUAL(furrow_imap_next(&item, imap, 0.002), FURROW_ETIMEDOUT);
    atomic_fetch_add(&dialogue.answered, 1);
    EXPECT_EQUAL(furrow_imap_next(&item, imap, 60), 0);
    EXPECT_EQUAL(item.index, 1);
    furrow_imap_free(imap);
    furrow_pool_free(pool);
}

struct canceller {
    struct dialogue *dialogue;
    furrow_cancel *cancel;
    furrow_pool *pool;
};

/* Once an item waits. */
static void *cancel_soon(void *context)
{
    const struct canceller *canceller = context;
    while (!atomic_load(&canceller->dialogue->waits))
        furrow_clock_sleep(1e-4);
    if (canceller->cancel)
        furrow_cancel_request(canceller->cancel);
    else
        furrow_pool_terminate(canceller->pool);
    return NULL;
}

TEST(a_wait_notices_a_cancel_while_its_item_is_stuck)
{
    for (int how = 0; how < 4; how++) {
        furrow_pool *pool = new_pool(2);
        struct dialogue dialogue = {.items = 5, .ahead = 5};
        furrow_cancel cancel = {0};
        struct canceller canceller = {&dialogue, how % 2 ? &cancel : NULL, pool};
        furrow_imap_options options = dialogue_sizes();
        furrow_imap *imap;
        furrow_imap_item item;
        pthread_t thread;
        atomic_store(&dialogue.shut, true);
        options.unordered = how / 2;
        options.cancel = &cancel;
        REQUIRE_EQUAL(furrow_imap_new(&imap, pool, &options, ask, reply, &dialogue), 0);
        pthread_create(&thread, NULL, cancel_soon, &canceller);
        EXPECT_EQUAL(furrow_imap_next(&item, imap, FURROW_FOREVER), FURROW_ECANCELED);
        EXPECT(atomic_load(&dialogue.shut));
        atomic_store(&dialogue.shut, false);
        pthread_join(thread, NULL);
        furrow_imap_free(imap);
        furrow_pool_free(pool);
    }
}

struct slots {
    furrow_pool *pool;
    atomic_int inside, max_inside, wrong;
};

static int make_nothing(void **scratch, const void *context)
{
    *scratch = (void *)(uintptr_t)context;
    return 0;
}

static int look_at_slot(void *result, const void *item, void *context)
{
    struct slots *slots = context;
    int inside = atomic_fetch_add(&slots->inside, 1) + 1;
    if (inside > atomic_load(&slots->max_inside))
        atomic_store(&slots->max_inside, inside);
    (void)item;
    *(size_t *)result = 1;
    if (!furrow_pool_scratch(slots->pool) || furrow_pool_worker(slots->pool) < 0)
        atomic_fetch_add(&slots->wrong, 1);
    furrow_clock_sleep(1e-4);
    atomic_fetch_sub(&slots->inside, 1);
    return 0;
}

static int count_to_40(void *item, bool *end, void *context)
{
    static _Atomic size_t given;
    (void)context;
    *(size_t *)item = atomic_fetch_add(&given, 1);
    *end = *(size_t *)item % 41 == 40;
    return 0;
}

/* As in Python: the map is begun, the pool is closed, then the results are read. */
TEST(an_imap_goes_on_on_workers_after_its_pool_is_closed)
{
    for (int how = 0; how < 8; how++) {
        struct slots slots = {0};
        int workers = 1 + how / 4;
        furrow_pool_options options = {
            .workers = workers, .worker_new = make_nothing, .context = &slots};
        furrow_imap_options sizes = dialogue_sizes();
        furrow_imap *imap;
        furrow_imap_item item;
        int count = 0;
        sizes.unordered = how % 2;
        REQUIRE_EQUAL(furrow_pool_new(&slots.pool, &options), 0);
        REQUIRE_EQUAL(furrow_imap_new(&imap, slots.pool, &sizes, count_to_40, look_at_slot, &slots),
                      0);
        if (how / 2 % 2) {
            EXPECT_EQUAL(furrow_imap_next(&item, imap, 60), 0);
            count++;
        }
        furrow_pool_close(slots.pool);
        while (furrow_imap_next(&item, imap, 60) == 0)
            count++;
        EXPECT_EQUAL(count, 40);
        EXPECT_EQUAL(slots.wrong, 0);
        EXPECT(slots.max_inside <= workers);
        furrow_imap_free(imap);
        EXPECT_EQUAL(furrow_pool_join(NULL, slots.pool, 60), 0);
        furrow_pool_free(slots.pool);
    }
}
