/*
 * lanes.h: vectors, of FURROW__WIDTH lanes each. FURROW__SUMS of them may hold sums in registers.
 * Included by the files that are compiled once per instruction set.
 */
#ifndef FURROW_DIGITS_NET_LANES_H
#define FURROW_DIGITS_NET_LANES_H

#include <stddef.h>
#include <stdint.h>

enum { LANES = FURROW__WIDTH, SUMS = FURROW__SUMS };

/* A number per lane. Most loops over lanes are written with `omp simd`. Where these types are used,
 * clang 14 would unroll such a loop before it looks at the pragma, and make no vectors of it. */
typedef float lanes __attribute__((vector_size(LANES * sizeof(float)), aligned(4), may_alias));

/* A whole number per lane, or the result of a comparison. */
typedef int32_t marks __attribute__((vector_size(LANES * sizeof(float)), aligned(4), may_alias));

#define INLINE       static inline __attribute__((always_inline))
#define NEVER_INLINE __attribute__((noinline))

INLINE lanes load(const float *from)
{
    return *(const lanes *)from;
}

INLINE void store(float *to, lanes value)
{
    *(lanes *)to = value;
}

INLINE lanes larger_lanes(lanes a, lanes b)
{
    lanes max = a;
#pragma omp simd
    for (int lane = 0; lane < LANES; lane++)
        max[lane] = a[lane] > b[lane] ? a[lane] : b[lane];
    return max;
}

/* Lanes of two vectors in another order. The lanes of `a` are numbered from 0, and those of `b` go
 * on from there; `numbers` is a type of vectors of whole numbers, as wide as `a`. GCC has the
 * operation of clang since version 12; older versions take the numbers in a vector. */
#if defined(__clang__) || __GNUC__ >= 12
#define SHUFFLED(numbers, a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLED(numbers, a, b, ...) __builtin_shuffle(a, b, (numbers){__VA_ARGS__})
#endif

#endif
