/* peak.c: compiled once per instruction set, as infer.c is. */
#include <stddef.h>

enum { LANES = FURROW__WIDTH, CHAINS = 12 };

#define NAMED_(isa) peak_##isa
#define NAMED(isa)  NAMED_(isa)
#define PEAK        NAMED(FURROW__ISA)

/* As src/digits/convolve.h has it. */
typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));

double PEAK(size_t rounds, float *sum);

/* As many independent chains as the convolution has at least, so that each multiply-add waits for
 * none. All begin elsewhere: chains that are the same a compiler computes once. */
double PEAK(size_t rounds, float *sum)
{
    static volatile float factor = 0.9999f, term = 1e-4f; /* not known when compiling */
    lanes sums[CHAINS], times = factor - (lanes){0}, plus = term - (lanes){0};
    for (int chain = 0; chain < CHAINS; chain++)
        sums[chain] = factor * (float)chain - (lanes){0};
    for (size_t round = 0; round < rounds; round++)
#pragma GCC unroll 12
        for (int chain = 0; chain < CHAINS; chain++)
            sums[chain] = sums[chain] * times + plus;
    *sum = 0; /* somebody reads it, for all the compiler knows */
    for (int chain = 0; chain < CHAINS; chain++)
        for (int lane = 0; lane < LANES; lane++)
            *sum += sums[chain][lane];
    return 2.0 * CHAINS * LANES * (double)rounds;
}
