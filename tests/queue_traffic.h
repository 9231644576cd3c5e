/* queue_traffic.h: items that are counted, so that each can be seen to arrive exactly once. */
#ifndef FURROW_TESTS_QUEUE_TRAFFIC_H
#define FURROW_TESTS_QUEUE_TRAFFIC_H

#include "process_helpers.h"

#include <stdint.h>

#include <furrow/queue.h>

enum { PRODUCERS = 4 };

#define MOST_ITEMS ((size_t)20000)

/* 64 bytes, all of them told by the first two fields. */
struct parcel {
    uint64_t producer, number, copies[6];
};

/* In memory that processes share. */
struct traffic {
    furrow_queue *queue;
    size_t items;                                /* of each producer */
    atomic_int next;                             /* the producer that starts next */
    atomic_size_t done[PRODUCERS];               /* puts that have returned 0 */
    atomic_uchar arrived[PRODUCERS][MOST_ITEMS]; /* how often each item did */
    atomic_int broken, out_of_order, ended;      /* parcels; parcels; consumers at the end */
};

static inline struct parcel pack(uint64_t producer, uint64_t number)
{
    struct parcel parcel = {producer, number, {0}};
    for (int i = 0; i < 6; i++)
        parcel.copies[i] = producer * 1000003 + number;
    return parcel;
}

static inline struct traffic *new_traffic(size_t items, size_t capacity)
{
    const furrow_queue_options options = {.item_size = sizeof(struct parcel), .capacity = capacity};
    struct traffic *traffic =
        mmap(NULL, sizeof *traffic, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    EXPECT(traffic != MAP_FAILED);
    EXPECT_EQUAL(furrow_queue_new(&traffic->queue, &options), 0);
    traffic->items = items;
    return traffic;
}

static inline void free_traffic(struct traffic *traffic)
{
    furrow_queue_free(traffic->queue);
    munmap(traffic, sizeof *traffic);
}

/* A process's or thread's target. */
static inline int produce(void *context)
{
    struct traffic *traffic = context;
    int producer = atomic_fetch_add(&traffic->next, 1);
    for (size_t i = 0; i < traffic->items; i++) {
        struct parcel parcel = pack((uint64_t)producer, i);
        int status = furrow_queue_put(traffic->queue, &parcel, FURROW_FOREVER);
        if (status)
            return status;
        atomic_store(&traffic->done[producer], i + 1);
    }
    return 0;
}

static inline int consume(void *context)
{
    struct traffic *traffic = context;
    struct parcel got;
    uint64_t last[PRODUCERS] = {0};
    int status;
    while ((status = furrow_queue_get(&got, traffic->queue, FURROW_FOREVER)) == 0) {
        struct parcel right = pack(got.producer, got.number);
        if (got.producer >= PRODUCERS || got.number >= MOST_ITEMS ||
            memcmp(&got, &right, sizeof got) != 0) {
            atomic_fetch_add(&traffic->broken, 1);
            continue;
        }
        atomic_fetch_add(&traffic->arrived[got.producer][got.number], 1);
        if (got.number + 1 < last[got.producer])
            atomic_fetch_add(&traffic->out_of_order, 1);
        last[got.producer] = got.number + 1;
    }
    atomic_fetch_add(&traffic->ended, 1);
    return status == FURROW_END ? 0 : 1;
}

/* How many of a producer's items from `first` to before `end` arrived other than once. */
static inline size_t wrong_arrivals(struct traffic *traffic, int producer, size_t first, size_t end)
{
    size_t wrong = 0;
    for (size_t i = first; i < end; i++)
        wrong += atomic_load(&traffic->arrived[producer][i]) != 1;
    return wrong;
}

#endif
