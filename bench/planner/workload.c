#include "workload.h"

#include <math.h>
#include <stdint.h>

#include <furrow/clock.h>

/* ---- costs ---- */

const char *const shape_names[SHAPES] = {"constant", "exponential", "triangular", "one huge",
                                         "bimodal",  "descending",  "i^2",        "Pareto",
                                         "saw",      "cliff"};
const size_t workload_sizes[WORKLOAD_SIZES] = {16, 256, 4096, 65536};
const double workload_means[WORKLOAD_MEANS] = {50e-9, 0.5e-6, 5e-6, 100e-6};

/* A number in (0, 1) that depends on `i` alone (G. L. Steele, D. Lea and C. H. Flood, SplitMix64,
 * 2014). */
static double uniform(uint64_t i)
{
    uint64_t z = (i + 1) * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    z ^= z >> 31;
    return ((double)(z >> 11) + 0.5) * 0x1p-53;
}

static double relative_cost(size_t i, size_t n, enum shape shape)
{
    switch (shape) {
    case SHAPE_EXPONENTIAL:
        return -log(uniform(i));
    case SHAPE_TRIANGULAR:
        return (double)i + 0.5;
    case SHAPE_HUGE:
        return i == n / 2 ? (double)(n - 1) : 1;
    case SHAPE_BIMODAL:
        return uniform(i) < 0.1 ? 20 : 1;
    case SHAPE_DESCENDING:
        return (double)(n - i) - 0.5;
    case SHAPE_SQUARE:
        return ((double)i + 0.5) * ((double)i + 0.5);
    case SHAPE_PARETO:
        return pow(uniform(i), -1 / 1.5);
    case SHAPE_SAW:
        return (double)(i % 64) + 0.5;
    case SHAPE_CLIFF:
        return i < n / 2 ? 0.01 : 1;
    default:
        return 1;
    }
}

void workload_costs(double *costs, size_t n, double mean, enum shape shape)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += costs[i] = relative_cost(i, n, shape);
    for (size_t i = 0; i < n; i++)
        costs[i] *= mean * (double)n / sum;
}

/* ---- items ---- */

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
