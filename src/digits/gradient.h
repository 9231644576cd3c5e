/*
 * gradient.h: what a stage's biases and weights add to the gradient, once that of what it gave out
 * is known. Included by learn.c, which is compiled once per instruction set.
 */
#ifndef FURROW__DIGITS_GRADIENT_H
#define FURROW__DIGITS_GRADIENT_H

#include "convolve.h"
#include "turn.h"

enum { MOST_OUTPUTS = 8, MOST_TAPS = 9 /* of an output, at once */ };

/* A stage's buffers. */
typedef struct buffers {
    float *out, *out_gradient; /* [outputs][side_out][side_out] */
    float *sums_gradient;      /* [outputs][side][gradient_columns], zeros on both sides; of pooled
                                  stages `out_gradient` */
    float *winners;            /* of pooled stages: which of the four went on, as `marks` */
} buffers;

/* Columns of zeros on each side of a gradient that is convolved on the way back. */
static size_t gradient_border(const furrow__stage *stage)
{
    return stage->pooled ? 0 : stage->kernel - 1;
}

static size_t gradient_columns(const furrow__stage *stage)
{
    return stage->side_out + 2 * gradient_border(stage);
}

/* Through max(0, x); and what the biases get. */
static void sums_gradient(const furrow__stage *stage, const buffers *b, float *gradient)
{
    size_t side = stage->side_out, columns = gradient_columns(stage);
    lanes least = (stage->rectified || stage->pooled ? 0 : -INFINITY) - (lanes){0};
    for (size_t i = 0; i < stage->outputs; i++) {
        float sums[LANES];
        lanes sum = {0};
        for (size_t y = 0; y < side; y++) {
            size_t at = (i * side + y) * side * LANES;
            float *to =
                b->sums_gradient + ((i * side + y) * columns + gradient_border(stage)) * LANES;
            for (size_t x = 0; x < side * LANES; x += LANES) {
                marks live = load(b->out + at + x) > least;
                lanes slope = (lanes)(live & (marks)load(b->out_gradient + at + x));
                store(to + x, slope);
                sum += slope;
            }
        }
        store(sums, sum);
        add_lanes(gradient + stage->biases + i, sums, 1);
    }
}

/* Rows of a gradient of sums, and of the input that they were made of. */
typedef struct band {
    const float *slopes, *in;
    size_t plane, stride; /* of `slopes`: floats from output to output, from row to row */
    size_t in_stride;
    size_t rows, columns;
} band;

/* `statement` for all outputs i and taps. */
#define TAPS(statement)                                                                            \
    do {                                                                                           \
        _Pragma("GCC unroll 8") for (size_t i = 0; i < outputs; i++)                               \
            _Pragma("GCC unroll 9") for (size_t tap = 0; tap < rows * columns; tap++) statement;   \
    } while (0)

/* Adds to to[outputs][kernel][kernel], of which rows x columns taps from the first on. */
INLINE void tap_gradient(float *to, size_t kernel, const band *b, size_t tap_y, size_t tap_x,
                         const size_t outputs, const size_t rows, const size_t columns)
{
    const float *in = b->in + tap_y * b->in_stride + tap_x * LANES;
    lanes sums[MOST_OUTPUTS][MOST_TAPS];
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

/* All taps: a whole kernel or a row of it where they are known to fit. */
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

/* As many outputs at once as there are registers for sums: 8, 4, 2 or 1. */
static size_t outputs_at_once(const furrow__stage *stage, size_t left)
{
    size_t most = MOST_OUTPUTS, taps = stage->kernel == 5 ? 5 : 3;
    if (stage->kernel == 3 && 2 * 9 <= SUMS)
        taps = 9;
    while (most > left || most * taps > SUMS)
        most /= 2;
    return most;
}

/* The gradient of sums whose rows 2 y and 2 y + 1 were pooled, of some outputs. */
static void unpool(float *to, const furrow__stage *stage, const buffers *b, size_t first,
                   size_t some, size_t y)
{
    size_t row = 2 * stage->side_out * LANES;
    for (size_t i = 0; i < some; i++, to += 2 * row) {
        size_t from = ((first + i) * stage->side_out + y) * stage->side_out * LANES;
        for (size_t x = 0; x < stage->side_out * LANES; x += LANES) {
            marks slope = (marks)load(b->sums_gradient + from + x);
            marks winner = (marks)load(b->winners + from + x);
            store(to + 2 * x, (lanes)(slope & (winner == 0)));
            store(to + 2 * x + LANES, (lanes)(slope & (winner == 1)));
            store(to + row + 2 * x, (lanes)(slope & (winner == 2)));
            store(to + row + 2 * x + LANES, (lanes)(slope & (winner == 3)));
        }
    }
}

/* Two rows at a time, which stay in the cache. */
static void pooled_gradient(float *sums, float *rows, const furrow__stage *stage, const buffers *b,
                            const float *in, size_t first, size_t some)
{
    band two = {
        .slopes = rows,
        .plane = 4 * stage->side_out * LANES,
        .stride = 2 * stage->side_out * LANES,
        .in_stride = stage->side_in * LANES,
        .rows = 2,
        .columns = 2 * stage->side_out,
    };
    for (size_t y = 0; y < stage->side_out; y++) {
        unpool(rows, stage, b, first, some, y);
        two.in = in + 2 * y * two.in_stride;
        band_gradient(sums, stage->kernel, &two, some);
    }
}

static void plain_gradient(float *sums, const furrow__stage *stage, const buffers *b,
                           const float *in, size_t first, size_t some)
{
    size_t columns = gradient_columns(stage);
    band all = {
        .slopes = b->sums_gradient + (first * stage->side * columns + stage->kernel - 1) * LANES,
        .in = in,
        .plane = stage->side * columns * LANES,
        .stride = columns * LANES,
        .in_stride = stage->side_in * LANES,
        .rows = stage->side,
        .columns = stage->side,
    };
    band_gradient(sums, stage->kernel, &all, some);
}

/* Floats of `work` that weight_gradient needs. */
static size_t weight_gradient_size(const furrow__stage *stage)
{
    size_t rows = stage->pooled ? 4 * stage->side_out : 0;
    return MOST_OUTPUTS * (stage->kernel * stage->kernel + rows) * LANES;
}

static void weight_gradient(const furrow__stage *stage, const buffers *b, const float *in,
                            float *work, float *gradient)
{
    size_t taps = stage->kernel * stage->kernel;
    float *rows = work + MOST_OUTPUTS * taps * LANES;
    for (size_t first = 0, some; first < stage->outputs; first += some) {
        some = outputs_at_once(stage, stage->outputs - first);
        for (size_t input = 0; input < stage->inputs; input++) {
            const float *plane = in + input * stage->side_in * stage->side_in * LANES;
            memset(work, 0, some * taps * LANES * sizeof *work);
            if (stage->pooled)
                pooled_gradient(work, rows, stage, b, plane, first, some);
            else
                plain_gradient(work, stage, b, plane, first, some);
            for (size_t i = 0; i < some; i++)
                add_lanes(gradient + stage->weights + ((first + i) * stage->inputs + input) * taps,
                          work + i * taps * LANES, taps);
        }
    }
}

/* Inputs of a dense stage that are computed together, and outputs. */
enum { DENSE_VECTORS = SUMS < 16 ? 2 : 4, DENSE_INPUTS = DENSE_VECTORS * LANES, DENSE_OUTPUTS = 4 };

/* Inputs, filled up to whole blocks. */
static size_t dense_inputs(const furrow__stage *stage)
{
    return (stage->inputs + DENSE_INPUTS - 1) / DENSE_INPUTS * DENSE_INPUTS;
}

static size_t dense_gradient_size(const furrow__stage *stage)
{
    return dense_inputs(stage) * LANES;
}

/* Up to DENSE_INPUTS weights of each of some outputs: slopes[outputs][LANES] times
 * turned[LANES][stride]. */
INLINE void dense_block(float *gradient, size_t inputs, const float *slopes, const float *turned,
                        size_t stride, size_t some, const size_t outputs)
{
    lanes sums[DENSE_OUTPUTS][DENSE_VECTORS];
    const size_t rows = DENSE_VECTORS, columns = 1; /* of TAPS */
    TAPS(sums[i][tap] = (lanes){0});
    for (size_t lane = 0; lane < LANES; lane++)
        TAPS(sums[i][tap] += slopes[i * LANES + lane] * load(turned + lane * stride + tap * LANES));
    for (size_t i = 0; i < outputs; i++) {
        const float *from = (const float *)sums[i];
#pragma omp simd
        for (size_t input = 0; input < some; input++)
            gradient[i * inputs + input] += from[input];
    }
}

/* A dense stage has one product per weight and lane: summed over lanes by turning the input, not
 * weight by weight. */
static void dense_gradient(const furrow__stage *stage, const buffers *b, const float *in,
                           float *turned, float *gradient)
{
    size_t inputs = stage->inputs, stride = dense_inputs(stage);
    for (size_t i = 0; i < stride; i += LANES)
        turn(turned + i, stride, LANES, in + i * LANES, LANES, i < inputs ? inputs - i : 0);
    for (size_t first = 0; first < inputs; first += DENSE_INPUTS) {
        size_t some = inputs - first < DENSE_INPUTS ? inputs - first : DENSE_INPUTS, output = 0;
        float *to = gradient + stage->weights + first;
        for (; output + DENSE_OUTPUTS <= stage->outputs; output += DENSE_OUTPUTS)
            dense_block(to + output * inputs, inputs, b->sums_gradient + output * LANES,
                        turned + first, stride, some, DENSE_OUTPUTS);
        for (; output < stage->outputs; output++)
            dense_block(to + output * inputs, inputs, b->sums_gradient + output * LANES,
                        turned + first, stride, some, 1);
    }
}

#endif
