/* vector_plain.h: vectors of 16 bytes, which the compiler translates for any CPU. */
#ifndef FURROW__COMBINATIONS_VECTOR_H
#define FURROW__COMBINATIONS_VECTOR_H

#include <string.h>

#include "isa.h"

enum { WIDTH = 16, PACKED = false, FEATURES = 0 };

typedef unsigned char vector __attribute__((vector_size(16)));

/* The prefix, padded to a row and repeated, so that a vector can be loaded at any phase. */
struct repeat {
    unsigned char bytes[FURROW__MAX_ROW + WIDTH];
};

static inline vector load(const unsigned char *from)
{
    vector v;
    memcpy(&v, from, sizeof v);
    return v;
}

static inline void store(unsigned char *to, vector v)
{
    memcpy(to, &v, sizeof v);
}

static inline void stream(unsigned char *to, vector v)
{
    memcpy(to, &v, sizeof v);
}

static inline void stream_end(void)
{
}

static inline void repeat_init(struct repeat *repeat, const furrow__row_block *block)
{
    size_t period = block->pattern->period;
    memcpy(repeat->bytes, block->prefix, period);
    for (size_t i = period; i < period + WIDTH; i++)
        repeat->bytes[i] = repeat->bytes[i - period];
}

static inline vector rows_at(const unsigned char *table, const struct repeat *repeat,
                             const furrow__pattern_phase *phase)
{
    return load(table) | load(repeat->bytes + phase->indices[0]);
}

/* There is no instruction to permute 32-bit elements; emit.c has a loop. */
static inline bool permutes(size_t width)
{
    (void)width;
    return false;
}

static inline void permute(uint32_t *outputs, const uint32_t *input, size_t width,
                           const uint32_t *indices, size_t length)
{
    (void)outputs, (void)input, (void)width, (void)indices, (void)length;
}

#endif
