/* digits_cascades.h: a made up cascade and its nets, for tests of stages and of their calibration.
 */
#ifndef DIGITS_CASCADES_H
#define DIGITS_CASCADES_H

#include "harness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/digits/training.h>

static const char *const nets[] = {
    "conv5x4 pool dense10",
    "conv5x3 pool conv3x5 pool dense10",
    "conv9x3 pool dense7 dense10",
};
static const char *const cascade = "conv5x4 pool dense10 / conv5x3 pool conv3x5 pool dense10 + "
                                   "conv9x3 pool dense7 dense10";

enum { IMAGES = 301 };

static inline bool read_images(furrow_digits_samples *samples)
{
    bool read = furrow_digits_samples_read(samples, DATA_FOLDER "/mnist/t10k-images-idx3-ubyte.gz",
                                           DATA_FOLDER "/mnist/t10k-labels-idx1-ubyte.gz",
                                           NULL) == FURROW_OK;
    samples->count = IMAGES;
    return read;
}

/* Parameters that depend on the layers' place only, small enough for answers to vary. */
static inline furrow_digits_model *made_up(const char *layers, size_t first)
{
    furrow_digits_model *empty, *model = NULL;
    if (furrow_digits_model_new(&empty, layers, NULL, 0, NULL))
        return NULL;
    size_t count;
    furrow_digits_model_parameters(empty, &count);
    furrow_digits_model_free(empty);
    float *parameters = calloc(count, sizeof *parameters);
    for (size_t i = 0; parameters && i < count; i++)
        parameters[i] = (float)sin((double)((i + first) * (i + first) % 10007)) * 0.2f;
    if (parameters)
        furrow_digits_model_new(&model, layers, parameters, count, NULL);
    free(parameters);
    return model;
}

static inline bool classify(const furrow_digits_model *model, const char *level,
                            const unsigned char *images, size_t count,
                            furrow_digits_answer *answers)
{
    furrow_digits_scratch *scratch;
    memset(answers, 0, count * sizeof *answers);
    if (!model || furrow_digits_scratch_new(&scratch, model, level))
        return false;
    furrow_digits_classify(model, scratch, images, count, answers);
    furrow_digits_scratch_free(scratch);
    return true;
}

#endif
