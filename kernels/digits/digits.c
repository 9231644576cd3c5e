/*
 * digits: which digit is in each picture?
 *
 *     $ furrow digits data/digits
 *     data/digits/17.png 8 1.0000
 *     data/digits/18.png 3 0.9997
 *     ...
 *
 * Each file is read, decoded (image.h), brought to MNIST's form (furrow_digits_normalise) and
 * classified by a small convolutional net (digits.h, with the source). Files are independent, so
 * they are the items; reading and decoding costs as much as the net, so a body does both, and
 * collects pictures until they fill the lanes of a vector register: hence the grain. Paths come as
 * a stream, and a window of them is all that is held, however many there are. A file that cannot be
 * read is one failed item.
 *
 * Checked by the net as a textbook has it, one image at a time, on the first files of the run.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/digits.h>
#include <furrow/digits_training.h>
#include <furrow/kernel.h>
#include <furrow/paths.h>

#include "digits.h"

static const furrow_param params[] = {
    {
        .name = "files",
        .type = FURROW_PARAM_LIST,
        .help = "PNG files, folders of them, @FILE with a path a line, - for such a list as input",
        .argument = "PATH",
        .positional = true,
    },
    {
        .name = "model",
        .type = FURROW_PARAM_TEXT,
        .help = "the net, as digits-train writes it (default: the one built in)",
        .argument = "FILE",
    },
    {
        .name = "repeat",
        .type = FURROW_PARAM_COUNT,
        .value = "1",
        .minimum = 1,
        .maximum = 1e9,
        .help = "the whole list so many times over, to measure",
        .argument = "N",
    },
    {
        .name = "idx",
        .type = FURROW_PARAM_TEXT,
        .help = "images of 28 x 28 in MNIST's own file format, instead of PNG files",
        .argument = "FILE",
    },
    {
        .name = "labels",
        .type = FURROW_PARAM_TEXT,
        .help = "what they are, in the same format: the accuracy is told at the end",
        .argument = "FILE",
    },
    {0},
};

static void teardown(void *state)
{
    struct digits *digits = state;
    furrow_digits_model_free(digits->model);
    furrow_paths_free(digits->paths);
    furrow_digits_samples_clear(&digits->samples);
    furrow__digits_batch_clear(&digits->batch);
    for (size_t i = 0; i < SAMPLED; i++)
        free(digits->tally.sampled[i].name);
    free(digits);
}

static int open_inputs(struct digits *digits, const furrow_args *args, furrow_error *error)
{
    const char *const *files;
    size_t count = furrow_args_list(args, "files", &files);
    const char *labels = furrow_args_text(args, "labels");
    digits->idx = furrow_args_text(args, "idx");
    digits->labels = labels;
    if ((count > 0) == (digits->idx != NULL))
        return furrow_error_set(error, FURROW_EINVAL,
                                "expected either PNG files, folders or lists, or --idx FILE");
    if (labels && !digits->idx)
        return furrow_error_set(error, FURROW_EINVAL, "--labels: goes with --idx only");
    if (digits->idx)
        return furrow_digits_samples_read(&digits->samples, digits->idx, labels, error);
    return furrow_paths_new(&digits->paths, files, count, ".png", furrow_args_input(args));
}

static int setup(void **state, const furrow_args *args, furrow_error *error)
{
    struct digits *digits = calloc(1, sizeof *digits);
    if (!digits)
        return FURROW_ENOMEM;
    const char *model = furrow_args_text(args, "model");
    digits->repeat = furrow_args_count(args, "repeat");
    int status = model ? furrow_digits_model_load(&digits->model, model, error)
                       : furrow_digits_model_default(&digits->model, error);
    if (status == FURROW_OK)
        status = open_inputs(digits, args, error);
    if (status) {
        teardown(digits);
        return status;
    }
    *state = digits;
    return FURROW_OK;
}

static int reset(void *state)
{
    struct digits *digits = state;
    digits->given = digits->rounds = digits->images_given = 0;
    digits->ended = false;
    digits->failure = (furrow_error){0};
    digits->tally.done = digits->tally.failed = digits->tally.right = 0;
    return digits->paths ? furrow_paths_rewind(digits->paths, NULL) : FURROW_OK;
}

static int next(void *state, size_t capacity, size_t *count, furrow_error *error)
{
    struct digits *digits = state;
    int status = digits->paths ? furrow__digits_next_files(digits, capacity, count, error)
                               : furrow__digits_next_images(digits, capacity, count);
    digits->given += *count;
    digits->ended = status == FURROW_OK && *count == 0;
    return status;
}

static size_t result_size(const void *state)
{
    (void)state;
    return sizeof(struct result);
}

/* ---- a range ---- */

/* A worker's own: the images that are waiting for the net, and whose they are. */
struct worker {
    furrow_image image;
    furrow_digits_scratch *scratch;
    size_t count;
    size_t items[FURROW_DIGITS_GRAIN];
    unsigned char images[FURROW_DIGITS_GRAIN][FURROW_DIGITS_PIXELS];
};

static void worker_free(void *scratch)
{
    struct worker *worker = scratch;
    if (!worker)
        return;
    furrow_image_clear(&worker->image);
    furrow_digits_scratch_free(worker->scratch);
    free(worker);
}

static int worker_new(void **scratch, const void *state)
{
    const struct digits *digits = state;
    struct worker *worker = calloc(1, sizeof *worker);
    if (!worker)
        return FURROW_ENOMEM;
    int status = furrow_digits_scratch_new(&worker->scratch, digits->model, NULL);
    if (status) {
        free(worker);
        return status;
    }
    *scratch = worker;
    return FURROW_OK;
}

static void classify(const struct digits *digits, struct worker *worker, const furrow_range *range)
{
    furrow_digits_answer answers[FURROW_DIGITS_GRAIN];
    struct result *results = range->results;
    furrow_digits_classify(digits->model, worker->scratch, worker->images[0], worker->count,
                           answers);
    for (size_t i = 0; i < worker->count; i++)
        results[worker->items[i] - range->begin] =
            (struct result){answers[i].digit, answers[i].confidence};
    worker->count = 0;
}

static int body(const furrow_range *range, const void *state)
{
    const struct digits *digits = state;
    struct worker *worker = range->scratch;
    worker->count = 0;
    for (size_t item = range->begin; item < range->end; item++) {
        furrow_error error;
        int status = furrow__digits_fetch(digits, item, &worker->image,
                                          worker->images[worker->count], &error);
        if (status == FURROW_ENOMEM)
            return status;
        if (status) {
            status = furrow_fail(range, item, status, "%s", error.text);
            if (status)
                return status;
            continue;
        }
        worker->items[worker->count++] = item;
        if (worker->count == FURROW_DIGITS_GRAIN)
            classify(digits, worker, range);
    }
    if (worker->count > 0)
        classify(digits, worker, range);
    return FURROW_OK;
}

/* ---- what came out ---- */

static int write_result(furrow_writer *writer, const char *path, const struct result *result,
                        const furrow_error *fault)
{
    furrow_format format = furrow_writer_format(writer);
    if (fault && format == FURROW_FORMAT_TEXT)
        return FURROW_OK;
    furrow_writer_begin(writer);
    furrow_writer_text(writer, "path", path);
    if (fault) {
        furrow_writer_text(writer, "digit", NULL);
        furrow_writer_text(writer, "confidence", NULL);
    } else {
        furrow_writer_count(writer, "digit", (uint64_t)result->digit);
        furrow_writer_real(writer, "confidence", (double)result->confidence, 4);
    }
    if (format != FURROW_FORMAT_TEXT)
        furrow_writer_text(writer, "error", fault ? fault->text : NULL);
    return furrow_writer_end(writer);
}

static int emit(const void *state, const furrow_batch *batch, furrow_writer *writer)
{
    const struct digits *digits = state;
    const struct result *results = batch->results;
    for (size_t item = batch->begin; item < batch->end; item++) {
        char name[NAME_SIZE];
        furrow_error fault;
        bool failed = furrow_faults_find(batch->faults, item, &fault);
        const struct result *result = &results[item - batch->begin];
        int status = write_result(writer, furrow__digits_name(digits, item, name), result,
                                  failed ? &fault : NULL);
        if (status)
            return status;
    }
    return FURROW_OK;
}

static void label(const void *state, size_t item, char *text, size_t size)
{
    char name[NAME_SIZE];
    snprintf(text, size, "%s", furrow__digits_name(state, item, name));
}

static void conclude(const void *state, char *text, size_t size)
{
    const struct digits *digits = state;
    const struct tally *tally = &digits->tally;
    size_t done = tally->done - tally->failed;
    if (digits->samples.labels && done > 0)
        snprintf(text, size, "%zu of %zu right: %.2f %%", tally->right, done,
                 100 * (double)tally->right / (double)done);
    else
        snprintf(text, size, "%zu digits, %zu failed", done, tally->failed);
}

static furrow_work work(const void *state)
{
    const struct digits *digits = state;
    double images = (double)digits->given;
    return (furrow_work){
        .items = images,
        .flops = 2 * images * (double)furrow_digits_model_multiplications(digits->model),
    };
}

const furrow_kernel furrow_kernel_digits = {
    .abi = FURROW_KERNEL_ABI,
    .flags = FURROW_KERNEL_STREAMS,
    .name = "digits",
    .summary = "which digit is in each PNG file? a small convolutional net",
    .help = "furrow digits data/digits\n"
            "furrow digits 1.png 2.png --format json\n"
            "find scans -name '*.png' | furrow digits -\n"
            "furrow digits --idx data/mnist/t10k-images-idx3-ubyte.gz "
            "--labels data/mnist/t10k-labels-idx1-ubyte.gz >/dev/null\n"
            "furrow digits scans --resume scans.journal -o scans.txt   (after any end: once more)\n"
            "\n"
            "Any PNG will do: light ink or dark, of any size; the ink is found, scaled and centred "
            "as MNIST's digits are.",
    .value = "digit",
    .params = params,
    .grain = FURROW_DIGITS_GRAIN,
    .setup = setup,
    .teardown = teardown,
    .reset = reset,
    .conclude = conclude,
    .next = next,
    .result_size = result_size,
    .body = body,
    .worker_new = worker_new,
    .worker_free = worker_free,
    .combine = furrow__digits_combine,
    .emit = emit,
    .verify = furrow__digits_verify,
    .work = work,
    .label = label,
    .identity = furrow__digits_identity,
};
