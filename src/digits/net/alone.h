/*
 * alone.h: inference of one image, with LANES of its pixels side by side, or LANES outputs of a
 * dense layer.
 *
 * Each output is the same chain of multiply-adds as with an image per lane, so it has the same
 * bits: the bias first, then inputs, rows and columns in order. Included by infer.c, which is
 * compiled once per instruction set.
 */
#ifndef FURROW_DIGITS_NET_ALONE_H
#define FURROW_DIGITS_NET_ALONE_H

#include "convolve.h"

/* The number of vectors for all sums of a channel. The rows of side_in sums are computed as one
 * row; the last kernel - 1 sums of each are undefined. */
static size_t alone_vectors(const furrow__layer *layer)
{
    size_t sums = (layer->side - 1) * layer->side_in + layer->side;
    return (sums + LANES - 1) / LANES;
}

/* Floats that a layer writes. */
static size_t alone_size(const furrow__layer *layer)
{
    return layer->outputs * (layer->side_out * layer->side_out + alone_vectors(layer) * LANES);
}

static float larger(float a, float b)
{
    return a > b ? a : b;
}

static void pool_alone(float *restrict out, const float *restrict sums, const furrow__layer *layer)
{
    for (size_t y = 0; y < layer->side_out; y++, out += layer->side_out) {
        const float *above = sums + 2 * y * layer->side_in, *below = above + layer->side_in;
        for (size_t x = 0; x < layer->side_out; x++) {
            float left = larger(above[2 * x], below[2 * x]);
            float right = larger(above[2 * x + 1], below[2 * x + 1]);
            out[x] = larger(larger(left, right), 0);
        }
    }
}

static void crop_alone(float *restrict out, const float *restrict sums, const furrow__layer *layer)
{
    for (size_t y = 0; y < layer->side; y++)
        memcpy(out + y * layer->side, sums + y * layer->side_in, layer->side * sizeof *out);
}

/* Convolves in[inputs][side_in][side_in] to out[outputs][side_out][side_out]. The sums of all
 * channels are stored behind the outputs. */
static void convolve_alone(float *out, const float *in, const furrow__layer *layer,
                           const float *packed)
{
    convolution c = {
        .in = in,
        .inputs = layer->inputs,
        .plane = layer->side_in * layer->side_in,
        .stride = layer->side_in,
        .rows = layer->side_in,
        .kernel = layer->kernel,
        .step = 1,
        .width = alone_vectors(layer),
        .rectified = layer->rectified,
        .packed = packed,
    };
    size_t size = layer->side_out * layer->side_out, plane = c.width * LANES;
    float *sums = out + layer->outputs * size;
    convolve(sums, &c, layer->outputs, 1);
    for (size_t i = 0; i < layer->outputs; i++)
        if (layer->pooled)
            pool_alone(out + i * size, sums + i * plane, layer);
        else
            crop_alone(out + i * size, sums + i * plane, layer);
}

/* The outputs of a group, at most 8. */
typedef float group_lanes __attribute__((vector_size(8 * sizeof(float)), aligned(4), may_alias));

enum { GROUPS_AT_ONCE = 4 }; /* so that no multiply-add waits for the one before */

/* The groups whose sums are computed at once. */
struct groups {
    size_t first[GROUPS_AT_ONCE], channels[GROUPS_AT_ONCE];
    const float *weights[GROUPS_AT_ONCE];
};

/* Finds the groups from channel `first` on. If there are too few, the last one is repeated. Returns
 * the channel behind them. */
static size_t find_groups(struct groups *groups, const furrow__layer *layer, const float *packed,
                          size_t first)
{
    for (size_t g = 0; g < GROUPS_AT_ONCE; g++) {
        bool another = first < layer->outputs;
        groups->first[g] = another ? first : groups->first[g - 1];
        groups->channels[g] = furrow__net_group(layer->outputs, groups->first[g]);
        groups->weights[g] = packed + groups->first[g] * (1 + layer->inputs);
        first = another ? first + groups->channels[g] : first;
    }
    return first;
}

/* Loads the weights of a group, which may be fewer than group_lanes has. */
static void load_last(group_lanes *to, const float *from, size_t channels)
{
    *to = (group_lanes){0};
    memcpy(to, from, channels * sizeof *from);
}

/* The number of inputs for which every group can load 8 weights without reading beyond `end`. */
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

/* Multiplies in[inputs] by the weights to out[outputs]. */
static void multiply_alone(float *out, const float *in, const furrow__layer *layer,
                           const float *packed)
{
    const float *end = packed + layer->outputs * (1 + layer->inputs);
    struct groups groups;
    for (size_t first = 0; first < layer->outputs;) {
        group_lanes sums[GROUPS_AT_ONCE];
        first = find_groups(&groups, layer, packed, first);
        sum_groups(sums, &groups, in, layer->inputs, end);
        for (size_t g = 0; g < GROUPS_AT_ONCE; g++)
            for (size_t i = 0; i < groups.channels[g]; i++)
                out[groups.first[g] + i] = layer->rectified ? larger(sums[g][i], 0) : sums[g][i];
    }
}

#endif
