/* body.c: the work on a range: a worker reads pictures until they are enough for a call of the
 * nets, then stores the answers. */
#include <stdlib.h>
#include <string.h>

#include <furrow/clock.h>

#include "digits.h"

/* One picture in 16 is timed by itself. To read the clock four times for each would add about 1 %
 * to the time of a small picture. */
enum { TIMED_EVERY = 16 };

/* The scratch of a worker: the images that wait for the nets, and the item of each. */
struct worker {
    struct furrow__preprocessor preprocessor;
    furrow_digits_scratch *scratch;
    size_t count;
    size_t items[FURROW_DIGITS_BATCH];
    furrow_digits_answer answers[FURROW_DIGITS_BATCH];
    unsigned char images[FURROW_DIGITS_BATCH][FURROW_DIGITS_PIXELS];
};

void furrow__digits_worker_free(void *scratch)
{
    struct worker *worker = scratch;
    if (!worker)
        return;
    furrow__preprocessor_clear(&worker->preprocessor);
    furrow_digits_scratch_free(worker->scratch);
    free(worker);
}

int furrow__digits_worker_new(void **scratch, const void *state)
{
    const struct digits *digits = state;
    struct worker *worker = malloc(sizeof *worker); /* not cleared: pages are touched when used */
    if (!worker)
        return FURROW_ENOMEM;
    worker->scratch = NULL;
    int status = furrow__preprocessor_init(&worker->preprocessor);
    if (status == FURROW_OK)
        status = furrow_digits_scratch_new(&worker->scratch, digits->model, NULL);
    if (status)
        furrow__digits_worker_free(worker);
    else
        *scratch = worker;
    return status;
}

/* Stores the answer for image `i`. Of the readings of an item the surest answer is kept, and the
 * first of equally sure ones. */
static void answer(const struct digits *digits, const struct worker *worker, size_t i,
                   const furrow_range *range)
{
    size_t item = worker->items[i];
    const furrow_digits_answer *given = &worker->answers[i];
    struct result *result = furrow_range_slot(range, item);
    size_t reading = 0;
    while (reading < i && worker->items[i - reading - 1] == item)
        reading++;
    if (reading > 0 && !((double)given->confidence > furrow__digits_probability(result)))
        return;
    result->digit = (signed char)given->digit;
    result->stage = (unsigned char)given->stage;
    result->reading = (unsigned char)reading;
    result->truth = (signed char)furrow__digits_truth(digits, item, furrow_range_item(range, item));
    memcpy(result->probabilities, given->probabilities, sizeof result->probabilities);
    if (digits->explains)
        memcpy(result + 1, worker->images[i], FURROW_DIGITS_PIXELS);
}

static void classify(const struct digits *digits, struct worker *worker, const furrow_range *range)
{
    double start = furrow_clock_wall();
    furrow_digits_classify(digits->model, worker->scratch, worker->images[0], worker->count,
                           worker->answers);
    double each = (furrow_clock_wall() - start) / (double)worker->count;
    for (size_t i = 0; i < worker->count; i++) {
        furrow_phase_add(range, INFER, each);
        answer(digits, worker, i, range);
    }
    worker->count = 0;
}

/* Adds the readings of an item to the images that wait. */
static int add(const struct digits *digits, struct worker *worker, const furrow_range *range,
               size_t item)
{
    furrow_error error;
    size_t count = 0;
    unsigned char *images = worker->images[worker->count];
    bool timed = item % TIMED_EVERY == 0;
    int status = digits->paths ? furrow__preprocess_file(images, &count, &worker->preprocessor,
                                                         furrow_range_item(range, item).bytes,
                                                         timed ? range : NULL, &error)
                               : furrow__preprocess_image(images, &count, digits, item);
    if (status == FURROW_ENOMEM)
        return status;
    if (status)
        return furrow_fail(range, item, status, "%s", error.text);
    for (; count > 0; count--)
        worker->items[worker->count++] = item;
    return FURROW_OK;
}

int furrow__digits_body(const furrow_range *range, const void *state)
{
    const struct digits *digits = state;
    struct worker *worker = range->scratch;
    int status = FURROW_OK;
    worker->count = 0;
    for (size_t item = range->begin; !status && furrow_range_claim(range, item); item++) {
        status = add(digits, worker, range, item);
        if (worker->count + FURROW_DIGITS_READINGS > FURROW_DIGITS_BATCH)
            classify(digits, worker, range);
    }
    if (worker->count > 0 && !status)
        classify(digits, worker, range);
    return status;
}
