/*
 * digits.h: tells which digit a picture shows, by small convolutional nets.
 *
 *     furrow_digits_model *model;
 *     furrow_digits_scratch *scratch;
 *     furrow_digits_model_default(&model, NULL);
 *     furrow_digits_scratch_new(&scratch, model, NULL);
 *     furrow_digits_normalise(pixels, &image, &error);
 *     furrow_digits_classify(model, scratch, pixels, 1, &answer);
 *     printf("%d (%.4f)\n", answer.digit, answer.confidence);
 *
 * Images go through a net side by side, one per lane of a vector register, so that no step works
 * across lanes. Images that would leave most lanes empty go alone, with their pixels in the lanes;
 * every sum is the same chain of multiply-adds as before. So the answer for an image is the same to
 * the last bit, whatever the other images, their number and the thread. Between instruction sets
 * answers differ by at most FURROW_DIGITS_TOLERANCE.
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

/* The model that ships: a fast net, and four larger ones for the images of which its answer is not
 * sure enough. */
#define FURROW_DIGITS_FAST_LAYERS "conv5x8 pool conv3x16 conv3x24 pool dense36 dense10"
#define FURROW_DIGITS_SURE_LAYERS "conv5x16 pool conv3x32 conv3x48 pool dense64 dense10"
#define FURROW_DIGITS_LAYERS                                                                       \
    FURROW_DIGITS_FAST_LAYERS " / " FURROW_DIGITS_SURE_LAYERS " + " FURROW_DIGITS_SURE_LAYERS      \
                              " + " FURROW_DIGITS_SURE_LAYERS " + " FURROW_DIGITS_SURE_LAYERS

/* The maximum number of stages of a model. */
#define FURROW_DIGITS_STAGES 4

/*
 * Nets in stages, and their weights. The first stage classifies every image. If its answer is less
 * probable than the threshold of the stage, the next stage answers instead (a cascade: P. Viola and
 * M. Jones, 2001). A stage of several nets answers by the mean of their outputs. A model never
 * changes once it is made, so threads may share it.
 */
typedef struct furrow_digits_model furrow_digits_model;

/* The model built into the library. FURROW_ENOMEM. */
int furrow_digits_model_default(furrow_digits_model **model, furrow_error *error);

/*
 * Makes the nets of `layers`, with `count` parameters: net after net, for each layer
 * weights[output][input][y][x], then biases[output]. Layers are separated by one blank:
 *
 *     convKxN  N outputs, each from K x K pixels of every input, without border
 *     pool     the largest of 2 x 2 pixels; after a conv
 *     denseN   N outputs, each from all inputs
 *
 * After every layer but the last comes max(0, x); the last must have 10 outputs. " + " stands
 * between nets of one stage, " / " before the next stage. There are at most 8 nets. A layer has at
 * most 1024 outputs and 65536 values before pooling, so that a scratch takes less than 32 MiB. If
 * `parameters` is NULL, all are 0. FURROW_EINVAL: `layers` describes no nets, they have another
 * number of parameters, or a parameter is not finite. FURROW_ENOMEM.
 */
int furrow_digits_model_new(furrow_digits_model **model, const char *layers,
                            const float *parameters, size_t count, furrow_error *error);
void furrow_digits_model_free(furrow_digits_model *model);

const char *furrow_digits_model_layers(const furrow_digits_model *model);

/* The parameters and their number; valid as long as the model. */
const float *furrow_digits_model_parameters(const furrow_digits_model *model, size_t *count);

/* The numbers of a stage, which furrow_digits_calibrate (training.h) chooses. */
typedef struct furrow_digits_stage {
    float temperature; /* 0.01 ... 100: outputs are divided by it, so that of the answers with
                          probability p a share of p is right (C. Guo et al., 2017) */
    float threshold;   /* 0 ... 2: images with a less probable answer go to the next stage; with 0
                          none does, above 1 all do */
    float share;       /* 0 ... 1: share of the calibration's images that get to this stage */
} furrow_digits_stage;

/* The stages and their number; valid as long as the model. A new model has temperatures of 1,
 * thresholds of 0.9 (the last 0), and shares of 1, since the true shares are not known. */
const furrow_digits_stage *furrow_digits_model_stages(const furrow_digits_model *model,
                                                      size_t *count);

/* Makes a copy of `model` with other numbers for each of its stages. FURROW_EINVAL: a number is out
 * of range; FURROW_ENOMEM. */
int furrow_digits_model_staged(furrow_digits_model **staged, const furrow_digits_model *model,
                               const furrow_digits_stage *stages, furrow_error *error);

/* The mean number of multiplications by a weight that an image takes, if each stage gets its share
 * of the images. Each comes with an addition. */
size_t furrow_digits_model_multiplications(const furrow_digits_model *model);

/*
 * A model file, all numbers little-endian:
 *
 *     offset 0   "furrow-digits" and three zero bytes
 *            16  uint32 version, 2
 *            20  uint32 bytes of the layers' text, without a final zero
 *            24  uint32 number of parameters
 *            28  uint32 number of stages
 *            32  the text, the parameters (IEEE 754 binary32), and per stage its temperature,
 *                threshold and share (binary32)
 *     last 4     uint32 CRC-32 (as zlib's) of all bytes before
 *
 * Version 1 can be read too: it has no number of stages, and no stages after the parameters.
 * FURROW_EFORMAT: the length or the checksum is wrong, layers, stages and parameters do not fit, or
 * a number is out of range; the error says which. -errno: the file cannot be read.
 */
int furrow_digits_model_load(furrow_digits_model **model, const char *path, furrow_error *error);
int furrow_digits_model_parse(furrow_digits_model **model, const void *bytes, size_t size,
                              furrow_error *error);

/* Writes PATH.partial, syncs it and renames it: PATH is always the old file or the whole new
 * one. */
int furrow_digits_model_save(const furrow_digits_model *model, const char *path,
                             furrow_error *error);

/* ---- classifying ---- */

/* The maximum number of images side by side on any machine: multiples of it waste no lane. */
#define FURROW_DIGITS_GRAIN 16

/* A good number of images for one call: few of them go on to a later stage, and these fill whole
 * vectors only if the call has many images. */
#define FURROW_DIGITS_BATCH 1024

/* How far confidences may differ between instruction sets, and from furrow_digits_reference, if the
 * same stage answered. A confidence this close to a threshold may count as above it or below. */
#define FURROW_DIGITS_TOLERANCE 1e-4

/* If the numbers of a net overflow, all digits are equally probable. Those of a trained net do
 * not. */
typedef struct furrow_digits_answer {
    int digit;
    float confidence;                           /* the probability of that digit */
    float probabilities[FURROW_DIGITS_CLASSES]; /* softmax of the stage's outputs */
    unsigned stage;                             /* which stage answered, from 0 */
} furrow_digits_answer;

/* The memory that classifying needs. Each thread needs one of its own. It serves the model that it
 * was made for, and any other with the same layers. */
typedef struct furrow_digits_scratch furrow_digits_scratch;

/* `isa` names an instruction set, as furrow_digits_isa does; NULL: the widest of this machine.
 * FURROW_ENOTSUP: this machine does not have the instruction set. FURROW_ENOMEM. */
int furrow_digits_scratch_new(furrow_digits_scratch **scratch, const furrow_digits_model *model,
                              const char *isa);
void furrow_digits_scratch_free(furrow_digits_scratch *scratch);

/* Does the serial loop
 *
 *     for (size_t i = 0; i < n; i++)
 *         answers[i] = answer(images[i * FURROW_DIGITS_PIXELS ...]);
 *
 * It is fastest with multiples of 4 * furrow_digits_scratch_lanes images, for which each weight is
 * loaded once. If the last vector would be at most a quarter full, its images go alone, at 4 to 5
 * times the cost of an image in a full vector; otherwise it costs as much as a full one. The same
 * holds for the images of a call that go on to a later stage: see FURROW_DIGITS_BATCH. Allocates
 * nothing. */
void furrow_digits_classify(const furrow_digits_model *model, furrow_digits_scratch *scratch,
                            const unsigned char *images, size_t n, furrow_digits_answer *answers);

/* ---- any picture ---- */

/*
 * Brings any picture of one digit to MNIST's form, which all nets here are trained on: bright ink
 * on black, in 28 x 28 pixels. Decisions are made on a map of at most 96 x 96 cells, each the mean
 * of its pixels; the digit is drawn from the pixels.
 *
 *   1. Grain: if the median difference between neighbouring cells exceeds a twentieth of the range
 *      of grays, every cell is averaged with its neighbours.
 *   2. Paper: its gray is the median along the border. If ink touches much of the border, the
 *      paper is one of two tones (Otsu, 1979): the one that covers more of the border. In a small
 *      picture it is always the tone nearer to the surroundings of the digit: the mean of the
 *      border, of the corners and of the whole picture. If the light changes along the border by
 *      more than the grain does, each cell has its own paper: a closing (for bright ink an
 *      opening) by a square broader than any stroke (the top hat of Meyer, 1979).
 *   3. Ink: the difference from the paper, on the side of the larger differences. Less than three
 *      times the median deviation of the paper is grain, not ink; if there is much grain, pixels
 *      are averaged with their neighbours. The strongest ink becomes 255.
 *   4. Frame: ink that fills a box of at least 20 x 20 cells is a sheet in a frame. All steps begin
 *      again within the box.
 *   5. Lines and dirt: rows and columns of ink across the whole picture are ruled lines. They are
 *      erased where no stroke crosses them; this is doubtful for a line stronger than two thirds of
 *      the pen. Of the connected parts the heaviest is the digit. Another part is a stroke of it if
 *      it has a sixth of its weight, or a thirtieth and is close by; otherwise it is dirt.
 *   6. Size: the box of all pixels with at least 32 of 255 ink is scaled so that its longer side
 *      takes 20 pixels; its shape is kept. Larger pictures are averaged over areas; smaller ones
 *      are sharpened and interpolated. Strokes that become pale are strengthened.
 *   7. Place: the centre of mass moves to the middle of the pixel (14, 14), as in MNIST (LeCun et
 *      al., 1998; the figures were measured on its training images).
 *
 * A picture that has this form already passes unchanged, as all but a few of MNIST's do: 28 x 28
 * pixels, black paper, a box of 18 to 20 pixels of strong ink, its centre of mass within 1 pixel of
 * the middle. Pictures whose shorter side is less than 20 pixels are taken for a digit and nothing
 * else: steps 1, 4 and 5 are left out, and the paper is the same everywhere.
 *
 * Colours are best read with FURROW_IMAGE_CONTRAST (image.h).
 *
 * FURROW_EFORMAT: "no ink found ...": no gray differs from the paper by 16 levels and by more than
 * the grain. Thread-safe. Allocates nothing, but takes up to 400 KB of the stack. Reads the picture
 * three times.
 */
int furrow_digits_normalise(unsigned char *pixels, const furrow_image *image, furrow_error *error);

/* The maximum number of readings of a picture. */
#define FURROW_DIGITS_READINGS 2

/*
 * Writes the readings of a picture to `pixels`, which has room for FURROW_DIGITS_READINGS; `*count`
 * is their number, 0 after a failure. The first reading is that of furrow_digits_normalise. If it
 * is doubtful, there is a second: with the other paper, with all parts that were taken for dirt, or
 * with strokes of another width if they are broader or thinner than MNIST's. Classify each reading
 * and keep the surer answer, or the first if both are equally sure:
 *
 *     furrow_digits_readings(readings, &count, &image, &error);
 *     furrow_digits_classify(model, scratch, readings, count, answers);
 *     answer = answers[count == 2 && answers[1].confidence > answers[0].confidence];
 *
 * MNIST's own pictures have one reading. Fails as furrow_digits_normalise.
 */
int furrow_digits_readings(unsigned char *pixels, size_t *count, const furrow_image *image,
                           furrow_error *error);

/* The size of a sketch: 14 lines of 28 characters, each with its end, and the final zero. */
#define FURROW_DIGITS_SKETCH_SIZE (14 * 29 + 1)

/* Draws the 28 x 28 pixels as text: a line shows two rows of pixels. */
void furrow_digits_sketch(char text[FURROW_DIGITS_SKETCH_SIZE], const unsigned char *pixels);

/* ---- for checks ---- */

/* Classifies one image by textbook loops in double precision. The confidence is within
 * FURROW_DIGITS_TOLERANCE of furrow_digits_classify's if the same stage answered. FURROW_ENOMEM. */
int furrow_digits_reference(const furrow_digits_model *model, const unsigned char *image,
                            furrow_digits_answer *answer);

/* The instruction sets that this machine can run, the plainest first; NULL beyond the last. */
const char *furrow_digits_isa(size_t index);

/* The instruction set of the scratch, and the number of images side by side. */
const char *furrow_digits_scratch_isa(const furrow_digits_scratch *scratch);
size_t furrow_digits_scratch_lanes(const furrow_digits_scratch *scratch);

#ifdef __cplusplus
}
#endif

#endif
