/*
 * model.h: a cascade of nets, and a model, which is a cascade and its weights.
 *
 * The text "A / B + C" means: net A is the first stage. If its answer is not sure enough, the image
 * goes on to the second stage, which answers by the mean of the nets B and C.
 */
#ifndef FURROW_DIGITS_NET_MODEL_H
#define FURROW_DIGITS_NET_MODEL_H

#include "net.h"

/* ---- cascade.c ---- */

enum {
    FURROW__MAX_NETS = 8,     /* of all stages together */
    FURROW__LAYERS_SIZE = 512 /* bytes of the text, with its final zero */
};

typedef struct furrow__cascade {
    size_t stages;
    size_t first[FURROW_DIGITS_STAGES + 1]; /* nets first[i] ... first[i + 1] - 1 are stage i */
    size_t count;                           /* nets */
    furrow__net nets[FURROW__MAX_NETS];
    /* Floats of all nets together, and where those of each net begin: parameters, packed
     * parameters. */
    size_t parameters, parameters_of[FURROW__MAX_NETS];
    size_t forward, forward_of[FURROW__MAX_NETS];
    char text[FURROW__LAYERS_SIZE];
} furrow__cascade;

int furrow__cascade_parse(furrow__cascade *cascade, const char *layers, furrow_error *error);

/* Multiplications by a weight that `stage` takes for an image. */
size_t furrow__cascade_multiplications(const furrow__cascade *cascade, size_t stage);

/* ---- model.c ---- */

struct furrow_digits_model {
    furrow__cascade cascade;
    furrow_digits_stage stages[FURROW_DIGITS_STAGES];
    float *parameters; /* [cascade.parameters], as in the file */
    float *forward;    /* [cascade.forward], as infer reads them */
};

/* Refuses a temperature, threshold or share that is out of range. */
int furrow__stage_check(const furrow_digits_stage *stage, size_t index, furrow_error *error);

/* ---- classify.c ---- */

/* Makes an answer of the summed outputs of a stage's nets: the softmax of their mean, divided by
 * the temperature, and the most probable digit. */
void furrow__digits_answer(furrow_digits_answer *answer, const furrow_digits_model *model,
                           size_t stage, const double *outputs);

/* Whether an image with that answer goes on to the next stage. */
bool furrow__digits_goes_on(const furrow_digits_answer *answer, const furrow_digits_model *model);

/* ---- embedded.c, made of data/digits.model by cmake/embed.cmake ---- */

extern const unsigned char furrow__digits_embedded[];
extern const size_t furrow__digits_embedded_size;

#endif
