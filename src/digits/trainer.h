/*
 * trainer.h: what the files of training share.
 *
 * trainer.c leads through epochs, batches and blocks; learner.c owns the weights and steps them;
 * augment.c turns and shifts images; recipe.c knows the defaults.
 */
#ifndef FURROW__DIGITS_TRAINER_H
#define FURROW__DIGITS_TRAINER_H

#include <furrow/digits_training.h>

#include "level.h"

/* The weights while they learn. Arrays of net.parameters floats, in one allocation. */
typedef struct furrow__learner {
    furrow__net net;
    float *parameters, *average;
    float *gradient;           /* summed over the batch so far */
    float *mean, *square;      /* running means of the gradient and of its square */
    float *forward, *backward; /* packed parameters */
    float *average_forward;    /* packed average */
    size_t step;
} furrow__learner;

int furrow__learner_init(furrow__learner *learner, const char *layers, furrow_error *error);
void furrow__learner_clear(furrow__learner *learner);

/* Fresh random weights. */
void furrow__learner_reset(furrow__learner *learner, uint64_t seed);

/* One step of AdamW along the mean gradient of `samples` samples, which becomes 0. */
void furrow__learner_step(furrow__learner *learner, const furrow_digits_recipe *recipe, double rate,
                          size_t samples);

/* Packs the average for evaluation. */
void furrow__learner_pack_average(furrow__learner *learner);

/* Puts the defaults in, and refuses what cannot be. */
int furrow__recipe_complete(furrow_digits_recipe *recipe, const furrow_digits_samples *training,
                            const furrow_digits_samples *held_out, furrow_error *error);

/* Turns, scales, shears and shifts an image as `key` has it. */
void furrow__augment(unsigned char *to, const unsigned char *from,
                     const furrow_digits_recipe *recipe, uint64_t key);

#endif
