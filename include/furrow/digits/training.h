/*
 * training.h: how a model for digits.h learns.
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
 * A block is FURROW_DIGITS_BLOCK samples of the current mini-batch; what it comes to depends on the
 * seed, the epoch and the samples only, and blocks are added up in order. So for a recipe and an
 * instruction set the trained bits are the same for any number of threads and any capacity.
 *
 * The nets of a cascade learn one after the other, each as if it were alone: the first net of a
 * model is the one that training it by itself would give.
 *
 * Method: cross entropy with smoothed labels (C. Szegedy et al., 2016), every sample turned,
 * scaled, sheared, shifted and bent by a smooth random field (P. Simard et al., 2003; the field is
 * a cubic B-spline through random knots, as in O. Ronneberger et al., 2015), its strokes made wider
 * or thinner, grain added, and for every other net now and then as other pens, scanners and hands
 * than MNIST's make them: nets that learnt from different images err on different ones; AdamW (I.
 * Loshchilov and F. Hutter, 2019) under a rate that warms up and then falls as a cosine (L. N.
 * Smith, 2018); the model is the running average of the weights (B. Polyak and A. Juditsky, 1992).
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

/* Reads them from IDX files (idx.h), as MNIST comes in. Without `labels` (NULL) there are none.
 * FURROW_EFORMAT: not of 28 x 28, not as many labels as images, or a label above 9; otherwise as
 * furrow__idx_read. After an error `samples` is {0}. */
int furrow_digits_samples_read(furrow_digits_samples *samples, const char *images,
                               const char *labels, furrow_error *error);

/* Frees what _read made. */
void furrow_digits_samples_clear(furrow_digits_samples *samples);

/* How to train. What is 0 gets the default; a share or width that shall be 0 is given as -1. */
typedef struct furrow_digits_recipe {
    const char *layers;                  /* FURROW_DIGITS_LAYERS */
    size_t epochs[FURROW_DIGITS_STAGES]; /* of each stage's nets: 40, of the later ones 50 */
    size_t batch;                        /* samples per step: 128 */
    double rate[FURROW_DIGITS_STAGES];   /* the highest: 0.006, of the later ones 0.004 */
    double warmup;                       /* share of all steps in which the rate rises: 0.1 */
    double decay;                        /* of the weights per step, in units of the rate: 0.01 */
    double smoothing;                    /* share of a label dealt out to all digits: 0.05 */
    double averaging;                    /* share of the average kept per step: 0.999 */
    double rotation;                     /* degrees, at most: 10 */
    double scaling;                      /* 1 +- at most: 0.1 */
    double shearing;                     /* at most: 0.1 */
    double shifting;                     /* pixels, at most: 1.5 */
    double elasticity; /* pixels by which a smooth field moves each, root mean square: 0.4 */
    double thickening; /* of strokes, by at most this share of a pixel: 0.3 */
    double grain;      /* gray levels of noise, at most, in a quarter of the images: 10 */
    /* As other pens, scanners and hands make them; for the first, third, ... net of a model: */
    double widening;    /* share of the images that become up to 1.6 times as wide: 0.05 */
    double pens;        /* share of them whose edges move by up to a pixel, out or in: 0.1 */
    double coarsening;  /* share of them seen as by a scanner of 7 to 14 cells a digit: 0.15 */
    double handwriting; /* share of the 1, 7 and 9 with strokes that other hands add: 0.1 */
    bool judge_at_end;  /* classify the held-out samples after the last epoch only */
    uint64_t seed;
} furrow_digits_recipe;

typedef struct furrow_digits_trainer furrow_digits_trainer;

/* `training` and `held_out` (count 0: none) are lent for the trainer's life. FURROW_EINVAL: the
 * recipe cannot be, a label is above 9, or there are no samples; FURROW_ENOMEM. */
int furrow_digits_trainer_new(furrow_digits_trainer **trainer, const furrow_digits_recipe *recipe,
                              const furrow_digits_samples *training,
                              const furrow_digits_samples *held_out, furrow_error *error);
void furrow_digits_trainer_free(furrow_digits_trainer *trainer);

/* Back to how _new left it. */
void furrow_digits_trainer_reset(furrow_digits_trainer *trainer);

/* How many blocks come next, at most `capacity` (at least 1); 0: training has ended. */
size_t furrow_digits_trainer_next(furrow_digits_trainer *trainer, size_t capacity);

/* Bytes of a block's outcome; of an alignment that malloc gives. */
size_t furrow_digits_trainer_outcome_size(const furrow_digits_trainer *trainer);

/* What block `index` of those that _next announced comes to, into zeroed memory. From any thread,
 * each with its own scratch. */
void furrow_digits_trainer_block(const furrow_digits_trainer *trainer, void *scratch, size_t index,
                                 void *outcome);
int furrow_digits_trainer_scratch_new(void **scratch, const furrow_digits_trainer *trainer);
void furrow_digits_trainer_scratch_free(void *scratch);

/* Takes in the outcomes of all blocks that _next announced, `size` bytes apart. */
void furrow_digits_trainer_combine(furrow_digits_trainer *trainer, const void *outcomes,
                                   size_t size, size_t count);

/* An epoch that is over. */
typedef struct furrow_digits_epoch {
    size_t net;             /* of which net, in the order of the layers: 0 ... */
    size_t number;          /* 1 ... epochs */
    double rate;            /* of its last step */
    double loss;            /* mean over the epoch's samples, as they were turned */
    double accuracy;        /* on these, while learning */
    size_t held_out, wrong; /* samples judged, 0: none; and how many the average got wrong */
} furrow_digits_epoch;

/* The epoch that the last _combine ended; NULL when it ended none. Valid until the next _next. */
const furrow_digits_epoch *furrow_digits_trainer_epoch(const furrow_digits_trainer *trainer);

/* How much of the training is over, by epochs and what they cost: 0 ... 1. */
double furrow_digits_trainer_progress(const furrow_digits_trainer *trainer);

/* Writes what the training has come to, between epochs: after a _combine that ended one, or before
 * the first _next. PATH.partial is written, synced and renamed. FURROW_EINVAL: within an epoch;
 * FURROW_ENOMEM; -errno: cannot be written. */
int furrow_digits_trainer_save(const furrow_digits_trainer *trainer, const char *path,
                               furrow_error *error);

/* Goes on from there: what comes out has the same bits as if the training had never been broken
 * off. FURROW_EINVAL: saved with another recipe, other samples, another instruction set or by
 * another compiler; FURROW_EFORMAT: not such a file, or damaged; -errno: cannot be read. The
 * trainer is then as it was, or as _new left it. */
int furrow_digits_trainer_load(furrow_digits_trainer *trainer, const char *path,
                               furrow_error *error);

/* The model as it stands: the averaged weights; 0 in nets that are still to come. FURROW_ENOMEM. */
int furrow_digits_trainer_model(furrow_digits_model **model, const furrow_digits_trainer *trainer);

/* ---- what comes after ---- */

/* What an image may cost, in multiplications on average, unless another is asked for: of the model
 * that ships about one image in 20 then goes on; more made no fewer errors on held-out samples. */
#define FURROW_DIGITS_BUDGET 800000

/*
 * A copy of `model` whose stages are chosen by samples that it was not trained on. Stage by stage:
 *
 *   - the temperature at which the probabilities of the right digits are likeliest, by the samples
 *     that get to the stage (1 where they are less than 50);
 *   - the threshold that sends on as many as `multiplications` (0: FURROW_DIGITS_BUDGET) allow an
 *     image to cost on average, the least sure ones: what is left of them is dealt out to the later
 *     stages in equal parts.
 *
 * FURROW_EINVAL: no samples, or none with labels; FURROW_ENOMEM.
 */
int furrow_digits_calibrate(furrow_digits_model **calibrated, const furrow_digits_model *model,
                            const furrow_digits_samples *samples, double multiplications,
                            furrow_error *error);

#ifdef __cplusplus
}
#endif

#endif
