/*
 * trainer.h: what the files of training share.
 *
 * trainer.c goes through nets, epochs and batches. block.c runs the blocks of a batch. learner.c
 * owns the weights and steps them. augment.c, once per instruction set, distorts images, with the
 * strokes of handwriting.c. recipe.c knows the defaults. checkpoint.c saves the state of a
 * training. calibrate.c chooses temperatures and thresholds at the end.
 */
#ifndef FURROW_DIGITS_TRAIN_TRAINER_H
#define FURROW_DIGITS_TRAIN_TRAINER_H

#include <furrow/digits/training.h>

#include "digits/net/isa.h"
#include "digits/net/model.h"

/* The weights of the net that learns, in arrays of net->parameters floats. They share an allocation
 * that is large enough for any net of the cascade. */
typedef struct furrow__learner {
    const furrow__net *net;
    float *parameters, *average, *mean, *square; /* in the order of a checkpoint */
    float *gradient;                             /* summed over the batch so far */
    float *forward, *backward;                   /* packed parameters */
    float *average_forward;                      /* packed average */
    size_t step;
    float *memory;
} furrow__learner;

enum { FURROW__LEARNER_ARRAYS = 4 /* arrays that a checkpoint keeps */ };

int furrow__learner_init(furrow__learner *learner, const furrow__cascade *cascade,
                         furrow_error *error);
void furrow__learner_clear(furrow__learner *learner);

/* Begins with a net, whose weights are random. */
void furrow__learner_begin(furrow__learner *learner, const furrow__net *net, uint64_t seed);

/* Packs the parameters after a change. */
void furrow__learner_pack(furrow__learner *learner);

/* Takes one step of AdamW along the mean gradient of `samples` samples. The gradient becomes 0. */
void furrow__learner_step(furrow__learner *learner, const furrow_digits_recipe *recipe, double rate,
                          size_t samples);

/* Packs the average for evaluation. */
void furrow__learner_pack_average(furrow__learner *learner);

/* Sets the defaults, and refuses numbers out of range and samples that cannot be used. */
int furrow__recipe_complete(furrow_digits_recipe *recipe, const furrow_digits_samples *training,
                            const furrow_digits_samples *held_out, furrow_error *error);

/* The recipe of one net of the cascade. */
furrow_digits_recipe furrow__recipe_of(const furrow_digits_recipe *recipe, size_t net);

struct furrow_digits_trainer {
    furrow_digits_recipe recipe;
    furrow_digits_samples training, held_out;
    const furrow__digits_isa *isa;
    furrow__cascade cascade;
    furrow__learner learner;
    float *finished;   /* averaged weights of the trained nets; [cascade.parameters] */
    size_t *order;     /* order of the training samples in this epoch */
    size_t net, stage; /* the net that learns, and its stage; cascade.count at the end */
    size_t epoch;      /* of this net: 0 ... recipe.epochs[stage] - 1 */
    bool evaluating;   /* the held-out samples; otherwise learning */
    size_t position;   /* samples done, of this epoch or of the evaluation */
    size_t announced;  /* blocks that _next announced */
    size_t in_batch;   /* samples in the learner's gradient */
    furrow__fit fit;   /* of the epoch so far, or of the evaluation */
    furrow_digits_epoch record;
    bool finished_epoch; /* by the last combine */
};

/* Goes to the beginning of an epoch of a net. With epoch 0 the learner begins the net; before
 * others it is at the end of the last epoch, or was filled from a checkpoint. */
void furrow__trainer_enter(furrow_digits_trainer *trainer, size_t net, size_t epoch);

/* The seed of the net that learns. The first net has the recipe's seed, later nets other ones. */
uint64_t furrow__trainer_seed(const furrow_digits_trainer *trainer);

/* Samples from here to the end of the mini-batch, or of the evaluation. */
size_t furrow__trainer_samples_left(const furrow_digits_trainer *trainer);

/* How many samples block `index` has; `*first` is the first of them. */
size_t furrow__trainer_block_samples(const furrow_digits_trainer *trainer, size_t index,
                                     size_t *first);

/* ---- block.c ---- */

/* The result of a block. */
typedef struct furrow__outcome {
    furrow__fit fit;
    float gradient[];
} furrow__outcome;

/* ---- handwriting.c ---- */

/* Adds strokes to `from` that MNIST's writers, who learnt to write in the United States, do not
 * make: a 1 may begin with an upstroke and stand on a foot, a 7 may have a bar through its stem,
 * and a 9 may end in a hook. `share` is the probability that an image of such a digit gets strokes.
 * The centre of mass stays in place to half a pixel. False: nothing is written to `to`. */
bool furrow__handwriting_add(unsigned char *to, const unsigned char *from, unsigned char label,
                             double share, uint64_t *key);

#endif
