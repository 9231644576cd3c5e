#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "random.h"
#include "trainer.h"

int furrow__learner_init(furrow__learner *learner, const furrow__cascade *cascade,
                         furrow_error *error)
{
    size_t max = 0;
    memset(learner, 0, sizeof *learner);
    for (size_t i = 0; i < cascade->count; i++) {
        const furrow__net *net = &cascade->nets[i];
        size_t floats =
            (FURROW__LEARNER_ARRAYS + 1) * net->parameters + 2 * net->forward + net->backward;
        max = floats > max ? floats : max;
    }
    learner->memory = calloc(max, sizeof *learner->memory);
    if (!learner->memory)
        return furrow_error_set(error, FURROW_ENOMEM, "no memory to train \"%.100s\"",
                                cascade->text);
    return FURROW_OK;
}

void furrow__learner_clear(furrow__learner *learner)
{
    free(learner->memory);
    learner->memory = NULL;
}

static void lay_out(furrow__learner *learner, const furrow__net *net)
{
    size_t count = net->parameters;
    learner->net = net;
    learner->parameters = learner->memory;
    learner->average = learner->parameters + count;
    learner->mean = learner->average + count;
    learner->square = learner->mean + count;
    learner->gradient = learner->square + count;
    learner->forward = learner->gradient + count;
    learner->average_forward = learner->forward + net->forward;
    learner->backward = learner->average_forward + net->forward;
}

void furrow__learner_pack(furrow__learner *learner)
{
    furrow__net_pack(learner->net, learner->parameters, learner->forward);
    furrow__net_pack_backward(learner->net, learner->parameters, learner->backward);
}

void furrow__learner_pack_average(furrow__learner *learner)
{
    furrow__net_pack(learner->net, learner->average, learner->average_forward);
}

/* Weights are uniform with variance 2 / inputs, which keeps the size of activations from layer to
 * layer (K. He et al., 2015). */
void furrow__learner_begin(furrow__learner *learner, const furrow__net *net, uint64_t seed)
{
    uint64_t key = furrow__random_key(seed, 0, 0);
    lay_out(learner, net);
    memset(learner->memory, 0,
           (FURROW__LEARNER_ARRAYS + 1) * net->parameters * sizeof *learner->memory);
    for (size_t i = 0; i < net->count; i++) {
        const furrow__layer *layer = &net->layers[i];
        double bound = sqrt(6.0 / (double)(layer->inputs * layer->kernel * layer->kernel));
        for (size_t j = layer->weights; j < layer->biases; j++)
            learner->parameters[j] = (float)(furrow__random_signed(&key) * bound);
    }
    memcpy(learner->average, learner->parameters, net->parameters * sizeof *learner->average);
    learner->step = 0;
    furrow__learner_pack(learner);
}

void furrow__learner_step(furrow__learner *learner, const furrow_digits_recipe *recipe, double rate,
                          size_t samples)
{
    const double keep_mean = 0.9, keep_square = 0.999;
    double step = (double)++learner->step;
    float scale = 1 / (float)samples;
    float mean_scale = (float)(rate / (1 - pow(keep_mean, step)));
    float square_scale = (float)(1 / (1 - pow(keep_square, step)));
    float kept = (float)(1 - rate * recipe->decay);
    /* At the beginning the average forgets quickly. */
    float keep_average = (float)fmin(recipe->averaging, (1 + step) / (10 + step));
    float *restrict parameters = learner->parameters, *restrict average = learner->average;
    float *restrict gradient = learner->gradient;
    float *restrict mean = learner->mean, *restrict square = learner->square;
#pragma omp simd
    for (size_t i = 0; i < learner->net->parameters; i++) {
        float slope = gradient[i] * scale;
        gradient[i] = 0;
        mean[i] += (slope - mean[i]) * (float)(1 - keep_mean);
        square[i] += (slope * slope - square[i]) * (float)(1 - keep_square);
        parameters[i] =
            parameters[i] * kept - mean_scale * mean[i] / (sqrtf(square[i] * square_scale) + 1e-8f);
        average[i] = parameters[i] + (average[i] - parameters[i]) * keep_average;
    }
    furrow__learner_pack(learner);
}
