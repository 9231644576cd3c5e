/*
 * learn.c: from images and their labels to the gradient of the loss, LANES images at a time.
 *
 * Back-propagation: every layer is a convolution, so the gradient of its input is a convolution of
 * the gradient of its output, bordered with zeros, with the rotated weights. It runs through the
 * same loop as the way forward. But where sums were pooled, the gradient is mostly zeros, and
 * spread.h leaves them out. Lanes beyond the count are computed too, and multiplied by a gradient
 * of 0.
 */
#include "digits/net/interleave.h"
#include "digits/net/isa.h"
#include "spread.h"

#define NAMED_(name, isa) furrow__##name##_##isa
#define NAMED(name, isa)  NAMED_(name, isa)
#define LEARN             NAMED(learn, FURROW__ISA)
#define LEARN_SIZE        NAMED(learn_size, FURROW__ISA)

size_t LEARN_SIZE(const furrow__net *net);
void LEARN(const furrow__pass *pass, float *scratch, const unsigned char *images,
           const unsigned char *labels, size_t count, float *gradient, furrow__fit *fit);

static size_t max_size(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Floats that a layer needs only while it is computed. */
static size_t work_size(const furrow__layer *layer)
{
    size_t rows = 2 * layer->outputs * layer->side * LANES; /* before they are pooled */
    if (layer->side_in == 1)
        return dense_gradient_size(layer);
    size_t size = max_size(weight_gradient_size(layer), layer->pooled ? rows : 0);
    return max_size(size, layer->pooled ? spread_size(layer) : 0);
}

/* Divides the scratch among the layers. Returns the floats used; those for work come behind
 * them. */
static size_t deal(buffers *all, const furrow__net *net, float *scratch)
{
    size_t used = FURROW_DIGITS_PIXELS * LANES; /* the images */
    for (size_t i = 0; i < net->count; i++) {
        const furrow__layer *layer = &net->layers[i];
        size_t row = layer->outputs * layer->side_out * LANES;
        size_t out = row * layer->side_out;
        size_t more =
            layer->pooled ? out : layer->outputs * layer->side * gradient_columns(layer) * LANES;
        if (all)
            all[i] = (buffers){
                .out = scratch + used,
                .out_gradient = scratch + used + out,
                .sums_gradient = scratch + used + (layer->pooled ? out : 2 * out),
                .winners = scratch + used + 2 * out,
            };
        used += 2 * out + more;
    }
    return used;
}

size_t LEARN_SIZE(const furrow__net *net)
{
    size_t max = 0;
    for (size_t i = 0; i < net->count; i++)
        max = max_size(max, work_size(&net->layers[i]));
    return deal(NULL, net, NULL) + max;
}

/* ---- forward ---- */

/* Pools two rows of sums to row y. Of equal sums the first wins. */
static void pool(const furrow__layer *layer, const buffers *b, const float *sums, size_t y)
{
    size_t row = layer->side * LANES;
    for (size_t i = 0; i < layer->outputs; i++, sums += 2 * row) {
        size_t to = (i * layer->side_out + y) * layer->side_out * LANES;
        for (size_t x = 0; x < layer->side_out * LANES; x += LANES) {
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

static void forward(const furrow__layer *layer, const buffers *b, const float *in,
                    const float *packed, float *work)
{
    size_t row = layer->side * LANES;
    convolution c = convolution_of(layer, in, packed);
    c.rectified &= !layer->pooled; /* pool does that */
    if (!layer->pooled) {
        convolve(b->out, &c, layer->outputs, layer->side);
        return;
    }
    for (size_t y = 0; y < layer->side_out; y++) {
        each_group(convolve_row, work, 2 * row, &c, layer->outputs, 2 * y);
        each_group(convolve_row, work + row, 2 * row, &c, layer->outputs, 2 * y + 1);
        pool(layer, b, work, y);
    }
}

/* ---- loss ---- */

/* Computes softmax, cross entropy and their gradient for one lane. */
static void judge(const float *out, float *gradient, size_t label, double smoothing,
                  furrow__fit *fit)
{
    double max = out[0], sum = 0, loss = 0;
    size_t best = 0;
    for (size_t i = 1; i < FURROW_DIGITS_CLASSES; i++)
        if ((double)out[i * LANES] > max) {
            max = out[i * LANES];
            best = i;
        }
    for (size_t i = 0; i < FURROW_DIGITS_CLASSES; i++)
        sum += exp((double)out[i * LANES] - max);
    for (size_t i = 0; i < FURROW_DIGITS_CLASSES; i++) {
        double log_probability = (double)out[i * LANES] - max - log(sum);
        double wanted = smoothing / FURROW_DIGITS_CLASSES + (i == label ? 1 - smoothing : 0);
        gradient[i * LANES] = (float)(exp(log_probability) - wanted);
        loss -= wanted * log_probability;
    }
    fit->loss += loss;
    fit->correct += best == label;
}

static void judge_all(const buffers *b, const unsigned char *labels, size_t count, double smoothing,
                      furrow__fit *fit)
{
    for (size_t i = 0; i < FURROW_DIGITS_CLASSES * LANES; i++)
        b->out_gradient[i] = 0;
    for (size_t lane = 0; lane < count; lane++)
        judge(b->out + lane, b->out_gradient + lane, labels[lane], smoothing, fit);
}

/* ---- backward ---- */

static void input_gradient(const furrow__layer *layer, const buffers *b, const float *packed,
                           float *gradient)
{
    size_t stride = gradient_columns(layer) * LANES;
    convolution c = {
        .in = b->sums_gradient,
        .inputs = layer->outputs,
        .plane = layer->side * stride,
        .stride = stride,
        .rows = layer->side,
        .kernel = layer->kernel,
        .step = LANES,
        .border = layer->kernel - 1,
        .width = layer->side_in,
        .packed = packed + layer->backward,
    };
    convolve(gradient, &c, layer->inputs, layer->side_in);
}

/* Computes the gradients of a layer's parameters and, unless it is the first layer, of its
 * input. */
static void backward(const furrow__layer *layer, const buffers *b, const float *in,
                     const float *packed, float *in_gradient, float *work, float *gradient)
{
    sums_gradient(layer, b, gradient);
    if (layer->pooled && in_gradient) {
        spread(layer, b, in, packed, in_gradient, work, gradient);
        return;
    }
    if (layer->side_in == 1)
        dense_gradient(layer, b, in, work, gradient);
    else
        weight_gradient(layer, b, in, work, gradient);
    if (in_gradient)
        input_gradient(layer, b, packed, in_gradient);
}

void LEARN(const furrow__pass *pass, float *scratch, const unsigned char *images,
           const unsigned char *labels, size_t count, float *gradient, furrow__fit *fit)
{
    const furrow__net *net = pass->net;
    buffers all[FURROW__MAX_LAYERS];
    float *work = scratch + deal(all, net, scratch);
    interleave(scratch, images, count);
    for (size_t i = 0; i < net->count; i++)
        forward(&net->layers[i], &all[i], i ? all[i - 1].out : scratch, pass->forward, work);
    judge_all(&all[net->count - 1], labels, count, pass->smoothing, fit);
    for (size_t i = net->count; i-- > 0;)
        backward(&net->layers[i], &all[i], i ? all[i - 1].out : scratch, pass->backward,
                 i ? all[i - 1].out_gradient : NULL, work, gradient);
}
