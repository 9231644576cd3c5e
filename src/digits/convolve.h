/*
 * convolve.h: the one loop in which all the time goes.
 *
 * A block of up to 6 channels x 4 pixels keeps its sums in registers: 24 vectors of the 32 that
 * AVX-512 has; 6 x 2 where there are 16. Per tap it loads the pixels and broadcasts the weights, 10
 * loads for 24 fused multiply-adds (8 for 12), so that loads need not be the limit; bench/digits
 * says how near to the peak that comes. Each sum is the same chain of additions in any block: bias,
 * then taps by input, row and column. Included by the files that are compiled once per instruction
 * set; FURROW__WIDTH is the number of lanes, FURROW__SUMS that of vectors for sums.
 */
#ifndef FURROW__DIGITS_CONVOLVE_H
#define FURROW__DIGITS_CONVOLVE_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "net.h"

enum { LANES = FURROW__WIDTH, SUMS = FURROW__SUMS, MOST_PIXELS = 4 };

/* A value of every lane. Other loops over lanes have `omp simd`; these clang 14 unrolls before it
 * looks at the pragma, and then makes no vectors of them. */
typedef float lanes __attribute__((vector_size(LANES * sizeof(float)), aligned(4), may_alias));

/* Whole numbers in lanes, or what a comparison gives. */
typedef int32_t marks __attribute__((vector_size(LANES * sizeof(float)), aligned(4), may_alias));

#define INLINE       static inline __attribute__((always_inline))
#define NEVER_INLINE __attribute__((noinline))

INLINE lanes load(const float *from)
{
    return *(const lanes *)from;
}

INLINE void store(float *to, lanes value)
{
    *(lanes *)to = value;
}

/* A statement for every channel i and pixel p of a block. Written out, since only what is indexed
 * by constants stays in registers, and compilers differ in when they unroll what. */
#define CHANNEL(n, ...)                                                                            \
    if (n < channels) {                                                                            \
        enum { i = n };                                                                            \
        __VA_ARGS__;                                                                               \
    }
#define PIXEL(n, ...)                                                                              \
    if (n < rows * columns) {                                                                      \
        enum { p = n };                                                                            \
        __VA_ARGS__;                                                                               \
    }
#define EACH_CHANNEL(...)                                                                          \
    do {                                                                                           \
        CHANNEL(0, __VA_ARGS__)                                                                    \
        CHANNEL(1, __VA_ARGS__)                                                                    \
        CHANNEL(2, __VA_ARGS__)                                                                    \
        CHANNEL(3, __VA_ARGS__)                                                                    \
        CHANNEL(4, __VA_ARGS__)                                                                    \
        CHANNEL(5, __VA_ARGS__)                                                                    \
    } while (0)
#define EACH_PIXEL(...)                                                                            \
    do {                                                                                           \
        PIXEL(0, __VA_ARGS__)                                                                      \
        PIXEL(1, __VA_ARGS__)                                                                      \
        PIXEL(2, __VA_ARGS__)                                                                      \
        PIXEL(3, __VA_ARGS__)                                                                      \
    } while (0)

/* Reads in[inputs][rows][stride / LANES][LANES], writes rows of `width` pixels. */
typedef struct convolution {
    const float *in;
    size_t inputs, plane, stride, rows; /* floats from channel to channel, from row to row */
    size_t kernel, border;              /* rows of zeros to think above and below */
    size_t step;                        /* floats from a tap to the next of its row */
    size_t width;
    bool rectified;      /* what is negative becomes 0 */
    const float *packed; /* of all groups: pack.c */
} convolution;

/* The sums of a group's channels at rows x columns pixels from (x, y) on. A block of 2 rows has no
 * border. */
INLINE void sum_block(lanes sums[FURROW__GROUP][MOST_PIXELS], const convolution *c,
                      const float *packed, size_t y, size_t x, const int channels, const int rows,
                      const int columns)
{
    EACH_CHANNEL(EACH_PIXEL(sums[i][p] = packed[i] - (lanes){0}));

    size_t first = y < c->border ? c->border - y : 0;
    size_t last = c->rows + c->border - y < c->kernel ? c->rows + c->border - y : c->kernel;
    for (size_t input = 0; input < c->inputs; input++) {
        const float *weights =
            packed + (size_t)channels * (1 + (input * c->kernel + first) * c->kernel);
        const float *in =
            c->in + input * c->plane + (y + first - c->border) * c->stride + x * LANES;
        for (size_t ky = first; ky < last; ky++, in += c->stride) {
            const float *above = in, *below = in + c->stride;
            for (size_t kx = 0; kx < c->kernel; kx++) {
                lanes pixels[MOST_PIXELS];
                EACH_PIXEL(pixels[p] = load((p < columns ? above : below) + p % columns * LANES));
                EACH_CHANNEL(EACH_PIXEL(sums[i][p] += weights[i] * pixels[p]));
                above += c->step;
                below += c->step;
                weights += channels;
            }
        }
    }
}

INLINE lanes larger_lanes(lanes a, lanes b)
{
    lanes most = a;
#pragma omp simd
    for (int lane = 0; lane < LANES; lane++)
        most[lane] = a[lane] > b[lane] ? a[lane] : b[lane];
    return most;
}

/* Pixels (x, y) ... (x + columns - 1, y) to out[channel][x]. */
INLINE void plain_block(float *out, size_t out_plane, const convolution *c, const float *packed,
                        size_t y, size_t x, const int channels, const int columns)
{
    enum { rows = 1 };
    lanes sums[FURROW__GROUP][MOST_PIXELS];
    sum_block(sums, c, packed, y, x, channels, rows, columns);
    lanes least = (c->rectified ? 0 : -INFINITY) - (lanes){0};
    EACH_CHANNEL(
        EACH_PIXEL(store(out + i * out_plane + (x + p) * LANES, larger_lanes(sums[i][p], least))));
}

INLINE void plain_row(float *out, size_t out_plane, const convolution *c, const float *packed,
                      size_t y, const int channels)
{
    const int most = SUMS / channels < MOST_PIXELS ? SUMS / channels : MOST_PIXELS;
    size_t x = 0;
    for (; x + (size_t)most <= c->width; x += (size_t)most)
        plain_block(out, out_plane, c, packed, y, x, channels, most);
    if (most > 2 && x + 2 <= c->width) {
        plain_block(out, out_plane, c, packed, y, x, channels, 2);
        x += 2;
    }
    if (x < c->width)
        plain_block(out, out_plane, c, packed, y, x, channels, 1);
}

/* Row `y` of a group of `channels`, whose weights are `packed`. Not inlined: who knows the step
 * keeps pixels for the next tap, and runs out of registers. */
static NEVER_INLINE void convolve_row(float *restrict out, size_t out_plane,
                                      const convolution *restrict c, const float *packed, size_t y,
                                      size_t channels)
{
    switch (channels) {
    case 1:
        plain_row(out, out_plane, c, packed, y, 1);
        break;
    case 2:
        plain_row(out, out_plane, c, packed, y, 2);
        break;
    case 3:
        plain_row(out, out_plane, c, packed, y, 3);
        break;
    case 4:
        plain_row(out, out_plane, c, packed, y, 4);
        break;
    case 5:
        plain_row(out, out_plane, c, packed, y, 5);
        break;
    default:
        plain_row(out, out_plane, c, packed, y, 6);
    }
}

INLINE lanes largest(const lanes pixels[MOST_PIXELS], const int count)
{
    lanes most = larger_lanes(pixels[0], pixels[1]);
    return count > 2 ? larger_lanes(most, larger_lanes(pixels[2], pixels[3])) : most;
}

/* The pooled pixel (x, y), max(0, ...) included: all 4 sums of a channel at once where they fit;
 * elsewhere those of the row above wait in `out`, not in registers. */
INLINE void pooled_block(float *out, size_t out_plane, const convolution *c, const float *packed,
                         size_t y, size_t x, const int channels)
{
    const int rows = 4 * channels <= SUMS ? 2 : 1;
    lanes sums[FURROW__GROUP][MOST_PIXELS];
    sum_block(sums, c, packed, 2 * y, 2 * x, channels, rows, 2);
    out += x * LANES;
    EACH_CHANNEL(store(out + i * out_plane, larger_lanes(largest(sums[i], 2 * rows), (lanes){0})));
    if (rows == 1) {
        sum_block(sums, c, packed, 2 * y + 1, 2 * x, channels, rows, 2);
        EACH_CHANNEL(store(out + i * out_plane,
                           larger_lanes(largest(sums[i], 2 * rows), load(out + i * out_plane))));
    }
}

INLINE void pooled_row(float *out, size_t out_plane, const convolution *c, const float *packed,
                       size_t y, const int channels)
{
    for (size_t x = 0; x < c->width / 2; x++)
        pooled_block(out, out_plane, c, packed, y, x, channels);
}

/* As convolve_row, of half as many pixels each way: each the largest of 2 x 2, or 0. */
static NEVER_INLINE void convolve_pooled_row(float *restrict out, size_t out_plane,
                                             const convolution *restrict c, const float *packed,
                                             size_t y, size_t channels)
{
    switch (channels) {
    case 1:
        pooled_row(out, out_plane, c, packed, y, 1);
        break;
    case 2:
        pooled_row(out, out_plane, c, packed, y, 2);
        break;
    case 3:
        pooled_row(out, out_plane, c, packed, y, 3);
        break;
    case 4:
        pooled_row(out, out_plane, c, packed, y, 4);
        break;
    case 5:
        pooled_row(out, out_plane, c, packed, y, 5);
        break;
    default:
        pooled_row(out, out_plane, c, packed, y, 6);
    }
}

/* Calls row(out, out_plane, c, packed, y, channels) for all groups of `outputs` channels at row y:
 * out[channel][x], `out_plane` floats from channel to channel. */
typedef void row_function(float *restrict out, size_t out_plane, const convolution *restrict c,
                          const float *packed, size_t y, size_t channels);

INLINE void each_group(row_function *row, float *out, size_t out_plane, const convolution *c,
                       size_t outputs, size_t y)
{
    size_t packed_size = 1 + c->inputs * c->kernel * c->kernel; /* of a channel */
    for (size_t first = 0; first < outputs;) {
        size_t channels = furrow__net_group(outputs, first);
        row(out + first * out_plane, out_plane, c, c->packed + first * packed_size, y, channels);
        first += channels;
    }
}

/* All of `outputs` channels, to out[channel][rows][width][LANES]. */
static inline void convolve(float *restrict out, const convolution *restrict c, size_t outputs,
                            size_t rows)
{
    size_t row = c->width * LANES;
    for (size_t y = 0; y < rows; y++)
        each_group(convolve_row, out + y * row, rows * row, c, outputs, y);
}

/* The same, then max(0, the largest of 2 x 2 pixels): `rows` and width / 2 of these. */
static inline void convolve_pooled(float *restrict out, const convolution *restrict c,
                                   size_t outputs, size_t rows)
{
    size_t row = c->width / 2 * LANES;
    for (size_t y = 0; y < rows; y++)
        each_group(convolve_pooled_row, out + y * row, rows * row, c, outputs, y);
}

#endif
