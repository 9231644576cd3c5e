/*
 * digits: which digit is in each picture?
 *
 *     $ furrow digits data/digits
 *     data/digits/17.png 8 1.0000
 *     data/digits/18.png 3 0.9997
 *     ...
 *
 * Each file is read, decoded (image.h), brought to MNIST's form (furrow_digits_readings) and
 * classified by small convolutional nets (digits.h, with the source). Files are independent, so
 * they are the items; reading and decoding costs as much as the nets, so a body does both, and
 * collects pictures until there are enough for one call of the nets: hence the grain. Paths come as
 * a stream, and a window of them is all that is held, however many there are. A file that cannot be
 * read is one failed item.
 *
 *     options.c   what it takes          record.c    a result as a record
 *     input.c     names and truths       tally.c     all results as counts
 *     look.c      a file as pixels       report.c    counts as tables
 *     body.c      pixels as answers      sheet.c     mistakes as a page
 *     explain.c   what the net saw       seen.c      all of that as one picture
 *     identity.c  what a journal checks
 *     apart.c     what may be written where
 *
 * Checked by the net as a textbook has it, one image at a time, on the first files of the run.
 */
#include <stdio.h>
#include <stdlib.h>

#include "digits.h"

static void teardown(void *state)
{
    struct digits *digits = state;
    furrow_digits_model_free(digits->model);
    furrow_paths_free(digits->paths);
    furrow_digits_samples_clear(&digits->samples);
    furrow__digits_batch_clear(&digits->batch);
    furrow__truth_clear(&digits->truth);
    furrow__times_free(digits->times);
    furrow__digits_tally_clear(&digits->tally);
    furrow__seen_clear(&digits->seen);
    free(digits);
}

static int setup(void **state, const furrow_args *args, furrow_error *error)
{
    struct digits *digits = calloc(1, sizeof *digits);
    if (!digits)
        return FURROW_ENOMEM;
    int status = furrow__digits_configure(digits, args, error);
    if (status)
        teardown(digits);
    else
        *state = digits;
    return status;
}

static int reset(void *state)
{
    struct digits *digits = state;
    digits->given = digits->rounds = digits->images_given = 0;
    digits->ended = false;
    digits->failure = (furrow_error){0};
    furrow__digits_tally_reset(&digits->tally);
    furrow__seen_clear(&digits->seen);
    furrow__times_reset(digits->times);
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

static void label(const void *state, size_t item, char *text, size_t size)
{
    char name[NAME_SIZE];
    snprintf(text, size, "%s", furrow__digits_name(state, item, name));
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
    .flags = FURROW_KERNEL_STREAMS | FURROW_KERNEL_ANY_ORDER,
    .name = "digits",
    .summary = "which digit is in each PNG file? a small convolutional net",
    .help =
        "Examples:\n"
        "  furrow digits data/digits\n"
        "  furrow digits -r scans --format csv -o digits.csv\n"
        "  find scans -name '*.png' -print0 | furrow digits --files0-from - --format jsonl\n"
        "  furrow digits -r sorted --truth folder --sheet mistakes.html >/dev/null\n"
        "  furrow digits --idx data/mnist/t10k-images-idx3-ubyte.gz "
        "--labels data/mnist/t10k-labels-idx1-ubyte.gz >/dev/null\n"
        "  furrow digits --explain scan.png -o seen.png\n"
        "  furrow digits scans --resume scans.journal -o scans.txt   (after any end: once more)\n"
        "\n"
        "Pictures: any PNG of one digit, dark ink or light, of any size; the ink is found, scaled\n"
        "and centred as MNIST's digits are. A file that cannot be read is told of on stderr, and\n"
        "the others go on. Any number of files takes the memory of some thousand; folders come in\n"
        "natural order, 2.png before 10.png, and results in the order of the input.\n"
        "\n"
        "Results: path, label, probability; in all formats but text also the margin to the next\n"
        "digit, and an error. With --reject, answers less probable than that have the label ? "
        "(null\n"
        "in JSON) and say so in the error. In text, names are written as `ls -b` writes them, so\n"
        "that every line is one result; CSV, TSV and JSON have their own ways for odd names. In "
        "JSON\n"
        "a byte that is not UTF-8 is one of \\udc80 ... \\udcff, as Python has it: json.loads and\n"
        "os.fsencode give the name back.\n"
        "\n"
        "What the net saw: --explain draws it below each result, or as a field of it. With\n"
        "--format png, or -o FILE.png, it is a picture in the place of the results: of several\n"
        "pictures a grid, row by row in the order of the input, gray where one failed.\n"
        "\n"
        "What is written is no input: a picture (-o, --sheet, --explain-to) in a folder that is\n"
        "read, or with -r below it, is refused before anything is opened, since it would be read\n"
        "as one; and so is any file of the command that is an input, or a list, or in a list. Of\n"
        "names that come through a pipe, those that --explain-to would write over fail; where\n"
        "links in folders lead is not looked at.\n"
        "\n"
        "Truth: --truth folder takes 3/x.png for a three; --truth name takes the first piece of\n"
        "the name, cut at _ - and dots, if it is one digit (8_0001.png), else the last before "
        ".png\n"
        "(scan-3.png); --truth FILE looks the path, or its end after a slash, up in a CSV or TSV\n"
        "file of path and label (its own output will do; ten million rows take 134 MB). What has\n"
        "no truth is counted apart. At the end stderr has the accuracy with Wilson's 95 % "
        "interval, the calibration error (15 bins), the\n"
        "confusion matrix, what rejecting would do, and the surest mistakes.",
    .value = "label",
    .params = furrow__digits_params,
    .grain = FURROW_DIGITS_BATCH / 8, /* larger chunks leave less to even out, and gain little */
    .setup = setup,
    .teardown = teardown,
    .reset = reset,
    .conclude = furrow__digits_conclude,
    .next = next,
    .result_size = furrow__digits_result_size,
    .body = furrow__digits_body,
    .worker_new = furrow__digits_worker_new,
    .worker_free = furrow__digits_worker_free,
    .combine = furrow__digits_combine,
    .emit = furrow__digits_emit,
    .verify = furrow__digits_verify,
    .report = furrow__digits_report,
    .work = work,
    .label = label,
    .identity = furrow__digits_identity,
    .may_write = furrow__digits_may_write,
    .whole = &furrow__digits_whole,
};
