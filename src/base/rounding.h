/*
 * rounding.h: the floating-point rounding mode, which belongs to a thread: results are the same on
 * any number of threads only if all of them round as the caller does.
 */
#ifndef FURROW_BASE_ROUNDING_H
#define FURROW_BASE_ROUNDING_H

#include <fenv.h>

/* Rounds as `mode` says; returns how the thread rounded before. */
static inline int furrow__round(int mode)
{
    int before = fegetround();
    if (before != mode)
        fesetround(mode);
    return before;
}

/* Undoes that. */
static inline void furrow__round_back(int before, int mode)
{
    if (before != mode)
        fesetround(before);
}

/* This thread's mode in two bits, and what they stand for. */
static inline int furrow__rounding_mode(unsigned code)
{
    static const int modes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
    return modes[code & 3];
}

static inline unsigned furrow__rounding_code(void)
{
    int mode = fegetround();
    unsigned code = 0;
    while (code < 3 && furrow__rounding_mode(code) != mode)
        code++;
    return code;
}

#endif
