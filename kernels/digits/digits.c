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
 * they are the items, each the bytes of its path; reading and decoding costs as much as the nets,
 * so a body does both, and collects pictures until there are enough for one call of the nets: hence
 * the grain. Paths are fed as they come, and those that are running are all that is held. A file
 * that cannot be read is one failed item.
 *
 *     options.c   what it takes          record.c    a result as a record
 *     input.c     names and truths       tally.c     all results as counts
 *     look.c      a file as pixels       report.c    counts as tables
 *     body.c      pixels as answers      sheet.c     mistakes as a page
 *     explain.c   what the net saw       montage.c    all of that as one picture
 *     loops.c     all of it in plain OpenMP
 *
 * Checked by the net as a textbook has it, one image at a time, on the first files of the run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

#include "digits.h"

static void teardown(void *state)
{
    struct digits *digits = state;
    furrow_digits_model_free(digits->model);
    furrow_paths_free(digits->paths);
    furrow_digits_samples_clear(&digits->samples);
    furrow__truth_clear(&digits->truth);
    furrow__digits_tally_clear(&digits->tally);
    furrow__montage_clear(&digits->montage);
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

static int begin(void *state, size_t round, furrow_error *error)
{
    struct digits *digits = state;
    if (round == 0)
        return FURROW_OK;
    digits->given = digits->rounds = 0;
    digits->ended = false;
    furrow__digits_tally_reset(&digits->tally);
    furrow__montage_clear(&digits->montage);
    return digits->paths ? furrow_paths_rewind(digits->paths, error) : FURROW_OK;
}

static furrow_shape shape(const void *state)
{
    static const char *const phases[] = {"read", "decode", "normalise", "infer", NULL};
    const struct digits *digits = state;
    double images = (double)digits->given;
    return (furrow_shape){
        .items = digits->paths ? FURROW_UNKNOWN : digits->samples.count * (size_t)digits->repeat,
        .result_size = sizeof(struct result) + (digits->explains ? FURROW_DIGITS_PIXELS : 0),
        .grain = GRAIN,
        .work = {.items = images,
                 .flops = 2 * images * (double)furrow_digits_model_multiplications(digits->model)},
        .phases = phases,
    };
}

static uint64_t add_file(uint64_t digest, const char *path)
{
    return path ? furrow__digest_file(digest, path) : digest;
}

/* The model, number by number; the instruction sets of this machine, whose last bits differ; the
 * files that the arguments name. */
static uint64_t digest(const void *state)
{
    const struct digits *digits = state;
    size_t count, stages, isas = 0;
    const float *parameters = furrow_digits_model_parameters(digits->model, &count);
    const furrow_digits_stage *stage = furrow_digits_model_stages(digits->model, &stages);
    const char *layers = furrow_digits_model_layers(digits->model);
    uint64_t sum = furrow__digest_bytes(FURROW__DIGEST_START, layers, strlen(layers));
    for (const char *isa; (isa = furrow_digits_isa(isas)); isas++)
        sum = furrow__digest_bytes(sum, isa, strlen(isa));
    sum = furrow__digest_bytes(sum, parameters, count * sizeof *parameters);
    sum = furrow__digest_bytes(sum, stage, stages * sizeof *stage);
    sum = add_file(add_file(sum, digits->idx), digits->labels);
    return add_file(sum, digits->table);
}

static const furrow_kernel_format formats[] = {
    {.name = "png", .open = furrow__digits_gather, .finish = furrow__digits_write_gathered},
    {.field = "label", .emit = furrow__digits_emit},
    {0},
};

const furrow_kernel furrow_kernel_digits = {
    .abi = FURROW_KERNEL_ABI,
    .flags = FURROW_KERNEL_ANY_ORDER | FURROW_KERNEL_READS_FILES,
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
        "and centred as MNIST's digits are. A file that cannot be read is reported on stderr, and\n"
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
    .params = furrow__digits_params,
    .setup = setup,
    .teardown = teardown,
    .begin = begin,
    .shape = shape,
    .next = furrow__digits_next,
    .body = furrow__digits_body,
    .worker_new = furrow__digits_worker_new,
    .worker_free = furrow__digits_worker_free,
    .combine = furrow__digits_combine,
    .formats = formats,
    .verify = furrow__digits_verify,
    .digest = digest,
    .tell = furrow__digits_tell,
    .variants = furrow__digits_variants,
};
