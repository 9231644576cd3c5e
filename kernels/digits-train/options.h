/* options.h: what digits-train is told on the command line. */
#ifndef KERNELS_DIGITS_TRAIN_OPTIONS_H
#define KERNELS_DIGITS_TRAIN_OPTIONS_H

#include <furrow/args.h>
#include <furrow/digits/training.h>

extern const furrow_param options_params[];

/* FURROW_EINVAL, FURROW_ERANGE: an option that is not as its help says. */
int options_read(furrow_digits_recipe *recipe, const furrow_args *args, furrow_error *error);

#endif
