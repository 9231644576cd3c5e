/* model.h: what is in a model. */
#ifndef FURROW_DIGITS_NET_MODEL_H
#define FURROW_DIGITS_NET_MODEL_H

#include "cascade.h"

struct furrow_digits_model {
    furrow__cascade cascade;
    furrow_digits_stage stages[FURROW_DIGITS_STAGES];
    float *parameters; /* [cascade.parameters], as in the file */
    float *forward;    /* [cascade.forward], as infer reads them */
};

/* Refuses a temperature, threshold or share that cannot be. */
int furrow__stage_check(const furrow_digits_stage *stage, size_t index, furrow_error *error);

/* From the summed outputs of a stage's nets: softmax of their mean over the temperature, and the
 * likeliest digit. */
void furrow__digits_answer(furrow_digits_answer *answer, const furrow_digits_model *model,
                           size_t stage, const double *outputs);

/* Whether an image with that answer goes on to the next stage. */
bool furrow__digits_unsure(const furrow_digits_answer *answer, const furrow_digits_model *model);

#endif
