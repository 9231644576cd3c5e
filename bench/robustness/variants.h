/* variants.h: the table of what is tried. */
#ifndef FURROW_BENCH_ROBUSTNESS_VARIANTS_H
#define FURROW_BENCH_ROBUSTNESS_VARIANTS_H

#include "page.h"

struct variant {
    const char *name;
    struct look look;
};

extern const struct variant variants[];
extern const size_t variant_count;

#endif
