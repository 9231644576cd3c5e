/* vector_avx512.h: vectors of 64 bytes, a whole cache line (AVX-512 with VBMI). */
#ifndef FURROW__COMBINATIONS_VECTOR_H
#define FURROW__COMBINATIONS_VECTOR_H

#include <immintrin.h>

#include "isa.h"

enum { WIDTH = 64, PACKED = true, FEATURES = FURROW__AVX512BW | FURROW__AVX512VBMI };

typedef __m512i vector;

struct repeat {
    __m512i prefix;
};

static inline vector load(const unsigned char *from)
{
    return _mm512_loadu_si512(from);
}

static inline void store(unsigned char *to, vector v)
{
    _mm512_storeu_si512(to, v);
}

static inline void stream(unsigned char *to, vector v)
{
    _mm512_stream_si512((__m512i *)(void *)to, v);
}

static inline void stream_end(void)
{
    _mm_sfence();
}

static inline void repeat_init(struct repeat *repeat, const furrow__row_block *block)
{
    repeat->prefix = _mm512_loadu_si512(block->prefix);
}

static inline vector rows_at(const unsigned char *table, const struct repeat *repeat,
                             const furrow__pattern_phase *phase)
{
    return _mm512_permutex2var_epi8(load(table), _mm512_load_si512(phase->indices), repeat->prefix);
}

static inline __mmask16 lanes_below(size_t count)
{
    return (__mmask16)((1u << count) - 1);
}

static inline bool permutes(size_t width)
{
    return width <= 16;
}

static inline void permute(uint32_t *outputs, const uint32_t *input, size_t width,
                           const uint32_t *indices, size_t length)
{
    __m512i elements = _mm512_maskz_loadu_epi32(lanes_below(width), input);
    size_t j = 0;
    for (; j + 16 <= length; j += 16)
        _mm512_storeu_si512(outputs + j,
                            _mm512_permutexvar_epi32(_mm512_loadu_si512(indices + j), elements));
    if (j < length)
        _mm512_mask_storeu_epi32(
            outputs + j, lanes_below(length - j),
            _mm512_permutexvar_epi32(_mm512_loadu_si512(indices + j), elements));
}

#endif
