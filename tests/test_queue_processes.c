#include "queue_traffic.h"

#include <pthread.h>
#include <sys/resource.h>

/* Many producers and consumers, as threads and as processes. */

static void *produce_on_thread(void *context)
{
    EXPECT_EQUAL(produce(context), 0);
    return NULL;
}

static void *consume_on_thread(void *context)
{
    EXPECT_EQUAL(consume(context), 0);
    return NULL;
}

static void expect_all_once(struct traffic *traffic, int producers, int consumers)
{
    EXPECT_EQUAL(atomic_load(&traffic->ended), consumers);
    EXPECT_EQUAL(atomic_load(&traffic->broken), 0);
    EXPECT_EQUAL(atomic_load(&traffic->out_of_order), 0);
    for (int i = 0; i < producers; i++)
        EXPECT_EQUAL(wrong_arrivals(traffic, i, 0, traffic->items), 0);
    EXPECT_EQUAL(furrow_queue_count(traffic->queue), 0);
}

TEST(every_item_of_many_threads_arrives_once_and_in_its_producers_order)
{
    const size_t capacities[] = {1, 3, 64, 1024};
    for (size_t c = 0; c < 4; c++)
        for (int threads = 1; threads <= PRODUCERS; threads += 3) {
            pthread_t producers[PRODUCERS], consumers[PRODUCERS];
            struct traffic *traffic =
                new_traffic(MOST_ITEMS / (c < 2 ? 20 : 1) / SLOWNESS, capacities[c]);
            harness_case("%d threads on each side, room for %zu", threads, capacities[c]);
            for (int i = 0; i < threads; i++) {
                pthread_create(&consumers[i], NULL, consume_on_thread, traffic);
                pthread_create(&producers[i], NULL, produce_on_thread, traffic);
            }
            for (int i = 0; i < threads; i++)
                pthread_join(producers[i], NULL);
            furrow_queue_close(traffic->queue);
            for (int i = 0; i < threads; i++)
                pthread_join(consumers[i], NULL);
            expect_all_once(traffic, threads, threads);
            free_traffic(traffic);
        }
}

TEST(every_item_of_many_processes_arrives_once_and_in_its_producers_order)
{
    const size_t capacities[] = {1, 64, 1024};
    for (size_t c = 0; c < 3; c++) {
        furrow_process *producers[PRODUCERS], *consumers[PRODUCERS];
        struct traffic *traffic =
            new_traffic(MOST_ITEMS / (c < 1 ? 20 : 1) / SLOWNESS, capacities[c]);
        harness_case("room for %zu", capacities[c]);
        for (int i = 0; i < PRODUCERS; i++) {
            consumers[i] = start_process(consume, traffic);
            producers[i] = start_process(produce, traffic);
        }
        for (int i = 0; i < PRODUCERS; i++)
            EXPECT_EQUAL(end_process(producers[i]).code, 0);
        furrow_queue_close(traffic->queue);
        for (int i = 0; i < PRODUCERS; i++)
            EXPECT_EQUAL(end_process(consumers[i]).code, 0);
        expect_all_once(traffic, PRODUCERS, PRODUCERS);
        free_traffic(traffic);
    }
}

static int put_a_mebibyte(void *context)
{
    static char bytes[1 << 20];
    memset(bytes, 'm', sizeof bytes);
    return furrow_queue_put_bytes(context, bytes, sizeof bytes, FURROW_FOREVER);
}

/* Python's hangs: its put hands the item to a thread, which nobody reads from. */
TEST(a_process_that_has_put_a_mebibyte_ends_before_anybody_gets_it)
{
    furrow_queue *queue;
    size_t size;
    char *bytes = malloc(1 << 20);
    REQUIRE_EQUAL(furrow_queue_new(&queue, NULL), 0);
    EXPECT_EQUAL(end_process(start_process(put_a_mebibyte, queue)).code, 0);
    EXPECT_EQUAL(furrow_queue_get_bytes(bytes, &size, 1 << 20, queue, 0), 0);
    EXPECT_EQUAL(size, 1 << 20);
    EXPECT_EQUAL(bytes[size - 1], 'm');
    furrow_queue_free(queue);
    free(bytes);
}

static int make_without_memory(void *context)
{
    furrow_queue *queue;
    const struct rlimit half = {(rlim_t)8 << 30, (rlim_t)8 << 30};
    const furrow_queue_options options = {.capacity = (size_t)16 << 30};
    (void)context;
    if (setrlimit(RLIMIT_AS, &half))
        return 255;
    int status = furrow_queue_new(&queue, &options);
    return queue ? 255 : -status;
}

TEST(a_queue_for_which_there_is_no_mapping_says_so)
{
    if (SLOWNESS > 1)
        SKIP("sanitizers need memory of their own");
    EXPECT_EQUAL(end_process(start_process(make_without_memory, NULL)).value, ENOMEM);
}

static int get_by_itself(void *context)
{
    int item;
    int status = furrow_queue_get(&item, context, FURROW_FOREVER);
    furrow_queue_free(context);
    return status ? 255 : item;
}

TEST(a_queue_lives_on_in_the_parent_when_a_child_has_freed_it)
{
    furrow_queue *queue;
    int item = 42;
    const furrow_queue_options options = {.item_size = sizeof item};
    REQUIRE_EQUAL(furrow_queue_new(&queue, &options), 0);
    furrow_process *child = start_process(get_by_itself, queue);
    EXPECT_EQUAL(furrow_queue_put(queue, &item, FURROW_FOREVER), 0);
    EXPECT_EQUAL(end_process(child).code, 42);
    EXPECT_EQUAL(furrow_queue_put(queue, &item, FURROW_FOREVER), 0);
    EXPECT_EQUAL(furrow_queue_count(queue), 1);
    furrow_queue_free(queue);
}

static int wait_and_count_sleeps(void *context)
{
    struct traffic *traffic = context;
    size_t waits = furrow_clock_thread_waits();
    struct parcel parcel;
    int status = furrow_queue_get(&parcel, traffic->queue, FURROW_FOREVER);
    atomic_store(&traffic->done[2], furrow_clock_thread_waits() - waits);
    return status;
}

/* Sleeps are counted, not times: a getter that looked around would have slept more than once. */
TEST(a_getter_that_waits_sleeps_once)
{
    struct traffic *traffic = new_traffic(1, 4);
    furrow_process *getter = start_process(wait_and_count_sleeps, traffic);
    furrow_clock_sleep(0.1);
    EXPECT_EQUAL(produce(traffic), 0);
    EXPECT_EQUAL(end_process(getter).code, 0);
    EXPECT(atomic_load(&traffic->done[2]) <= 2);
    free_traffic(traffic);
}
