/* interleave.h: puts each image into a lane. Included by the files that are compiled once per
 * instruction set. */
#ifndef FURROW_DIGITS_NET_INTERLEAVE_H
#define FURROW_DIGITS_NET_INTERLEAVE_H

#include <string.h>

#include <furrow/digits/digits.h>

#include "lanes.h"

/* pixel / 255: black is 0, white is 1. The result is rounded correctly if multiplications and
 * additions are fused. The models in use were trained on exactly these numbers. */
static inline float brightness(unsigned char pixel)
{
    const float scale = 1 / 255.0f;
    float near = (float)pixel * scale;
    return near + ((float)pixel - near * 255.0f) * scale;
}

typedef unsigned char bytes __attribute__((vector_size(16), aligned(1), may_alias));

/* Makes one sequence of two, with a byte of each in turn. */
INLINE void shuffle(bytes to[2], bytes a, bytes b)
{
    to[0] = SHUFFLED(bytes, a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    to[1] = SHUFFLED(bytes, a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

/* Interleaves 16 pixels of every lane. After log2(LANES) shuffles of all bytes each pixel has its
 * lanes side by side: a transpose. */
INLINE void interleave_block(float *to, bytes from[LANES])
{
    bytes halves[LANES];
    for (int left = LANES; left > 1; left /= 2) {
        for (int i = 0; i < LANES / 2; i++)
            shuffle(halves + (size_t)i * 2, from[i], from[i + LANES / 2]);
        memcpy(from, halves, sizeof halves);
    }
    const unsigned char *pixels = (const unsigned char *)from;
#pragma omp simd
    for (int i = 0; i < 16 * LANES; i++)
        to[i] = brightness(pixels[i]);
}

/* Turns bytes into floats [pixel][lane]. Lanes beyond `count` are black. */
static inline void interleave(float *in, const unsigned char *images, size_t count)
{
    _Static_assert(FURROW_DIGITS_PIXELS % 16 == 0, "whole blocks");
    for (size_t pixel = 0; pixel < FURROW_DIGITS_PIXELS; pixel += 16) {
        bytes block[LANES] = {{0}};
        for (size_t lane = 0; lane < count; lane++)
            block[lane] = *(const bytes *)(images + lane * FURROW_DIGITS_PIXELS + pixel);
        interleave_block(in + pixel * LANES, block);
    }
}

#endif
