/* block.c: the parallel part of a training: what one block of samples adds to the gradient, or to
 * the evaluation. */
#include <stdlib.h>

#include "random.h"
#include "trainer.h"

size_t furrow_digits_trainer_outcome_size(const furrow_digits_trainer *trainer)
{
    size_t max = 0;
    for (size_t i = 0; i < trainer->cascade.count; i++) {
        size_t count = trainer->cascade.nets[i].parameters;
        max = count > max ? count : max;
    }
    size_t size = sizeof(furrow__outcome) + max * sizeof(float);
    return (size + 63) / 64 * 64;
}

static void learn(const furrow_digits_trainer *trainer, float *scratch, size_t first, size_t count,
                  furrow__outcome *result)
{
    unsigned char images[FURROW__MAX_WIDTH * FURROW_DIGITS_PIXELS];
    unsigned char labels[FURROW__MAX_WIDTH];
    const furrow_digits_samples *from = &trainer->training;
    const furrow_digits_recipe recipe = furrow__recipe_of(&trainer->recipe, trainer->net);
    for (size_t i = 0; i < count; i++) {
        size_t sample = trainer->order[first + i];
        labels[i] = from->labels[sample];
        trainer->isa->augment(
            images + i * FURROW_DIGITS_PIXELS, from->images + sample * FURROW_DIGITS_PIXELS,
            labels[i], &recipe,
            furrow__random_key(furrow__trainer_seed(trainer), trainer->epoch + 1, sample));
    }
    furrow__pass pass = {
        .net = trainer->learner.net,
        .forward = trainer->learner.forward,
        .backward = trainer->learner.backward,
        .smoothing = trainer->recipe.smoothing,
    };
    trainer->isa->learn(&pass, scratch, images, labels, count, result->gradient, &result->fit);
}

static void evaluate(const furrow_digits_trainer *trainer, float *scratch, size_t first,
                     size_t count, furrow__outcome *result)
{
    float outputs[FURROW__MAX_WIDTH * FURROW_DIGITS_CLASSES];
    trainer->isa->infer(trainer->learner.net, trainer->learner.average_forward, scratch,
                        trainer->held_out.images + first * FURROW_DIGITS_PIXELS, count, outputs);
    for (size_t i = 0; i < count; i++) {
        const float *output = outputs + i * FURROW_DIGITS_CLASSES;
        size_t best = 0;
        for (size_t digit = 1; digit < FURROW_DIGITS_CLASSES; digit++)
            best = output[digit] > output[best] ? digit : best;
        result->fit.correct += best == trainer->held_out.labels[first + i];
    }
}

/* Floats of scratch for the first `nets` nets. Each net has a part of its own: learning relies on
 * the zeros that it left there, and their places depend on the net. */
static size_t scratch_floats(const furrow_digits_trainer *trainer, size_t nets)
{
    size_t floats = 0;
    for (size_t i = 0; i < nets; i++) {
        const furrow__net *net = &trainer->cascade.nets[i];
        size_t needed = trainer->isa->learn_size(net) + trainer->isa->infer_size(net);
        floats += (needed + FURROW__ALIGNMENT - 1) / FURROW__ALIGNMENT * FURROW__ALIGNMENT;
    }
    return floats;
}

void furrow_digits_trainer_block(const furrow_digits_trainer *trainer, void *scratch, size_t index,
                                 void *result)
{
    size_t first, count = furrow__trainer_block_samples(trainer, index, &first);
    size_t width = trainer->isa->width;
    float *learn_scratch = furrow__aligned(scratch) + scratch_floats(trainer, trainer->net);
    float *infer_scratch = learn_scratch + trainer->isa->learn_size(trainer->learner.net);
    for (size_t done = 0; done < count; done += width) {
        size_t some = count - done < width ? count - done : width;
        if (trainer->evaluating)
            evaluate(trainer, infer_scratch, first + done, some, result);
        else
            learn(trainer, learn_scratch, first + done, some, result);
    }
}

int furrow_digits_trainer_scratch_new(void **scratch, const furrow_digits_trainer *trainer)
{
    size_t floats = scratch_floats(trainer, trainer->cascade.count);
    *scratch = calloc(1, floats * sizeof(float) + FURROW__ALIGNMENT);
    return *scratch ? FURROW_OK : FURROW_ENOMEM;
}

void furrow_digits_trainer_scratch_free(void *scratch)
{
    free(scratch);
}
