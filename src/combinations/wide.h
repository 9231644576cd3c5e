/* wide.h: 128-bit arithmetic inside the library. */
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

#endif
