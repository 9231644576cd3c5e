/*
 * alone.h: one image, LANES of its pixels side by side, or of a dense stage's outputs.
 *
 * Each output is the same chain of multiply-adds as it is with an image per lane, so it has the
 * same bits: bias first, then by input, row and column. Included by infer.c, which is compiled once
 * per level.
 */
#ifndef FURROW__DIGITS_ALONE_H
#define FURROW__DIGITS_ALONE_H

#include "convolve.h"

/* Rows of side_in sums, of which the last kernel - 1 mean nothing, as one row of vectors. */
static size_t alone_vectors(const furrow__stage *stage)
{
    size_t sums = (stage->side - 1) * stage->side_in + stage->side;
    return (sums + LANES - 1) / LANES;
}

/* Floats that a stage writes. */
static size_t alone_size(const furrow__stage *stage)
{
    return stage->outputs * (stage->side_out * stage->side_out + alone_vectors(stage) * LANES);
}

static float larger(float a, float b)
{
    return a > b ? a : b;
}

static void pool_alone(float *restrict out, const float *restrict sums, const furrow__stage *stage)
{
    for (size_t y = 0; y < stage->side_out; y++, out += stage->side_out) {
        const float *above = sums + 2 * y * stage->side_in, *below = above + stage->side_in;
        for (size_t x = 0; x < stage->side_out; x++) {
            float left = larger(above[2 * x], below[2 * x]);
            float right = larger(above[2 * x + 1], below[2 * x + 1]);
            out[x] = larger(larger(left, right), 0);
        }
    }
}

static void crop_alone(float *restrict out, const float *restrict sums, const furrow__stage *stage)
{
    for (size_t y = 0; y < stage->side; y++)
        memcpy(out + y * stage->side, sums + y * stage->side_in, stage->side * sizeof *out);
}

/* in[inputs][side_in][side_in] to out[outputs][side_out][side_out]. The sums of all channels stand
 * behind the outputs. */
static void convolve_alone(float *out, const float *in, const furrow__stage *stage,
                           const float *packed)
{
    convolution c = {
        .in = in,
        .inputs = stage->inputs,
        .plane = stage->side_in * stage->side_in,
        .stride = stage->side_in,
        .rows = stage->side_in,
        .kernel = stage->kernel,
        .step = 1,
        .width = alone_vectors(stage),
        .rectified = stage->rectified,
        .packed = packed,
    };
    size_t size = stage->side_out * stage->side_out, plane = c.width * LANES;
    float *sums = out + stage->outputs * size;
    convolve(sums, &c, stage->outputs, 1);
    for (size_t i = 0; i < stage->outputs; i++)
        if (stage->pooled)
            pool_alone(out + i * size, sums + i * plane, stage);
        else
            crop_alone(out + i * size, sums + i * plane, stage);
}

/* The outputs of a group. */
typedef float group_lanes __attribute__((vector_size(8 * sizeof(float)), aligned(4), may_alias));

enum { GROUPS_AT_ONCE = 4 }; /* so that a multiply-add waits for none */

/* Adds `factor` times the next weights of a group; of the last few, nothing beyond `end` is read.
 */
INLINE void add_group(group_lanes *sums, const float *weights, size_t channels, const float *end,
                      float factor)
{
    group_lanes some = {0};
    if (end - weights >= 8)
        some = *(const group_lanes *)weights;
    else
        memcpy(&some, weights, channels * sizeof *weights);
    *sums += some * factor;
}

/* GROUPS_AT_ONCE groups from channel `first` on, of which the last may be there more than once;
 * returns the channel behind them. */
static size_t multiply_groups(float *out, const float *in, const furrow__stage *stage,
                              const float *packed, size_t first)
{
    const float *end = packed + stage->outputs * (1 + stage->inputs), *weights[GROUPS_AT_ONCE];
    size_t firsts[GROUPS_AT_ONCE], channels[GROUPS_AT_ONCE];
    group_lanes sums[GROUPS_AT_ONCE];
    for (size_t g = 0; g < GROUPS_AT_ONCE; g++) {
        bool another = first < stage->outputs;
        firsts[g] = another ? first : firsts[g - 1];
        channels[g] = furrow__net_group(stage->outputs, firsts[g]);
        weights[g] = packed + firsts[g] * (1 + stage->inputs);
        sums[g] = (group_lanes){0};
        memcpy(&sums[g], weights[g], channels[g] * sizeof *weights[g]);
        first = another ? first + channels[g] : first;
    }
    for (size_t input = 0; input < stage->inputs; input++)
#pragma GCC unroll 4
        for (size_t g = 0; g < GROUPS_AT_ONCE; g++) {
            weights[g] += channels[g];
            add_group(&sums[g], weights[g], channels[g], end, in[input]);
        }
    for (size_t g = 0; g < GROUPS_AT_ONCE; g++)
        for (size_t i = 0; i < channels[g]; i++)
            out[firsts[g] + i] = stage->rectified ? larger(sums[g][i], 0) : sums[g][i];
    return first;
}

/* in[inputs] to out[outputs]. */
static void multiply_alone(float *out, const float *in, const furrow__stage *stage,
                           const float *packed)
{
    for (size_t first = 0; first < stage->outputs;)
        first = multiply_groups(out, in, stage, packed, first);
}

#endif
