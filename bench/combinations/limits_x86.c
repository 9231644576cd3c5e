#include "bench.h"

#include <immintrin.h>

__attribute__((target("avx512f"))) static void store_64(char *to, size_t size)
{
    __m512i value = _mm512_set1_epi8(1);
    for (size_t i = 0; i + 64 <= size; i += 64)
        _mm512_stream_si512((__m512i *)(void *)(to + i), value);
    _mm_sfence();
}

__attribute__((target("avx2"))) static void store_32(char *to, size_t size)
{
    __m256i value = _mm256_set1_epi8(1);
    for (size_t i = 0; i + 32 <= size; i += 32)
        _mm256_stream_si256((__m256i *)(void *)(to + i), value);
    _mm_sfence();
}

static void store_16(char *to, size_t size)
{
    __m128i value = _mm_set1_epi8(1);
    for (size_t i = 0; i + 16 <= size; i += 16)
        _mm_stream_si128((__m128i *)(void *)(to + i), value);
    _mm_sfence();
}

void limit_store(void *memory, size_t size)
{
    if (__builtin_cpu_supports("avx512f"))
        store_64(memory, size);
    else if (__builtin_cpu_supports("avx2"))
        store_32(memory, size);
    else
        store_16(memory, size);
}

const char *limit_name(void)
{
    return "non-temporal stores of the widest vectors";
}
