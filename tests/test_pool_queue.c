#include "harness.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "pool/call_queue.h"
#include "pool_helpers.h"

/* The queue behind a pool, by itself. */

struct number {
    furrow__entry entry; /* first */
    size_t value;
};

static atomic_size_t freed;

static void free_number(furrow__entry *entry)
{
    atomic_fetch_add(&freed, 1);
    free(entry);
}

static const furrow__entry_kind numbers = {NULL, free_number};

static struct number *new_number(size_t value, unsigned references)
{
    struct number *number = calloc(1, sizeof *number);
    if (!number)
        return NULL;
    number->entry.kind = &numbers;
    number->value = value;
    atomic_store(&number->entry.references, references);
    return number;
}

static furrow__call_queue *new_queue(void)
{
    furrow__call_queue *queue = calloc(1, sizeof *queue);
    if (queue)
        furrow__call_queue_init(queue);
    atomic_store(&freed, 0);
    return queue;
}

static void free_queue(furrow__call_queue *queue)
{
    furrow__call_queue_clear(queue);
    free(queue);
}

enum { MANY = 5 * FURROW__QUEUE_RING + 7 };

TEST(entries_come_out_in_the_order_they_went_in)
{
    furrow__call_queue *queue = new_queue();
    REQUIRE(queue);
    EXPECT(furrow__call_queue_is_empty(queue) && !furrow__call_queue_pop(queue));
    size_t in = 0, out = 0;
    while (out < MANY) {
        for (int i = 0; i < 100 && in < MANY; i++)
            furrow__call_queue_push(queue, &new_number(in++, 1)->entry);
        EXPECT(!furrow__call_queue_is_empty(queue));
        for (int i = 0; i < (in < MANY ? 10 : 1000); i++) {
            furrow__entry *entry = furrow__call_queue_pop(queue);
            if (!entry)
                break;
            EXPECT_EQUAL(((struct number *)entry)->value, out++);
            furrow__entry_release(entry);
        }
    }
    EXPECT(furrow__call_queue_is_empty(queue));
    EXPECT_EQUAL(freed, MANY);
    free_queue(queue);
}

TEST(entries_that_others_took_are_passed_over_and_swept_out)
{
    furrow__call_queue *queue = new_queue();
    REQUIRE(queue);
    furrow__call_queue_push(queue, &new_number(0, 1)->entry);
    size_t sweeps = 0;
    for (size_t i = 1; i <= 1000; i++) {
        struct number *number = new_number(i, 2);
        furrow__call_queue_push(queue, &number->entry);
        EXPECT(furrow__entry_take(&number->entry));
        EXPECT(!furrow__entry_take(&number->entry));
        sweeps += furrow__call_queue_count_stale(queue);
        furrow__entry_release(&number->entry);
    }
    EXPECT(sweeps > 0);
    EXPECT(freed > 900);
    furrow__call_queue_push(queue, &new_number(2000, 1)->entry);
    struct number *first = (struct number *)furrow__call_queue_pop(queue);
    struct number *second = (struct number *)furrow__call_queue_pop(queue);
    EXPECT(first && first->value == 0);
    EXPECT(second && second->value == 2000);
    EXPECT(!furrow__call_queue_pop(queue));
    furrow__entry_release(&first->entry);
    furrow__entry_release(&second->entry);
    EXPECT_EQUAL(freed, 1002);
    free_queue(queue);
}

TEST(a_cleared_queue_gives_up_its_entries)
{
    furrow__call_queue *queue = new_queue();
    REQUIRE(queue);
    for (size_t i = 0; i < MANY; i++)
        furrow__call_queue_push(queue, &new_number(i, 1)->entry);
    free_queue(queue);
    EXPECT_EQUAL(freed, MANY);
}

/* Two threads push and two pop; the threads that push take back every fifth entry. */
enum { EACH = 40000 / SLOWNESS };

struct traffic {
    furrow__call_queue *queue;
    atomic_size_t popped, sum, pushers;
};

static void *push(void *context)
{
    struct traffic *traffic = context;
    for (size_t i = 1; i <= EACH; i++) {
        bool takes = i % 5 == 0;
        struct number *number = new_number(i, takes ? 2 : 1);
        furrow__call_queue_push(traffic->queue, &number->entry);
        if (!takes)
            continue;
        if (furrow__entry_take(&number->entry)) {
            atomic_fetch_add(&traffic->popped, 1);
            atomic_fetch_add(&traffic->sum, i);
            furrow__call_queue_count_stale(traffic->queue);
        }
        furrow__entry_release(&number->entry);
    }
    atomic_fetch_sub(&traffic->pushers, 1);
    return NULL;
}

static void *pop(void *context)
{
    struct traffic *traffic = context;
    while (atomic_load(&traffic->pushers) > 0 || !furrow__call_queue_is_empty(traffic->queue)) {
        furrow__entry *entry = furrow__call_queue_pop(traffic->queue);
        if (!entry)
            continue;
        atomic_fetch_add(&traffic->popped, 1);
        atomic_fetch_add(&traffic->sum, ((struct number *)entry)->value);
        furrow__entry_release(entry);
    }
    return NULL;
}

TEST(nothing_is_lost_or_doubled_between_threads)
{
    struct traffic traffic = {.queue = new_queue(), .pushers = 2};
    REQUIRE(traffic.queue);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, i < 2 ? push : pop, &traffic);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    EXPECT_EQUAL(traffic.popped, 2 * EACH);
    EXPECT_EQUAL(traffic.sum, (size_t)EACH * (EACH + 1));
    free_queue(traffic.queue);
    EXPECT_EQUAL(freed, 2 * EACH);
}

/* One pushes more than the ring holds, in bursts; one pops. */
static void *push_in_bursts(void *context)
{
    struct traffic *traffic = context;
    for (size_t i = 0; i < 25 * EACH; i++) {
        furrow__call_queue_push(traffic->queue, &new_number(i, 1)->entry);
        while (i % 4096 == 4095 && atomic_load(&traffic->popped) + 512 < i)
            sched_yield();
    }
    atomic_fetch_sub(&traffic->pushers, 1);
    return NULL;
}

TEST(what_one_thread_pushes_comes_in_its_order_while_another_pops)
{
    struct traffic traffic = {.queue = new_queue(), .pushers = 1};
    REQUIRE(traffic.queue);
    pthread_t thread;
    pthread_create(&thread, NULL, push_in_bursts, &traffic);
    size_t out_of_turn = 0;
    while (atomic_load(&traffic.pushers) > 0 || !furrow__call_queue_is_empty(traffic.queue)) {
        furrow__entry *entry = furrow__call_queue_pop(traffic.queue);
        if (!entry)
            continue;
        out_of_turn += ((struct number *)entry)->value != atomic_fetch_add(&traffic.popped, 1);
        furrow__entry_release(entry);
    }
    pthread_join(thread, NULL);
    EXPECT_EQUAL(traffic.popped, 25 * EACH);
    EXPECT_EQUAL(out_of_turn, 0);
    free_queue(traffic.queue);
}
