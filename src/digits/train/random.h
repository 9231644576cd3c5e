/*
 * random.h: random numbers of a key: SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, 2014). Each
 * sample has its own key, so its numbers depend on no other sample and on no thread.
 */
#ifndef FURROW_DIGITS_TRAIN_RANDOM_H
#define FURROW_DIGITS_TRAIN_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

static inline uint64_t furrow__random_mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* The key of the numbers for (seed, epoch, sample). */
static inline uint64_t furrow__random_key(uint64_t seed, uint64_t epoch, uint64_t sample)
{
    return furrow__random_mix(furrow__random_mix(furrow__random_mix(seed) + epoch) + sample);
}

static inline uint64_t furrow__random_next(uint64_t *key)
{
    *key += 0x9e3779b97f4a7c15u;
    return furrow__random_mix(*key);
}

/* Uniform in [-1, 1). */
static inline double furrow__random_signed(uint64_t *key)
{
    return (double)(furrow__random_next(key) >> 11) * 0x1p-52 - 1;
}

/* Uniform in [min, max). */
static inline double furrow__random_between(uint64_t *key, double min, double max)
{
    return min + (furrow__random_signed(key) + 1) / 2 * (max - min);
}

/* True with probability `share`. With 0 no number is drawn. */
static inline bool furrow__random_chance(uint64_t *key, double share)
{
    return share > 0 && furrow__random_between(key, 0, 1) < share;
}

#endif
