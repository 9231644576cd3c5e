/* tally.c: what came out, counted, and what verify and the report want to see again. */
#include <stdlib.h>
#include <string.h>

#include "digits.h"

/* `result` NULL: the item failed. */
static void sample(struct digits *digits, size_t number, furrow_item item,
                   const struct result *result)
{
    struct sample *sample = &digits->tally.sampled[number];
    sample->failed = !result;
    if (result)
        sample->result = *result;
    free(sample->name);
    sample->name = digits->paths ? strdup(item.bytes) : NULL;
}

static int judge(struct digits *digits, size_t number, furrow_item item,
                 const struct result *result, bool unsure)
{
    struct tally *tally = &digits->tally;
    double probability = furrow__digits_probability(result);
    if (result->truth == FURROW__NO_TRUTH) {
        tally->score.unlabelled++;
        return FURROW_OK;
    }
    furrow__score_add(&tally->score, result->truth, result->digit, probability, unsure);
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
    return furrow__worst_add(&tally->worst, &mistake);
}

static int count(struct digits *digits, size_t number, furrow_item item,
                 const struct result *result)
{
    struct tally *tally = &digits->tally;
    bool unsure = result && furrow__digits_unsure(digits, result);
    tally->done++;
    tally->failed += !result;
    tally->unsure += unsure;
    if (number < SAMPLED)
        sample(digits, number, item, result);
    if (!result)
        return FURROW_OK;
    tally->stages[result->stage % FURROW_DIGITS_STAGES]++;
    return judge(digits, number, item, result, unsure);
}

/* What the net saw of an item, where that is wanted. */
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

void furrow__digits_tally_reset(struct tally *tally)
{
    tally->done = tally->failed = tally->unsure = 0;
    memset(tally->stages, 0, sizeof tally->stages);
    tally->score = (struct furrow__score){0};
    furrow__worst_reset(&tally->worst);
}

void furrow__digits_tally_clear(struct tally *tally)
{
    for (size_t i = 0; i < SAMPLED; i++)
        free(tally->sampled[i].name);
    furrow__worst_clear(&tally->worst);
}
