/*
 * gradient.h: the gradient of a layer's biases and weights, from the gradient of its output.
 * Included by learn.c, which is compiled once per instruction set.
 */
#ifndef FURROW_DIGITS_TRAIN_GRADIENT_H
#define FURROW_DIGITS_TRAIN_GRADIENT_H

#include "digits/net/convolve.h"
#include "transpose.h"

enum { MAX_OUTPUTS = 8, MAX_TAPS = 9 /* of an output */ }; /* at once */

/* A layer's buffers. */
typedef struct buffers {
    float *out, *out_gradient; /* [outputs][side_out][side_out] */
    float *sums_gradient; /* [outputs][side][gradient_columns], with zeros on both sides; in pooled
                             layers the same as `out_gradient` */
    float *winners;       /* of pooled layers: which of four sums is the largest, as `marks` */
} buffers;

/* Columns of zeros on each side of a gradient, which back-propagation convolves. */
static size_t gradient_border(const furrow__layer *layer)
{
    return layer->pooled ? 0 : layer->kernel - 1;
}

static size_t gradient_columns(const furrow__layer *layer)
{
    return layer->side_out + 2 * gradient_border(layer);
}

/* Computes the gradient of the sums, before max(0, x), and that of the biases. */
static void sums_gradient(const furrow__layer *layer, const buffers *b, float *gradient)
{
    size_t side = layer->side_out, columns = gradient_columns(layer);
    lanes min = (layer->rectified || layer->pooled ? 0 : -INFINITY) - (lanes){0};
    for (size_t i = 0; i < layer->outputs; i++) {
        float sums[LANES];
        lanes sum = {0};
        for (size_t y = 0; y < side; y++) {
            size_t at = (i * side + y) * side * LANES;
            float *to =
                b->sums_gradient + ((i * side + y) * columns + gradient_border(layer)) * LANES;
            for (size_t x = 0; x < side * LANES; x += LANES) {
                marks live = load(b->out + at + x) > min;
                lanes slope = (lanes)(live & (marks)load(b->out_gradient + at + x));
                store(to + x, slope);
                sum += slope;
            }
        }
        store(sums, sum);
        add_lanes(gradient + layer->biases + i, sums, 1);
    }
}

/* Rows of a gradient of sums, and of the input of these sums. */
typedef struct band {
    const float *slopes, *in;
    size_t plane, stride; /* of `slopes`: floats from output to output, from row to row */
    size_t in_stride;
    size_t rows, columns;
} band;

/* Runs `statement` for all outputs i and taps. */
#define TAPS(statement)                                                                            \
    do {                                                                                           \
        _Pragma("GCC unroll 8") for (size_t i = 0; i < outputs; i++)                               \
            _Pragma("GCC unroll 9") for (size_t tap = 0; tap < rows * columns; tap++) statement;   \
    } while (0)

/* Adds the gradient of rows x columns taps, from (tap_x, tap_y) on, to
 * to[outputs][kernel][kernel]. */
INLINE void tap_gradient(float *to, size_t kernel, const band *b, size_t tap_y, size_t tap_x,
                         const size_t outputs, const size_t rows, const size_t columns)
{
    const float *in = b->in + tap_y * b->in_stride + tap_x * LANES;
    lanes sums[MAX_OUTPUTS][MAX_TAPS];
    to += (tap_y * kernel + tap_x) * LANES;
#define TAP_AT ((i * kernel * kernel + tap / columns * kernel + tap % columns) * LANES)
    TAPS(sums[i][tap] = load(to + TAP_AT));
    for (size_t y = 0; y < b->rows; y++)
        for (size_t x = 0; x < b->columns * LANES; x += LANES) {
            const float *slope = b->slopes + y * b->stride + x;
            const float *pixel = in + y * b->in_stride + x;
            TAPS(sums[i][tap] +=
                 load(slope + i * b->plane) *
                 load(pixel + tap / columns * b->in_stride + tap % columns * LANES));
        }
    TAPS(store(to + TAP_AT, sums[i][tap]));
#undef TAP_AT
}

/* Adds the gradient of all taps: of a whole kernel or of a row at once, if they fit into
 * registers. */
INLINE void kernel_gradient(float *to, size_t kernel, const band *b, const size_t outputs)
{
    if (kernel == 3 && 9 * outputs <= SUMS) {
        tap_gradient(to, kernel, b, 0, 0, outputs, 3, 3);
        return;
    }
    for (size_t y = 0; y < kernel; y++) {
        size_t x = 0;
        if (kernel == 5 && 5 * outputs <= SUMS) {
            tap_gradient(to, kernel, b, y, 0, outputs, 1, 5);
            continue;
        }
        for (; x + 3 <= kernel; x += 3)
            tap_gradient(to, kernel, b, y, x, outputs, 1, 3);
        if (x + 2 == kernel)
            tap_gradient(to, kernel, b, y, x, outputs, 1, 2);
        else if (x + 1 == kernel)
            tap_gradient(to, kernel, b, y, x, outputs, 1, 1);
    }
}

static NEVER_INLINE void band_gradient(float *to, size_t kernel, const band *b, size_t outputs)
{
    switch (outputs) {
    case 1:
        kernel_gradient(to, kernel, b, 1);
        break;
    case 2:
        kernel_gradient(to, kernel, b, 2);
        break;
    case 4:
        kernel_gradient(to, kernel, b, 4);
        break;
    default:
        kernel_gradient(to, kernel, b, 8);
    }
}

/* The number of outputs at once: 8, 4, 2 or 1, as there are registers for sums. */
static size_t outputs_at_once(const furrow__layer *layer, size_t left)
{
    size_t max = MAX_OUTPUTS, taps = layer->kernel == 5 ? 5 : 3;
    if (layer->kernel == 3 && 2 * 9 <= SUMS)
        taps = 9;
    while (max > left || max * taps > SUMS)
        max /= 2;
    return max;
}

/* Spreads row y of a gradient to the rows 2 y and 2 y + 1 of sums that were pooled, for some
 * outputs. */
static void unpool(float *to, const furrow__layer *layer, const buffers *b, size_t first,
                   size_t some, size_t y)
{
    size_t row = 2 * layer->side_out * LANES;
    for (size_t i = 0; i < some; i++, to += 2 * row) {
        size_t from = ((first + i) * layer->side_out + y) * layer->side_out * LANES;
        for (size_t x = 0; x < layer->side_out * LANES; x += LANES) {
            marks slope = (marks)load(b->sums_gradient + from + x);
            marks winner = (marks)load(b->winners + from + x);
            store(to + 2 * x, (lanes)(slope & (winner == 0)));
            store(to + 2 * x + LANES, (lanes)(slope & (winner == 1)));
            store(to + row + 2 * x, (lanes)(slope & (winner == 2)));
            store(to + row + 2 * x + LANES, (lanes)(slope & (winner == 3)));
        }
    }
}

/* Works on two rows at a time, which stay in the cache. */
static void pooled_gradient(float *sums, float *rows, const furrow__layer *layer, const buffers *b,
                            const float *in, size_t first, size_t some)
{
    band two = {
        .slopes = rows,
        .plane = 4 * layer->side_out * LANES,
        .stride = 2 * layer->side_out * LANES,
        .in_stride = layer->side_in * LANES,
        .rows = 2,
        .columns = 2 * layer->side_out,
    };
    for (size_t y = 0; y < layer->side_out; y++) {
        unpool(rows, layer, b, first, some, y);
        two.in = in + 2 * y * two.in_stride;
        band_gradient(sums, layer->kernel, &two, some);
    }
}

static void plain_gradient(float *sums, const furrow__layer *layer, const buffers *b,
                           const float *in, size_t first, size_t some)
{
    size_t columns = gradient_columns(layer);
    band all = {
        .slopes = b->sums_gradient + (first * layer->side * columns + layer->kernel - 1) * LANES,
        .in = in,
        .plane = layer->side * columns * LANES,
        .stride = columns * LANES,
        .in_stride = layer->side_in * LANES,
        .rows = layer->side,
        .columns = layer->side,
    };
    band_gradient(sums, layer->kernel, &all, some);
}

/* Floats of `work` that weight_gradient needs. */
static size_t weight_gradient_size(const furrow__layer *layer)
{
    size_t rows = layer->pooled ? 4 * layer->side_out : 0;
    return MAX_OUTPUTS * (layer->kernel * layer->kernel + rows) * LANES;
}

static void weight_gradient(const furrow__layer *layer, const buffers *b, const float *in,
                            float *work, float *gradient)
{
    size_t taps = layer->kernel * layer->kernel;
    float *rows = work + MAX_OUTPUTS * taps * LANES;
    for (size_t first = 0, some; first < layer->outputs; first += some) {
        some = outputs_at_once(layer, layer->outputs - first);
        for (size_t input = 0; input < layer->inputs; input++) {
            const float *plane = in + input * layer->side_in * layer->side_in * LANES;
            memset(work, 0, some * taps * LANES * sizeof *work);
            if (layer->pooled)
                pooled_gradient(work, rows, layer, b, plane, first, some);
            else
                plain_gradient(work, layer, b, plane, first, some);
            for (size_t i = 0; i < some; i++)
                add_lanes(gradient + layer->weights + ((first + i) * layer->inputs + input) * taps,
                          work + i * taps * LANES, taps);
        }
    }
}

/* Inputs and outputs of a dense layer that are computed together. */
enum { DENSE_VECTORS = SUMS < 16 ? 2 : 4, DENSE_INPUTS = DENSE_VECTORS * LANES, DENSE_OUTPUTS = 4 };

/* The number of inputs, rounded up to whole blocks. */
static size_t dense_inputs(const furrow__layer *layer)
{
    return (layer->inputs + DENSE_INPUTS - 1) / DENSE_INPUTS * DENSE_INPUTS;
}

static size_t dense_gradient_size(const furrow__layer *layer)
{
    return dense_inputs(layer) * LANES;
}

/* Adds the gradient of up to DENSE_INPUTS weights of each of some outputs: slopes[outputs][LANES]
 * times transposed[LANES][stride]. */
INLINE void dense_block(float *gradient, size_t inputs, const float *slopes,
                        const float *transposed, size_t stride, size_t some, const size_t outputs)
{
    lanes sums[DENSE_OUTPUTS][DENSE_VECTORS];
    const size_t rows = DENSE_VECTORS, columns = 1; /* of TAPS */
    TAPS(sums[i][tap] = (lanes){0});
    for (size_t lane = 0; lane < LANES; lane++)
        TAPS(sums[i][tap] +=
             slopes[i * LANES + lane] * load(transposed + lane * stride + tap * LANES));
    for (size_t i = 0; i < outputs; i++) {
        const float *from = (const float *)sums[i];
#pragma omp simd
        for (size_t input = 0; input < some; input++)
            gradient[i * inputs + input] += from[input];
    }
}

/* A dense layer has one product per weight and lane. The input is transposed, so that the sum over
 * lanes is not taken weight by weight. */
static void dense_gradient(const furrow__layer *layer, const buffers *b, const float *in,
                           float *transposed, float *gradient)
{
    size_t inputs = layer->inputs, stride = dense_inputs(layer);
    for (size_t i = 0; i < stride; i += LANES)
        transpose(transposed + i, stride, LANES, in + i * LANES, LANES,
                  i < inputs ? inputs - i : 0);
    for (size_t first = 0; first < inputs; first += DENSE_INPUTS) {
        size_t some = inputs - first < DENSE_INPUTS ? inputs - first : DENSE_INPUTS, output = 0;
        float *to = gradient + layer->weights + first;
        for (; output + DENSE_OUTPUTS <= layer->outputs; output += DENSE_OUTPUTS)
            dense_block(to + output * inputs, inputs, b->sums_gradient + output * LANES,
                        transposed + first, stride, some, DENSE_OUTPUTS);
        for (; output < layer->outputs; output++)
            dense_block(to + output * inputs, inputs, b->sums_gradient + output * LANES,
                        transposed + first, stride, some, 1);
    }
}

#endif
