/* digits.h: the state of the kernel, and what its files do with it. */
#ifndef KERNELS_DIGITS_H
#define KERNELS_DIGITS_H

#include <stdbool.h>
#include <stdint.h>

#include <furrow/digits.h>
#include <furrow/digits_training.h>
#include <furrow/kernel.h>
#include <furrow/paths.h>

#include "score.h"
#include "seen.h"
#include "times.h"
#include "truth.h"
#include "worst.h"

enum {
    SAMPLED = 32,    /* the first items of a run are checked */
    NAME_SIZE = 4096 /* of a name that is made up */
};

/* What is known of a picture, followed by the pixels that the net saw, with --explain. */
struct result {
    signed char digit; /* the most probable */
    signed char truth; /* FURROW__NO_TRUTH: it is not known */
    unsigned char stage;
    unsigned char reading; /* of the picture's, the one that answered */
    float probabilities[FURROW_DIGITS_CLASSES];
};

/* A path that stands for what the stream of paths could not give. */
struct gap {
    size_t item;
    furrow_error error;
};

/* The paths of the current batch: text of any length, one after the other. */
struct batch {
    char *text;
    size_t text_size, text_room;
    size_t *starts; /* of each path in `text` */
    size_t count, room;
    size_t first; /* the item of the first path */
    struct gap *gaps;
    size_t gap_count, gap_room;
};

/* What combine learns of the results; bodies do not read it. All are whole numbers, so that they
 * do not depend on the order. */
struct tally {
    size_t done, failed, unsure;
    size_t stages[FURROW_DIGITS_STAGES]; /* answers that each gave */
    struct furrow__score score;
    struct furrow__worst worst;
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
    const char *idx, *labels;      /* files */
    uint64_t repeat, rounds;       /* asked for, and finished */
    size_t given;                  /* items handed out */
    bool ended;                    /* there are no more */
    size_t images_given;           /* of this round of --idx */
    struct batch batch;
    furrow_error failure; /* of the stream of paths, once what came before it has run */

    struct furrow__truth truth;
    const char *table; /* file that the truth is from; NULL: none */
    double reject;     /* answers below this probability are unsure; 0: none */
    size_t top;        /* so many digits are written, the most probable first; 0: the first alone */
    size_t listed;     /* mistakes in the report */
    bool explains;     /* results hold what the net saw, for these three: */
    bool draws;        /* it is drawn below each record, or a field of it */
    bool gathers;      /* it is drawn as one picture, in the place of records */
    const char *explain_to; /* folder of PNG files; NULL: none */
    const char *sheet;      /* file; NULL: none */

    struct furrow__times *times; /* bodies add to them */
    struct tally tally;
    struct furrow__seen seen;
};

/* ---- options.c ---- */

extern const furrow_param furrow__digits_params[];

/* Fills the state from the arguments; teardown frees it in every case. */
int furrow__digits_configure(struct digits *digits, const furrow_args *args, furrow_error *error);

/* ---- input.c ---- */

int furrow__digits_next_files(struct digits *digits, size_t capacity, size_t *count,
                              furrow_error *error);
int furrow__digits_next_images(struct digits *digits, size_t capacity, size_t *count);
void furrow__digits_batch_clear(struct batch *batch);

/* What an item of the current batch is called: its path, or else what `name` is filled with. */
const char *furrow__digits_name(const struct digits *digits, size_t item, char name[NAME_SIZE]);
const char *furrow__digits_path(const struct digits *digits, size_t item);

/* Why there is nothing to be read there: a folder that broke off. NULL: there is a file. */
const furrow_error *furrow__digits_gap(const struct digits *digits, size_t item);

/* What an item of the current batch should be; FURROW__NO_TRUTH where nobody says. */
int furrow__digits_truth(const struct digits *digits, size_t item);

/* ---- identity.c ---- */

/* For journals: path, size and time of an item's file; of all, the model, and the files that the
 * arguments name. */
uint64_t furrow__digits_identity(const void *state, size_t item);

/* ---- apart.c ---- */

/* Whether a file that is written to `path` is an input, or would be read as one. */
int furrow__digits_may_write(const furrow_args *args, const char *path, furrow_error *error);

/* The same of the pictures of --explain-to, in `folder`. */
int furrow__digits_may_explain_to(const furrow_args *args, const char *folder, furrow_error *error);

/* Whether --explain-to would write over `path`: a picture in `folder` whose name is a number. */
bool furrow__digits_is_explained(const char *path, const char *folder);

/* ---- body.c ---- */

size_t furrow__digits_result_size(const void *state);
int furrow__digits_body(const furrow_range *range, const void *state);
int furrow__digits_worker_new(void **scratch, const void *state);
void furrow__digits_worker_free(void *scratch);

static inline const struct result *furrow__digits_result(const furrow_batch *batch, size_t item)
{
    const char *first = batch->results;
    return (const struct result *)(first + (item - batch->begin) * batch->result_size);
}

static inline const unsigned char *furrow__digits_seen(const struct result *result)
{
    return (const unsigned char *)(result + 1);
}

static inline double furrow__digits_probability(const struct result *result)
{
    return (double)result->probabilities[result->digit];
}

/* Whether it is known of some pictures what they should be. */
static inline bool furrow__digits_judges(const struct digits *digits)
{
    return digits->truth.source || digits->samples.labels;
}

static inline bool furrow__digits_unsure(const struct digits *digits, const struct result *result)
{
    return furrow__digits_probability(result) < digits->reject;
}

/* ---- record.c ---- */

int furrow__digits_emit(const void *state, const furrow_batch *batch, furrow_writer *writer);

/* ---- explain.c ---- */

/* What the net saw, as the record's last field; in text, as lines of their own. */
void furrow__digits_draw_field(furrow_writer *writer, const struct result *result);
int furrow__digits_draw_lines(furrow_writer *writer, const struct result *result);

/* Writes it as FOLDER/ITEM.png. */
int furrow__digits_explain_to(const char *folder, size_t item, const struct result *result,
                              furrow_error *error);

/* All of it as one PNG: the kernel's own format. */
extern const furrow_whole furrow__digits_whole;

/* ---- tally.c ---- */

/* Counts results, and keeps the first for verify and the worst for the report. */
int furrow__digits_combine(void *state, const furrow_batch *batch);
void furrow__digits_tally_reset(struct tally *tally);
void furrow__digits_tally_clear(struct tally *tally);

/* ---- check.c ---- */

int furrow__digits_verify(const void *state, furrow_error *error);

/* ---- report.c ---- */

void furrow__digits_conclude(const void *state, char *text, size_t size);
int furrow__digits_report(void *state, FILE *talk, furrow_error *error);

/* ---- sheet.c ---- */

/* Writes the worst mistakes as one HTML file. */
int furrow__digits_sheet(const struct digits *digits, furrow_error *error);

#endif
