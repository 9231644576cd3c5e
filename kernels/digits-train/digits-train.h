/* digits-train.h: the state of the kernel, and what its files do with it. */
#ifndef KERNELS_DIGITS_TRAIN_DIGITS_TRAIN_H
#define KERNELS_DIGITS_TRAIN_DIGITS_TRAIN_H

#include <furrow/digits/training.h>
#include <furrow/kernel.h>

/* ---- dataset.c ---- */

/* MNIST in a folder, cut into what is learned and what accuracy is measured on. */
struct dataset {
    furrow_digits_samples train, test;     /* as read; test only where it is asked for */
    furrow_digits_samples learned, judged; /* parts of them, which they own */
};

/* Reads MNIST. With `hold_out` this many training samples are judged instead of the test images,
 * which are then read only if `test`. With `limit` at most this many of each are used. Call _clear
 * after a failure too. */
int furrow__dataset_read(struct dataset *data, const char *folder, size_t hold_out, bool test,
                         size_t limit, furrow_error *error);
void furrow__dataset_clear(struct dataset *data);

/* ---- options.c ---- */

extern const furrow_param furrow__training_params[];

/* FURROW_EINVAL, FURROW_ERANGE: an option that is not as its help says. */
int furrow__training_options(furrow_digits_recipe *recipe, const furrow_args *args,
                             furrow_error *error);

/* ---- digits-train.c ---- */

struct training {
    furrow_digits_trainer *trainer;
    struct dataset data;
    furrow_digits_model *model;  /* when training is over; calibrated if samples were held out */
    size_t wrong, wrong_in_test; /* errors on the judged samples, and on the test images */
    bool calibrate;
    double budget;
    const char *output, *checkpoint;
    bool saved;
    bool clock;
    double begun;   /* seconds */
    double resumed; /* share of the training that the checkpoint had */
    size_t fed;     /* blocks, of all batches */
};

/* ---- report.c ---- */

int furrow__training_emit(const void *state, const furrow_record *record, furrow_writer *writer);
int furrow__training_tell(void *state, furrow_moment moment, FILE *log, furrow_error *error);
int furrow__training_verify(const void *state, furrow_error *error);

#endif
