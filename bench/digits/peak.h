/* peak.h: how fast can this core multiply and add? A loop per instruction set, as in src/digits. */
#ifndef BENCH_DIGITS_PEAK_H
#define BENCH_DIGITS_PEAK_H

#include <stddef.h>

struct peak {
    const char *isa;                          /* as furrow_digits_isa names it */
    double (*run)(size_t rounds, float *sum); /* returns how many flops it did */
};

/* The instruction sets that are built, from the plainest. */
extern const struct peak peaks[];
extern const size_t peak_count;

#endif
