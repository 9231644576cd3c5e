#include "isa.h"

unsigned furrow__isa_features(void)
{
    unsigned features = 0;
    features |= __builtin_cpu_supports("avx2") ? FURROW__AVX2 : 0;
    features |= __builtin_cpu_supports("fma") ? FURROW__FMA : 0;
    features |= __builtin_cpu_supports("avx512f") ? FURROW__AVX512F : 0;
    features |= __builtin_cpu_supports("avx512bw") ? FURROW__AVX512BW : 0;
    features |= __builtin_cpu_supports("avx512vbmi") ? FURROW__AVX512VBMI : 0;
    return features;
}
