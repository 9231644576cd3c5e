#include "net.h"

#include <string.h>

/* Weights that are packed in groups of n channels: n biases, then weights [rows][taps][n]. */
typedef struct grid {
    size_t channels, rows, taps;       /* taps = kernel * kernel */
    size_t channel_stride, row_stride; /* in the parameters */
    bool rotated;
} grid;

static void pack_group(const grid *g, const float *weights, const float *biases, size_t channels,
                       float *packed)
{
    for (size_t i = 0; i < channels; i++)
        *packed++ = biases ? biases[i] : 0;
    for (size_t row = 0; row < g->rows; row++)
        for (size_t tap = 0; tap < g->taps; tap++) {
            size_t from = row * g->row_stride + (g->rotated ? g->taps - 1 - tap : tap);
            for (size_t i = 0; i < channels; i++)
                *packed++ = weights[i * g->channel_stride + from];
        }
}

static void pack(const grid *g, const float *weights, const float *biases, float *packed)
{
    for (size_t first = 0; first < g->channels;) {
        size_t channels = furrow__net_group(g->channels, first);
        pack_group(g, weights + first * g->channel_stride, biases ? biases + first : NULL, channels,
                   packed + first * (1 + g->rows * g->taps));
        first += channels;
    }
}

void furrow__net_pack(const furrow__net *net, const float *parameters, float *packed)
{
    for (size_t i = 0; i < net->count; i++) {
        const furrow__layer *layer = &net->layers[i];
        size_t taps = layer->kernel * layer->kernel;
        grid g = {layer->outputs, layer->inputs, taps, layer->inputs * taps, taps, false};
        pack(&g, parameters + layer->weights, parameters + layer->biases, packed + layer->forward);
    }
}

/* Packs inputs side by side, as train/spread.h reads them. */
static void pack_wide(const furrow__layer *layer, const float *weights, float *packed)
{
    size_t taps = layer->kernel * layer->kernel;
    for (size_t first = 0; first < layer->inputs; first += FURROW__WIDE)
        for (size_t output = 0; output < layer->outputs; output++)
            for (size_t tap = 0; tap < taps; tap++)
                for (size_t i = 0; i < FURROW__WIDE; i++) {
                    size_t input = output * layer->inputs + first + i;
                    *packed++ = first + i < layer->inputs ? weights[input * taps + tap] : 0;
                }
}

void furrow__net_pack_backward(const furrow__net *net, const float *parameters, float *packed)
{
    for (size_t i = 1; i < net->count; i++) {
        const furrow__layer *layer = &net->layers[i];
        size_t taps = layer->kernel * layer->kernel;
        grid g = {layer->inputs, layer->outputs, taps, taps, layer->inputs * taps, true};
        if (layer->pooled)
            pack_wide(layer, parameters + layer->weights, packed + layer->backward);
        else
            pack(&g, parameters + layer->weights, NULL, packed + layer->backward);
    }
}
