/*
 * learn.c: from images and their labels to the gradient of the loss, `LANES` at a time.
 *
 * Back-propagation through stages that are convolutions only: the gradient of a stage's input is a
 * convolution of the gradient of its output, bordered with zeros, with the turned weights, so it
 * runs through the very loop of the way forward. What is computed for lanes beyond the count is
 * multiplied by a gradient of 0.
 */
#include "gradient.h"
#include "interleave.h"
#include "level.h"

#include <math.h>

#define NAMED_(name, level) furrow__##name##_##level
#define NAMED(name, level)  NAMED_(name, level)
#define LEARN               NAMED(learn, FURROW__LEVEL)
#define LEARN_SIZE          NAMED(learn_size, FURROW__LEVEL)

size_t LEARN_SIZE(const furrow__net *net);
void LEARN(const furrow__pass *pass, float *scratch, const unsigned char *images,
           const unsigned char *labels, size_t count, float *gradient, furrow__score *score);

/* Deals out the scratch; returns how many floats that took. */
static size_t deal(buffers *all, const furrow__net *net, float *scratch)
{
    size_t used = FURROW_DIGITS_PIXELS * LANES; /* the images */
    for (size_t i = 0; i < net->count; i++) {
        const furrow__stage *stage = &net->stages[i];
        size_t channels = stage->outputs * LANES;
        size_t sums = channels * stage->side * stage->side;
        size_t sums_gradient = channels * stage->side * gradient_columns(stage);
        size_t out = channels * stage->side_out * stage->side_out;
        if (all)
            all[i] = (buffers){
                .sums = scratch + used,
                .sums_gradient = scratch + used + sums,
                .out = scratch + used + sums + sums_gradient,
                .out_gradient = scratch + used + sums + sums_gradient + out,
            };
        used += sums + sums_gradient + 2 * out;
    }
    return used;
}

static size_t most_inputs(const furrow__net *net)
{
    size_t most = 0;
    for (size_t i = 0; i < net->count; i++)
        most = net->stages[i].inputs > most ? net->stages[i].inputs : most;
    return most;
}

size_t LEARN_SIZE(const furrow__net *net)
{
    return deal(NULL, net, NULL) + most_inputs(net) * LANES;
}

static inline float larger(float a, float b)
{
    return a > b ? a : b;
}

/* ---- forward ---- */

static void pool(const furrow__stage *stage, const buffers *b)
{
    size_t row = stage->side * LANES;
    for (size_t i = 0; i < stage->outputs; i++)
        for (size_t y = 0; y < stage->side_out; y++)
            for (size_t x = 0; x < stage->side_out; x++) {
                const float *in = b->sums + (i * stage->side + 2 * y) * row + 2 * x * LANES;
                float *out = b->out + ((i * stage->side_out + y) * stage->side_out + x) * LANES;
#pragma omp simd
                for (size_t lane = 0; lane < LANES; lane++) {
                    float above = larger(in[lane], in[LANES + lane]);
                    float below = larger(in[row + lane], in[row + LANES + lane]);
                    out[lane] = larger(larger(above, below), 0);
                }
            }
}

static void rectify(const furrow__stage *stage, const buffers *b)
{
    size_t values = stage->outputs * stage->side * stage->side * LANES;
    float least = stage->rectified ? 0 : -INFINITY;
#pragma omp simd
    for (size_t i = 0; i < values; i++)
        b->out[i] = larger(b->sums[i], least);
}

static void forward(const furrow__stage *stage, const buffers *b, const float *in,
                    const float *packed)
{
    convolution c = {
        .in = in,
        .inputs = stage->inputs,
        .plane = stage->side_in * stage->side_in * LANES,
        .stride = stage->side_in * LANES,
        .rows = stage->side_in,
        .kernel = stage->kernel,
        .step = LANES,
        .width = stage->side,
        .packed = packed + stage->forward,
    };
    convolve(b->sums, &c, stage->outputs, stage->side);
    if (stage->pooled)
        pool(stage, b);
    else
        rectify(stage, b);
}

/* ---- loss ---- */

/* Softmax and cross entropy of one lane; leaves the gradient. */
static void judge(const float *out, float *gradient, size_t label, double smoothing,
                  furrow__score *score)
{
    double most = out[0], sum = 0, loss = 0;
    size_t best = 0;
    for (size_t i = 1; i < FURROW_DIGITS_CLASSES; i++)
        if ((double)out[i * LANES] > most) {
            most = out[i * LANES];
            best = i;
        }
    for (size_t i = 0; i < FURROW_DIGITS_CLASSES; i++)
        sum += exp((double)out[i * LANES] - most);
    for (size_t i = 0; i < FURROW_DIGITS_CLASSES; i++) {
        double log_probability = (double)out[i * LANES] - most - log(sum);
        double wanted = smoothing / FURROW_DIGITS_CLASSES + (i == label ? 1 - smoothing : 0);
        gradient[i * LANES] = (float)(exp(log_probability) - wanted);
        loss -= wanted * log_probability;
    }
    score->loss += loss;
    score->correct += best == label;
}

static void judge_all(const buffers *b, const unsigned char *labels, size_t count, double smoothing,
                      furrow__score *score)
{
    for (size_t i = 0; i < FURROW_DIGITS_CLASSES * LANES; i++)
        b->out_gradient[i] = 0;
    for (size_t lane = 0; lane < count; lane++)
        judge(b->out + lane, b->out_gradient + lane, labels[lane], smoothing, score);
}

/* ---- backward ---- */

/* To the first of the four that was the largest, if it was above 0. */
static void unpool(const furrow__stage *stage, const buffers *b)
{
    size_t row = stage->side * LANES;
    size_t to_row = gradient_columns(stage) * LANES;
    for (size_t i = 0; i < stage->outputs; i++)
        for (size_t y = 0; y < stage->side_out; y++)
            for (size_t x = 0; x < stage->side_out; x++) {
                size_t at = ((i * stage->side_out + y) * stage->side_out + x) * LANES;
                const float *most = b->out + at, *gradient = b->out_gradient + at;
                const float *in = b->sums + (i * stage->side + 2 * y) * row + 2 * x * LANES;
                float *to = b->sums_gradient + (i * stage->side + 2 * y) * to_row +
                            (2 * x + stage->kernel - 1) * LANES;
#pragma omp simd
                for (size_t lane = 0; lane < LANES; lane++) {
                    float left = most[lane] > 0 ? gradient[lane] : 0;
                    float share = in[lane] == most[lane] ? left : 0;
                    to[lane] = share;
                    left -= share;
                    share = in[LANES + lane] == most[lane] ? left : 0;
                    to[LANES + lane] = share;
                    left -= share;
                    share = in[row + lane] == most[lane] ? left : 0;
                    to[to_row + lane] = share;
                    to[to_row + LANES + lane] = left - share;
                }
            }
}

static void unrectify(const furrow__stage *stage, const buffers *b)
{
    float least = stage->rectified ? 0 : -INFINITY;
    for (size_t i = 0; i < stage->outputs * stage->side; i++) {
        const float *sums = b->sums + i * stage->side * LANES;
        const float *gradient = b->out_gradient + i * stage->side * LANES;
        float *to = b->sums_gradient + (i * gradient_columns(stage) + stage->kernel - 1) * LANES;
#pragma omp simd
        for (size_t x = 0; x < stage->side * LANES; x++) {
            float slope = gradient[x]; /* read in any case, so that the choice is no branch */
            to[x] = sums[x] > least ? slope : 0;
        }
    }
}

static void input_gradient(const furrow__stage *stage, const buffers *b, const float *packed,
                           float *gradient)
{
    size_t stride = gradient_columns(stage) * LANES;
    convolution c = {
        .in = b->sums_gradient,
        .inputs = stage->outputs,
        .plane = stage->side * stride,
        .stride = stride,
        .rows = stage->side,
        .kernel = stage->kernel,
        .step = LANES,
        .border = stage->kernel - 1,
        .width = stage->side_in,
        .packed = packed + stage->backward,
    };
    convolve(gradient, &c, stage->inputs, stage->side_in);
}

void LEARN(const furrow__pass *pass, float *scratch, const unsigned char *images,
           const unsigned char *labels, size_t count, float *gradient, furrow__score *score)
{
    const furrow__net *net = pass->net;
    buffers all[FURROW__MOST_STAGES];
    float *turned = scratch + deal(all, net, scratch);
    interleave(scratch, images, count);
    for (size_t i = 0; i < net->count; i++)
        forward(&net->stages[i], &all[i], i ? all[i - 1].out : scratch, pass->forward);
    judge_all(&all[net->count - 1], labels, count, pass->smoothing, score);
    for (size_t i = net->count; i-- > 0;) {
        const furrow__stage *stage = &net->stages[i];
        const float *in = i ? all[i - 1].out : scratch;
        if (stage->pooled)
            unpool(stage, &all[i]);
        else
            unrectify(stage, &all[i]);
        bias_gradient(stage, &all[i], gradient);
        if (stage->side_in == 1)
            dense_gradient(stage, &all[i], in, turned, gradient);
        else
            weight_gradient(stage, &all[i], in, gradient);
        if (i)
            input_gradient(stage, &all[i], pass->backward, all[i - 1].out_gradient);
    }
}
