/* look.h: from a picture to the pixels that the net sees. */
#ifndef KERNELS_DIGITS_LOOK_H
#define KERNELS_DIGITS_LOOK_H

#include "digits.h"

/* What a worker looks with; {0} to begin with. */
struct furrow__look {
    furrow_image_reader *reader;
    furrow_image image;
};

/* FURROW_ENOMEM. */
int furrow__look_init(struct furrow__look *look);
void furrow__look_clear(struct furrow__look *look);

/* Brings the file at `path` to MNIST's form, in up to FURROW_DIGITS_READINGS readings. What each
 * step took becomes a phase of `timed` (NULL: nobody asks). Errors name the file. */
int furrow__look_at_file(unsigned char *pixels, size_t *count, struct furrow__look *look,
                         const char *path, const furrow_range *timed, furrow_error *error);

/* Likewise an image of --idx, which has that form. Never fails. */
int furrow__look_at_image(unsigned char *pixels, size_t *count, const struct digits *digits,
                          size_t number);

#endif
