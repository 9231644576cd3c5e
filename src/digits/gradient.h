/*
 * gradient.h: what a stage's biases and weights add to the gradient, once that of its sums is
 * known. Included by learn.c, which is compiled once per level.
 */
#ifndef FURROW__DIGITS_GRADIENT_H
#define FURROW__DIGITS_GRADIENT_H

#include "convolve.h"

enum { AT_ONCE = 3 /* taps of a row */, GRADIENT_GROUP = 4 /* outputs */ };

/* A stage's buffers. The gradient of `sums` has kernel - 1 columns of zeros on both sides. */
typedef struct buffers {
    float *sums, *sums_gradient; /* [outputs][side][side], before max(0, x) and pooling */
    float *out, *out_gradient;   /* [outputs][side_out][side_out] */
} buffers;

static size_t gradient_columns(const furrow__stage *stage)
{
    return stage->side + 2 * (stage->kernel - 1);
}

static float sum_of_lanes(const float *values)
{
    float sum = 0;
    for (size_t lane = 0; lane < LANES; lane++)
        sum += values[lane];
    return sum;
}

static void bias_gradient(const furrow__stage *stage, const buffers *b, float *gradient)
{
    size_t columns = gradient_columns(stage) * LANES;
    for (size_t i = 0; i < stage->outputs; i++) {
        float sums[LANES] = {0};
        const float *from = b->sums_gradient + i * stage->side * columns;
        for (size_t x = 0; x < stage->side * columns; x += LANES)
#pragma omp simd
            for (size_t lane = 0; lane < LANES; lane++)
                sums[lane] += from[x + lane];
        gradient[stage->biases + i] += sum_of_lanes(sums);
    }
}

/* The gradients of `taps` neighbouring weights of 4 outputs and one input. */
static inline __attribute__((always_inline)) void
tap_gradient(float *gradient, const furrow__stage *stage, const float *sums_gradient,
             const float *in, size_t outputs, const int taps)
{
    size_t columns = gradient_columns(stage) * LANES;
    size_t plane = stage->side * columns;
    float sums[GRADIENT_GROUP][AT_ONCE][LANES];
    for (int i = 0; i < GRADIENT_GROUP; i++)
        for (int tap = 0; tap < taps; tap++)
#pragma omp simd
            for (int lane = 0; lane < LANES; lane++)
                sums[i][tap][lane] = 0;
    for (size_t y = 0; y < stage->side; y++)
        for (size_t x = 0; x < stage->side * LANES; x += LANES) {
            const float *from = sums_gradient + y * columns + x;
            const float *pixel = in + y * stage->side_in * LANES + x;
#pragma GCC unroll 4
            for (int i = 0; i < GRADIENT_GROUP; i++)
#pragma GCC unroll 3
                for (int tap = 0; tap < taps; tap++)
#pragma omp simd
                    for (int lane = 0; lane < LANES; lane++)
                        sums[i][tap][lane] +=
                            from[(size_t)i * plane + (size_t)lane] * pixel[tap * LANES + lane];
        }
    for (size_t i = 0; i < outputs; i++)
        for (int tap = 0; tap < taps; tap++)
            gradient[i * stage->inputs * stage->kernel * stage->kernel + (size_t)tap] +=
                sum_of_lanes(sums[i][tap]);
}

static void row_gradient(float *gradient, const furrow__stage *stage, const float *sums_gradient,
                         const float *in, size_t outputs)
{
    size_t tap = 0;
    for (; tap + 3 <= stage->kernel; tap += 3)
        tap_gradient(gradient + tap, stage, sums_gradient, in + tap * LANES, outputs, 3);
    if (tap + 2 == stage->kernel)
        tap_gradient(gradient + tap, stage, sums_gradient, in + tap * LANES, outputs, 2);
    else if (tap + 1 == stage->kernel)
        tap_gradient(gradient + tap, stage, sums_gradient, in + tap * LANES, outputs, 1);
}

static void weight_gradient(const furrow__stage *stage, const buffers *b, const float *in,
                            float *gradient)
{
    size_t plane = stage->side * gradient_columns(stage) * LANES;
    size_t taps = stage->kernel * stage->kernel;
    for (size_t first = 0; first < stage->outputs; first += GRADIENT_GROUP) {
        const float *from = b->sums_gradient + first * plane + (stage->kernel - 1) * LANES;
        size_t outputs = stage->outputs - first;
        outputs = outputs < GRADIENT_GROUP ? outputs : GRADIENT_GROUP;
        for (size_t input = 0; input < stage->inputs; input++)
            for (size_t y = 0; y < stage->kernel; y++)
                row_gradient(gradient + stage->weights + (first * stage->inputs + input) * taps +
                                 y * stage->kernel,
                             stage, from,
                             in + (input * stage->side_in + y) * stage->side_in * LANES, outputs);
    }
}

/* A dense stage has one product per weight and lane: summed over lanes by turning the input, not
 * weight by weight. */
static void dense_gradient(const furrow__stage *stage, const buffers *b, const float *in,
                           float *turned, float *gradient)
{
    for (size_t input = 0; input < stage->inputs; input++)
        for (size_t lane = 0; lane < LANES; lane++)
            turned[lane * stage->inputs + input] = in[input * LANES + lane];
    for (size_t i = 0; i < stage->outputs; i++) {
        const float *from = b->sums_gradient + i * LANES;
        float *to = gradient + stage->weights + i * stage->inputs;
#pragma omp simd
        for (size_t input = 0; input < stage->inputs; input++)
            for (size_t lane = 0; lane < LANES; lane++)
                to[input] += from[lane] * turned[lane * stage->inputs + input];
    }
}

#endif
