#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "random.h"
#include "trainer.h"

uint64_t furrow__trainer_seed(const furrow_digits_trainer *trainer)
{
    uint64_t seed = trainer->recipe.seed;
    return trainer->net ? furrow__random_key(seed, UINT64_MAX, trainer->net) : seed;
}

/* Shuffles the samples for an epoch (R. Durstenfeld, 1964). */
static void shuffle(furrow_digits_trainer *trainer)
{
    uint64_t key =
        furrow__random_key(furrow__trainer_seed(trainer), trainer->epoch + 1, UINT64_MAX);
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

static int allocate(furrow_digits_trainer *trainer, furrow_error *error)
{
    trainer->order = calloc(trainer->training.count, sizeof *trainer->order);
    trainer->finished = calloc(trainer->cascade.parameters, sizeof *trainer->finished);
    if (!trainer->order || !trainer->finished)
        return furrow_error_set(error, FURROW_ENOMEM, "no memory for a trainer");
    return furrow__learner_init(&trainer->learner, &trainer->cascade, error);
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
    made->isa = furrow__digits_isa_find(NULL);
    status = furrow__cascade_parse(&made->cascade, completed.layers, error);
    if (!status)
        status = allocate(made, error);
    if (status) {
        furrow_digits_trainer_free(made);
        return status;
    }
    made->recipe.layers = made->cascade.text;
    furrow_digits_trainer_reset(made);
    *trainer = made;
    return FURROW_OK;
}

void furrow_digits_trainer_free(furrow_digits_trainer *trainer)
{
    if (!trainer)
        return;
    furrow__learner_clear(&trainer->learner);
    free(trainer->finished);
    free(trainer->order);
    free(trainer);
}

void furrow__trainer_enter(furrow_digits_trainer *trainer, size_t net, size_t epoch)
{
    const furrow__cascade *cascade = &trainer->cascade;
    trainer->net = net;
    trainer->epoch = epoch;
    for (trainer->stage = 0; trainer->stage + 1 < cascade->stages; trainer->stage++)
        if (net < cascade->first[trainer->stage + 1])
            break;
    trainer->position = trainer->announced = trainer->in_batch = 0;
    trainer->evaluating = false;
    trainer->fit = (furrow__fit){0};
    if (net == cascade->count)
        return;
    if (epoch == 0)
        furrow__learner_begin(&trainer->learner, &cascade->nets[net],
                              furrow__trainer_seed(trainer));
    shuffle(trainer);
}

void furrow_digits_trainer_reset(furrow_digits_trainer *trainer)
{
    trainer->finished_epoch = false;
    memset(trainer->finished, 0, trainer->cascade.parameters * sizeof *trainer->finished);
    furrow__trainer_enter(trainer, 0, 0);
}

static size_t epochs_of(const furrow_digits_trainer *trainer)
{
    return trainer->recipe.epochs[trainer->stage];
}

/* The number of held-out samples that are classified after this epoch. */
static size_t judged(const furrow_digits_trainer *trainer)
{
    bool last = trainer->epoch + 1 == epochs_of(trainer);
    return last || !trainer->recipe.judge_at_end ? trainer->held_out.count : 0;
}

size_t furrow__trainer_samples_left(const furrow_digits_trainer *trainer)
{
    if (trainer->evaluating)
        return judged(trainer) - trainer->position;
    size_t left = trainer->training.count - trainer->position;
    size_t in_batch = trainer->recipe.batch - trainer->in_batch;
    return left < in_batch ? left : in_batch;
}

size_t furrow__trainer_block_samples(const furrow_digits_trainer *trainer, size_t index,
                                     size_t *first)
{
    size_t offset = index * FURROW_DIGITS_BLOCK;
    size_t left = furrow__trainer_samples_left(trainer) - offset;
    *first = trainer->position + offset;
    return left < FURROW_DIGITS_BLOCK ? left : FURROW_DIGITS_BLOCK;
}

size_t furrow_digits_trainer_next(furrow_digits_trainer *trainer, size_t capacity)
{
    trainer->finished_epoch = false;
    trainer->announced = 0;
    if (trainer->net < trainer->cascade.count) {
        size_t blocks =
            (furrow__trainer_samples_left(trainer) + FURROW_DIGITS_BLOCK - 1) / FURROW_DIGITS_BLOCK;
        trainer->announced = blocks < capacity ? blocks : capacity;
    }
    return trainer->announced;
}

/* The rate of a step. It rises linearly, then falls as half a cosine. */
static double rate_of(const furrow_digits_trainer *trainer, size_t step)
{
    const furrow_digits_recipe *recipe = &trainer->recipe;
    size_t per_epoch = (trainer->training.count + recipe->batch - 1) / recipe->batch;
    double highest = recipe->rate[trainer->stage];
    double share = ((double)step + 0.5) / (double)(per_epoch * epochs_of(trainer));
    if (share < recipe->warmup)
        return highest * share / recipe->warmup;
    double way = (share - recipe->warmup) / (1 - recipe->warmup);
    return highest * (0.5 + 0.5 * cos(3.14159265358979323846 * way));
}

static void end_epoch(furrow_digits_trainer *trainer)
{
    const furrow__cascade *cascade = &trainer->cascade;
    trainer->finished_epoch = true;
    if (trainer->epoch + 1 < epochs_of(trainer)) {
        furrow__trainer_enter(trainer, trainer->net, trainer->epoch + 1);
        return;
    }
    memcpy(trainer->finished + cascade->parameters_of[trainer->net], trainer->learner.average,
           trainer->learner.net->parameters * sizeof *trainer->finished);
    furrow__trainer_enter(trainer, trainer->net + 1, 0);
}

static void end_learning(furrow_digits_trainer *trainer)
{
    double samples = (double)trainer->training.count;
    trainer->record = (furrow_digits_epoch){
        .net = trainer->net,
        .number = trainer->epoch + 1,
        .rate = rate_of(trainer, trainer->learner.step - 1),
        .loss = trainer->fit.loss / samples,
        .accuracy = (double)trainer->fit.correct / samples,
        .held_out = judged(trainer),
    };
    trainer->evaluating = true;
    trainer->position = 0;
    trainer->fit = (furrow__fit){0};
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
        trainer->record.wrong = trainer->record.held_out - trainer->fit.correct;
        end_epoch(trainer);
    }
}

void furrow_digits_trainer_combine(furrow_digits_trainer *trainer, const void *outcomes,
                                   size_t size, size_t count)
{
    float *gradient = trainer->learner.gradient;
    size_t samples = 0;
    for (size_t i = 0; i < count; i++) {
        const furrow__outcome *block = (const void *)((const char *)outcomes + i * size);
        size_t first;
        samples += furrow__trainer_block_samples(trainer, i, &first);
        trainer->fit.loss += block->fit.loss;
        trainer->fit.correct += block->fit.correct;
        if (trainer->evaluating)
            continue;
#pragma omp simd
        for (size_t j = 0; j < trainer->learner.net->parameters; j++)
            gradient[j] += block->gradient[j];
    }
    advance(trainer, samples);
}

const furrow_digits_epoch *furrow_digits_trainer_epoch(const furrow_digits_trainer *trainer)
{
    return trainer->finished_epoch ? &trainer->record : NULL;
}

int furrow_digits_trainer_model(furrow_digits_model **model, const furrow_digits_trainer *trainer)
{
    const furrow__cascade *cascade = &trainer->cascade;
    float *parameters = malloc(cascade->parameters * sizeof *parameters);
    *model = NULL;
    if (!parameters)
        return FURROW_ENOMEM;
    memcpy(parameters, trainer->finished, cascade->parameters * sizeof *parameters);
    if (trainer->net < cascade->count)
        memcpy(parameters + cascade->parameters_of[trainer->net], trainer->learner.average,
               trainer->learner.net->parameters * sizeof *parameters);
    int status =
        furrow_digits_model_new(model, cascade->text, parameters, cascade->parameters, NULL);
    free(parameters);
    return status;
}

double furrow_digits_trainer_progress(const furrow_digits_trainer *trainer)
{
    const furrow__cascade *cascade = &trainer->cascade;
    double done = 0, all = 0;
    for (size_t stage = 0, net = 0; net < cascade->count; net++) {
        stage += net == cascade->first[stage + 1];
        double epoch = (double)cascade->nets[net].multiplications;
        double epochs = (double)trainer->recipe.epochs[stage];
        all += epochs * epoch;
        if (net <= trainer->net)
            done += (net < trainer->net ? epochs : (double)trainer->epoch) * epoch;
    }
    return done / all;
}
