#include "workload.h"

#include <math.h>
#include <stdint.h>

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
