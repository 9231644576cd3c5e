#include "process_helpers.h"

#include <pthread.h>
#include <stdint.h>

#include <furrow/queue.h>

/* A queue in one process: order, sizes, room, timeouts, closing, and what is refused. */

static furrow_queue *new_queue(size_t item_size, size_t capacity)
{
    furrow_queue *queue = NULL;
    const furrow_queue_options options = {.item_size = item_size, .capacity = capacity};
    EXPECT_EQUAL(furrow_queue_new(&queue, &options), 0);
    return queue;
}

TEST(items_come_out_in_the_order_in_which_they_went_in)
{
    const size_t sizes[] = {1, 4, 8, 12, 64, 1000}, capacities[] = {1, 2, 7, 64};
    for (size_t s = 0; s < 6; s++)
        for (size_t c = 0; c < 4; c++) {
            unsigned char in[1000], out[1000];
            furrow_queue *queue = new_queue(sizes[s], capacities[c]);
            size_t put = 0, got = 0;
            harness_case("items of %zu bytes, room for %zu", sizes[s], capacities[c]);
            for (int round = 0; round < 100; round++) {
                for (;; put++) {
                    memset(in, (int)(put % 251), sizes[s]);
                    if (furrow_queue_put(queue, in, 0) != 0)
                        break;
                }
                EXPECT_EQUAL(furrow_queue_count(queue), capacities[c]);
                for (int i = 0; i < 1 + round % 3 && furrow_queue_get(out, queue, 0) == 0; i++) {
                    memset(in, (int)(got++ % 251), sizes[s]);
                    EXPECT(memcmp(in, out, sizes[s]) == 0);
                }
            }
            EXPECT_EQUAL(furrow_queue_count(queue), put - got);
            furrow_queue_free(queue);
        }
}

TEST(items_of_lengths_of_their_own_keep_them)
{
    enum { MOST = 300 };
    unsigned char in[MOST], out[MOST];
    furrow_queue *queue = new_queue(0, 1000);
    size_t put = 0, got = 0, size;
    for (int round = 0; round < 300; round++) {
        for (;; put++) {
            memset(in, (int)(put % 251), MOST);
            if (furrow_queue_put_bytes(queue, in, put * 37 % MOST, 0) != 0)
                break;
        }
        REQUIRE_EQUAL(furrow_queue_get_bytes(out, &size, MOST, queue, 0), 0);
        REQUIRE_EQUAL(size, got * 37 % MOST);
        memset(in, (int)(got++ % 251), MOST);
        EXPECT(memcmp(in, out, size) == 0);
        EXPECT_EQUAL(furrow_queue_count(queue), put - got);
    }
    furrow_queue_free(queue);
}

TEST(a_queue_without_options_takes_a_mebibyte_at_once)
{
    size_t size = (size_t)1 << 20, got;
    char *in = malloc(size), *out = malloc(size);
    furrow_queue *queue;
    memset(in, 'x', size);
    REQUIRE_EQUAL(furrow_queue_new(&queue, NULL), 0);
    for (int i = 0; i < 15; i++)
        EXPECT_EQUAL(furrow_queue_put_bytes(queue, in, size, 0), 0);
    EXPECT_EQUAL(furrow_queue_put_bytes(queue, in, size, 0), FURROW_EAGAIN);
    EXPECT_EQUAL(furrow_queue_get_bytes(out, &got, size, queue, 0), 0);
    EXPECT_EQUAL(got, size);
    EXPECT(memcmp(in, out, size) == 0);
    furrow_queue_free(queue);
    free(in);
    free(out);
}

TEST(full_and_empty_are_said_at_once_or_when_the_time_is_over)
{
    int item = 1;
    furrow_queue *queue = new_queue(sizeof item, 1);
    EXPECT_EQUAL(furrow_queue_get(&item, queue, 0), FURROW_EAGAIN);
    EXPECT_EQUAL(furrow_queue_get(&item, queue, 1e-3), FURROW_ETIMEDOUT);
    EXPECT_EQUAL(furrow_queue_get(&item, queue, NAN), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_queue_put(queue, &item, 1e12), 0);
    EXPECT_EQUAL(furrow_queue_put(queue, &item, 0), FURROW_EAGAIN);
    EXPECT_EQUAL(furrow_queue_put(queue, &item, 1e-3), FURROW_ETIMEDOUT);
    EXPECT_EQUAL(furrow_queue_put(queue, &item, NAN), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_queue_get(&item, queue, 1e12), 0);
    furrow_queue_free(queue);
}

TEST(what_a_queue_cannot_hold_is_refused)
{
    char bytes[64] = "";
    size_t size = 1;
    furrow_queue *queue = new_queue(0, 64);
    EXPECT_EQUAL(furrow_queue_put_bytes(queue, bytes, 57, 0), FURROW_EFBIG);
    EXPECT_EQUAL(furrow_queue_put_bytes(queue, bytes, 56, 0), 0);
    EXPECT_EQUAL(furrow_queue_get_bytes(bytes, &size, 55, queue, 0), FURROW_EFBIG);
    EXPECT_EQUAL(size, 56);
    EXPECT_EQUAL(furrow_queue_get_bytes(bytes, &size, 56, queue, 0), 0);
    EXPECT_EQUAL(furrow_queue_put_bytes(queue, NULL, 0, 0), 0);
    EXPECT_EQUAL(furrow_queue_get_bytes(NULL, &size, 0, queue, 0), 0);
    EXPECT_EQUAL(size, 0);
    EXPECT_EQUAL(furrow_queue_put(queue, bytes, 0), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_queue_get(bytes, queue, 0), FURROW_EINVAL);
    furrow_queue_free(queue);
    queue = new_queue(8, 1);
    EXPECT_EQUAL(furrow_queue_put_bytes(queue, bytes, 8, 0), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_queue_get_bytes(bytes, &size, 8, queue, 0), FURROW_EINVAL);
    furrow_queue_free(queue);
}

TEST(a_queue_that_there_is_no_room_for_is_refused)
{
    furrow_queue *queue = (void *)&queue;
    furrow_queue_options options = {.item_size = (size_t)16 << 30, .capacity = 2};
    EXPECT_EQUAL(furrow_queue_new(&queue, &options), FURROW_EFBIG);
    EXPECT(!queue);
    options = (furrow_queue_options){.item_size = SIZE_MAX};
    EXPECT_EQUAL(furrow_queue_new(&queue, &options), FURROW_EFBIG);
    options = (furrow_queue_options){.capacity = SIZE_MAX};
    EXPECT_EQUAL(furrow_queue_new(&queue, &options), FURROW_EFBIG);
    harness_fail_allocation(1);
    EXPECT_EQUAL(furrow_queue_new(&queue, NULL), FURROW_ENOMEM);
    EXPECT(!queue);
    furrow_queue_free(NULL);
}

TEST(a_closed_queue_gives_what_it_has_and_takes_no_more)
{
    int item = 0;
    furrow_queue *queue = new_queue(sizeof item, 4);
    for (int i = 1; i <= 3; i++)
        EXPECT_EQUAL(furrow_queue_put(queue, &i, 0), 0);
    furrow_queue_close(queue);
    furrow_queue_close(queue);
    EXPECT_EQUAL(furrow_queue_put(queue, &item, FURROW_FOREVER), FURROW_ECLOSED);
    for (int i = 1; i <= 3; i++) {
        EXPECT_EQUAL(furrow_queue_get(&item, queue, FURROW_FOREVER), 0);
        EXPECT_EQUAL(item, i);
    }
    EXPECT_EQUAL(furrow_queue_get(&item, queue, FURROW_FOREVER), FURROW_END);
    EXPECT_EQUAL(furrow_queue_get(&item, queue, 0), FURROW_END);
    furrow_queue_free(queue);
}

TEST(draining_throws_away_what_is_there_and_says_how_much)
{
    int item = 5;
    furrow_queue *queue = new_queue(sizeof item, 4);
    EXPECT_EQUAL(furrow_queue_drain(queue), 0);
    for (int i = 0; i < 4; i++)
        EXPECT_EQUAL(furrow_queue_put(queue, &item, 0), 0);
    EXPECT_EQUAL(furrow_queue_drain(queue), 4);
    EXPECT_EQUAL(furrow_queue_count(queue), 0);
    EXPECT_EQUAL(furrow_queue_put(queue, &item, 0), 0);
    furrow_queue_close(queue);
    EXPECT_EQUAL(furrow_queue_drain(queue), 1);
    EXPECT_EQUAL(furrow_queue_drain(queue), 0);
    furrow_queue_free(queue);
}

struct caller {
    furrow_queue *queue;
    int item, status;
};

static void *get_one(void *context)
{
    struct caller *caller = context;
    caller->status = furrow_queue_get(&caller->item, caller->queue, FURROW_FOREVER);
    return NULL;
}

static void *put_one(void *context)
{
    struct caller *caller = context;
    caller->status = furrow_queue_put(caller->queue, &caller->item, FURROW_FOREVER);
    return NULL;
}

enum { CALLERS = 4 };

static void call(pthread_t *threads, struct caller *callers, furrow_queue *queue,
                 void *(*run)(void *))
{
    for (int i = 0; i < CALLERS; i++) {
        callers[i] = (struct caller){queue, 100 + i, 1};
        pthread_create(&threads[i], NULL, run, &callers[i]);
    }
}

TEST(getters_that_wait_get_an_item_each)
{
    pthread_t threads[CALLERS];
    struct caller callers[CALLERS];
    int sum = 0;
    furrow_queue *queue = new_queue(sizeof(int), 1);
    call(threads, callers, queue, get_one);
    for (int i = 1; i <= CALLERS; i++)
        EXPECT_EQUAL(furrow_queue_put(queue, &i, FURROW_FOREVER), 0);
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(threads[i], NULL);
        EXPECT_EQUAL(callers[i].status, 0);
        sum += callers[i].item;
    }
    EXPECT_EQUAL(sum, CALLERS * (CALLERS + 1) / 2);
    furrow_queue_free(queue);
}

TEST(closing_ends_getters_and_putters_that_wait)
{
    pthread_t threads[CALLERS];
    struct caller callers[CALLERS];
    int item = 1;
    furrow_queue *queue = new_queue(sizeof(int), 1);
    call(threads, callers, queue, get_one);
    furrow_clock_sleep(2e-3);
    furrow_queue_close(queue);
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(threads[i], NULL);
        EXPECT_EQUAL(callers[i].status, FURROW_END);
    }
    furrow_queue_free(queue);

    queue = new_queue(sizeof(int), 1);
    EXPECT_EQUAL(furrow_queue_put(queue, &item, 0), 0);
    call(threads, callers, queue, put_one);
    furrow_clock_sleep(2e-3);
    furrow_queue_close(queue);
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(threads[i], NULL);
        EXPECT_EQUAL(callers[i].status, FURROW_ECLOSED);
    }
    EXPECT_EQUAL(furrow_queue_count(queue), 1);
    furrow_queue_free(queue);
}

TEST(calls_with_a_timeout_end_behind_one_that_waits_for_ever)
{
    pthread_t threads[CALLERS];
    struct caller callers[CALLERS];
    int item = 0;
    furrow_queue *queue = new_queue(sizeof(int), 1);
    call(threads, callers, queue, get_one);
    furrow_clock_sleep(2e-3);
    EXPECT_EQUAL(furrow_queue_get(&item, queue, 0), FURROW_EAGAIN);
    EXPECT_EQUAL(furrow_queue_get(&item, queue, 1e-3), FURROW_ETIMEDOUT);
    EXPECT_EQUAL(furrow_queue_drain(queue), 0);
    for (int i = 0; i < CALLERS; i++)
        EXPECT_EQUAL(furrow_queue_put(queue, &item, FURROW_FOREVER), 0);
    for (int i = 0; i < CALLERS; i++)
        pthread_join(threads[i], NULL);
    furrow_queue_free(queue);
}

/* Sleeping putters wait for an eighth of the room, but no longer than a millisecond. */
TEST(a_putter_that_waits_goes_on_when_one_item_was_taken)
{
    int item = 0;
    furrow_queue *queue = new_queue(sizeof(int), 64);
    pthread_t thread;
    struct caller caller = {queue, 64, 1};
    for (int i = 0; i < 64; i++)
        EXPECT_EQUAL(furrow_queue_put(queue, &i, 0), 0);
    pthread_create(&thread, NULL, put_one, &caller);
    furrow_clock_sleep(1e-3);
    EXPECT_EQUAL(furrow_queue_get(&item, queue, 0), 0);
    pthread_join(thread, NULL);
    EXPECT_EQUAL(caller.status, 0);
    EXPECT_EQUAL(furrow_queue_count(queue), 64);
    furrow_queue_free(queue);
}
