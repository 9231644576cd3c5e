/*
 * digits.h: which digit is in the picture? Small convolutional nets, many images at a time.
 *
 *     furrow_digits_model *model;
 *     furrow_digits_scratch *scratch;
 *     furrow_digits_model_default(&model, NULL);
 *     furrow_digits_scratch_new(&scratch, model, NULL);
 *     furrow_digits_normalise(pixels, &image, &error);
 *     furrow_digits_classify(model, scratch, pixels, 1, &answer);
 *     printf("%d (%.4f)\n", answer.digit, answer.confidence);
 *
 * Images go through the net side by side, one per lane of a vector register, so that no step works
 * across lanes; a few that fill no register go alone, with their pixels in the lanes, and every sum
 * is the same chain of multiply-adds as before. So an image's answer does not depend on its
 * neighbours, on how many there are or on the thread, to the last bit. Between instruction sets see
 * FURROW_DIGITS_TOLERANCE.
 *
 * Method: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-Based Learning Applied to Document
 * Recognition", Proceedings of the IEEE 86(11), 1998. Training is in training.h.
 */
#ifndef FURROW_DIGITS_DIGITS_H
#define FURROW_DIGITS_DIGITS_H

#include <stdbool.h>
#include <stddef.h>

#include <furrow/digits/image.h>
#include <furrow/status.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FURROW_DIGITS_SIDE    28
#define FURROW_DIGITS_PIXELS  784 /* one byte each, row by row; 0 paper ... 255 ink */
#define FURROW_DIGITS_CLASSES 10

/* ---- a model ---- */

/* The model that ships: a fast net, and others for what it is unsure of. */
#define FURROW_DIGITS_FAST_LAYERS "conv5x8 pool conv3x16 conv3x24 pool dense36 dense10"
#define FURROW_DIGITS_SURE_LAYERS "conv5x16 pool conv3x32 conv3x48 pool dense64 dense10"
#define FURROW_DIGITS_LAYERS                                                                       \
    FURROW_DIGITS_FAST_LAYERS " / " FURROW_DIGITS_SURE_LAYERS " + " FURROW_DIGITS_SURE_LAYERS      \
                              " + " FURROW_DIGITS_SURE_LAYERS " + " FURROW_DIGITS_SURE_LAYERS

/* The most stages of a model. */
#define FURROW_DIGITS_STAGES 4

/*
 * Nets in stages, and their weights. Every image is put to the first stage; where its answer is
 * less probable than the stage's threshold, the next stage answers instead (a cascade: P. Viola and
 * M. Jones, 2001). A stage of several nets answers by the mean of their outputs. Constant once
 * made, so threads share it.
 */
typedef struct furrow_digits_model furrow_digits_model;

/* The model built into the library. FURROW_ENOMEM. */
int furrow_digits_model_default(furrow_digits_model **model, furrow_error *error);

/*
 * The nets of `layers` with `count` parameters: net after net, per layer weights[output][input][y]
 * [x], then biases[output]. Layers, separated by one blank:
 *
 *     convKxN  N outputs, each from K x K pixels of every input, without border
 *     pool     the largest of 2 x 2 pixels; after a conv
 *     denseN   N outputs, each from all inputs
 *
 * with max(0, x) after all but the last, which must have 10 outputs. " + " stands between nets of
 * one stage, " / " before the next stage; 8 nets at most. A layer has at most 1024 outputs and
 * 65536 values before pooling, so that a scratch takes less than 32 MiB. parameters NULL: all 0.
 * FURROW_EINVAL: no such nets, not that many parameters, or one that is not finite. FURROW_ENOMEM.
 */
int furrow_digits_model_new(furrow_digits_model **model, const char *layers,
                            const float *parameters, size_t count, furrow_error *error);
void furrow_digits_model_free(furrow_digits_model *model);

const char *furrow_digits_model_layers(const furrow_digits_model *model);

/* Valid as long as the model. */
const float *furrow_digits_model_parameters(const furrow_digits_model *model, size_t *count);

/* What furrow_digits_calibrate (training.h) finds out about a stage. */
typedef struct furrow_digits_stage {
    float temperature; /* outputs are divided by it, so that probabilities are as often right as
                          they say (C. Guo et al., 2017): 0.01 ... 100 */
    float threshold;   /* answers below it go to the next stage: 0 none, above 1 all; at most 2 */
    float share;       /* of the calibration's images that get to this stage: 0 ... 1 */
} furrow_digits_stage;

/* Of all stages; valid as long as the model. A new model has temperatures of 1, thresholds of 0.9
 * (the last: 0) and shares of 1: not known. */
const furrow_digits_stage *furrow_digits_model_stages(const furrow_digits_model *model,
                                                      size_t *count);

/* A copy of `model` with other stages, as many as it has. FURROW_EINVAL: a number beyond what is
 * said above; FURROW_ENOMEM. */
int furrow_digits_model_staged(furrow_digits_model **staged, const furrow_digits_model *model,
                               const furrow_digits_stage *stages, furrow_error *error);

/* How often one image is multiplied by a weight, a multiplication and an addition each: the mean,
 * where as many images get to each stage as its share says. */
size_t furrow_digits_model_multiplications(const furrow_digits_model *model);

/*
 * A model file, all numbers little-endian:
 *
 *     offset 0   "furrow-digits" and three zero bytes
 *            16  uint32 version, 2
 *            20  uint32 bytes of the layers' text, without end
 *            24  uint32 number of parameters
 *            28  uint32 number of stages
 *            32  the text, the parameters (IEEE 754 binary32), and per stage its temperature,
 *                threshold and share (binary32)
 *     last 4     uint32 CRC-32 (as zlib's) of all bytes before
 *
 * and nothing else. Version 1, which is read as well, has no number of stages, and no stages after
 * the parameters. FURROW_EFORMAT: any other length, any bit flipped, layers, stages and parameters
 * that do not fit, or a number that cannot be; the error says which. -errno: cannot be read.
 */
int furrow_digits_model_load(furrow_digits_model **model, const char *path, furrow_error *error);
int furrow_digits_model_parse(furrow_digits_model **model, const void *bytes, size_t size,
                              furrow_error *error);

/* Writes PATH.partial, syncs it and renames it: PATH is the old file or the whole new one. */
int furrow_digits_model_save(const furrow_digits_model *model, const char *path,
                             furrow_error *error);

/* ---- classifying ---- */

/* The most images that any machine takes side by side: multiples of it waste no lane. */
#define FURROW_DIGITS_GRAIN 16

/* A good number of images for one call: those that go to a later stage are few, and fill whole
 * lanes only where a call has many. */
#define FURROW_DIGITS_BATCH 1024

/* How far confidences may be apart between instruction sets, and from the reference, where the same
 * stage answered: one that comes as near to a threshold may be taken for above it, or below. */
#define FURROW_DIGITS_TOLERANCE 1e-4

/* Where a net's numbers overflow, which no trained one's do, all digits are as probable. */
typedef struct furrow_digits_answer {
    int digit;
    float confidence;                           /* the probability of that digit */
    float probabilities[FURROW_DIGITS_CLASSES]; /* softmax of the stage's outputs */
    unsigned stage;                             /* that answered, from 0 */
} furrow_digits_answer;

/* The memory that classifying needs: one per thread, for the model it was made for or another of
 * the same layers. */
typedef struct furrow_digits_scratch furrow_digits_scratch;

/* `isa` is an instruction set that furrow_digits_isa names; NULL: the widest that this machine
 * has. FURROW_ENOTSUP: not on this machine. FURROW_ENOMEM. */
int furrow_digits_scratch_new(furrow_digits_scratch **scratch, const furrow_digits_model *model,
                              const char *isa);
void furrow_digits_scratch_free(furrow_digits_scratch *scratch);

/* The serial loop
 *
 *     for (size_t i = 0; i < n; i++)
 *         answers[i] = answer(images[i * FURROW_DIGITS_PIXELS ...]);
 *
 * fastest in multiples of 4 * furrow_digits_scratch_lanes images, which share what is loaded of the
 * weights. Of those beyond a multiple of the lanes up to a quarter of the lanes go alone, and more
 * cost as much as a full register; one image alone costs 4 to 5 times its share of a full one.
 * So it is with those that go to a later stage, of a whole call: see FURROW_DIGITS_BATCH. Allocates
 * nothing. */
void furrow_digits_classify(const furrow_digits_model *model, furrow_digits_scratch *scratch,
                            const unsigned char *images, size_t n, furrow_digits_answer *answers);

/* ---- any picture ---- */

/*
 * Brings any picture of one digit to MNIST's form, which all nets here are trained on: bright ink
 * on black, in 28 x 28 pixels. Decisions are taken on a map of at most 96 x 96 cells, the means of
 * the pixels in them; the digit is drawn from the pixels.
 *
 *   1. Where neighbours differ by more than a twentieth of all there is, by their median, a pixel
 *      counts with its neighbours from the start: that is grain.
 *   2. Paper is the median gray along the border. Where ink touches so much of the border that this
 *      is no longer sure, it is the one of two tones (Otsu, 1979) that has more of the border; on a
 *      small picture always the one that is nearer to what is around the digit: the means of the
 *      border, of the corners and of the whole.
 * Where the light changes along the border by more than grain does, each cell has its own paper: a
 * closing, for bright ink an opening, by a square broader than any stroke (the top hat of Meyer,
 * 1979).
 *   3. Ink is how far a pixel is from the paper, on the side where there is more that is far. What
 *      differs less than three times the paper's median deviation is grain, not ink; where there is
 *      much of that, a pixel counts with its neighbours. The strongest ink becomes 255.
 *   4. Ink that fills a box of 20 cells and more is a sheet in a frame: all begins again within it.
 *   5. Rows and columns of ink across the whole picture are ruled lines, and erased where no stroke
 *      crosses them; if they are stronger than two thirds of the pen, this is doubtful. Of what
 *      hangs together the heaviest part is the digit; other parts are strokes of it if they have a
 *      sixth of its weight, or a thirtieth close by, and else dirt.
 *   6. The box of all pixels with at least 32 of the ink that is left is scaled, keeping its shape,
 *      so that its longer side takes 20 pixels: by averages over areas downwards, between pixels
 *      upwards, which are sharpened before. Strokes that came out pale become full.
 *   7. The centre of mass comes to rest on the middle of the pixel (14, 14), as in MNIST (LeCun et
 *      al., 1998; the figures were measured on its training images).
 *
 * A picture that is so already (28 x 28, black paper, a box of 18 to 20 pixels of strong ink, its
 * centre of mass within 1 of the middle) passes unchanged: all but a few of MNIST's. Pictures whose
 * shorter side is less than 20 pixels skip 1, 4 and 5 and have one paper: they hold a digit and no
 * more.
 *
 * Colours are best read with FURROW_IMAGE_CONTRAST (image.h).
 *
 * FURROW_EFORMAT: "no ink found ...": nothing is 16 gray levels from the paper and more than its
 * grain. Thread-safe; allocates nothing, but takes up to 400 KB of the stack; passes over the
 * picture three times.
 */
int furrow_digits_normalise(unsigned char *pixels, const furrow_image *image, furrow_error *error);

/* How many readings a picture may have. */
#define FURROW_DIGITS_READINGS 2

/*
 * The readings of a picture: `pixels` has room for FURROW_DIGITS_READINGS of them, of which
 * `*count` are filled, 0 after a failure. The first is furrow_digits_normalise's. A second one is
 * there where that was doubtful: by the other paper, with all that was taken for dirt, or with
 * thinner strokes where they are broader than MNIST's. Classify each and keep the surer answer, the
 * first of equals:
 *
 *     furrow_digits_readings(readings, &count, &image, &error);
 *     furrow_digits_classify(model, scratch, readings, count, answers);
 *     answer = answers[count == 2 && answers[1].confidence > answers[0].confidence];
 *
 * MNIST's own pictures have one. Errors and the rest as furrow_digits_normalise.
 */
int furrow_digits_readings(unsigned char *pixels, size_t *count, const furrow_image *image,
                           furrow_error *error);

/* The size of a sketch: 14 lines of 28 characters, each with its end, and the final zero. */
#define FURROW_DIGITS_SKETCH_SIZE (14 * 29 + 1)

/* What the net sees, for the eye: 28 x 28 pixels as text, two rows of them a line. */
void furrow_digits_sketch(char text[FURROW_DIGITS_SKETCH_SIZE], const unsigned char *pixels);

/* ---- for those who check ---- */

/* The same answer from textbook loops over one image, in double: within FURROW_DIGITS_TOLERANCE of
 * classify, if the same stage gave it. FURROW_ENOMEM. */
int furrow_digits_reference(const furrow_digits_model *model, const unsigned char *image,
                            furrow_digits_answer *answer);

/* The instruction sets of this machine, from the plainest; NULL beyond the last. */
const char *furrow_digits_isa(size_t index);

/* What classify uses with this scratch, and how many images side by side. */
const char *furrow_digits_scratch_isa(const furrow_digits_scratch *scratch);
size_t furrow_digits_scratch_lanes(const furrow_digits_scratch *scratch);

#ifdef __cplusplus
}
#endif

#endif
