#include "queue_traffic.h"

#include <pthread.h>

#include "process/queue/shared.h"

/* Processes that are killed inside put and get, and what that costs the others. */

static unsigned chance = 2463534242u;

/* Up to 300 us, to come at any point of any call. */
static void wait_a_little(void)
{
    furrow_clock_sleep(1e-9 * (next_random(&chance) % 300000));
}

enum { ROUNDS = 200 / (SLOWNESS > 1 ? 10 : 1) };

/* What a producer had put when it was killed: `done` items, and perhaps one whose put had not
 * returned yet. */
static void expect_whole_prefix(struct traffic *traffic, int producer, size_t lost)
{
    size_t done = atomic_load(&traffic->done[producer]);
    size_t wrong = wrong_arrivals(traffic, producer, 0, done);
    EXPECT(wrong <= lost);
    for (size_t i = done + 1; i < traffic->items; i++)
        EXPECT_EQUAL(atomic_load(&traffic->arrived[producer][i]), 0);
    if (done < traffic->items)
        EXPECT(atomic_load(&traffic->arrived[producer][done]) <= 1);
}

/*
 * Two producers, two consumers; one producer and every other time one consumer are killed. The
 * other producer puts everything, and the other consumer gets it: but for what a consumer that was
 * killed had taken, and not noted, at most one item.
 */
static void kill_at_random(size_t capacity, bool consumer_too)
{
    furrow_process *producers[2], *consumers[2];
    struct traffic *traffic = new_traffic(2000, capacity);
    for (int i = 0; i < 2; i++) {
        consumers[i] = start_process(consume, traffic);
        producers[i] = start_process(produce, traffic);
    }
    wait_a_little();
    furrow_process_kill(producers[0]);
    if (consumer_too) {
        wait_a_little();
        furrow_process_kill(consumers[0]);
    }
    end_process(producers[0]);
    EXPECT_EQUAL(end_process(producers[1]).code, 0);
    furrow_queue_close(traffic->queue);
    end_process(consumers[0]);
    EXPECT_EQUAL(end_process(consumers[1]).code, 0);
    EXPECT_EQUAL(atomic_load(&traffic->broken), 0);
    EXPECT_EQUAL(furrow_queue_count(traffic->queue), 0);
    for (int i = 0; i < atomic_load(&traffic->next); i++)
        expect_whole_prefix(traffic, i, consumer_too);
    free_traffic(traffic);
}

TEST(a_producer_that_is_killed_costs_no_item_of_which_the_put_had_returned)
{
    for (int round = 0; round < ROUNDS; round++) {
        harness_case("round %d", round);
        kill_at_random(round % 2 ? 4 : 256, false);
    }
}

TEST(a_consumer_that_is_killed_costs_no_item_but_the_one_that_it_was_getting)
{
    for (int round = 0; round < ROUNDS; round++) {
        harness_case("round %d", round);
        kill_at_random(round % 2 ? 4 : 256, true);
    }
}

static int put_and_wait(void *context)
{
    int status = produce(context);
    return status ? status : wait_for_go(new_board());
}

/* One queue for all rounds: nothing of a death is left in it. */
TEST(one_queue_outlives_any_number_of_producers)
{
    struct traffic *traffic = new_traffic(MOST_ITEMS, 8);
    for (int round = 0; round < ROUNDS; round++) {
        struct parcel parcel;
        size_t got = 0;
        harness_case("round %d", round);
        atomic_store(&traffic->next, 0);
        atomic_store(&traffic->done[0], 0);
        furrow_process *producer = start_process(put_and_wait, traffic);
        for (size_t few = next_random(&chance) % 200; got < few; got++) {
            REQUIRE_EQUAL(furrow_queue_get(&parcel, traffic->queue, FURROW_FOREVER), 0);
            EXPECT_EQUAL(parcel.number, got);
        }
        wait_a_little();
        furrow_process_kill(producer);
        EXPECT_EQUAL(end_process(producer).signal, SIGKILL);
        for (; furrow_queue_get(&parcel, traffic->queue, 0) == 0; got++)
            EXPECT_EQUAL(parcel.number, got);
        size_t done = atomic_load(&traffic->done[0]);
        EXPECT(got == done || got == done + 1);
    }
    free_traffic(traffic);
}

/* ---- deaths at points that chance seldom finds ---- */

static int get_number(void *context)
{
    struct traffic *traffic = context;
    struct parcel parcel;
    int status = furrow_queue_get(&parcel, traffic->queue, FURROW_FOREVER);
    return status ? 255 : (int)parcel.number;
}

static void await_sleeper(struct traffic *traffic)
{
    while (!atomic_load(&traffic->queue->shared->sides[FURROW__HEAD].asleep))
        furrow_clock_sleep(1e-4);
}

/* Dies within furrow__line_move, before or after the move, both locks held. */
static void die_in_a_move(struct traffic *traffic, bool moved)
{
    furrow__side *tail = &traffic->queue->shared->sides[FURROW__TAIL];
    struct parcel parcel = pack(0, 5);
    pthread_mutex_lock(&tail->line);
    memcpy(traffic->queue->ring, &parcel, sizeof parcel);
    pthread_mutex_lock(&tail->door);
    if (moved)
        furrow__line_commit(tail, furrow__position_after(0, sizeof parcel / FURROW__UNIT), true);
    _exit(0);
}

static int die_before_the_move(void *context)
{
    die_in_a_move(context, false);
    return 1;
}

static int die_after_the_move(void *context)
{
    die_in_a_move(context, true);
    return 1;
}

TEST(an_item_that_a_dead_producer_had_copied_and_not_put_is_not_got)
{
    struct traffic *traffic = new_traffic(8, 8);
    furrow_process *getter = start_process(get_number, traffic);
    await_sleeper(traffic);
    end_process(start_process(die_before_the_move, traffic));
    EXPECT_EQUAL(furrow_queue_count(traffic->queue), 0);
    struct parcel parcel = pack(0, 7);
    EXPECT_EQUAL(furrow_queue_put(traffic->queue, &parcel, FURROW_FOREVER), 0);
    EXPECT_EQUAL(end_process(getter).code, 7);
    free_traffic(traffic);
}

TEST(an_item_whose_producer_died_in_put_after_the_move_is_got)
{
    struct traffic *traffic = new_traffic(8, 8);
    furrow_process *getter = start_process(get_number, traffic);
    await_sleeper(traffic);
    end_process(start_process(die_after_the_move, traffic));
    EXPECT_EQUAL(end_process(getter).code, 5);
    free_traffic(traffic);
}

TEST(a_getter_that_is_killed_asleep_is_followed_by_the_next_in_line)
{
    struct traffic *traffic = new_traffic(8, 8);
    furrow_process *first = start_process(get_number, traffic);
    await_sleeper(traffic);
    furrow_process *second = start_process(get_number, traffic);
    furrow_process_kill(first);
    EXPECT_EQUAL(end_process(first).signal, SIGKILL);
    struct parcel parcel = pack(0, 3);
    EXPECT_EQUAL(furrow_queue_put(traffic->queue, &parcel, FURROW_FOREVER), 0);
    EXPECT_EQUAL(end_process(second).code, 3);
    EXPECT_EQUAL(furrow_queue_count(traffic->queue), 0);
    free_traffic(traffic);
}

static int die_with_all_locks(void *context)
{
    struct traffic *traffic = context;
    for (int end = 0; end < 2; end++) {
        pthread_mutex_lock(&traffic->queue->shared->sides[end].line);
        pthread_mutex_lock(&traffic->queue->shared->sides[end].door);
    }
    _exit(0);
}

TEST(a_queue_goes_on_when_a_process_dies_with_all_its_locks)
{
    struct traffic *traffic = new_traffic(8, 8);
    struct parcel parcel = pack(0, 1);
    end_process(start_process(die_with_all_locks, traffic));
    EXPECT_EQUAL(furrow_queue_put(traffic->queue, &parcel, 0), 0);
    end_process(start_process(die_with_all_locks, traffic));
    EXPECT_EQUAL(furrow_queue_get(&parcel, traffic->queue, 0), 0);
    end_process(start_process(die_with_all_locks, traffic));
    EXPECT_EQUAL(furrow_queue_drain(traffic->queue), 0);
    furrow_queue_close(traffic->queue);
    EXPECT_EQUAL(furrow_queue_get(&parcel, traffic->queue, FURROW_FOREVER), FURROW_END);
    free_traffic(traffic);
}
