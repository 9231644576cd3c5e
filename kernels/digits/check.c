/* check.c: the first results of a run, computed again by the reference net. */
#include <math.h>

#include "digits.h"

/* Reads the item as a body does. */
static int preprocess_again(unsigned char *pixels, size_t *count,
                            struct furrow__preprocessor *preprocessor, const struct digits *digits,
                            size_t item, furrow_error *error)
{
    const char *name = digits->totals.sampled[item].name;
    if (!digits->paths)
        return furrow__preprocess_image(pixels, count, digits, item);
    if (!name)
        return furrow_error_set(error, FURROW_ENOMEM, "no memory for the path of item %zu", item);
    return furrow__preprocess_file(pixels, count, preprocessor, name, NULL, error);
}

/* The surest answer of the reference net to the readings. */
static int expect(furrow_digits_answer *expected, const struct digits *digits,
                  const unsigned char *pixels, size_t count)
{
    *expected = (furrow_digits_answer){.confidence = -1};
    for (size_t i = 0; i < count; i++) {
        furrow_digits_answer answer;
        int status =
            furrow_digits_reference(digits->model, pixels + i * FURROW_DIGITS_PIXELS, &answer);
        if (status)
            return status;
        if (answer.confidence > expected->confidence)
            *expected = answer;
    }
    return FURROW_OK;
}

static int check_item(const struct digits *digits, size_t item,
                      struct furrow__preprocessor *preprocessor, furrow_error *error)
{
    unsigned char pixels[FURROW_DIGITS_READINGS * FURROW_DIGITS_PIXELS];
    size_t count = 0;
    furrow_digits_answer expected;
    const struct result *got = &digits->totals.sampled[item].result;
    int status = preprocess_again(pixels, &count, preprocessor, digits, item, error);
    if (status == FURROW_OK)
        status = expect(&expected, digits, pixels, count);
    if (status)
        return status;
    double probability = furrow__digits_probability(got);
    double difference = fabs(probability - (double)expected.confidence);
    /* Rounding may put an answer on the other side of a threshold, so that another stage
     * answers. */
    if (got->stage != expected.stage ||
        (got->digit == expected.digit && difference <= FURROW_DIGITS_TOLERANCE))
        return FURROW_OK;
    return furrow_error_set(error, FURROW_EVERIFY,
                            "item %zu: the plain net says %d with %.6f, the fast one %d with %.6f",
                            item, expected.digit, (double)expected.confidence, got->digit,
                            probability);
}

int furrow__digits_verify(const void *state, furrow_error *error)
{
    const struct digits *digits = state;
    size_t done = digits->totals.done;
    if (!digits->ended || done != digits->given)
        return furrow_error_set(error, FURROW_EVERIFY,
                                "expected results for all pictures, got %zu of at least %zu", done,
                                digits->given);
    size_t count = done < SAMPLED ? done : SAMPLED;
    struct furrow__preprocessor preprocessor;
    int status = furrow__preprocessor_init(&preprocessor);
    for (size_t item = 0; item < count && status == FURROW_OK; item++)
        if (!digits->totals.sampled[item].failed)
            status = check_item(digits, item, &preprocessor, error);
    furrow__preprocessor_clear(&preprocessor);
    return status;
}
