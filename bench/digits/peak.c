/* peak.c: compiled once per instruction set, as infer.c is. */
#include <stddef.h>

enum { LANES = FURROW__WIDTH, CHAINS = 12 };

#define NAMED_(isa) peak_##isa
#define NAMED(isa)  NAMED_(isa)
#define PEAK        NAMED(FURROW__ISA)

/* As in src/digits/net/convolve.h has it. */
typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));

double PEAK(size_t rounds, float *sum);

/* Independent chains, no fewer than in the convolution, so that no multiply-add waits for another.
 * Each begins with its own value: a compiler computes equal chains only once. */
double PEAK(size_t rounds, float *sum)
{
    static volatile float factor = 0.9999f, term = 1e-4f; /* unknown to the compiler */
    lanes sums[CHAINS], times = factor - (lanes){0}, plus = term - (lanes){0};
    for (int chain = 0; chain < CHAINS; chain++)
        sums[chain] = factor * (float)chain - (lanes){0};
    for (size_t round = 0; round < rounds; round++)
#pragma GCC unroll 12
        for (int chain = 0; chain < CHAINS; chain++)
            sums[chain] = sums[chain] * times + plus;
    *sum = 0; /* the caller may read it, so the compiler keeps the work */
    for (int chain = 0; chain < CHAINS; chain++)
        for (int lane = 0; lane < LANES; lane++)
            *sum += sums[chain][lane];
    return 2.0 * CHAINS * LANES * (double)rounds;
}
