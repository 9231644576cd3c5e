/*
 * convolve.h: the one loop in which all the time goes: a row of four output channels.
 *
 * The block of 4 channels x 3 pixels takes 12 vector registers of sums, 3 of pixels and 1 of a
 * weight: all 16 that AVX2 has. Per tap it loads 3 vectors and broadcasts 4 weights for 12 fused
 * multiply-adds, so the multipliers, not the loads, are the limit. It is included by the files that
 * are compiled once per level; FURROW__WIDTH is the number of lanes.
 */
#ifndef FURROW__DIGITS_CONVOLVE_H
#define FURROW__DIGITS_CONVOLVE_H

#include "net.h"

enum { LANES = FURROW__WIDTH, PIXELS_AT_ONCE = 3 };

/* Reads in[inputs][rows][stride / LANES][LANES], writes rows of `width` pixels. */
typedef struct convolution {
    const float *in;
    size_t inputs, plane, stride, rows; /* floats from channel to channel, from row to row */
    size_t kernel, border;              /* rows of zeros to think above and below */
    size_t width;
    const float *packed; /* of all groups: pack.c */
} convolution;

static inline __attribute__((always_inline)) void convolve_pixels(float *out, size_t out_plane,
                                                                  const convolution *c,
                                                                  const float *packed, size_t y,
                                                                  size_t x, const int pixels)
{
    float sums[FURROW__GROUP][PIXELS_AT_ONCE][LANES];
    for (int i = 0; i < FURROW__GROUP; i++)
        for (int p = 0; p < pixels; p++)
#pragma omp simd
            for (int lane = 0; lane < LANES; lane++)
                sums[i][p][lane] = packed[i];

    size_t first = y < c->border ? c->border - y : 0;
    size_t last = c->rows + c->border - y < c->kernel ? c->rows + c->border - y : c->kernel;
    for (size_t input = 0; input < c->inputs; input++) {
        const float *weight =
            packed + FURROW__GROUP * (1 + (input * c->kernel + first) * c->kernel);
        for (size_t ky = first; ky < last; ky++) {
            const float *in =
                c->in + input * c->plane + (y + ky - c->border) * c->stride + x * LANES;
            for (size_t kx = 0; kx < c->kernel; kx++, in += LANES, weight += FURROW__GROUP) {
#pragma GCC unroll 4
                for (int i = 0; i < FURROW__GROUP; i++)
#pragma GCC unroll 3
                    for (int p = 0; p < pixels; p++)
#pragma omp simd
                        for (int lane = 0; lane < LANES; lane++)
                            sums[i][p][lane] += weight[i] * in[p * LANES + lane];
            }
        }
    }

    for (int i = 0; i < FURROW__GROUP; i++)
        for (int p = 0; p < pixels; p++)
#pragma omp simd
            for (int lane = 0; lane < LANES; lane++)
                out[(size_t)i * out_plane + (x + (size_t)p) * LANES + (size_t)lane] =
                    sums[i][p][lane];
}

/* Row `y` of the output channels 4 * group ... 4 * group + 3, each `out_plane` from the last. */
static void convolve_row(float *restrict out, size_t out_plane, const convolution *restrict c,
                         size_t group, size_t y)
{
    const float *packed =
        c->packed + group * FURROW__GROUP * (1 + c->inputs * c->kernel * c->kernel);
    size_t x = 0;
    for (; x + 3 <= c->width; x += 3)
        convolve_pixels(out, out_plane, c, packed, y, x, 3);
    if (x + 2 == c->width)
        convolve_pixels(out, out_plane, c, packed, y, x, 2);
    else if (x + 1 == c->width)
        convolve_pixels(out, out_plane, c, packed, y, x, 1);
}

/* Bytes to [pixel][lane], white = 1; lanes beyond `count` are black. */
static inline void interleave(float *in, const unsigned char *images, size_t count)
{
    for (size_t pixel = 0; pixel < FURROW_DIGITS_PIXELS; pixel++)
        for (size_t lane = 0; lane < LANES; lane++)
            in[pixel * LANES + lane] =
                lane < count ? (float)images[lane * FURROW_DIGITS_PIXELS + pixel] / 255.0f : 0;
}

#endif
