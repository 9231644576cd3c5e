/* totals.c: counts of the results, and the results that verify and the report need. */
#include <stdlib.h>
#include <string.h>

#include "digits.h"

/* Keeps a result for verify. `result` NULL: the item failed. */
static void sample(struct digits *digits, size_t number, furrow_item item,
                   const struct result *result)
{
    struct sample *sample = &digits->totals.sampled[number];
    sample->failed = !result;
    if (result)
        sample->result = *result;
    free(sample->name);
    sample->name = digits->paths ? strdup(item.bytes) : NULL;
}

static int judge(struct digits *digits, size_t number, furrow_item item,
                 const struct result *result, bool unsure)
{
    struct totals *totals = &digits->totals;
    double probability = furrow__digits_probability(result);
    if (result->truth == FURROW__NO_TRUTH) {
        totals->score.unlabelled++;
        return FURROW_OK;
    }
    furrow__score_add(&totals->score, result->truth, result->digit, probability, unsure);
    if (result->truth == result->digit || unsure)
        return FURROW_OK;
    char name[NAME_SIZE];
    const struct furrow__mistake mistake = {
        .probability = probability,
        .item = number,
        .truth = result->truth,
        .digit = result->digit,
        .reading = result->reading,
        .name = (char *)furrow__digits_name(digits, number, item, name),
    };
    return furrow__worst_add(&totals->worst, &mistake);
}

static int count(struct digits *digits, size_t number, furrow_item item,
                 const struct result *result)
{
    struct totals *totals = &digits->totals;
    bool unsure = result && furrow__digits_rejected(digits, result);
    totals->done++;
    totals->failed += !result;
    totals->unsure += unsure;
    if (number < SAMPLED)
        sample(digits, number, item, result);
    if (!result)
        return FURROW_OK;
    totals->stages[result->stage % FURROW_DIGITS_STAGES]++;
    return judge(digits, number, item, result, unsure);
}

/* Shows what the net saw of an item, if options ask for it. */
static int show(struct digits *digits, size_t item, const struct result *result,
                furrow_error *error)
{
    int status = FURROW_OK;
    if (digits->gathers)
        status = furrow__montage_add(&digits->montage, item,
                                     result ? furrow__digits_seen(result) : NULL);
    if (!status && digits->explain_to && result)
        status = furrow__digits_explain_to(digits->explain_to, item, result, error);
    return status;
}

int furrow__digits_combine(void *state, const furrow_batch *batch)
{
    int status = FURROW_OK;
    for (size_t i = batch->begin; i < batch->end && !status; i++) {
        bool failed = furrow_faults_find(batch->faults, i, NULL);
        const struct result *result = failed ? NULL : furrow_batch_slot(batch, i);
        status = count(state, i, furrow_batch_item(batch, i), result);
        if (!status)
            status = show(state, i, result, batch->error);
    }
    return status;
}

void furrow__digits_totals_reset(struct totals *totals)
{
    totals->done = totals->failed = totals->unsure = 0;
    memset(totals->stages, 0, sizeof totals->stages);
    totals->score = (struct furrow__score){0};
    furrow__worst_reset(&totals->worst);
}

void furrow__digits_totals_clear(struct totals *totals)
{
    for (size_t i = 0; i < SAMPLED; i++)
        free(totals->sampled[i].name);
    furrow__worst_clear(&totals->worst);
}
