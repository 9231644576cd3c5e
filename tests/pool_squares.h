/* pool_squares.h: maps 0, 1, 2 ... to their squares; a map that fails; and a fold. */
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

/* Item i is 3 i + 1, and fails with 1 + its index here. */
struct failures {
    size_t at[2];
};

static inline int fail_some(void *result, const void *item, void *context)
{
    const struct failures *failures = context;
    uint64_t i = *(const uint64_t *)item;
    for (int f = 0; f < 2; f++)
        if (failures->at[f] == i)
            return 1 + f;
    *(uint64_t *)result = 3 * i + 1;
    return 0;
}

/* Neither associative nor commutative. */
static inline int append(void *into, const void *value, const void *context)
{
    (void)context;
    uint64_t *total = into;
    *total = *total * 31 + *(const uint64_t *)value;
    return 0;
}

#endif
