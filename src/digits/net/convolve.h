/*
 * convolve.h: convolution, which takes nearly all of the time.
 *
 * A block of up to 6 channels x 4 pixels keeps its sums in registers: 24 vectors of the 32 that
 * AVX-512 has, or 6 x 2 of 16. For each tap the pixels are loaded and the weights broadcast: 10
 * loads for 24 fused multiply-adds (8 for 12), so that loads need not be the limit. bench/digits
 * measures how near to the peak this is. Each sum is the same chain of additions in any block: the
 * bias, then the taps by input, row and column. Included by the files that are compiled once per
 * instruction set.
 */
#ifndef FURROW_DIGITS_NET_CONVOLVE_H
#define FURROW_DIGITS_NET_CONVOLVE_H

#include <math.h>
#include <string.h>

#include "lanes.h"
#include "net.h"

enum { MAX_PIXELS = 4 };

/* A statement for every channel i and pixel p of a block. The loops are written out, since arrays
 * stay in registers only if all indices are constants, and compilers differ in which loops they
 * unroll. */
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
    size_t inputs, rows;
    size_t plane, stride; /* floats from channel to channel, and from row to row */
    size_t kernel;
    size_t border; /* imagined rows of zeros above and below */
    size_t step;   /* floats from a tap to the next one in its row */
    size_t width;
    bool rectified;      /* negative sums become 0 */
    const float *packed; /* the weights of all groups: pack.c */
} convolution;

/* Computes the sums of a group's channels at rows x columns pixels from (x, y) on. A block of 2
 * rows must have no border. */
INLINE void sum_block(lanes sums[FURROW__GROUP][MAX_PIXELS], const convolution *c,
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
                lanes pixels[MAX_PIXELS];
                EACH_PIXEL(pixels[p] = load((p < columns ? above : below) + p % columns * LANES));
                EACH_CHANNEL(EACH_PIXEL(sums[i][p] += weights[i] * pixels[p]));
                above += c->step;
                below += c->step;
                weights += channels;
            }
        }
    }
}

/* Computes the pixels (x, y) ... (x + columns - 1, y) to out[channel][x]. */
INLINE void plain_block(float *out, size_t out_plane, const convolution *c, const float *packed,
                        size_t y, size_t x, const int channels, const int columns)
{
    enum { rows = 1 };
    lanes sums[FURROW__GROUP][MAX_PIXELS];
    sum_block(sums, c, packed, y, x, channels, rows, columns);
    lanes min = (c->rectified ? 0 : -INFINITY) - (lanes){0};
    EACH_CHANNEL(
        EACH_PIXEL(store(out + i * out_plane + (x + p) * LANES, larger_lanes(sums[i][p], min))));
}

INLINE void plain_row(float *out, size_t out_plane, const convolution *c, const float *packed,
                      size_t y, const int channels)
{
    const int max = SUMS / channels < MAX_PIXELS ? SUMS / channels : MAX_PIXELS;
    size_t x = 0;
    for (; x + (size_t)max <= c->width; x += (size_t)max)
        plain_block(out, out_plane, c, packed, y, x, channels, max);
    if (max > 2 && x + 2 <= c->width) {
        plain_block(out, out_plane, c, packed, y, x, channels, 2);
        x += 2;
    }
    if (x < c->width)
        plain_block(out, out_plane, c, packed, y, x, channels, 1);
}

/* Computes row `y` of a group of `channels` with the weights `packed`. Not inlined: with a constant
 * step compilers would keep pixels for the next tap, and run out of registers. */
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

INLINE lanes largest(const lanes pixels[MAX_PIXELS], const int count)
{
    lanes max = larger_lanes(pixels[0], pixels[1]);
    return count > 2 ? larger_lanes(max, larger_lanes(pixels[2], pixels[3])) : max;
}

/* Computes the pooled pixel (x, y), with max(0, ...). If they fit, all 4 sums of a channel are in
 * registers at once; otherwise the maximum of the row above waits in `out`. */
INLINE void pooled_block(float *out, size_t out_plane, const convolution *c, const float *packed,
                         size_t y, size_t x, const int channels)
{
    const int rows = 4 * channels <= SUMS ? 2 : 1;
    lanes sums[FURROW__GROUP][MAX_PIXELS];
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

/* As convolve_row, with half as many pixels each way: each is the largest of 2 x 2, or 0. */
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

/* Calls `row` for all groups of `outputs` channels at row y. It writes out[channel][x], with
 * `out_plane` floats from channel to channel. */
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

/* The convolution of a layer that has its input in `in`; `packed` has the weights of all layers. */
static inline convolution convolution_of(const furrow__layer *layer, const float *in,
                                         const float *packed)
{
    return (convolution){
        .in = in,
        .inputs = layer->inputs,
        .plane = layer->side_in * layer->side_in * LANES,
        .stride = layer->side_in * LANES,
        .rows = layer->side_in,
        .kernel = layer->kernel,
        .step = LANES,
        .width = layer->side,
        .rectified = layer->rectified,
        .packed = packed + layer->forward,
    };
}

/* Computes `outputs` channels to out[channel][rows][width][LANES]. */
static inline void convolve(float *restrict out, const convolution *restrict c, size_t outputs,
                            size_t rows)
{
    size_t row = c->width * LANES;
    for (size_t y = 0; y < rows; y++)
        each_group(convolve_row, out + y * row, rows * row, c, outputs, y);
}

/* The same with pooling and max(0, x): `rows` rows of width / 2 pixels. */
static inline void convolve_pooled(float *restrict out, const convolution *restrict c,
                                   size_t outputs, size_t rows)
{
    size_t row = c->width / 2 * LANES;
    for (size_t y = 0; y < rows; y++)
        each_group(convolve_pooled_row, out + y * row, rows * row, c, outputs, y);
}

#endif
