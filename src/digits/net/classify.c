#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "isa.h"
#include "model.h"

enum { MAX_AT_ONCE = FURROW__VECTORS * FURROW__MAX_WIDTH };

/* Images that wait for a stage, until there are as many as infer takes at once. */
struct waiting {
    size_t count;
    furrow_digits_answer *answers[MAX_AT_ONCE];
    unsigned char images[MAX_AT_ONCE * FURROW_DIGITS_PIXELS];
};

struct furrow_digits_scratch {
    const furrow__digits_isa *isa;
    float *buffers; /* aligned; in the same allocation */
    struct waiting waiting[FURROW_DIGITS_STAGES];
};

const char *furrow_digits_isa(size_t index)
{
    const furrow__digits_isa *isa = furrow__digits_isa_at(index);
    return isa ? isa->id.name : NULL;
}

int furrow_digits_scratch_new(furrow_digits_scratch **scratch, const furrow_digits_model *model,
                              const char *isa)
{
    *scratch = NULL;
    const furrow__digits_isa *found = furrow__digits_isa_find(isa);
    if (!found)
        return FURROW_ENOTSUP;
    size_t floats = 0;
    for (size_t i = 0; i < model->cascade.count; i++) {
        size_t needed = found->infer_size(&model->cascade.nets[i]);
        floats = needed > floats ? needed : floats;
    }
    furrow_digits_scratch *made = malloc(sizeof *made + floats * sizeof(float) + FURROW__ALIGNMENT);
    if (!made)
        return FURROW_ENOMEM;
    made->isa = found;
    for (size_t i = 0; i < FURROW_DIGITS_STAGES; i++)
        made->waiting[i].count = 0;
    made->buffers = furrow__aligned(made + 1);
    *scratch = made;
    return FURROW_OK;
}

void furrow_digits_scratch_free(furrow_digits_scratch *scratch)
{
    free(scratch);
}

const char *furrow_digits_scratch_isa(const furrow_digits_scratch *scratch)
{
    return scratch->isa->id.name;
}

size_t furrow_digits_scratch_lanes(const furrow_digits_scratch *scratch)
{
    return scratch->isa->width;
}

void furrow__digits_answer(furrow_digits_answer *answer, const furrow_digits_model *model,
                           size_t stage, const double *outputs)
{
    const size_t *first = model->cascade.first + stage;
    double scale = 1 / ((double)model->stages[stage].temperature * (double)(first[1] - first[0]));
    double powers[FURROW_DIGITS_CLASSES], sum = 0;
    int best = 0;
    for (int i = 1; i < FURROW_DIGITS_CLASSES; i++)
        best = outputs[i] > outputs[best] ? i : best;
    for (int i = 0; i < FURROW_DIGITS_CLASSES; i++)
        sum += powers[i] = exp((outputs[i] - outputs[best]) * scale);
    bool overflowed = !(sum >= 1); /* the term of the best digit is 1 */
    for (int i = 0; i < FURROW_DIGITS_CLASSES; i++)
        answer->probabilities[i] =
            (float)(overflowed ? 1.0 / FURROW_DIGITS_CLASSES : powers[i] / sum);
    best = overflowed ? 0 : best;
    answer->digit = best;
    answer->confidence = answer->probabilities[best];
    answer->stage = (unsigned)stage;
}

bool furrow__digits_goes_on(const furrow_digits_answer *answer, const furrow_digits_model *model)
{
    return answer->stage + 1 < model->cascade.stages &&
           answer->confidence < model->stages[answer->stage].threshold;
}

/* ---- stage by stage ---- */

static size_t max_at_once(const furrow_digits_scratch *scratch)
{
    return FURROW__VECTORS * scratch->isa->width;
}

/* Adds up the outputs of a stage's nets, for as many images as infer takes at once. */
static void sum_nets(double *sums, const furrow_digits_model *model, size_t stage,
                     furrow_digits_scratch *scratch, const unsigned char *images, size_t count)
{
    const furrow__cascade *cascade = &model->cascade;
    memset(sums, 0, count * FURROW_DIGITS_CLASSES * sizeof *sums);
    for (size_t net = cascade->first[stage]; net < cascade->first[stage + 1]; net++) {
        float outputs[MAX_AT_ONCE * FURROW_DIGITS_CLASSES];
        scratch->isa->infer(&cascade->nets[net], model->forward + cascade->forward_of[net],
                            scratch->buffers, images, count, outputs);
        for (size_t i = 0; i < count * FURROW_DIGITS_CLASSES; i++)
            sums[i] += (double)outputs[i];
    }
}

static void run_stage(const furrow_digits_model *model, furrow_digits_scratch *scratch,
                      size_t stage, const unsigned char *images,
                      furrow_digits_answer *const *answers, size_t count);

/* Runs a stage on the images that wait for it. */
static void run_waiting(const furrow_digits_model *model, furrow_digits_scratch *scratch,
                        size_t stage)
{
    struct waiting *waiting = &scratch->waiting[stage];
    size_t count = waiting->count;
    waiting->count = 0;
    run_stage(model, scratch, stage, waiting->images, waiting->answers, count);
}

static void wait_for(const furrow_digits_model *model, furrow_digits_scratch *scratch, size_t stage,
                     const unsigned char *image, furrow_digits_answer *answer)
{
    struct waiting *waiting = &scratch->waiting[stage];
    memcpy(waiting->images + waiting->count * FURROW_DIGITS_PIXELS, image, FURROW_DIGITS_PIXELS);
    waiting->answers[waiting->count++] = answer;
    if (waiting->count == max_at_once(scratch))
        run_waiting(model, scratch, stage);
}

static void run_stage(const furrow_digits_model *model, furrow_digits_scratch *scratch,
                      size_t stage, const unsigned char *images,
                      furrow_digits_answer *const *answers, size_t count)
{
    double sums[MAX_AT_ONCE * FURROW_DIGITS_CLASSES];
    sum_nets(sums, model, stage, scratch, images, count);
    for (size_t i = 0; i < count; i++) {
        furrow__digits_answer(answers[i], model, stage, sums + i * FURROW_DIGITS_CLASSES);
        if (furrow__digits_goes_on(answers[i], model))
            wait_for(model, scratch, stage + 1, images + i * FURROW_DIGITS_PIXELS, answers[i]);
    }
}

void furrow_digits_classify(const furrow_digits_model *model, furrow_digits_scratch *scratch,
                            const unsigned char *images, size_t n, furrow_digits_answer *answers)
{
    size_t max = max_at_once(scratch);
    for (size_t done = 0; done < n; done += max) {
        furrow_digits_answer *here[MAX_AT_ONCE];
        size_t some = n - done < max ? n - done : max;
        for (size_t i = 0; i < some; i++)
            here[i] = &answers[done + i];
        run_stage(model, scratch, 0, images + done * FURROW_DIGITS_PIXELS, here, some);
    }
    for (size_t stage = 1; stage < model->cascade.stages; stage++)
        if (scratch->waiting[stage].count > 0)
            run_waiting(model, scratch, stage);
}
