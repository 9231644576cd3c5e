/*
 * trainer.h: what the files of training share.
 *
 * trainer.c leads through nets, epochs, batches and blocks; learner.c owns the weights and steps
 * them; augment.c, once per instruction set, distorts images, with the strokes of hands.c; recipe.c
 * knows the defaults; checkpoint.c keeps what a training has come to; calibrate.c chooses
 * temperatures and thresholds when it is over.
 */
#ifndef FURROW__DIGITS_TRAINER_H
#define FURROW__DIGITS_TRAINER_H

#include <furrow/digits/training.h>

#include "cascade.h"
#include "isa.h"

/* The weights of one net at a time, while they learn. Arrays of net->parameters floats, in one
 * allocation that serves any net of the cascade. */
typedef struct furrow__learner {
    const furrow__net *net;
    float *parameters, *average, *mean, *square; /* one after the other, as a checkpoint has them */
    float *gradient;                             /* summed over the batch so far */
    float *forward, *backward;                   /* packed parameters */
    float *average_forward;                      /* packed average */
    size_t step;
    float *memory;
} furrow__learner;

enum { FURROW__LEARNER_ARRAYS = 4 /* that last from step to step */ };

int furrow__learner_init(furrow__learner *learner, const furrow__cascade *cascade,
                         furrow_error *error);
void furrow__learner_clear(furrow__learner *learner);

/* Takes up a net, with fresh random weights. */
void furrow__learner_begin(furrow__learner *learner, const furrow__net *net, uint64_t seed);

/* Packs the parameters, once they have changed. */
void furrow__learner_pack(furrow__learner *learner);

/* One step of AdamW along the mean gradient of `samples` samples, which becomes 0. */
void furrow__learner_step(furrow__learner *learner, const furrow_digits_recipe *recipe, double rate,
                          size_t samples);

/* Packs the average for evaluation. */
void furrow__learner_pack_average(furrow__learner *learner);

/* Puts the defaults in, and refuses what cannot be. */
int furrow__recipe_complete(furrow_digits_recipe *recipe, const furrow_digits_samples *training,
                            const furrow_digits_samples *held_out, furrow_error *error);

/* That of one net of the cascade. */
furrow_digits_recipe furrow__recipe_of(const furrow_digits_recipe *recipe, size_t net);

struct furrow_digits_trainer {
    furrow_digits_recipe recipe;
    furrow_digits_samples training, held_out;
    const furrow__digits_isa *isa;
    furrow__cascade cascade;
    furrow__learner learner;
    float *finished;     /* the averages of the nets that are trained; [cascade.parameters] */
    size_t *order;       /* of the training samples in this epoch */
    size_t net, stage;   /* which net learns now; cascade.count: none, all have */
    size_t epoch;        /* of this net: 0 ... recipe.epochs[stage] - 1 */
    bool evaluating;     /* else learning */
    size_t position;     /* samples of this epoch, or of the evaluation, that are behind us */
    size_t announced;    /* of the blocks under way */
    size_t in_batch;     /* samples whose gradients are in the learner's */
    furrow__score score; /* of the epoch so far, or of the evaluation */
    furrow_digits_epoch record;
    bool finished_epoch; /* by the last combine */
};

/* Goes to the beginning of an epoch of a net. The learner is at the end of the one before, or
 * begins, or was filled from a checkpoint. */
void furrow__trainer_enter(furrow_digits_trainer *trainer, size_t net, size_t epoch);

#endif
