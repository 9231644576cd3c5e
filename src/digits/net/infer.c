/*
 * infer.c: from images to the last layer's outputs.
 *
 * Convolution, max(0, x) and pooling are one pass over the images of one vector. The dense layers
 * at the end run for FURROW__VECTORS vectors together, so that a weight is loaded once for all.
 */
#include "alone.h"
#include "convolve.h"
#include "interleave.h"
#include "isa.h"

#define NAMED_(name, isa) furrow__##name##_##isa
#define NAMED(name, isa)  NAMED_(name, isa)
#define INFER             NAMED(infer, FURROW__ISA)
#define INFER_SIZE        NAMED(infer_size, FURROW__ISA)

size_t INFER_SIZE(const furrow__net *net);
void INFER(const furrow__net *net, const float *forward, float *scratch,
           const unsigned char *images, size_t count, float *outputs);

static size_t max_size(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* The first layer whose inputs have one pixel. From there on a layer is a matrix. */
static size_t first_dense(const furrow__net *net)
{
    size_t i = 0;
    while (i < net->count && net->layers[i].side_in > 1)
        i++;
    return i;
}

static size_t outputs_of(const furrow__layer *layer)
{
    return layer->outputs * layer->side_out * layer->side_out;
}

/* Floats of one of the two buffers that layers read and write in turn. They hold LANES images in
 * convolutions, all images in dense layers, or a single image. */
static size_t buffer_size(const furrow__net *net)
{
    size_t dense = first_dense(net), max = FURROW_DIGITS_PIXELS * LANES;
    for (size_t i = 0; i < net->count; i++) {
        size_t vectors = i < dense ? 1 : FURROW__VECTORS;
        max = max_size(max, outputs_of(&net->layers[i]) * vectors * LANES);
        max = max_size(max, alone_size(&net->layers[i]));
    }
    return (max + LANES - 1) / LANES * LANES;
}

static size_t features(const furrow__net *net)
{
    size_t dense = first_dense(net);
    return dense ? outputs_of(&net->layers[dense - 1]) : FURROW_DIGITS_PIXELS;
}

size_t INFER_SIZE(const furrow__net *net)
{
    return 2 * buffer_size(net) + features(net) * FURROW__VECTORS * LANES;
}

static void run_convolution(float *out, const float *in, const furrow__layer *layer,
                            const float *forward)
{
    convolution c = convolution_of(layer, in, forward);
    if (layer->pooled)
        convolve_pooled(out, &c, layer->outputs, layer->side_out);
    else
        convolve(out, &c, layer->outputs, layer->side);
}

/* Runs a convolution of single pixels: a row has those of `vectors` * LANES images. */
static void run_dense(float *out, const float *in, const furrow__layer *layer, const float *forward,
                      size_t vectors)
{
    convolution c = {
        .in = in,
        .inputs = layer->inputs,
        .plane = vectors * LANES,
        .rows = 1,
        .kernel = 1,
        .step = LANES,
        .width = vectors,
        .rectified = layer->rectified,
        .packed = forward + layer->forward,
    };
    convolve(out, &c, layer->outputs, 1);
}

/* Swaps the buffer that a layer reads with the one that it writes, which the next layer reads. */
static void swap(float **a, float **b)
{
    float *free_again = *a;
    *a = *b;
    *b = free_again;
}

/* Runs the convolutions on up to LANES images. Writes features[...][vectors][LANES]. */
static void run_convolutions(float *to, size_t vectors, const furrow__net *net,
                             const float *forward, float *in, float *out,
                             const unsigned char *images, size_t count)
{
    size_t dense = first_dense(net), size = features(net);
    interleave(in, images, count);
    for (size_t i = 0; i < dense; i++) {
        run_convolution(out, in, &net->layers[i], forward);
        swap(&in, &out);
    }
    for (size_t i = 0; i < size; i++)
        memcpy(to + i * vectors * LANES, in + i * LANES, LANES * sizeof *to);
}

/* Runs the net on vectors of images, the last of which may be partly empty. */
static void infer_vectors(const furrow__net *net, const float *forward, float *scratch,
                          const unsigned char *images, size_t count, float *outputs)
{
    float *out = scratch, *other = out + buffer_size(net), *in = other + buffer_size(net);
    size_t vectors = (count + LANES - 1) / LANES;
    for (size_t done = 0; done < count; done += LANES)
        run_convolutions(in + done, vectors, net, forward, out, other,
                         images + done * FURROW_DIGITS_PIXELS,
                         count - done < LANES ? count - done : LANES);
    for (size_t i = first_dense(net); i < net->count; i++) {
        run_dense(out, in, &net->layers[i], forward, vectors);
        in = out;
        swap(&out, &other);
    }
    for (size_t image = 0; image < count; image++)
        for (size_t i = 0; i < FURROW_DIGITS_CLASSES; i++)
            outputs[image * FURROW_DIGITS_CLASSES + i] = in[i * vectors * LANES + image];
}

/* Runs the net on one image, as alone.h does. */
static void infer_alone(const furrow__net *net, const float *forward, float *scratch,
                        const unsigned char *image, float *outputs)
{
    float *in = scratch, *out = in + buffer_size(net);
    for (size_t i = 0; i < FURROW_DIGITS_PIXELS; i++)
        in[i] = brightness(image[i]);
    for (size_t i = 0; i < net->count; i++) {
        const furrow__layer *layer = &net->layers[i];
        if (layer->side_in > 1)
            convolve_alone(out, in, layer, forward + layer->forward);
        else
            multiply_alone(out, in, layer, forward + layer->forward);
        swap(&in, &out);
    }
    memcpy(outputs, in, FURROW_DIGITS_CLASSES * sizeof *outputs);
}

/* The last images go alone if they fill at most a quarter of a vector: that costs less. */
void INFER(const furrow__net *net, const float *forward, float *scratch,
           const unsigned char *images, size_t count, float *outputs)
{
    size_t few = count % LANES <= LANES / 4 ? count % LANES : 0, done = count - few;
    if (done > 0)
        infer_vectors(net, forward, scratch, images, done, outputs);
    for (; done < count; done++)
        infer_alone(net, forward, scratch, images + done * FURROW_DIGITS_PIXELS,
                    outputs + done * FURROW_DIGITS_CLASSES);
}
