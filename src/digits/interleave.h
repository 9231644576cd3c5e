/* interleave.h: images into the lanes. Included by the files that are compiled once per level. */
#ifndef FURROW__DIGITS_INTERLEAVE_H
#define FURROW__DIGITS_INTERLEAVE_H

#include "convolve.h"

/* Bytes to [pixel][lane], white = 1; lanes beyond `count` are black. */
static inline void interleave(float *in, const unsigned char *images, size_t count)
{
    float values[256];
    for (int i = 0; i < 256; i++)
        values[i] = (float)i / 255.0f;
    if (count < LANES)
        memset(in, 0, FURROW_DIGITS_PIXELS * LANES * sizeof *in);
    for (size_t pixel = 0; pixel < FURROW_DIGITS_PIXELS; pixel++)
        for (size_t lane = 0; lane < count; lane++)
            in[pixel * LANES + lane] = values[images[lane * FURROW_DIGITS_PIXELS + pixel]];
}

#endif
