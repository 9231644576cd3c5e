/*
 * alone.h: one image, LANES of its pixels side by side, or of a dense stage's outputs.
 *
 * Each output is the same chain of multiply-adds as it is with an image per lane, so it has the
 * same bits: bias first, then by input, row and column. Included by infer.c, which is compiled once
 * per instruction set.
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

/* The groups that are summed up at once. */
struct groups {
    size_t first[GROUPS_AT_ONCE], channels[GROUPS_AT_ONCE];
    const float *weights[GROUPS_AT_ONCE];
};

/* From channel `first` on; where there are no more, the last one again. Returns the channel behind
 * them. */
static size_t find_groups(struct groups *groups, const furrow__stage *stage, const float *packed,
                          size_t first)
{
    for (size_t g = 0; g < GROUPS_AT_ONCE; g++) {
        bool another = first < stage->outputs;
        groups->first[g] = another ? first : groups->first[g - 1];
        groups->channels[g] = furrow__net_group(stage->outputs, groups->first[g]);
        groups->weights[g] = packed + groups->first[g] * (1 + stage->inputs);
        first = another ? first + groups->channels[g] : first;
    }
    return first;
}

/* The weights of a group from `from` on, of which there may be fewer than group_lanes has. */
static void load_last(group_lanes *to, const float *from, size_t channels)
{
    *to = (group_lanes){0};
    memcpy(to, from, channels * sizeof *from);
}

/* How many inputs have group_lanes of weights before `end`, those of every group. */
static size_t whole_inputs(const struct groups *groups, size_t inputs, const float *end)
{
    for (size_t g = 0; g < GROUPS_AT_ONCE; g++) {
        size_t left = (size_t)(end - groups->weights[g]), n = groups->channels[g];
        size_t whole = left < n + 8 ? 0 : (left - n - 8) / n + 1;
        inputs = whole < inputs ? whole : inputs;
    }
    return inputs;
}

#define EACH_GROUP(...)                                                                            \
    do {                                                                                           \
        GROUP(0, __VA_ARGS__)                                                                      \
        GROUP(1, __VA_ARGS__)                                                                      \
        GROUP(2, __VA_ARGS__)                                                                      \
        GROUP(3, __VA_ARGS__)                                                                      \
    } while (0)
#define GROUP(n, ...)                                                                              \
    {                                                                                              \
        enum { g = n };                                                                            \
        __VA_ARGS__;                                                                               \
    }

static void sum_groups(group_lanes sums[GROUPS_AT_ONCE], const struct groups *groups,
                       const float *in, size_t inputs, const float *end)
{
    group_lanes at[GROUPS_AT_ONCE], last;
    EACH_GROUP(load_last(&at[g], groups->weights[g], groups->channels[g]));
    size_t whole = whole_inputs(groups, inputs, end);
    for (size_t i = 0; i < whole; i++)
        EACH_GROUP(at[g] += in[i] * *(const group_lanes *)(groups->weights[g] +
                                                           groups->channels[g] * (1 + i)));
    for (size_t i = whole; i < inputs; i++)
        EACH_GROUP(load_last(&last, groups->weights[g] + groups->channels[g] * (1 + i),
                             groups->channels[g]);
                   at[g] += in[i] * last);
    EACH_GROUP(sums[g] = at[g]);
}

/* in[inputs] to out[outputs]. */
static void multiply_alone(float *out, const float *in, const furrow__stage *stage,
                           const float *packed)
{
    const float *end = packed + stage->outputs * (1 + stage->inputs);
    struct groups groups;
    for (size_t first = 0; first < stage->outputs;) {
        group_lanes sums[GROUPS_AT_ONCE];
        first = find_groups(&groups, stage, packed, first);
        sum_groups(sums, &groups, in, stage->inputs, end);
        for (size_t g = 0; g < GROUPS_AT_ONCE; g++)
            for (size_t i = 0; i < groups.channels[g]; i++)
                out[groups.first[g] + i] = stage->rectified ? larger(sums[g][i], 0) : sums[g][i];
    }
}

#endif
