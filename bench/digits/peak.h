/* peak.h: how fast this core can multiply and add: a loop for each instruction set. */
#ifndef BENCH_DIGITS_PEAK_H
#define BENCH_DIGITS_PEAK_H

#include <stddef.h>

struct peak {
    const char *isa;                          /* its name, as by furrow_digits_isa */
    double (*run)(size_t rounds, float *sum); /* returns how many flops it did */
};

/* The instruction sets of this build, the plainest first. */
extern const struct peak peaks[];
extern const size_t peak_count;

#endif
