/* pool_doors.h: calls that wait until a door opens, and calls that end at once. */
#ifndef FURROW_TESTS_POOL_DOORS_H
#define FURROW_TESTS_POOL_DOORS_H

#include "harness.h"

#include <stdatomic.h>
#include <stdbool.h>

#include <furrow/clock.h>
#include <furrow/pool.h>

/* Items that wait behind a door, and what they did. */
struct door {
    atomic_bool open;
    atomic_int started, ended;
};

static inline void open_door(struct door *door)
{
    atomic_store(&door->open, true);
}

static inline void wait_until(atomic_int *count, int wanted)
{
    while (atomic_load(count) < wanted)
        furrow_clock_sleep(1e-4);
}

static inline int wait_behind(void *result, const void *item, void *context)
{
    struct door *door = context;
    atomic_fetch_add(&door->started, 1);
    while (!atomic_load(&door->open))
        furrow_clock_sleep(1e-4);
    if (result)
        *(int *)result = item ? *(const int *)item : 1;
    atomic_fetch_add(&door->ended, 1);
    return 0;
}

/* A negative item fails with its absolute value. The result is the square. */
static inline int return_item(void *result, const void *item, void *context)
{
    int value = *(const int *)item;
    if (context)
        atomic_fetch_add((atomic_int *)context, 1);
    if (result)
        *(int *)result = value * value;
    return value < 0 ? -value : 0;
}

static inline furrow_map_options ints(const int *items)
{
    return (furrow_map_options){
        .items = items, .item_size = sizeof *items, .result_size = sizeof(int)};
}

static inline furrow_result *hand_in(furrow_pool *pool, int item)
{
    furrow_result *result = NULL;
    furrow_map_options options = ints(&item);
    EXPECT_EQUAL(furrow_pool_apply_async(&result, pool, &options, return_item, NULL), 0);
    return result;
}

#endif
