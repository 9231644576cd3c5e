#include "pace.h"

#include <math.h>

/* A chunk's dispatch takes about 0.1 us, two readings of the clock included: long chunks make that
 * 0.3 %, short ones, towards the end, 10 % of very little. */
static const double long_chunk = 32e-6;
static const double short_chunk = 1e-6;

/* Of what is left, a worker's share is cut into so many: factoring (S. F. Hummel, E. Schonberg,
 * L. E. Flynn, "Factoring: a method for scheduling parallel loops", CACM 35(8), 1992, has 2). */
static const size_t parts = 4;

static const double most_picoseconds = 4e9;

static uint_least64_t hash_of(uintptr_t key)
{
    return (uint_least64_t)key * 0x9e3779b97f4a7c15u; /* D. E. Knuth, TAOCP 3, 6.4 */
}

static atomic_uint_least64_t *place_of(furrow__paces *paces, uint_least64_t hash)
{
    return &paces->known[hash >> 58];
}

static const uint_least64_t half = 0xffffffffu;

bool furrow__paces_look_up(furrow__paces *paces, uintptr_t key, double *seconds)
{
    uint_least64_t hash = hash_of(key);
    uint_least64_t known = atomic_load_explicit(place_of(paces, hash), memory_order_relaxed);
    if (known >> 32 != (hash & half) || (known & half) == 0)
        return false;
    *seconds = 1e-12 * (double)(known & half);
    return true;
}

void furrow__paces_remember(furrow__paces *paces, uintptr_t key, double seconds)
{
    uint_least64_t hash = hash_of(key);
    double picoseconds = fmin(fmax(1e12 * seconds, 1), most_picoseconds);
    atomic_store_explicit(place_of(paces, hash), (hash & half) << 32 | (uint_least64_t)picoseconds,
                          memory_order_relaxed);
}

size_t furrow__pace(size_t left, int workers, double seconds, size_t last)
{
    if (last == 0 || !(seconds > 0))
        return 1;
    size_t share = left / (parts * (size_t)workers);
    double most = fmin(long_chunk / seconds, (double)left);
    double least = fmin(short_chunk / seconds, (double)left);
    size_t size = fmin(most, (double)share) < (double)share ? (size_t)most : share;
    if ((double)size < least)
        size = (size_t)least;
    if (size > 2 * last)
        size = 2 * last;
    return size ? size : 1;
}
