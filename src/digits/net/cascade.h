/*
 * cascade.h: the nets of a model, stage by stage, as its text lists them.
 *
 * "A / B + C": net A is asked first; what it is unsure of goes to the second stage, whose nets B
 * and C answer together.
 */
#ifndef FURROW_DIGITS_NET_CASCADE_H
#define FURROW_DIGITS_NET_CASCADE_H

#include "net.h"

enum {
    FURROW__MOST_NETS = 8,    /* of all stages together */
    FURROW__LAYERS_SIZE = 512 /* of the text, with its end */
};

typedef struct furrow__cascade {
    size_t stages;
    size_t first[FURROW_DIGITS_STAGES + 1]; /* nets first[i] ... first[i + 1] - 1 are stage i */
    size_t count;                           /* nets */
    furrow__net nets[FURROW__MOST_NETS];
    /* The parameters of all nets, one after the other, and the packed ones. */
    size_t parameters, parameters_of[FURROW__MOST_NETS];
    size_t forward, forward_of[FURROW__MOST_NETS];
    char text[FURROW__LAYERS_SIZE];
} furrow__cascade;

int furrow__cascade_parse(furrow__cascade *cascade, const char *layers, furrow_error *error);

/* How often an image is multiplied by a weight when it gets to `stage`. */
size_t furrow__cascade_multiplications(const furrow__cascade *cascade, size_t stage);

#endif
