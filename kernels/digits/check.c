/* check.c: what came out, counted, and a sample of it computed again by the plain net. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "digits.h"

/* `result` NULL: the item failed. */
static void keep(struct digits *digits, size_t item, const struct result *result)
{
    struct sample *sample = &digits->tally.sampled[item];
    sample->failed = !result;
    if (result)
        sample->result = *result;
    free(sample->name);
    sample->name = digits->paths ? strdup(furrow__digits_path(digits, item)) : NULL;
}

static void count(struct digits *digits, size_t item, const struct result *result)
{
    struct tally *tally = &digits->tally;
    tally->done++;
    tally->failed += !result;
    if (result && digits->samples.labels)
        tally->right += result->digit == digits->samples.labels[item % digits->samples.count];
    if (item < SAMPLED)
        keep(digits, item, result);
}

int furrow__digits_combine(void *state, const furrow_batch *batch)
{
    const struct result *results = batch->results;
    for (size_t item = batch->begin; item < batch->end; item++) {
        bool failed = furrow_faults_find(batch->faults, item, NULL);
        count(state, item, failed ? NULL : &results[item - batch->begin]);
    }
    return FURROW_OK;
}

/* As furrow__digits_fetch, of an item whose batch has gone. */
static int fetch_again(const struct digits *digits, size_t item, furrow_image *image,
                       unsigned char *pixels, furrow_error *error)
{
    const char *name = digits->tally.sampled[item].name;
    if (!digits->paths)
        return furrow__digits_fetch(digits, item, image, pixels, error);
    if (!name)
        return furrow_error_set(error, FURROW_ENOMEM, "no memory for the path of item %zu", item);
    int status = furrow_image_read(image, name, NULL, error);
    return status ? status : furrow_digits_normalise(pixels, image, error);
}

static int check_item(const struct digits *digits, size_t item, furrow_image *image,
                      furrow_error *error)
{
    unsigned char pixels[FURROW_DIGITS_PIXELS];
    furrow_digits_answer expected;
    const struct result *got = &digits->tally.sampled[item].result;
    int status = fetch_again(digits, item, image, pixels, error);
    if (status == FURROW_OK)
        status = furrow_digits_reference(digits->model, pixels, &expected);
    if (status)
        return status;
    double difference = fabs((double)got->confidence - (double)expected.confidence);
    if (got->digit == expected.digit && difference <= FURROW_DIGITS_TOLERANCE)
        return FURROW_OK;
    return furrow_error_set(error, FURROW_EVERIFY,
                            "item %zu: the plain net says %d with %.6f, the fast one %d with %.6f",
                            item, expected.digit, (double)expected.confidence, got->digit,
                            (double)got->confidence);
}

int furrow__digits_verify(const void *state, furrow_error *error)
{
    const struct digits *digits = state;
    size_t done = digits->tally.done;
    if (!digits->ended || done != digits->given)
        return furrow_error_set(error, FURROW_EVERIFY,
                                "expected results for all pictures, got %zu of at least %zu", done,
                                digits->given);
    size_t count = done < SAMPLED ? done : SAMPLED;
    furrow_image image = {0};
    int status = FURROW_OK;
    for (size_t item = 0; item < count && status == FURROW_OK; item++)
        if (!digits->tally.sampled[item].failed)
            status = check_item(digits, item, &image, error);
    furrow_image_clear(&image);
    return status;
}
