/*
 * calibrate.c: chooses temperatures, which make probabilities true, and thresholds, which keep the
 * model within a budget.
 *
 * Each stage classifies all samples at a temperature of 1. The logarithms of its probabilities are
 * then its outputs, up to a constant that does not matter.
 */
#include <math.h>
#include <stdlib.h>

#include "digits/net/model.h"
#include "trainer.h"

enum { MIN_SAMPLES = 50 /* with fewer samples the temperature is 1 */ };

struct calibration {
    const furrow_digits_model *model;
    const furrow_digits_samples *samples;
    furrow_digits_answer *answers; /* of the current stage, for all samples */
    double *confidences;           /* of the samples that get to the stage */
    size_t *reached, count;        /* the numbers of these samples */
    furrow_digits_stage stages[FURROW_DIGITS_STAGES];
};

/* ---- temperature ---- */

/* The probability of `digit` at another temperature than 1. */
static double warmed(const furrow_digits_answer *answer, int digit, double temperature)
{
    double sum = 0, log_digit = log((double)answer->probabilities[digit] + 1e-37);
    for (int i = 0; i < FURROW_DIGITS_CLASSES; i++) {
        double log_other = log((double)answer->probabilities[i] + 1e-37);
        sum += exp((log_other - log_digit) / temperature);
    }
    return 1 / sum;
}

/* The mean of -log p(label). */
static double loss_at(const struct calibration *c, double temperature)
{
    double loss = 0;
    for (size_t i = 0; i < c->count; i++) {
        size_t sample = c->reached[i];
        loss -= log(warmed(&c->answers[sample], c->samples->labels[sample], temperature) + 1e-300);
    }
    return loss / (double)c->count;
}

/* Golden section search (J. Kiefer, 1953) over the logarithm, along which the loss has one
 * minimum. */
static double best_temperature(const struct calibration *c)
{
    const double ratio = 0.6180339887498949;
    double min = log(0.25), max = log(4);
    if (c->count < MIN_SAMPLES)
        return 1;
    for (int i = 0; i < 25; i++) {
        double low = max - ratio * (max - min), high = min + ratio * (max - min);
        if (loss_at(c, exp(low)) < loss_at(c, exp(high)))
            max = high;
        else
            min = low;
    }
    return exp((min + max) / 2);
}

/* ---- threshold ---- */

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* The threshold that `allowed` of the samples are below. It is rounded down, so that no more
 * are. */
static float threshold_for(const struct calibration *c, double allowed)
{
    if (allowed >= (double)c->count)
        return 2;
    if (allowed < 1)
        return 0;
    qsort(c->confidences, c->count, sizeof *c->confidences, compare);
    double min = c->confidences[(size_t)allowed];
    float threshold = (float)min;
    return (double)threshold > min ? nextafterf(threshold, 0) : threshold;
}

/* The share of the samples that may go on to the next stage: each of the later stages gets an equal
 * part of the rest of the budget. */
static double share_of_next(const struct calibration *c, size_t stage, double budget)
{
    const furrow__cascade *cascade = &c->model->cascade;
    for (size_t i = 0; i <= stage; i++)
        budget -= (double)c->stages[i].share * (double)furrow__cascade_multiplications(cascade, i);
    double part = budget / (double)(cascade->stages - 1 - stage);
    return fmax(part, 0) / (double)furrow__cascade_multiplications(cascade, stage + 1);
}

/* ---- stage by stage ---- */

/* Classifies all samples by `stage`. */
static int ask(struct calibration *c, size_t stage, furrow_error *error)
{
    furrow_digits_stage stages[FURROW_DIGITS_STAGES] = {0};
    furrow_digits_scratch *scratch = NULL;
    furrow_digits_model *model;
    for (size_t i = 0; i < c->model->cascade.stages; i++)
        stages[i] = (furrow_digits_stage){1, i < stage ? 2 : 0, 1};
    int status = furrow_digits_model_staged(&model, c->model, stages, error);
    if (status)
        return status;
    status = furrow_digits_scratch_new(&scratch, model, NULL);
    if (status)
        furrow_error_set(error, status, "no memory to calibrate a model");
    else
        furrow_digits_classify(model, scratch, c->samples->images, c->samples->count, c->answers);
    furrow_digits_scratch_free(scratch);
    furrow_digits_model_free(model);
    return status;
}

static int calibrate_stage(struct calibration *c, size_t stage, double budget, furrow_error *error)
{
    int status = ask(c, stage, error);
    if (status)
        return status;
    furrow_digits_stage *found = &c->stages[stage];
    double temperature = best_temperature(c);
    found->temperature = (float)temperature;
    found->share = (float)((double)c->count / (double)c->samples->count);
    if (stage + 1 == c->model->cascade.stages)
        return FURROW_OK;
    for (size_t i = 0; i < c->count; i++) {
        const furrow_digits_answer *answer = &c->answers[c->reached[i]];
        c->confidences[i] = warmed(answer, answer->digit, temperature);
    }
    double share = share_of_next(c, stage, budget);
    found->threshold = threshold_for(c, share * (double)c->samples->count);
    size_t kept = 0;
    for (size_t i = 0; i < c->count; i++) {
        const furrow_digits_answer *answer = &c->answers[c->reached[i]];
        if (warmed(answer, answer->digit, temperature) < (double)found->threshold)
            c->reached[kept++] = c->reached[i];
    }
    c->count = kept;
    return FURROW_OK;
}

static int calibrate(furrow_digits_model **calibrated, struct calibration *c, double budget,
                     furrow_error *error)
{
    int status = FURROW_OK;
    for (size_t i = 0; i < c->samples->count; i++)
        c->reached[i] = i;
    c->count = c->samples->count;
    for (size_t stage = 0; stage < c->model->cascade.stages && !status; stage++)
        status = calibrate_stage(c, stage, budget, error);
    return status ? status : furrow_digits_model_staged(calibrated, c->model, c->stages, error);
}

int furrow_digits_calibrate(furrow_digits_model **calibrated, const furrow_digits_model *model,
                            const furrow_digits_samples *samples, double multiplications,
                            furrow_error *error)
{
    size_t count = samples->count;
    *calibrated = NULL;
    if (count == 0 || !samples->labels)
        return furrow_error_set(error, FURROW_EINVAL, "no labelled samples to calibrate by");
    struct calibration c = {
        .model = model,
        .samples = samples,
        .answers = malloc(count * sizeof *c.answers),
        .confidences = malloc(count * sizeof *c.confidences),
        .reached = malloc(count * sizeof *c.reached),
    };
    int status =
        c.answers && c.confidences && c.reached
            ? calibrate(calibrated, &c,
                        multiplications > 0 ? multiplications : FURROW_DIGITS_BUDGET, error)
            : furrow_error_set(error, FURROW_ENOMEM, "no memory to calibrate a model");
    free(c.answers);
    free(c.confidences);
    free(c.reached);
    return status;
}
