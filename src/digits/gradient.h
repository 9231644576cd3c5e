/*
 * gradient.h: what a stage's biases and weights add to the gradient, once that of its sums is
 * known. Included by learn.c, which is compiled once per level.
 */
#ifndef FURROW__DIGITS_GRADIENT_H
#define FURROW__DIGITS_GRADIENT_H

#include "convolve.h"

enum { MOST_OUTPUTS = 8, MOST_TAPS = 5 /* of a row, at once */ };

/* A stage's buffers. The gradient of `sums` has kernel - 1 columns of zeros on both sides. */
typedef struct buffers {
    float *sums, *sums_gradient; /* [outputs][side][side], before max(0, x) and pooling */
    float *out, *out_gradient;   /* [outputs][side_out][side_out] */
} buffers;

static size_t gradient_columns(const furrow__stage *stage)
{
    return stage->side + 2 * (stage->kernel - 1);
}

/* `statement` for all outputs i and taps. */
#define TAPS(statement)                                                                            \
    do {                                                                                           \
        _Pragma("GCC unroll 8") for (int i = 0; i < outputs; i++)                                  \
            _Pragma("GCC unroll 5") for (int tap = 0; tap < taps; tap++) statement;                \
    } while (0)

/* By halves: in pairs, then pairs of these, as registers add best. */
static inline float sum_of_lanes(float *values)
{
#pragma GCC unroll 4
    for (int half = LANES / 2; half > 0; half /= 2)
#pragma omp simd
        for (int lane = 0; lane < half; lane++)
            values[lane] += values[lane + half];
    return values[0];
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

/* The gradients of `taps` neighbouring weights of some outputs and one input. */
INLINE void tap_gradient(float *gradient, const furrow__stage *stage, const float *sums_gradient,
                         const float *in, const int outputs, const int taps)
{
    size_t columns = gradient_columns(stage) * LANES;
    size_t plane = stage->side * columns;
    lanes sums[MOST_OUTPUTS][MOST_TAPS];
    TAPS(sums[i][tap] = (lanes){0});
    for (size_t y = 0; y < stage->side; y++)
        for (size_t x = 0; x < stage->side * LANES; x += LANES) {
            const float *from = sums_gradient + y * columns + x;
            const lanes *pixel = (const lanes *)(in + y * stage->side_in * LANES + x);
            TAPS(sums[i][tap] += *(const lanes *)(from + (size_t)i * plane) * pixel[tap]);
        }
    TAPS(gradient[(size_t)i * stage->inputs * stage->kernel * stage->kernel + (size_t)tap] +=
         sum_of_lanes((float *)&sums[i][tap]));
}

/* Of a row of the kernel; a whole one where that is known to fit. */
INLINE void row_gradient(float *gradient, const furrow__stage *stage, const float *sums_gradient,
                         const float *in, const int outputs)
{
    size_t tap = 0;
    if (stage->kernel == 5 && 5 * outputs <= SUMS) {
        tap_gradient(gradient, stage, sums_gradient, in, outputs, 5);
        return;
    }
    for (; tap + 3 <= stage->kernel; tap += 3)
        tap_gradient(gradient + tap, stage, sums_gradient, in + tap * LANES, outputs, 3);
    if (tap + 2 == stage->kernel)
        tap_gradient(gradient + tap, stage, sums_gradient, in + tap * LANES, outputs, 2);
    else if (tap + 1 == stage->kernel)
        tap_gradient(gradient + tap, stage, sums_gradient, in + tap * LANES, outputs, 1);
}

/* As many outputs at once as there are registers for sums: 8, 4, 2 or 1. */
static size_t outputs_at_once(const furrow__stage *stage, size_t left)
{
    size_t most = MOST_OUTPUTS, taps = stage->kernel == 5 ? 5 : 3;
    while (most > left || most * taps > SUMS)
        most /= 2;
    return most;
}

static void weight_gradient(const furrow__stage *stage, const buffers *b, const float *in,
                            float *gradient)
{
    size_t plane = stage->side * gradient_columns(stage) * LANES;
    size_t taps = stage->kernel * stage->kernel;
    for (size_t first = 0, some; first < stage->outputs; first += some) {
        const float *from = b->sums_gradient + first * plane + (stage->kernel - 1) * LANES;
        some = outputs_at_once(stage, stage->outputs - first);
        for (size_t input = 0; input < stage->inputs; input++)
            for (size_t y = 0; y < stage->kernel; y++) {
                float *to = gradient + stage->weights + (first * stage->inputs + input) * taps +
                            y * stage->kernel;
                const float *row = in + (input * stage->side_in + y) * stage->side_in * LANES;
                switch (some) {
                case 1:
                    row_gradient(to, stage, from, row, 1);
                    break;
                case 2:
                    row_gradient(to, stage, from, row, 2);
                    break;
                case 4:
                    row_gradient(to, stage, from, row, 4);
                    break;
                default:
                    row_gradient(to, stage, from, row, 8);
                }
            }
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
