/*
 * bench-robustness: how many digits are still told when they come on other pages than MNIST's.
 *
 *     $ bench-robustness [--model FILE] [COUNT [IMAGES LABELS] [NAME]]
 *
 * COUNT digits (default 1000) are drawn in every way that variants.c lists, written as PNG, read,
 * brought to MNIST's form and classified by the net that ships, or by another. They are the last of
 * the training images (`data/fetch-mnist`), so that what is chosen by these figures has not seen
 * the test images; another file may be named. With NAME only pages that have it in their name are
 * drawn, beside the plain ones. Every page is the same in every run.
 *
 * A line a variant: wrong and failed pages, accuracy, how far it is below the plain digits, and
 * pages that were read in two ways, of which the surer counted.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/digits/digits.h>
#include <furrow/digits/training.h>
#include <furrow/parallel.h>

#include "page.h"

enum {
    PIXELS = FURROW_DIGITS_PIXELS,
    READINGS = FURROW_DIGITS_READINGS,
    LARGE = 400,   /* pages beyond it take long: */
    MAX_LARGE = 50 /* this many large ones */
};

struct bench {
    furrow_digits_model *model;
    furrow_digits_scratch *scratch;
    furrow_digits_samples samples;
    size_t first, count;
    const struct variant *variant;
    unsigned char *readings; /* [count][READINGS][PIXELS] */
    furrow_digits_answer *answers;
    size_t *counts; /* of readings; 0: the page failed */
};

struct tally {
    size_t count, wrong, failed, twice;
};

static size_t read_page(unsigned char *readings, const struct bench *bench, size_t index)
{
    const struct look *look = &bench->variant->look;
    const furrow_image_options options = {.gray = FURROW_IMAGE_CONTRAST};
    struct page page;
    furrow_image image = {0};
    unsigned char *bytes = NULL;
    size_t size = 0, count = 0;
    const unsigned char *digit = bench->samples.images + (bench->first + index) * PIXELS;
    uint64_t state = index; /* of the random numbers of this page */
    if (page_draw(&page, digit, look, &state)) {
        page_wear(&page, look, &state);
        bytes = page_encode(&size, &page, look);
    }
    if (!bytes || furrow_image_decode(&image, bytes, size, NULL, &options, NULL) != 0 ||
        furrow_digits_readings(readings, &count, &image, NULL) != 0)
        count = 0;
    furrow_image_clear(&image);
    free(bytes);
    page_clear(&page);
    return count;
}

static int body(const furrow_range *range, const void *context)
{
    const struct bench *bench = context;
    for (size_t i = range->begin; i < range->end; i++)
        bench->counts[i] = read_page(bench->readings + i * READINGS * PIXELS, bench, i);
    return FURROW_OK;
}

static struct tally run_variant(struct bench *bench, const struct variant *variant)
{
    const size_t few = bench->count < MAX_LARGE ? bench->count : MAX_LARGE;
    struct tally tally = {.count = variant->look.width > LARGE ? few : bench->count};
    bench->variant = variant;
    memset(bench->readings, 0, tally.count * READINGS * PIXELS);
    furrow_parallel_for(NULL, tally.count, body, bench);
    furrow_digits_classify(bench->model, bench->scratch, bench->readings, tally.count * READINGS,
                           bench->answers);
    for (size_t i = 0; i < tally.count; i++) {
        const furrow_digits_answer *answer = bench->answers + READINGS * i;
        if (bench->counts[i] == 2 && answer[1].confidence > answer[0].confidence)
            answer++;
        tally.failed += bench->counts[i] == 0;
        tally.twice += bench->counts[i] == 2;
        tally.wrong +=
            bench->counts[i] == 0 || answer->digit != bench->samples.labels[bench->first + i];
    }
    return tally;
}

static void run_all(struct bench *bench, const char *only)
{
    double plain = 0;
    printf("%zu digits\n%-36s %6s %6s %9s %7s %6s\n", bench->count, "page", "wrong", "failed",
           "right", "less", "twice");
    for (size_t i = 0; i < variant_count; i++) {
        if (only && i > 0 && !strstr(variants[i].name, only))
            continue;
        struct tally tally = run_variant(bench, &variants[i]);
        double right = 100 - 100 * (double)tally.wrong / (double)tally.count;
        plain = i == 0 ? right : plain;
        printf("%-36s %6zu %6zu %7.2f %% %7.2f %6zu\n", variants[i].name, tally.wrong, tally.failed,
               right, plain - right, tally.twice);
        fflush(stdout);
    }
}

static int open_model(struct bench *bench, const char *path, furrow_error *error)
{
    return path ? furrow_digits_model_load(&bench->model, path, error)
                : furrow_digits_model_default(&bench->model, error);
}

static int open_bench(struct bench *bench, const char *model, int argc, char **argv,
                      furrow_error *error)
{
    const char *images = argc > 3 ? argv[2] : DATA "/mnist/train-images-idx3-ubyte.gz";
    const char *labels = argc > 3 ? argv[3] : DATA "/mnist/train-labels-idx1-ubyte.gz";
    int status = open_model(bench, model, error);
    if (status == 0)
        status = furrow_digits_scratch_new(&bench->scratch, bench->model, NULL);
    if (status == 0)
        status = furrow_digits_samples_read(&bench->samples, images, labels, error);
    if (status != 0)
        return status;
    size_t wanted = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 1000;
    bench->count = wanted < bench->samples.count ? wanted : bench->samples.count;
    bench->first = bench->samples.count - bench->count;
    bench->readings = malloc(bench->count * READINGS * PIXELS);
    bench->answers = calloc(bench->count * READINGS, sizeof *bench->answers);
    bench->counts = calloc(bench->count, sizeof *bench->counts);
    return bench->readings && bench->answers && bench->counts ? FURROW_OK : FURROW_ENOMEM;
}

int main(int argc, char **argv)
{
    struct bench bench = {.count = 0};
    furrow_error error = {0};
    const char *model = NULL;
    if (argc > 2 && strcmp(argv[1], "--model") == 0) {
        model = argv[2];
        argc -= 2;
        argv += 2;
    }
    int status = open_bench(&bench, model, argc, argv, &error);
    if (status == 0)
        run_all(&bench, argc == 3 || argc == 5 ? argv[argc - 1] : NULL);
    else
        fprintf(stderr, "bench-robustness: %s\n",
                error.text[0] ? error.text : furrow_status_text(status));
    free(bench.readings);
    free(bench.answers);
    free(bench.counts);
    furrow_digits_samples_clear(&bench.samples);
    furrow_digits_scratch_free(bench.scratch);
    furrow_digits_model_free(bench.model);
    return status ? 1 : 0;
}
