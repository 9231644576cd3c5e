/*
 * convolve.h: the one loop in which all the time goes.
 *
 * A block of 4 channels x 3 pixels (or, of a dense layer, 3 x 4 channels x 1 pixel) takes 12 vector
 * registers of sums, 3 of pixels or weights and 1 of the other: all 16 that AVX2 has. Per tap it
 * loads 3 vectors and broadcasts 4 weights for 12 fused multiply-adds, so that loads need not be
 * the limit; bench/digits says how near to the peak that comes. Included by the files that are
 * compiled once per level; FURROW__WIDTH is the number of lanes.
 */
#ifndef FURROW__DIGITS_CONVOLVE_H
#define FURROW__DIGITS_CONVOLVE_H

#include <string.h>

#include "net.h"

enum { LANES = FURROW__WIDTH, AT_ONCE = 3 /* pixels, or groups of channels */ };

/* A value of every lane. Other loops over lanes have `omp simd`; these clang 14 unrolls before it
 * looks at the pragma, and then makes no vectors of them. */
typedef float lanes __attribute__((vector_size(LANES * sizeof(float)), aligned(4), may_alias));

/* `statement` for all channels i of all groups g and pixels p of a block. Unrolled by pragma: only
 * what is indexed by constants stays in registers. */
#define BLOCK(statement)                                                                           \
    do {                                                                                           \
        _Pragma("GCC unroll 3") for (int g = 0; g < groups; g++)                                   \
            _Pragma("GCC unroll 4") for (int i = 0; i < FURROW__GROUP; i++)                        \
                _Pragma("GCC unroll 3") for (int p = 0; p < pixels; p++) statement;                \
    } while (0)

/* Reads in[inputs][rows][stride / LANES][LANES], writes rows of `width` pixels. */
typedef struct convolution {
    const float *in;
    size_t inputs, plane, stride, rows; /* floats from channel to channel, from row to row */
    size_t kernel, border;              /* rows of zeros to think above and below */
    size_t width;
    const float *packed; /* of all groups: pack.c */
} convolution;

/* `pixels` pixels from (x, y) on of `groups` groups of channels from `group` on, whose row y is at
 * out[channel][x], `out_plane` floats from channel to channel. */
static inline __attribute__((always_inline)) void convolve_block(float *out, size_t out_plane,
                                                                 const convolution *c, size_t group,
                                                                 size_t y, size_t x,
                                                                 const int groups, const int pixels)
{
    lanes sums[AT_ONCE][FURROW__GROUP][AT_ONCE];
    const float *packed[AT_ONCE];
    size_t packed_size = FURROW__GROUP * (1 + c->inputs * c->kernel * c->kernel);
    for (int g = 0; g < groups; g++)
        packed[g] = c->packed + (group + (size_t)g) * packed_size;
    BLOCK(sums[g][i][p] = packed[g][i] - (lanes){0});

    size_t first = y < c->border ? c->border - y : 0;
    size_t last = c->rows + c->border - y < c->kernel ? c->rows + c->border - y : c->kernel;
    for (size_t input = 0; input < c->inputs; input++) {
        size_t tap = FURROW__GROUP * (1 + (input * c->kernel + first) * c->kernel);
        for (size_t ky = first; ky < last; ky++) {
            const lanes *in = (const lanes *)(c->in + input * c->plane +
                                              (y + ky - c->border) * c->stride + x * LANES);
            for (size_t kx = 0; kx < c->kernel; kx++, in++, tap += FURROW__GROUP)
                BLOCK(sums[g][i][p] += packed[g][tap + (size_t)i] * in[p]);
        }
    }

    out += x * LANES;
    BLOCK(*(lanes *)(out + (size_t)(g * FURROW__GROUP + i) * out_plane + (size_t)(p * LANES)) =
              sums[g][i][p]);
}

/* Row `y` of one group. */
static void convolve_row(float *restrict out, size_t out_plane, const convolution *restrict c,
                         size_t group, size_t y)
{
    size_t x = 0;
    for (; x + 3 <= c->width; x += 3)
        convolve_block(out, out_plane, c, group, y, x, 1, 3);
    if (x + 2 == c->width)
        convolve_block(out, out_plane, c, group, y, x, 1, 2);
    else if (x + 1 == c->width)
        convolve_block(out, out_plane, c, group, y, x, 1, 1);
}

/* All of `channels` channels, to out[channel][rows][width][LANES]. */
static void convolve(float *restrict out, const convolution *restrict c, size_t channels,
                     size_t rows)
{
    size_t row = c->width * LANES, plane = rows * row;
    size_t group = 0, groups = furrow__net_padded(channels) / FURROW__GROUP;
    if (plane == LANES)
        for (; group + 3 <= groups; group += 3)
            convolve_block(out + group * FURROW__GROUP * plane, plane, c, group, 0, 0, 3, 1);
    for (; group < groups; group++)
        for (size_t y = 0; y < rows; y++)
            convolve_row(out + group * FURROW__GROUP * plane + y * row, plane, c, group, y);
}

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
