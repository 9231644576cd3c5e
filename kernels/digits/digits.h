/* digits.h: the state of the kernel, and the functions of input.c and check.c on it. */
#ifndef KERNELS_DIGITS_H
#define KERNELS_DIGITS_H

#include <stdbool.h>
#include <stdint.h>

#include <furrow/digits.h>
#include <furrow/digits_training.h>
#include <furrow/kernel.h>
#include <furrow/paths.h>

enum {
    SAMPLED = 32,    /* the first items of a run are checked */
    NAME_SIZE = 4096 /* of a name that is made up */
};

struct result {
    int digit;
    float confidence;
};

/* The paths of the current batch: text of any length, one after the other. */
struct batch {
    char *text;
    size_t text_size, text_room;
    size_t *starts; /* of each path in `text` */
    size_t count, room;
    size_t first; /* the item of the first path */
};

/* What combine learns of the results; bodies do not read it. */
struct tally {
    size_t done, failed, right;
    struct sample {
        char *name;
        bool failed;
        struct result result;
    } sampled[SAMPLED];
};

struct digits {
    furrow_digits_model *model;
    furrow_paths *paths;           /* or else: */
    furrow_digits_samples samples; /* of --idx */
    const char *idx, *labels;
    uint64_t repeat, rounds; /* asked for, and finished */
    size_t given;            /* items handed out */
    bool ended;              /* there are no more */
    size_t images_given;     /* of this round of --idx */
    struct batch batch;
    furrow_error failure; /* of the stream of paths, once what came before it has run */
    struct tally tally;
};

int furrow__digits_next_files(struct digits *digits, size_t capacity, size_t *count,
                              furrow_error *error);
int furrow__digits_next_images(struct digits *digits, size_t capacity, size_t *count);
void furrow__digits_batch_clear(struct batch *batch);

/* What an item of the current batch is called: its path, or else what `name` is filled with. */
const char *furrow__digits_name(const struct digits *digits, size_t item, char name[NAME_SIZE]);
const char *furrow__digits_path(const struct digits *digits, size_t item);

/* The item in MNIST's form. */
int furrow__digits_fetch(const struct digits *digits, size_t item, furrow_image *image,
                         unsigned char *pixels, furrow_error *error);

/* For journals: path, size and time of an item's file; of all, the model, and --idx and --labels.
 */
uint64_t furrow__digits_identity(const void *state, size_t item);

/* Counts results, and keeps the first for verify. */
int furrow__digits_combine(void *state, const furrow_batch *batch);

int furrow__digits_verify(const void *state, furrow_error *error);

#endif
