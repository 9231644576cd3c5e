/* peak.h: how fast this core can multiply and add: a loop for each instruction set. */
#ifndef BENCH_DIGITS_PEAK_H
#define BENCH_DIGITS_PEAK_H

#include <stddef.h>

struct peak {
    const char *level;                        /* its name, as by furrow_digits_level */
    double (*run)(size_t rounds, float *sum); /* returns how many flops it did */
};

/* The levels of this build, the plainest first. */
extern const struct peak peaks[];
extern const size_t peak_count;

#endif
