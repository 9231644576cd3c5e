/* peak.h: how fast can this core multiply and add? A loop per instruction set, as levels are. */
#ifndef BENCH_DIGITS_PEAK_H
#define BENCH_DIGITS_PEAK_H

#include <stddef.h>

struct peak {
    const char *level;                        /* as furrow_digits_level names it */
    double (*run)(size_t rounds, float *sum); /* returns how many flops it did */
};

/* The levels that are built, from the plainest. */
extern const struct peak peaks[];
extern const size_t peak_count;

#endif
