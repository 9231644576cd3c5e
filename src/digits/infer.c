/*
 * infer.c: from images to the last stage's outputs.
 *
 * Convolution, max(0, x) and pooling are one pass over the images of one vector. The dense stages
 * at the end run for FURROW__VECTORS of them together, so that a weight that was loaded is used as
 * often.
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

static size_t larger_size(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* The first stage whose images are of one pixel; from there on a stage is a matrix. */
static size_t first_dense(const furrow__net *net)
{
    size_t i = 0;
    while (i < net->count && net->stages[i].side_in > 1)
        i++;
    return i;
}

static size_t outputs_of(const furrow__stage *stage)
{
    return stage->outputs * stage->side_out * stage->side_out;
}

/* Floats of one of the two buffers that stages read and write in turn: of LANES images while they
 * have pixels, of all then; or of one that is alone. */
static size_t buffer_size(const furrow__net *net)
{
    size_t dense = first_dense(net), most = FURROW_DIGITS_PIXELS * LANES;
    for (size_t i = 0; i < net->count; i++) {
        size_t vectors = i < dense ? 1 : FURROW__VECTORS;
        most = larger_size(most, outputs_of(&net->stages[i]) * vectors * LANES);
        most = larger_size(most, alone_size(&net->stages[i]));
    }
    return (most + LANES - 1) / LANES * LANES;
}

static size_t features(const furrow__net *net)
{
    size_t dense = first_dense(net);
    return dense ? outputs_of(&net->stages[dense - 1]) : FURROW_DIGITS_PIXELS;
}

size_t INFER_SIZE(const furrow__net *net)
{
    return 2 * buffer_size(net) + features(net) * FURROW__VECTORS * LANES;
}

static void run_convolution(float *out, const float *in, const furrow__stage *stage,
                            const float *forward)
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
        .rectified = stage->rectified,
        .packed = forward + stage->forward,
    };
    if (stage->pooled)
        convolve_pooled(out, &c, stage->outputs, stage->side_out);
    else
        convolve(out, &c, stage->outputs, stage->side);
}

/* A convolution of single pixels, of which those of `vectors` times LANES images lie in a row. */
static void run_dense(float *out, const float *in, const furrow__stage *stage, const float *forward,
                      size_t vectors)
{
    convolution c = {
        .in = in,
        .inputs = stage->inputs,
        .plane = vectors * LANES,
        .rows = 1,
        .kernel = 1,
        .step = LANES,
        .width = vectors,
        .rectified = stage->rectified,
        .packed = forward + stage->forward,
    };
    convolve(out, &c, stage->outputs, 1);
}

/* The buffers that a stage reads and the next one is to read change places. */
static void swap(float **a, float **b)
{
    float *free_again = *a;
    *a = *b;
    *b = free_again;
}

/* From up to LANES images to features[...][vectors][LANES]. */
static void run_convolutions(float *to, size_t vectors, const furrow__net *net,
                             const float *forward, float *in, float *out,
                             const unsigned char *images, size_t count)
{
    size_t dense = first_dense(net), size = features(net);
    interleave(in, images, count);
    for (size_t i = 0; i < dense; i++) {
        run_convolution(out, in, &net->stages[i], forward);
        swap(&in, &out);
    }
    for (size_t i = 0; i < size; i++)
        memcpy(to + i * vectors * LANES, in + i * LANES, LANES * sizeof *to);
}

/* Images by the vector; those beyond the last whole one too. */
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
        run_dense(out, in, &net->stages[i], forward, vectors);
        in = out;
        swap(&out, &other);
    }
    for (size_t image = 0; image < count; image++)
        for (size_t i = 0; i < FURROW_DIGITS_CLASSES; i++)
            outputs[image * FURROW_DIGITS_CLASSES + i] = in[i * vectors * LANES + image];
}

/* One image, its pixels in the lanes: alone.h. */
static void infer_alone(const furrow__net *net, const float *forward, float *scratch,
                        const unsigned char *image, float *outputs)
{
    float *in = scratch, *out = in + buffer_size(net);
    for (size_t i = 0; i < FURROW_DIGITS_PIXELS; i++)
        in[i] = brightness(image[i]);
    for (size_t i = 0; i < net->count; i++) {
        const furrow__stage *stage = &net->stages[i];
        if (stage->side_in > 1)
            convolve_alone(out, in, stage, forward + stage->forward);
        else
            multiply_alone(out, in, stage, forward + stage->forward);
        swap(&in, &out);
    }
    memcpy(outputs, in, FURROW_DIGITS_CLASSES * sizeof *outputs);
}

/* A few images cost less alone than a vector that they do not fill. */
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
