/*
 * digits: which digit is in each picture?
 *
 *     $ furrow digits data/digits
 *     data/digits/17.png 8 1.0000
 *     data/digits/18.png 3 0.9997
 *     ...
 *
 * Each file is read, decoded (image.h), brought to MNIST's form (furrow_digits_readings) and
 * classified by small convolutional nets (digits.h, with the source). Files are independent, so an
 * item is a file; its bytes are the path. Reading and decoding cost as much as the nets, so a body
 * does both. It collects pictures until there are enough for one call of the nets, hence the grain.
 * Paths are fed as they come, and only those of running items are held. A file that cannot be read
 * is one failed item.
 *
 *     options.c     arguments                record.c   a result as a record
 *     input.c       names and truths         explain.c  what the net saw
 *     preprocess.c  from a file to pixels    totals.c   all results as counts
 *     body.c        from pixels to answers   report.c   the last lines and the report
 *     check.c       the first results again  loops.c    the kernel in plain OpenMP
 *
 * What judges the answers is in src/digits/judge.
 *
 * Checked by a textbook net, one image at a time, on the first files of the run.
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
    furrow__digits_totals_clear(&digits->totals);
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
    furrow__digits_totals_reset(&digits->totals);
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

/* Covers the parameters of the model; the instruction sets of this machine, since the last bits of
 * results differ between them; and the files that the arguments name. */
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
    .help = "Examples:\n"
            "  furrow digits data/digits\n"
            "  furrow digits -r scans --format csv -o digits.csv\n"
            "  find scans -name '*.png' -print0 | furrow digits --files0-from - -f jsonl\n"
            "  furrow digits -r sorted --truth folder --sheet mistakes.html >/dev/null\n"
            "  cd data/mnist; furrow digits --idx t10k-images-idx3-ubyte.gz \\\n"
            "    --labels t10k-labels-idx1-ubyte.gz >/dev/null\n"
            "  furrow digits --explain scan.png -o seen.png\n"
            "  furrow digits scans --resume scans.journal -o scans.txt   (repeat to go on)\n"
            "\n"
            "Pictures: any PNG of one digit, dark ink or light, of any size; the ink is\n"
            "found, scaled and centred as MNIST's digits are. A file that cannot be read is\n"
            "reported on stderr, and the run goes on. Memory does not grow with the number\n"
            "of files. Files of a folder are in natural order, 2.png before 10.png; results\n"
            "are in the order of the input.\n"
            "\n"
            "Results: path, label and probability; in all formats but text also the margin\n"
            "to the next digit, and an error. With --reject, an answer that is less probable\n"
            "has the label ? (null in JSON), and the error says so. In text, names are\n"
            "written as `ls -b` writes them, so that every line is one result. CSV, TSV and\n"
            "JSON quote odd names in their own ways. In JSON a byte that is not UTF-8\n"
            "becomes one of \\udc80 ... \\udcff, as in Python: json.loads and os.fsencode give\n"
            "the name back.\n"
            "\n"
            "What the net saw: --explain draws it below each result, or as a field of the\n"
            "result. With --format png, or -o FILE.png, one picture is written instead of\n"
            "the results: a grid of all pictures, row by row in the order of the input, gray\n"
            "where one failed.\n"
            "\n"
            "Outputs are never inputs. A picture (-o, --sheet, --explain-to) in a folder\n"
            "that is read, or with -r below it, is refused before any file is opened, since\n"
            "it would be read too. So is an output that is an input, a list, or a file in a\n"
            "list. If names come through a pipe, those that --explain-to would write over\n"
            "fail. Links within folders are not followed to check this.\n"
            "\n"
            "Truth: with --truth folder 3/x.png is a three. With --truth name the name is\n"
            "cut at _ - and dots: the first piece counts if it is one digit (8_0001.png),\n"
            "else the last before .png (scan-3.png). With --truth FILE the path, or its end\n"
            "after a slash, is looked up in a CSV or TSV file of path and label, such as\n"
            "this kernel writes; ten million rows take 134 MB. Pictures without a truth are\n"
            "counted separately. At the end stderr gets the accuracy with Wilson's 95 %\n"
            "interval, the calibration error (15 bins), the confusion matrix, the effect of\n"
            "rejecting, and the surest mistakes.",
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
