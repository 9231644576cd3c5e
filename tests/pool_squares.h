/* pool_squares.h: 0, 1, 2 ... and the map to their squares. */
#ifndef FURROW_TESTS_POOL_SQUARES_H
#define FURROW_TESTS_POOL_SQUARES_H

#include <stdint.h>

#include <furrow/pool.h>

static inline int square(void *result, const void *item, void *context)
{
    (void)context;
    *(uint64_t *)result = *(const uint64_t *)item * *(const uint64_t *)item;
    return 0;
}

enum { MOST = 3001 };

static uint64_t numbers[MOST];

__attribute__((constructor)) static inline void count_up(void)
{
    for (size_t i = 0; i < MOST; i++)
        numbers[i] = i;
}

static inline furrow_map_options squares_into(uint64_t *results)
{
    return (furrow_map_options){.items = numbers,
                                .item_size = sizeof(uint64_t),
                                .results = results,
                                .result_size = sizeof *results};
}

#endif
