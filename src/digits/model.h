/* model.h: what is in a model. */
#ifndef FURROW__DIGITS_MODEL_H
#define FURROW__DIGITS_MODEL_H

#include "net.h"

struct furrow_digits_model {
    furrow__net net;
    float *parameters; /* [net.parameters], as in the file */
    float *forward;    /* [net.forward], as infer reads them */
};

/* From 10 outputs of the last stage: softmax, and the likeliest. */
void furrow__digits_answer(furrow_digits_answer *answer, const double *outputs);

#endif
