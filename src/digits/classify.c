#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "level.h"
#include "model.h"

struct furrow_digits_scratch {
    const furrow__level *level;
    float *buffers; /* aligned, in the same allocation */
};

const char *furrow_digits_level(size_t index)
{
    const furrow__level *level = furrow__level_at(index);
    return level ? level->name : NULL;
}

static const furrow__level *find_level(const char *name)
{
    const furrow__level *level = furrow__level_best();
    for (size_t i = 0; name && (level = furrow__level_at(i)); i++)
        if (strcmp(level->name, name) == 0)
            break;
    return level;
}

int furrow_digits_scratch_new(furrow_digits_scratch **scratch, const furrow_digits_model *model,
                              const char *level)
{
    *scratch = NULL;
    const furrow__level *found = find_level(level);
    if (!found)
        return FURROW_ENOTSUP;
    size_t floats = found->infer_size(&model->net);
    furrow_digits_scratch *made =
        calloc(1, sizeof *made + floats * sizeof(float) + FURROW__ALIGNMENT);
    if (!made)
        return FURROW_ENOMEM;
    made->level = found;
    made->buffers = furrow__aligned(made + 1);
    *scratch = made;
    return FURROW_OK;
}

void furrow_digits_scratch_free(furrow_digits_scratch *scratch)
{
    free(scratch);
}

const char *furrow_digits_scratch_level(const furrow_digits_scratch *scratch)
{
    return scratch->level->name;
}

size_t furrow_digits_scratch_lanes(const furrow_digits_scratch *scratch)
{
    return scratch->level->width;
}

void furrow__digits_answer(furrow_digits_answer *answer, const double *outputs)
{
    double powers[FURROW_DIGITS_CLASSES], sum = 0;
    int best = 0;
    for (int i = 1; i < FURROW_DIGITS_CLASSES; i++)
        best = outputs[i] > outputs[best] ? i : best;
    for (int i = 0; i < FURROW_DIGITS_CLASSES; i++)
        sum += powers[i] = exp(outputs[i] - outputs[best]);
    for (int i = 0; i < FURROW_DIGITS_CLASSES; i++)
        answer->probabilities[i] = (float)(powers[i] / sum);
    answer->digit = best;
    answer->confidence = answer->probabilities[best];
}

void furrow_digits_classify(const furrow_digits_model *model, furrow_digits_scratch *scratch,
                            const unsigned char *images, size_t n, furrow_digits_answer *answers)
{
    const furrow__level *level = scratch->level;
    size_t most = FURROW__VECTORS * level->width;
    for (size_t done = 0; done < n; done += most) {
        float outputs[FURROW__VECTORS * FURROW__MOST_WIDTH][FURROW_DIGITS_CLASSES];
        size_t some = n - done < most ? n - done : most;
        level->infer(&model->net, model->forward, scratch->buffers,
                     images + done * FURROW_DIGITS_PIXELS, some, outputs[0]);
        for (size_t i = 0; i < some; i++) {
            double wide[FURROW_DIGITS_CLASSES];
            for (size_t j = 0; j < FURROW_DIGITS_CLASSES; j++)
                wide[j] = (double)outputs[i][j];
            furrow__digits_answer(&answers[done + i], wide);
        }
    }
}
