#include <furrow/combinations/selection.h>

#include <furrow/status.h>

#include "internal.h"

enum { ROUNDS = 6 };

/* The output function of splitmix64 (G. L. Steele, D. Lea and C. H. Flood, "Fast splittable
 * pseudorandom number generators", 2014). */
static uint64_t mix(uint64_t z)
{
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* A permutation of the numbers of 2 * bits bits. */
static furrow__u128 permute(furrow__u128 number, unsigned bits, uint64_t seed)
{
    uint64_t mask = UINT64_MAX >> (64 - bits);
    uint64_t left = (uint64_t)(number >> bits), right = (uint64_t)number & mask;
    for (unsigned round = 0; round < ROUNDS; round++) {
        seed += UINT64_C(0x9e3779b97f4a7c15);
        uint64_t fresh = left ^ (mix(mix(right + seed) ^ seed) & mask);
        left = right;
        right = fresh;
    }
    return (furrow__u128)left << bits | right;
}

static unsigned half_bits(furrow__u128 count)
{
    unsigned bits = 1;
    while (bits < 64 && (count - 1) >> (2 * bits) > 0)
        bits++;
    return bits;
}

int furrow_selection_shuffle(furrow_wide *rank, furrow_wide count, furrow_wide index, uint64_t seed)
{
    furrow__u128 number = furrow__u128_of(index), limit = furrow__u128_of(count);
    if (number >= limit)
        return FURROW_ERANGE;
    unsigned bits = half_bits(limit);
    do
        number = permute(number, bits, seed);
    while (number >= limit);
    *rank = furrow__wide_of(number);
    return FURROW_OK;
}
