/* check.c: a sample of what came out, computed again by the plain net. */
#include <math.h>

#include "look.h"

/* As a body has it. */
static int look_again(unsigned char *pixels, size_t *count, struct furrow__look *look,
                      const struct digits *digits, size_t item, furrow_error *error)
{
    const char *name = digits->tally.sampled[item].name;
    if (!digits->paths)
        return furrow__look_at_image(pixels, count, digits, item);
    if (!name)
        return furrow_error_set(error, FURROW_ENOMEM, "no memory for the path of item %zu", item);
    return furrow__look_at_file(pixels, count, look, name, NULL, error);
}

/* The surest of what the plain net says of the readings. */
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

static int check_item(const struct digits *digits, size_t item, struct furrow__look *look,
                      furrow_error *error)
{
    unsigned char pixels[FURROW_DIGITS_READINGS * FURROW_DIGITS_PIXELS];
    size_t count = 0;
    furrow_digits_answer expected;
    const struct result *got = &digits->tally.sampled[item].result;
    int status = look_again(pixels, &count, look, digits, item, error);
    if (status == FURROW_OK)
        status = expect(&expected, digits, pixels, count);
    if (status)
        return status;
    double probability = furrow__digits_probability(got);
    double difference = fabs(probability - (double)expected.confidence);
    /* An answer within rounding of a threshold may be another stage's. */
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
    size_t done = digits->tally.done;
    if (!digits->ended || done != digits->given)
        return furrow_error_set(error, FURROW_EVERIFY,
                                "expected results for all pictures, got %zu of at least %zu", done,
                                digits->given);
    size_t count = done < SAMPLED ? done : SAMPLED;
    struct furrow__look look;
    int status = furrow__look_init(&look);
    for (size_t item = 0; item < count && status == FURROW_OK; item++)
        if (!digits->tally.sampled[item].failed)
            status = check_item(digits, item, &look, error);
    furrow__look_clear(&look);
    return status;
}
