/*
 * digits-train: trains the net that `digits` uses, on MNIST.
 *
 *     $ data/fetch-mnist
 *     $ furrow digits-train --epochs 2 --model my.model
 *     1 0.00305 0.5604 91.42 - -
 *     2 0.00000 0.4195 96.28 98.79 121
 *     $ furrow digits --model my.model data/digits
 *
 * An iterative kernel: what is computed next depends on what came out. An item is a block of 16
 * samples; its result is their gradient, by back-propagation. `next` gives the blocks of one
 * mini-batch, all computed with the same weights; `combine` adds them up in item order and takes
 * one step. At the end of an epoch the held-out images are classified, in blocks too. As no sum
 * depends on who computed what, the model is the same, to the last bit, for any number of threads.
 * The method and its sources are in digits_training.h.
 *
 * Checked by the plain net: for some samples it must come to the classes the fast one came to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <furrow/digits_training.h>
#include <furrow/kernel.h>

#include "dataset.h"

static const furrow_param params[] = {
    {
        .name = "model",
        .type = FURROW_PARAM_TEXT,
        .help = "where to write the model; none: it is only tested",
        .argument = "FILE",
    },
    {
        .name = "data",
        .type = FURROW_PARAM_TEXT,
        .value = "data/mnist",
        .help = "folder with MNIST's four files, plain or .gz (the script data/fetch-mnist)",
        .argument = "FOLDER",
    },
    {
        .name = "layers",
        .type = FURROW_PARAM_TEXT,
        .value = FURROW_DIGITS_LAYERS,
        .help = "the net",
        .argument = "LAYERS",
    },
    {
        .name = "epochs",
        .type = FURROW_PARAM_COUNT,
        .value = "40",
        .minimum = 1,
        .maximum = 1e6,
        .help = "how often each sample is seen",
    },
    {
        .name = "batch",
        .type = FURROW_PARAM_COUNT,
        .value = "128",
        .minimum = 1,
        .maximum = 1e6,
        .help = "samples per step",
    },
    {
        .name = "rate",
        .type = FURROW_PARAM_REAL,
        .value = "0.006",
        .minimum = 1e-9,
        .maximum = 10,
        .help = "the highest learning rate",
    },
    {
        .name = "smoothing",
        .type = FURROW_PARAM_REAL,
        .value = "0.05",
        .maximum = 0.99,
        .help = "share of a label dealt out to all digits",
    },
    {
        .name = "averaging",
        .type = FURROW_PARAM_REAL,
        .value = "0.999",
        .maximum = 0.99999,
        .help = "share of the average of the weights that is kept per step",
    },
    {
        .name = "decay",
        .type = FURROW_PARAM_REAL,
        .value = "0.01",
        .maximum = 1,
        .help = "of the weights per step, in units of the rate",
    },
    {
        .name = "rotation",
        .type = FURROW_PARAM_REAL,
        .value = "10",
        .maximum = 180,
        .help = "images are turned by at most so many degrees",
    },
    {
        .name = "scaling",
        .type = FURROW_PARAM_REAL,
        .value = "0.1",
        .maximum = 0.9,
        .help = "images are scaled by 1 +- at most this",
    },
    {
        .name = "shearing",
        .type = FURROW_PARAM_REAL,
        .value = "0.1",
        .maximum = 1,
        .help = "images are sheared by at most this",
    },
    {
        .name = "shifting",
        .type = FURROW_PARAM_REAL,
        .value = "1.5",
        .maximum = 28,
        .help = "images are shifted by at most so many pixels",
    },
    {
        .name = "elasticity",
        .type = FURROW_PARAM_REAL,
        .value = "0.7",
        .maximum = 10,
        .help = "a smooth field moves each pixel by so many, root mean square",
    },
    {
        .name = "thickening",
        .type = FURROW_PARAM_REAL,
        .value = "0.5",
        .maximum = 1,
        .help = "strokes become wider or thinner by at most this share of a pixel",
    },
    {
        .name = "grain",
        .type = FURROW_PARAM_REAL,
        .value = "20",
        .maximum = 255,
        .help = "gray levels of noise in a quarter of the images, at most",
    },
    {
        .name = "seed",
        .type = FURROW_PARAM_COUNT,
        .value = "1",
        .help = "of all that is drawn at random",
    },
    {
        .name = "hold-out",
        .type = FURROW_PARAM_COUNT,
        .value = "0",
        .help = "test each epoch on the last N training samples, which are not trained on",
        .argument = "N",
    },
    {
        .name = "limit",
        .type = FURROW_PARAM_COUNT,
        .help = "train on the first N samples only, and test on as many",
        .argument = "N",
    },
    {0},
};

struct training {
    furrow_digits_trainer *trainer;
    struct dataset data;
    furrow_digits_epoch last;
    size_t epochs; /* asked for */
    const char *output;
    bool saved;
    size_t first, blocks; /* the first item of the batch, and how many it has */
};

static void teardown(void *state)
{
    struct training *training = state;
    furrow_digits_trainer_free(training->trainer);
    dataset_clear(&training->data);
    free(training);
}

/* What a recipe calls 0 is its default, and -1 is 0. */
static double share(const furrow_args *args, const char *name)
{
    double value = furrow_args_real(args, name);
    return value > 0 ? value : -1;
}

static int prepare(struct training *training, const furrow_args *args, furrow_error *error)
{
    size_t hold_out = furrow_args_count(args, "hold-out");
    int status = dataset_read(&training->data, furrow_args_text(args, "data"), hold_out,
                              furrow_args_count(args, "limit"), error);
    if (status)
        return status;
    furrow_digits_recipe recipe = {
        .layers = furrow_args_text(args, "layers"),
        .epochs = {furrow_args_count(args, "epochs")},
        .batch = furrow_args_count(args, "batch"),
        .rate = {furrow_args_real(args, "rate")},
        .smoothing = share(args, "smoothing"),
        .averaging = share(args, "averaging"),
        .decay = share(args, "decay"),
        .rotation = share(args, "rotation"),
        .scaling = share(args, "scaling"),
        .shearing = share(args, "shearing"),
        .shifting = share(args, "shifting"),
        .elasticity = share(args, "elasticity"),
        .thickening = share(args, "thickening"),
        .grain = share(args, "grain"),
        .judge_at_end = hold_out == 0,
        .seed = furrow_args_count(args, "seed"),
    };
    training->epochs = recipe.epochs[0];
    return furrow_digits_trainer_new(&training->trainer, &recipe, &training->data.learned,
                                     &training->data.judged, error);
}

/* Before two minutes of training: whether the model's folder can be written to. */
static int check_output(const char *path, furrow_error *error)
{
    const char *slash = strrchr(path, '/');
    char folder[4096] = ".";
    size_t length = slash ? (size_t)(slash - path) + 1 : 0;
    if (length >= sizeof folder)
        return furrow_error_set(error, FURROW_EINVAL, "--model: too long");
    if (length > 0) {
        memcpy(folder, path, length);
        folder[length] = '\0';
    }
    if (access(folder, W_OK) == 0)
        return FURROW_OK;
    int code = -errno;
    return furrow_error_set(error, code, "--model %s: cannot write into its folder: %s", path,
                            furrow_status_text(code));
}

static int setup(void **state, const furrow_args *args, furrow_error *error)
{
    struct training *training = calloc(1, sizeof *training);
    if (!training)
        return FURROW_ENOMEM;
    training->output = furrow_args_text(args, "model");
    int status = training->output ? check_output(training->output, error) : FURROW_OK;
    if (status == FURROW_OK)
        status = prepare(training, args, error);
    if (status) {
        teardown(training);
        return status;
    }
    *state = training;
    return FURROW_OK;
}

static int reset(void *state)
{
    struct training *training = state;
    furrow_digits_trainer_reset(training->trainer);
    training->last = (furrow_digits_epoch){0};
    training->saved = false;
    training->first = training->blocks = 0;
    return FURROW_OK;
}

/* ---- training ---- */

static int save(struct training *training, furrow_error *error)
{
    furrow_digits_model *model;
    int status = furrow_digits_trainer_model(&model, training->trainer);
    if (status)
        return furrow_error_set(error, status, "no memory for the model");
    status = furrow_digits_model_save(model, training->output, error);
    furrow_digits_model_free(model);
    training->saved = status == FURROW_OK;
    return status;
}

static int next(void *state, size_t capacity, size_t *count, furrow_error *error)
{
    struct training *training = state;
    training->first += training->blocks;
    *count = training->blocks = furrow_digits_trainer_next(training->trainer, capacity);
    if (*count == 0 && training->output && !training->saved)
        return save(training, error);
    return FURROW_OK;
}

static size_t result_size(const void *state)
{
    const struct training *training = state;
    return furrow_digits_trainer_outcome_size(training->trainer);
}

static int worker_new(void **scratch, const void *state)
{
    const struct training *training = state;
    return furrow_digits_trainer_scratch_new(scratch, training->trainer);
}

static int body(const furrow_range *range, const void *state)
{
    const struct training *training = state;
    size_t size = furrow_digits_trainer_outcome_size(training->trainer);
    char *outcome = range->results;
    for (size_t item = range->begin; item < range->end; item++, outcome += size)
        furrow_digits_trainer_block(training->trainer, range->scratch, item - training->first,
                                    outcome);
    return FURROW_OK;
}

static int combine(void *state, const furrow_batch *batch)
{
    struct training *training = state;
    furrow_digits_trainer_combine(training->trainer, batch->results, batch->result_size,
                                  batch->end - batch->begin);
    const furrow_digits_epoch *epoch = furrow_digits_trainer_epoch(training->trainer);
    if (epoch)
        training->last = *epoch;
    return FURROW_OK;
}

/* ---- what came out ---- */

static double tested_accuracy(const furrow_digits_epoch *epoch)
{
    return 100 * (double)(epoch->held_out - epoch->wrong) / (double)epoch->held_out;
}

static int emit(const void *state, const furrow_batch *batch, furrow_writer *writer)
{
    const struct training *training = state;
    const furrow_digits_epoch *epoch = furrow_digits_trainer_epoch(training->trainer);
    (void)batch;
    if (!epoch)
        return FURROW_OK;
    furrow_writer_begin(writer);
    furrow_writer_count(writer, "epoch", epoch->number);
    furrow_writer_real(writer, "rate", epoch->rate, 5);
    furrow_writer_real(writer, "loss", epoch->loss, 4);
    furrow_writer_real(writer, "training_accuracy", 100 * epoch->accuracy, 2);
    if (epoch->held_out > 0) {
        furrow_writer_real(writer, "accuracy", tested_accuracy(epoch), 2);
        furrow_writer_count(writer, "errors", epoch->wrong);
    } else {
        furrow_writer_text(writer, "accuracy", NULL);
        furrow_writer_text(writer, "errors", NULL);
    }
    int status = furrow_writer_end(writer);
    return status ? status : furrow_writer_flush(writer);
}

static void conclude(const void *state, char *text, size_t size)
{
    const struct training *training = state;
    const furrow_digits_epoch *last = &training->last;
    if (last->number == 0)
        snprintf(text, size, "nothing was trained");
    else
        snprintf(text, size, "%.2f %% of %zu %s images right, %zu wrong; model %s%s",
                 tested_accuracy(last), last->held_out,
                 training->data.test.count > 0 ? "test" : "held-out", last->wrong,
                 training->saved ? "in " : "not written",
                 training->saved ? training->output : " (--model FILE keeps it)");
}

static int check_sample(const furrow_digits_model *model, furrow_digits_scratch *scratch,
                        const unsigned char *image, furrow_error *error)
{
    furrow_digits_answer fast, plain;
    furrow_digits_classify(model, scratch, image, 1, &fast);
    int status = furrow_digits_reference(model, image, &plain);
    if (status || fast.digit == plain.digit)
        return status;
    return furrow_error_set(error, FURROW_EVERIFY, "the plain net says %d, the fast one %d",
                            plain.digit, fast.digit);
}

static int verify(const void *state, furrow_error *error)
{
    const struct training *training = state;
    furrow_digits_model *model;
    furrow_digits_scratch *scratch = NULL;
    if (training->last.number != training->epochs)
        return furrow_error_set(error, FURROW_EVERIFY, "expected %zu epochs, got %zu",
                                training->epochs, training->last.number);
    int status = furrow_digits_trainer_model(&model, training->trainer);
    if (status)
        return status;
    status = furrow_digits_scratch_new(&scratch, model, NULL);
    for (size_t i = 0; i < 100 && i < training->data.judged.count && status == FURROW_OK; i++)
        status = check_sample(model, scratch,
                              training->data.judged.images + i * FURROW_DIGITS_PIXELS, error);
    furrow_digits_scratch_free(scratch);
    furrow_digits_model_free(model);
    return status;
}

const furrow_kernel furrow_kernel_digits_train = {
    .abi = FURROW_KERNEL_ABI,
    .name = "digits-train",
    .summary = "train the net of `digits` on MNIST: the same bits on any number of threads",
    .help = "data/fetch-mnist && furrow digits-train --model my.model\n"
            "furrow digits-train --epochs 5 --hold-out 5000\n"
            "furrow digits-train --layers \"conv5x8 pool conv5x32 pool dense10\"\n"
            "\n"
            "A record per epoch: its number, the learning rate it ended with, the mean loss, the "
            "accuracy on the training images as they were turned and on the images held out, and "
            "how many of the latter are wrong. Without --hold-out it is the test images that are "
            "held out, and they are looked at once, at the end: choose with --hold-out.",
    .value = "accuracy",
    .params = params,
    .setup = setup,
    .teardown = teardown,
    .reset = reset,
    .conclude = conclude,
    .next = next,
    .result_size = result_size,
    .body = body,
    .worker_new = worker_new,
    .worker_free = furrow_digits_trainer_scratch_free,
    .combine = combine,
    .emit = emit,
    .verify = verify,
};
