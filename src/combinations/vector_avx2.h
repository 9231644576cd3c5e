/* vector_avx2.h: vectors of 32 bytes (AVX2). */
#ifndef FURROW__COMBINATIONS_VECTOR_H
#define FURROW__COMBINATIONS_VECTOR_H

#include <immintrin.h>

#include "isa.h"

enum { WIDTH = 32, PACKED = false, FEATURES = FURROW__AVX2 };

typedef __m256i vector;

/* The prefix in parts of 16 bytes, each in both halves of a vector: a shuffle works within halves.
 */
struct repeat {
    __m256i parts[FURROW__MAX_ROW / 16];
    size_t count; /* of parts that are not empty */
};

static inline vector load(const unsigned char *from)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)from);
}

static inline void store(unsigned char *to, vector v)
{
    _mm256_storeu_si256((__m256i *)(void *)to, v);
}

static inline void stream(unsigned char *to, vector v)
{
    _mm256_stream_si256((__m256i *)(void *)to, v);
}

static inline void stream_end(void)
{
    _mm_sfence();
}

static inline void repeat_init(struct repeat *repeat, const furrow__row_block *block)
{
    repeat->count = (block->pattern->prefix + 15) / 16;
    for (size_t i = 0; i < repeat->count; i++)
        repeat->parts[i] = _mm256_broadcastsi128_si256(
            _mm_loadu_si128((const __m128i *)(const void *)(block->prefix + 16 * i)));
}

/* The low four bits of an index are a byte of a part, the two above are the number of the part. XOR
 * with the number of a part gives 0 in these two, or the addition sets the top bit, for which a
 * shuffle gives 0. */
static inline vector rows_at(const unsigned char *table, const struct repeat *repeat,
                             const furrow__pattern_phase *phase)
{
    __m256i index = _mm256_load_si256((const __m256i *)(const void *)phase->indices);
    __m256i bytes = load(table);
    for (size_t i = 0; i < repeat->count; i++) {
        __m256i part = _mm256_xor_si256(index, _mm256_set1_epi8((char)(16 * i)));
        part = _mm256_adds_epu8(part, _mm256_set1_epi8(0x70));
        bytes = _mm256_or_si256(bytes, _mm256_shuffle_epi8(repeat->parts[i], part));
    }
    return bytes;
}

/* A mask of the first `count` lanes. */
static inline __m256i lanes_below(size_t count)
{
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count),
                              _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

static inline bool permutes(size_t width)
{
    return width <= 8;
}

static inline void permute(uint32_t *outputs, const uint32_t *input, size_t width,
                           const uint32_t *indices, size_t length)
{
    __m256i elements = _mm256_maskload_epi32((const int *)(const void *)input, lanes_below(width));
    size_t j = 0;
    for (; j + 8 <= length; j += 8) {
        __m256i index = _mm256_loadu_si256((const __m256i *)(const void *)(indices + j));
        store((unsigned char *)(outputs + j), _mm256_permutevar8x32_epi32(elements, index));
    }
    if (j < length) {
        __m256i index = _mm256_loadu_si256((const __m256i *)(const void *)(indices + j));
        _mm256_maskstore_epi32((int *)(void *)(outputs + j), lanes_below(length - j),
                               _mm256_permutevar8x32_epi32(elements, index));
    }
}

#endif
