#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "random.h"
#include "trainer.h"

/* What a block comes to. */
typedef struct outcome {
    furrow__score score;
    float gradient[];
} outcome;

struct furrow_digits_trainer {
    furrow_digits_recipe recipe;
    furrow_digits_samples training, held_out;
    const furrow__level *level;
    furrow__learner learner;
    size_t *order;       /* of the training samples in this epoch */
    size_t epoch;        /* 0 ... recipe.epochs - 1 */
    bool evaluating;     /* else learning */
    size_t position;     /* samples of this epoch, or of the evaluation, that are behind us */
    size_t announced;    /* of the blocks under way */
    size_t in_batch;     /* samples whose gradients are in the learner's */
    furrow__score score; /* of the epoch so far, or of the evaluation */
    furrow_digits_epoch record;
    bool finished; /* the last combine ended an epoch */
};

/* The order of an epoch: shuffled by its own stream (R. Durstenfeld, 1964). */
static void shuffle(furrow_digits_trainer *trainer)
{
    uint64_t key = furrow__random_key(trainer->recipe.seed, trainer->epoch + 1, UINT64_MAX);
    size_t count = trainer->training.count;
    for (size_t i = 0; i < count; i++)
        trainer->order[i] = i;
    for (size_t i = count; i > 1; i--) {
        size_t other = (size_t)(furrow__random_next(&key) % i);
        size_t moved = trainer->order[i - 1];
        trainer->order[i - 1] = trainer->order[other];
        trainer->order[other] = moved;
    }
}

int furrow_digits_trainer_new(furrow_digits_trainer **trainer, const furrow_digits_recipe *recipe,
                              const furrow_digits_samples *training,
                              const furrow_digits_samples *held_out, furrow_error *error)
{
    *trainer = NULL;
    furrow_digits_recipe completed = recipe ? *recipe : (furrow_digits_recipe){0};
    furrow_digits_samples none = {0};
    int status = furrow__recipe_complete(&completed, training, held_out ? held_out : &none, error);
    if (status)
        return status;
    furrow_digits_trainer *made = calloc(1, sizeof *made);
    if (!made)
        return furrow_error_set(error, FURROW_ENOMEM, "no memory for a trainer");
    made->recipe = completed;
    made->training = *training;
    made->held_out = held_out ? *held_out : none;
    made->level = furrow__level_best();
    made->order = calloc(training->count, sizeof *made->order);
    status = made->order ? furrow__learner_init(&made->learner, completed.layers, error)
                         : furrow_error_set(error, FURROW_ENOMEM, "no memory for a trainer");
    if (status) {
        furrow_digits_trainer_free(made);
        return status;
    }
    made->recipe.layers = made->learner.net.text;
    furrow_digits_trainer_reset(made);
    *trainer = made;
    return FURROW_OK;
}

void furrow_digits_trainer_free(furrow_digits_trainer *trainer)
{
    if (!trainer)
        return;
    furrow__learner_clear(&trainer->learner);
    free(trainer->order);
    free(trainer);
}

void furrow_digits_trainer_reset(furrow_digits_trainer *trainer)
{
    trainer->epoch = trainer->position = trainer->announced = trainer->in_batch = 0;
    trainer->evaluating = trainer->finished = false;
    trainer->score = (furrow__score){0};
    furrow__learner_reset(&trainer->learner, trainer->recipe.seed);
    shuffle(trainer);
}

/* How many held-out samples this epoch is judged by. */
static size_t judged(const furrow_digits_trainer *trainer)
{
    bool last = trainer->epoch + 1 == trainer->recipe.epochs;
    return last || !trainer->recipe.judge_at_end ? trainer->held_out.count : 0;
}

/* Samples from here to the end of the mini-batch, or of the evaluation. */
static size_t samples_left(const furrow_digits_trainer *trainer)
{
    if (trainer->evaluating)
        return judged(trainer) - trainer->position;
    size_t left = trainer->training.count - trainer->position;
    size_t in_batch = trainer->recipe.batch - trainer->in_batch;
    return left < in_batch ? left : in_batch;
}

size_t furrow_digits_trainer_next(furrow_digits_trainer *trainer, size_t capacity)
{
    trainer->finished = false;
    trainer->announced = 0;
    if (trainer->epoch < trainer->recipe.epochs) {
        size_t blocks = (samples_left(trainer) + FURROW_DIGITS_BLOCK - 1) / FURROW_DIGITS_BLOCK;
        trainer->announced = blocks < capacity ? blocks : capacity;
    }
    return trainer->announced;
}

size_t furrow_digits_trainer_outcome_size(const furrow_digits_trainer *trainer)
{
    size_t size = sizeof(outcome) + trainer->learner.net.parameters * sizeof(float);
    return (size + 63) / 64 * 64;
}

/* The samples [first, first + count) of a block. */
static size_t block_samples(const furrow_digits_trainer *trainer, size_t index, size_t *first)
{
    size_t offset = index * FURROW_DIGITS_BLOCK;
    size_t left = samples_left(trainer) - offset;
    *first = trainer->position + offset;
    return left < FURROW_DIGITS_BLOCK ? left : FURROW_DIGITS_BLOCK;
}

static void learn(const furrow_digits_trainer *trainer, float *scratch, size_t first, size_t count,
                  outcome *result)
{
    unsigned char images[FURROW__MOST_WIDTH * FURROW_DIGITS_PIXELS];
    unsigned char labels[FURROW__MOST_WIDTH];
    const furrow_digits_samples *from = &trainer->training;
    for (size_t i = 0; i < count; i++) {
        size_t sample = trainer->order[first + i];
        furrow__augment(images + i * FURROW_DIGITS_PIXELS,
                        from->images + sample * FURROW_DIGITS_PIXELS, &trainer->recipe,
                        furrow__random_key(trainer->recipe.seed, trainer->epoch + 1, sample));
        labels[i] = from->labels[sample];
    }
    furrow__pass pass = {
        .net = &trainer->learner.net,
        .forward = trainer->learner.forward,
        .backward = trainer->learner.backward,
        .smoothing = trainer->recipe.smoothing,
    };
    trainer->level->learn(&pass, scratch, images, labels, count, result->gradient, &result->score);
}

static void evaluate(const furrow_digits_trainer *trainer, float *scratch, size_t first,
                     size_t count, outcome *result)
{
    float outputs[FURROW__MOST_WIDTH * FURROW_DIGITS_CLASSES];
    trainer->level->infer(&trainer->learner.net, trainer->learner.average_forward, scratch,
                          trainer->held_out.images + first * FURROW_DIGITS_PIXELS, count, outputs);
    for (size_t i = 0; i < count; i++) {
        const float *output = outputs + i * FURROW_DIGITS_CLASSES;
        size_t best = 0;
        for (size_t digit = 1; digit < FURROW_DIGITS_CLASSES; digit++)
            best = output[digit] > output[best] ? digit : best;
        result->score.correct += best == trainer->held_out.labels[first + i];
    }
}

void furrow_digits_trainer_block(const furrow_digits_trainer *trainer, void *scratch, size_t index,
                                 void *result)
{
    size_t first, count = block_samples(trainer, index, &first);
    size_t width = trainer->level->width;
    float *learn_scratch = furrow__aligned(scratch);
    float *infer_scratch = learn_scratch + trainer->level->learn_size(&trainer->learner.net);
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
    const furrow__net *net = &trainer->learner.net;
    size_t floats = trainer->level->learn_size(net) + trainer->level->infer_size(net);
    *scratch = calloc(1, floats * sizeof(float) + FURROW__ALIGNMENT);
    return *scratch ? FURROW_OK : FURROW_ENOMEM;
}

void furrow_digits_trainer_scratch_free(void *scratch)
{
    free(scratch);
}

/* The rate of a step: up in a line, down as half a cosine. */
static double rate_of(const furrow_digits_trainer *trainer, size_t step)
{
    const furrow_digits_recipe *recipe = &trainer->recipe;
    size_t per_epoch = (trainer->training.count + recipe->batch - 1) / recipe->batch;
    double share = ((double)step + 0.5) / (double)(per_epoch * recipe->epochs);
    if (share < recipe->warmup)
        return recipe->rate * share / recipe->warmup;
    double way = (share - recipe->warmup) / (1 - recipe->warmup);
    return recipe->rate * (0.5 + 0.5 * cos(3.14159265358979323846 * way));
}

static void end_epoch(furrow_digits_trainer *trainer)
{
    trainer->finished = true;
    trainer->evaluating = false;
    trainer->position = 0;
    trainer->score = (furrow__score){0};
    trainer->epoch++;
    shuffle(trainer);
}

static void end_learning(furrow_digits_trainer *trainer)
{
    double samples = (double)trainer->training.count;
    trainer->record = (furrow_digits_epoch){
        .number = trainer->epoch + 1,
        .rate = rate_of(trainer, trainer->learner.step - 1),
        .loss = trainer->score.loss / samples,
        .accuracy = (double)trainer->score.correct / samples,
        .held_out = judged(trainer),
    };
    trainer->evaluating = true;
    trainer->position = 0;
    trainer->score = (furrow__score){0};
    furrow__learner_pack_average(&trainer->learner);
}

static void advance(furrow_digits_trainer *trainer, size_t samples)
{
    trainer->position += samples;
    if (!trainer->evaluating) {
        trainer->in_batch += samples;
        bool ended = trainer->position == trainer->training.count;
        if (trainer->in_batch == trainer->recipe.batch || ended) {
            furrow__learner_step(&trainer->learner, &trainer->recipe,
                                 rate_of(trainer, trainer->learner.step), trainer->in_batch);
            trainer->in_batch = 0;
        }
        if (ended)
            end_learning(trainer);
    }
    if (trainer->evaluating && trainer->position == trainer->record.held_out) {
        trainer->record.wrong = trainer->record.held_out - trainer->score.correct;
        end_epoch(trainer);
    }
}

void furrow_digits_trainer_combine(furrow_digits_trainer *trainer, const void *outcomes,
                                   size_t size, size_t count)
{
    float *gradient = trainer->learner.gradient;
    size_t samples = 0;
    for (size_t i = 0; i < count; i++) {
        const outcome *block = (const void *)((const char *)outcomes + i * size);
        size_t first;
        samples += block_samples(trainer, i, &first);
        trainer->score.loss += block->score.loss;
        trainer->score.correct += block->score.correct;
        if (trainer->evaluating)
            continue;
#pragma omp simd
        for (size_t j = 0; j < trainer->learner.net.parameters; j++)
            gradient[j] += block->gradient[j];
    }
    advance(trainer, samples);
}

const furrow_digits_epoch *furrow_digits_trainer_epoch(const furrow_digits_trainer *trainer)
{
    return trainer->finished ? &trainer->record : NULL;
}

int furrow_digits_trainer_model(furrow_digits_model **model, const furrow_digits_trainer *trainer)
{
    const furrow__net *net = &trainer->learner.net;
    return furrow_digits_model_new(model, net->text, trainer->learner.average, net->parameters,
                                   NULL);
}
