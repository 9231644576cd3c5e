/*
 * learn.c: from images and their labels to the gradient of the loss, `LANES` at a time.
 *
 * Back-propagation through stages that are convolutions only: the gradient of a stage's input is a
 * convolution of the gradient of its output, bordered with zeros, with the turned weights, so it
 * runs through the very loop of the way forward; but where sums were pooled, that gradient is
 * mostly zeros, and spread.h leaves them out. What is computed for lanes beyond the count is
 * multiplied by a gradient of 0.
 */
#include "interleave.h"
#include "isa.h"
#include "spread.h"

#define NAMED_(name, isa) furrow__##name##_##isa
#define NAMED(name, isa)  NAMED_(name, isa)
#define LEARN             NAMED(learn, FURROW__ISA)
#define LEARN_SIZE        NAMED(learn_size, FURROW__ISA)

size_t LEARN_SIZE(const furrow__net *net);
void LEARN(const furrow__pass *pass, float *scratch, const unsigned char *images,
           const unsigned char *labels, size_t count, float *gradient, furrow__score *score);

static size_t larger_size(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* What a stage needs for a while only. */
static size_t work_size(const furrow__stage *stage)
{
    size_t rows = 2 * stage->outputs * stage->side * LANES; /* before they are pooled */
    if (stage->side_in == 1)
        return dense_gradient_size(stage);
    size_t size = larger_size(weight_gradient_size(stage), stage->pooled ? rows : 0);
    return larger_size(size, stage->pooled ? spread_size(stage) : 0);
}

/* Deals out the scratch; returns how many floats that took, but for what is left for work. */
static size_t deal(buffers *all, const furrow__net *net, float *scratch)
{
    size_t used = FURROW_DIGITS_PIXELS * LANES; /* the images */
    for (size_t i = 0; i < net->count; i++) {
        const furrow__stage *stage = &net->stages[i];
        size_t row = stage->outputs * stage->side_out * LANES;
        size_t out = row * stage->side_out;
        size_t more =
            stage->pooled ? out : stage->outputs * stage->side * gradient_columns(stage) * LANES;
        if (all)
            all[i] = (buffers){
                .out = scratch + used,
                .out_gradient = scratch + used + out,
                .sums_gradient = scratch + used + (stage->pooled ? out : 2 * out),
                .winners = scratch + used + 2 * out,
            };
        used += 2 * out + more;
    }
    return used;
}

size_t LEARN_SIZE(const furrow__net *net)
{
    size_t most = 0;
    for (size_t i = 0; i < net->count; i++)
        most = larger_size(most, work_size(&net->stages[i]));
    return deal(NULL, net, NULL) + most;
}

/* ---- forward ---- */

/* Row y of what two rows of sums come to; of equal ones the first goes on. */
static void pool(const furrow__stage *stage, const buffers *b, const float *sums, size_t y)
{
    size_t row = stage->side * LANES;
    for (size_t i = 0; i < stage->outputs; i++, sums += 2 * row) {
        size_t to = (i * stage->side_out + y) * stage->side_out * LANES;
        for (size_t x = 0; x < stage->side_out * LANES; x += LANES) {
            lanes left = load(sums + 2 * x), right = load(sums + 2 * x + LANES);
            lanes left_below = load(sums + row + 2 * x);
            lanes right_below = load(sums + row + 2 * x + LANES);
            lanes above = larger_lanes(left, right), below = larger_lanes(left_below, right_below);
            marks is_below = below > above;
            marks winner = (~is_below & 1 & (right > left)) |
                           (is_below & (2 | (1 & (right_below > left_below))));
            store(b->winners + to + x, (lanes)winner);
            store(b->out + to + x, larger_lanes(larger_lanes(above, below), (lanes){0}));
        }
    }
}

static void forward(const furrow__stage *stage, const buffers *b, const float *in,
                    const float *packed, float *work)
{
    size_t row = stage->side * LANES;
    convolution c = {
        .in = in,
        .inputs = stage->inputs,
        .plane = stage->side_in * stage->side_in * LANES,
        .stride = stage->side_in * LANES,
        .rows = stage->side_in,
        .kernel = stage->kernel,
        .step = LANES,
        .width = stage->side,
        .rectified = stage->rectified && !stage->pooled,
        .packed = packed + stage->forward,
    };
    if (!stage->pooled) {
        convolve(b->out, &c, stage->outputs, stage->side);
        return;
    }
    for (size_t y = 0; y < stage->side_out; y++) {
        each_group(convolve_row, work, 2 * row, &c, stage->outputs, 2 * y);
        each_group(convolve_row, work + row, 2 * row, &c, stage->outputs, 2 * y + 1);
        pool(stage, b, work, y);
    }
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

/* From the gradient of what a stage gave out to those of its parameters and of its input, if it has
 * one that learned. */
static void backward(const furrow__stage *stage, const buffers *b, const float *in,
                     const float *packed, float *in_gradient, float *work, float *gradient)
{
    sums_gradient(stage, b, gradient);
    if (stage->pooled && in_gradient) {
        spread(stage, b, in, packed, in_gradient, work, gradient);
        return;
    }
    if (stage->side_in == 1)
        dense_gradient(stage, b, in, work, gradient);
    else
        weight_gradient(stage, b, in, work, gradient);
    if (in_gradient)
        input_gradient(stage, b, packed, in_gradient);
}

void LEARN(const furrow__pass *pass, float *scratch, const unsigned char *images,
           const unsigned char *labels, size_t count, float *gradient, furrow__score *score)
{
    const furrow__net *net = pass->net;
    buffers all[FURROW__MOST_STAGES];
    float *work = scratch + deal(all, net, scratch);
    interleave(scratch, images, count);
    for (size_t i = 0; i < net->count; i++)
        forward(&net->stages[i], &all[i], i ? all[i - 1].out : scratch, pass->forward, work);
    judge_all(&all[net->count - 1], labels, count, pass->smoothing, score);
    for (size_t i = net->count; i-- > 0;)
        backward(&net->stages[i], &all[i], i ? all[i - 1].out : scratch, pass->backward,
                 i ? all[i - 1].out_gradient : NULL, work, gradient);
}
