/* wide.h: 128-bit numbers and binomials inside the library. */
#ifndef FURROW__COMBINATIONS_WIDE_H
#define FURROW__COMBINATIONS_WIDE_H

#include <furrow/combinations/wide.h>

__extension__ typedef unsigned __int128 furrow__u128;

#define FURROW__U128_MAX (~(furrow__u128)0)

static inline furrow__u128 furrow__u128_of(furrow_wide number)
{
    return (furrow__u128)number.high << 64 | number.low;
}

static inline furrow_wide furrow__wide_of(furrow__u128 number)
{
    return (furrow_wide){(uint64_t)number, (uint64_t)(number >> 64)};
}

/* count * factor / divisor, which must be a whole number that fits; factor and divisor are at most
 * 2^33. The product need not fit: with count = q * divisor + r the result is
 * q * factor + r * factor / divisor. Most products fit 64 bits, where a division is quick. */
static inline furrow__u128 furrow__scale(furrow__u128 count, uint64_t factor, uint64_t divisor)
{
    uint64_t product;
    if (count <= UINT64_MAX && !__builtin_mul_overflow((uint64_t)count, factor, &product))
        return product / divisor;
    return count / divisor * factor + count % divisor * factor / divisor;
}

/* C(n, k), n up to 2^33. FURROW_EOVERFLOW, and *count the largest number, where it does not fit. */
int furrow__binomial(furrow__u128 *count, uint64_t n, uint64_t k);

#endif
