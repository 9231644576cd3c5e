/*
 * digits-train: trains the nets that `digits` uses, on MNIST.
 *
 *     $ data/fetch-mnist
 *     $ furrow digits-train --layers "conv5x8 pool dense10" --epochs 2 --model my.model
 *     1 1 0.00353 0.6861 87.22 - -
 *     1 2 0.00000 0.4692 95.69 98.32 168
 *     $ furrow digits --model my.model data/digits
 *
 * An iterative kernel: each batch depends on the results of the one before. An item is a block of
 * 16 samples, and its bytes are its number in the batch. Its result is the gradient of the samples,
 * by back-propagation. `next` feeds the blocks of one mini-batch, which all use the same weights;
 * `combine` adds the gradients up in item order and takes one step. At the end of an epoch the
 * held-out images are classified, in blocks too. No sum depends on which thread computed its terms,
 * so the model is the same to the last bit for any number of threads. training.h has the method and
 * its sources.
 *
 * Checked by the reference net: it must give some samples the same digits as the fast net.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <furrow/clock.h>

#include "digits-train.h"

static void teardown(void *state)
{
    struct training *training = state;
    furrow_digits_trainer_free(training->trainer);
    furrow_digits_model_free(training->model);
    furrow__dataset_clear(&training->data);
    free(training);
}

/* Makes the trainer, which begins at the checkpoint if there is one. */
static int make_trainer(struct training *training, const furrow_digits_recipe *recipe,
                        furrow_error *error)
{
    int status = furrow_digits_trainer_new(&training->trainer, recipe, &training->data.learned,
                                           &training->data.judged, error);
    if (status || !training->checkpoint || access(training->checkpoint, F_OK) != 0)
        return status;
    status = furrow_digits_trainer_load(training->trainer, training->checkpoint, error);
    training->resumed = furrow_digits_trainer_progress(training->trainer);
    return status;
}

static int prepare(struct training *training, const furrow_args *args, furrow_error *error)
{
    furrow_digits_recipe recipe;
    size_t hold_out = furrow_args_count(args, "hold-out");
    int status = furrow__training_options(&recipe, args, error);
    if (!status)
        status = furrow__dataset_read(&training->data, furrow_args_text(args, "data"), hold_out,
                                      furrow_args_flag(args, "test"),
                                      furrow_args_count(args, "limit"), error);
    if (status)
        return status;
    recipe.judge_at_end = hold_out == 0;
    training->calibrate = hold_out > 0;
    training->budget = furrow_args_real(args, "budget");
    training->clock = furrow_args_flag(args, "clock");
    return make_trainer(training, &recipe, error);
}

static int setup(void **state, const furrow_args *args, furrow_error *error)
{
    struct training *training = calloc(1, sizeof *training);
    if (!training)
        return FURROW_ENOMEM;
    training->output = furrow_args_text(args, "model");
    training->checkpoint = furrow_args_text(args, "checkpoint");
    int status = prepare(training, args, error);
    if (status) {
        teardown(training);
        return status;
    }
    *state = training;
    return FURROW_OK;
}

/* Round 0 goes on from the checkpoint; later rounds begin anew. */
static int begin(void *state, size_t round, furrow_error *error)
{
    struct training *training = state;
    (void)error;
    training->begun = furrow_clock_wall();
    training->fed = 0;
    if (round == 0)
        return FURROW_OK;
    furrow_digits_trainer_reset(training->trainer);
    furrow_digits_model_free(training->model);
    training->model = NULL;
    training->saved = false;
    training->resumed = 0;
    return FURROW_OK;
}

/* ---- training ---- */

/* Counts the samples that the model gets wrong. */
static int test(size_t *wrong, const furrow_digits_model *model,
                const furrow_digits_samples *samples, furrow_error *error)
{
    furrow_digits_scratch *scratch = NULL;
    furrow_digits_answer *answers = malloc((samples->count + 1) * sizeof *answers);
    int status = answers ? furrow_digits_scratch_new(&scratch, model, NULL) : FURROW_ENOMEM;
    if (status == FURROW_OK) {
        furrow_digits_classify(model, scratch, samples->images, samples->count, answers);
        *wrong = 0;
        for (size_t i = 0; i < samples->count; i++)
            *wrong += answers[i].digit != samples->labels[i];
    } else {
        furrow_error_set(error, status, "no memory to test the model");
    }
    furrow_digits_scratch_free(scratch);
    free(answers);
    return status;
}

static int calibrate(struct training *training, furrow_error *error)
{
    furrow_digits_model *calibrated;
    int status = furrow_digits_calibrate(&calibrated, training->model, &training->data.judged,
                                         training->budget, error);
    if (status)
        return status;
    furrow_digits_model_free(training->model);
    training->model = calibrated;
    return FURROW_OK;
}

/* Removes the file. If the path is a link, the link stays, as when the checkpoint is written. */
static void remove_checkpoint(const char *path)
{
    char *target = realpath(path, NULL);
    unlink(target ? target : path);
    free(target);
}

static int save(struct training *training, furrow_error *error)
{
    int status = furrow_digits_model_save(training->model, training->output, error);
    training->saved = status == FURROW_OK;
    if (training->saved && training->checkpoint)
        remove_checkpoint(training->checkpoint);
    return status;
}

/* Makes, calibrates, tests and saves the model, when all nets are trained. */
static int finish(struct training *training, furrow_error *error)
{
    int status = furrow_digits_trainer_model(&training->model, training->trainer);
    if (status)
        return furrow_error_set(error, status, "no memory for the model");
    if (training->calibrate)
        status = calibrate(training, error);
    if (!status)
        status = test(&training->wrong, training->model, &training->data.judged, error);
    if (!status && training->calibrate)
        status = test(&training->wrong_in_test, training->model, &training->data.test, error);
    return status || !training->output ? status : save(training, error);
}

static int keep(struct training *training, furrow_error *error)
{
    if (!training->checkpoint || !furrow_digits_trainer_epoch(training->trainer))
        return FURROW_OK;
    return furrow_digits_trainer_save(training->trainer, training->checkpoint, error);
}

static int next(void *state, furrow_feed *feed, size_t capacity, furrow_error *error)
{
    struct training *training = state;
    int status = keep(training, error);
    size_t blocks = status ? 0 : furrow_digits_trainer_next(training->trainer, capacity);
    if (status == FURROW_OK && blocks == 0 && !training->model)
        status = finish(training, error);
    for (size_t block = 0; block < blocks && !status; block++)
        status = furrow_feed_add(feed, &block, sizeof block, NULL);
    training->fed += blocks;
    return status;
}

static furrow_shape shape(const void *state)
{
    const struct training *training = state;
    return (furrow_shape){
        .items = FURROW_UNKNOWN,
        .result_size = furrow_digits_trainer_outcome_size(training->trainer),
    };
}

static int worker_new(void **scratch, const void *state)
{
    const struct training *training = state;
    return furrow_digits_trainer_scratch_new(scratch, training->trainer);
}

static int body(const furrow_range *range, const void *state)
{
    const struct training *training = state;
    for (size_t item = range->begin; furrow_range_claim(range, item); item++)
        furrow_digits_trainer_block(training->trainer, range->scratch,
                                    *(const size_t *)furrow_range_item(range, item).bytes,
                                    furrow_range_slot(range, item));
    return FURROW_OK;
}

static int combine(void *state, const furrow_batch *batch)
{
    struct training *training = state;
    furrow_digits_trainer_combine(training->trainer, batch->results, batch->result_size,
                                  batch->end - batch->begin);
    return FURROW_OK;
}

const furrow_kernel furrow_kernel_digits_train = {
    .abi = FURROW_KERNEL_ABI,
    .flags = FURROW_KERNEL_ITERATES,
    .name = "digits-train",
    .summary = "train `digits` on MNIST: the same bits on any number of threads",
    .help = "Examples:\n"
            "  data/fetch-mnist && furrow digits-train --hold-out 2000 --model my.model\n"
            "  furrow digits-train --epochs 5 --hold-out 5000 --layers \"conv5x8 pool dense10\"\n"
            "  furrow digits-train --hold-out 2000 --checkpoint my.state --model my.model\n"
            "\n"
            "Records: one per epoch, with the net, the number of the epoch, the learning\n"
            "rate at its end, the mean loss, the accuracy on the training images as they\n"
            "were distorted, the accuracy on the held-out images, and the number of errors\n"
            "on these.\n"
            "\n"
            "Layers: ' / ' stands before each further stage of a cascade, ' + ' between nets\n"
            "that answer together. The temperatures and thresholds of a cascade are chosen\n"
            "by the held-out images. Without --hold-out the test images are tested on, once,\n"
            "at the end; so make choices with --hold-out.",
    .params = furrow__training_params,
    .setup = setup,
    .teardown = teardown,
    .begin = begin,
    .shape = shape,
    .next = next,
    .body = body,
    .worker_new = worker_new,
    .worker_free = furrow_digits_trainer_scratch_free,
    .combine = combine,
    .formats =
        (const furrow_kernel_format[]){{.field = "accuracy", .emit = furrow__training_emit}, {0}},
    .verify = furrow__training_verify,
    .tell = furrow__training_tell,
};
