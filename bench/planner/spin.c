#include "spin.h"

#include <furrow/clock.h>

/* Four chains of multiplications (D. H. Lehmer, 1951) keep the multiplier busy, so that a CPU gains
 * nothing by starting the next item early: an item costs the same in any chunk. */
static uint64_t compute(uint64_t seed, uint32_t steps)
{
    const uint64_t factor = UINT64_C(0xda942042e4dd58b5);
    uint64_t a = seed + 1, b = seed + 2, c = seed + 3, d = seed + 4;
    for (uint32_t i = 0; i < steps; i++) {
        a *= factor;
        b *= factor;
        c *= factor;
        d *= factor;
    }
    return a ^ b ^ c ^ d;
}

int spin_body(const furrow_range *range, const void *context)
{
    const struct spin *spin = context;
    for (size_t i = range->begin; i < range->end; i++) {
        spin->results[i] = compute(i, spin->steps ? spin->steps[i] : 0);
        if (spin->sleep > 0 && (i + 1) % spin->every == 0)
            furrow_clock_sleep(spin->sleep);
    }
    return 0;
}

double spin_calibrate(void)
{
    enum { STEPS = 100000, TIMES = 50 };
    static const uint32_t steps[] = {STEPS};
    static uint64_t result[1];
    const struct spin spin = {.steps = steps, .results = result};
    double least = 1;
    for (int i = 0; i < TIMES; i++) {
        double start = furrow_clock_wall();
        spin_body(&(furrow_range){.begin = 0, .end = 1}, &spin);
        double seconds = furrow_clock_wall() - start;
        least = seconds < least ? seconds : least;
    }
    return least / STEPS;
}
