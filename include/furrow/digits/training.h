/*
 * training.h: trains a model for digits.h.
 *
 * Training is a serial program whose inner loop is parallel:
 *
 *     while ((count = furrow_digits_trainer_next(trainer, capacity)) > 0) {
 *         for (size_t i = 0; i < count; i++)                        // in parallel
 *             furrow_digits_trainer_block(trainer, scratch, i, outcomes + i * size);
 *         furrow_digits_trainer_combine(trainer, outcomes, size, count);
 *     }
 *     furrow_digits_trainer_model(&model, trainer);
 *
 * A block is FURROW_DIGITS_BLOCK samples of the current mini-batch. Its outcome depends on the
 * seed, the epoch and the samples only, and outcomes are added up in order. So for a recipe and an
 * instruction set the trained weights are the same to the last bit, for any number of threads and
 * any capacity.
 *
 * The nets of a cascade learn one after the other, each as if it were alone: the first net of a
 * model has the same weights as if it had been trained by itself.
 *
 * Method:
 *   - Loss: cross entropy with smoothed labels (C. Szegedy et al., 2016).
 *   - Samples: each is rotated, scaled, sheared, shifted and bent by a smooth random field
 *     (P. Simard et al., 2003; the field is a cubic B-spline through random knots, as in
 *     O. Ronneberger et al., 2015). Its strokes become wider or thinner, and grain is added. For
 *     every other net some samples imitate pens, scanners and writers that MNIST does not have,
 *     since nets that learnt from different images err on different ones.
 *   - Steps: AdamW (I. Loshchilov and F. Hutter, 2019); the rate rises at first and then falls as
 *     a cosine (L. N. Smith, 2018).
 *   - Model: the running average of the weights (B. Polyak and A. Juditsky, 1992).
 */
#ifndef FURROW_DIGITS_TRAINING_H
#define FURROW_DIGITS_TRAINING_H

#include <stdint.h>

#include <furrow/digits/digits.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FURROW_DIGITS_BLOCK 16

/* Images and their labels 0 ... 9. */
typedef struct furrow_digits_samples {
    const unsigned char *images; /* [count][FURROW_DIGITS_PIXELS] */
    const unsigned char *labels; /* [count] */
    size_t count;
} furrow_digits_samples;

/* Reads samples from IDX files, the format of MNIST, plain or gzipped. If `labels` is NULL, they
 * have no labels. FURROW_EFORMAT: a file is not in this format or damaged, the images are not of 28
 * x 28 pixels, the numbers of images and labels differ, or a label is above 9. FURROW_EFBIG: a file
 * holds more than 1 GiB. FURROW_EINVAL: not a regular file. FURROW_ENOMEM; -errno: the file cannot
 * be read. After an error `samples` is {0}. */
int furrow_digits_samples_read(furrow_digits_samples *samples, const char *images,
                               const char *labels, furrow_error *error);

/* Frees the samples that _read made. */
void furrow_digits_samples_clear(furrow_digits_samples *samples);

/* How to train. A field of 0 means the default, which its comment gives. In a double -1 means 0. */
typedef struct furrow_digits_recipe {
    const char *layers;                  /* FURROW_DIGITS_LAYERS */
    size_t epochs[FURROW_DIGITS_STAGES]; /* of each stage's nets: 40, in later stages 50 */
    size_t batch;                        /* samples per step: 128 */
    double rate[FURROW_DIGITS_STAGES];   /* the highest rate: 0.006, in later stages 0.004 */
    double warmup;                       /* share of all steps in which the rate rises: 0.1 */
    double decay;                        /* of the weights per step, in units of the rate: 0.01 */
    double smoothing;                    /* share of a label that is spread over all digits: 0.05 */
    double averaging;                    /* share of the average that is kept per step: 0.999 */
    double rotation;                     /* degrees, at most: 10 */
    double scaling;                      /* 1 +- at most: 0.1 */
    double shearing;                     /* at most: 0.1 */
    double shifting;                     /* pixels, at most: 1.5 */
    double elasticity; /* pixels that the smooth field moves a pixel, root mean square: 0.4 */
    double thickening; /* strokes grow or shrink by at most this share of a pixel: 0.3 */
    double grain;      /* gray levels of noise, at most, in a quarter of the images: 10 */

    /* Other pens, scanners and writers; for the first, third, ... net of a model: */
    double widening;    /* share of the images that become up to 1.6 times as wide: 0.05 */
    double pens;        /* share of the images whose strokes grow or shrink by up to a pixel: 0.1 */
    double coarsening;  /* share of the images seen by a scanner of 7 to 14 cells a digit: 0.15 */
    double handwriting; /* share of the 1, 7 and 9 that get an upstroke, a bar or a hook: 0.1 */

    bool judge_at_end; /* classify the held-out samples after the last epoch only */
    uint64_t seed;
} furrow_digits_recipe;

typedef struct furrow_digits_trainer furrow_digits_trainer;

/* `training` and `held_out`, which may be NULL, must outlive the trainer. FURROW_EINVAL: the recipe
 * has a number out of range, a label is above 9, or there are no samples; FURROW_ENOMEM. */
int furrow_digits_trainer_new(furrow_digits_trainer **trainer, const furrow_digits_recipe *recipe,
                              const furrow_digits_samples *training,
                              const furrow_digits_samples *held_out, furrow_error *error);
void furrow_digits_trainer_free(furrow_digits_trainer *trainer);

/* Puts the trainer back in the state after _new. */
void furrow_digits_trainer_reset(furrow_digits_trainer *trainer);

/* Returns the number of blocks to run next, at most `capacity`, which is at least 1. 0: the
 * training has ended. */
size_t furrow_digits_trainer_next(furrow_digits_trainer *trainer, size_t capacity);

/* The size of an outcome in bytes. Outcomes must be aligned as malloc aligns. */
size_t furrow_digits_trainer_outcome_size(const furrow_digits_trainer *trainer);

/* Runs block `index` of those that _next announced. `outcome` is zeroed memory. Any thread may call
 * this, with a scratch of its own. */
void furrow_digits_trainer_block(const furrow_digits_trainer *trainer, void *scratch, size_t index,
                                 void *outcome);
int furrow_digits_trainer_scratch_new(void **scratch, const furrow_digits_trainer *trainer);
void furrow_digits_trainer_scratch_free(void *scratch);

/* Adds up the outcomes of all blocks that _next announced, which lie `size` bytes apart. */
void furrow_digits_trainer_combine(furrow_digits_trainer *trainer, const void *outcomes,
                                   size_t size, size_t count);

/* An epoch that has ended. */
typedef struct furrow_digits_epoch {
    size_t net;      /* the net that learnt, in the order of the layers: 0 ... */
    size_t number;   /* 1 ... epochs */
    double rate;     /* of the last step */
    double loss;     /* mean over the samples, as they were distorted */
    double accuracy; /* on the same samples, while learning */
    size_t held_out; /* samples that the averaged weights classified; 0: none */
    size_t wrong;    /* how many of them they got wrong */
} furrow_digits_epoch;

/* The epoch that the last _combine ended; NULL when it ended none. Valid until the next _next. */
const furrow_digits_epoch *furrow_digits_trainer_epoch(const furrow_digits_trainer *trainer);

/* The share of the training that is done, by epochs and their costs: 0 ... 1. */
double furrow_digits_trainer_progress(const furrow_digits_trainer *trainer);

/* Writes a checkpoint. This is possible between epochs only: after a _combine that ended one, or
 * before the first _next. PATH.partial is written, synced and renamed. FURROW_EINVAL: within an
 * epoch; FURROW_ENOMEM; -errno: the file cannot be written. */
int furrow_digits_trainer_save(const furrow_digits_trainer *trainer, const char *path,
                               furrow_error *error);

/* Goes on from a checkpoint. The trained weights are the same to the last bit as without a break.
 * FURROW_EINVAL: it was saved with another recipe, other samples, another instruction set or by
 * another compiler; FURROW_EFORMAT: not a checkpoint, or damaged; -errno: the file cannot be read.
 * After a failure the trainer is unchanged, or in the state after _new. */
int furrow_digits_trainer_load(furrow_digits_trainer *trainer, const char *path,
                               furrow_error *error);

/* Makes a model of the averaged weights so far. Nets that have not begun to learn have weights of
 * 0. FURROW_ENOMEM. */
int furrow_digits_trainer_model(furrow_digits_model **model, const furrow_digits_trainer *trainer);

/* ---- calibration ---- */

/* The default number of multiplications that an image may cost on average. With it about one
 * image in 20 goes on in the model that ships. A larger budget made no fewer errors on held-out
 * samples. */
#define FURROW_DIGITS_BUDGET 800000

/*
 * Makes a copy of `model` and chooses the numbers of its stages by samples that it was not trained
 * on. Stage by stage:
 *
 *   - The temperature is the one that makes the right digits most probable, over the samples that
 *     get to the stage. With fewer than 50 samples it is 1.
 *   - The threshold sends on the least sure samples, as many as the budget allows: an image may
 *     cost `multiplications` on average (0: FURROW_DIGITS_BUDGET). What earlier stages leave of
 *     the budget is divided equally among the later stages.
 *
 * FURROW_EINVAL: there are no samples, or they have no labels; FURROW_ENOMEM.
 */
int furrow_digits_calibrate(furrow_digits_model **calibrated, const furrow_digits_model *model,
                            const furrow_digits_samples *samples, double multiplications,
                            furrow_error *error);

#ifdef __cplusplus
}
#endif

#endif
