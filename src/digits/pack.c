#include "net.h"

#include <string.h>

/* One group of 4 biases and [rows][taps][4] weights; what is beyond `channels` is 0. */
typedef struct grid {
    size_t channels, rows, taps;       /* taps = kernel * kernel */
    size_t channel_stride, row_stride; /* in the parameters */
    bool turned;
} grid;

static void pack(const grid *g, const float *weights, const float *biases, float *packed)
{
    for (size_t first = 0; first < g->channels; first += FURROW__GROUP) {
        for (size_t i = 0; i < FURROW__GROUP; i++)
            *packed++ = biases && first + i < g->channels ? biases[first + i] : 0;
        for (size_t row = 0; row < g->rows; row++)
            for (size_t tap = 0; tap < g->taps; tap++)
                for (size_t i = 0; i < FURROW__GROUP; i++) {
                    size_t from = g->turned ? g->taps - 1 - tap : tap;
                    const float *weight =
                        weights + (first + i) * g->channel_stride + row * g->row_stride + from;
                    *packed++ = first + i < g->channels ? *weight : 0;
                }
    }
}

void furrow__net_pack(const furrow__net *net, const float *parameters, float *packed)
{
    for (size_t i = 0; i < net->count; i++) {
        const furrow__stage *stage = &net->stages[i];
        size_t taps = stage->kernel * stage->kernel;
        grid g = {stage->outputs, stage->inputs, taps, stage->inputs * taps, taps, false};
        pack(&g, parameters + stage->weights, parameters + stage->biases, packed + stage->forward);
    }
}

void furrow__net_pack_backward(const furrow__net *net, const float *parameters, float *packed)
{
    for (size_t i = 1; i < net->count; i++) {
        const furrow__stage *stage = &net->stages[i];
        size_t taps = stage->kernel * stage->kernel;
        grid g = {stage->inputs, stage->outputs, taps, taps, stage->inputs * taps, true};
        pack(&g, parameters + stage->weights, NULL, packed + stage->backward);
    }
}
