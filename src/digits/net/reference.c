/*
 * reference.c: the nets as in a textbook, for one image and in double precision. The fast nets are
 * checked against them.
 */
#include <stdlib.h>

#include "model.h"

static size_t max_values(const furrow__cascade *cascade)
{
    size_t max = FURROW_DIGITS_PIXELS;
    for (size_t net = 0; net < cascade->count; net++)
        for (size_t i = 0; i < cascade->nets[net].count; i++) {
            const furrow__layer *layer = &cascade->nets[net].layers[i];
            size_t values = layer->outputs * layer->side * layer->side;
            max = values > max ? values : max;
        }
    return max;
}

static double convolve(const furrow__layer *layer, const double *in, const float *weights, size_t y,
                       size_t x)
{
    double sum = 0;
    for (size_t input = 0; input < layer->inputs; input++)
        for (size_t ky = 0; ky < layer->kernel; ky++)
            for (size_t kx = 0; kx < layer->kernel; kx++)
                sum += in[(input * layer->side_in + y + ky) * layer->side_in + x + kx] *
                       (double)weights[(input * layer->kernel + ky) * layer->kernel + kx];
    return sum;
}

static void run_layer(double *out, const furrow__layer *layer, const double *in,
                      const float *parameters)
{
    size_t weights = layer->inputs * layer->kernel * layer->kernel;
    for (size_t i = 0; i < layer->outputs; i++)
        for (size_t y = 0; y < layer->side; y++)
            for (size_t x = 0; x < layer->side; x++) {
                double sum = convolve(layer, in, parameters + layer->weights + i * weights, y, x) +
                             (double)parameters[layer->biases + i];
                *out++ = layer->rectified && sum < 0 ? 0 : sum;
            }
}

/* Pools in place. Each write is at or before the values that are read next. */
static void pool(double *values, const furrow__layer *layer)
{
    double *out = values;
    for (size_t i = 0; i < layer->outputs; i++)
        for (size_t y = 0; y < layer->side_out; y++)
            for (size_t x = 0; x < layer->side_out; x++) {
                double max = 0;
                for (size_t dy = 0; dy < 2; dy++)
                    for (size_t dx = 0; dx < 2; dx++) {
                        size_t row = i * layer->side + 2 * y + dy;
                        double value = values[row * layer->side + 2 * x + dx];
                        max = value > max ? value : max;
                    }
                *out++ = max;
            }
}

/* Adds the net's outputs to `sums`. */
static void run_net(double *sums, const furrow__net *net, const float *parameters,
                    const unsigned char *image, double *in, double *out)
{
    for (size_t i = 0; i < FURROW_DIGITS_PIXELS; i++)
        in[i] = image[i] / 255.0;
    for (size_t i = 0; i < net->count; i++) {
        run_layer(out, &net->layers[i], in, parameters);
        if (net->layers[i].pooled)
            pool(out, &net->layers[i]);
        double *free_again = in;
        in = out;
        out = free_again;
    }
    for (size_t i = 0; i < FURROW_DIGITS_CLASSES; i++)
        sums[i] += in[i];
}

int furrow_digits_reference(const furrow_digits_model *model, const unsigned char *image,
                            furrow_digits_answer *answer)
{
    const furrow__cascade *cascade = &model->cascade;
    size_t max = max_values(cascade);
    double *memory = calloc(2 * max, sizeof *memory);
    if (!memory)
        return FURROW_ENOMEM;
    size_t stage = 0;
    do {
        double sums[FURROW_DIGITS_CLASSES] = {0};
        for (size_t net = cascade->first[stage]; net < cascade->first[stage + 1]; net++)
            run_net(sums, &cascade->nets[net], model->parameters + cascade->parameters_of[net],
                    image, memory, memory + max);
        furrow__digits_answer(answer, model, stage++, sums);
    } while (furrow__digits_goes_on(answer, model));
    free(memory);
    return FURROW_OK;
}
