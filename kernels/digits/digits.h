/* digits.h: the state of the kernel, and what its files do with it. */
#ifndef KERNELS_DIGITS_DIGITS_H
#define KERNELS_DIGITS_DIGITS_H

#include <stdbool.h>
#include <stdint.h>

#include <furrow/digits/digits.h>
#include <furrow/digits/training.h>
#include <furrow/kernel.h>
#include <furrow/paths.h>

#include "digits/judge/report.h"
#include "digits/judge/truth.h"

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

/* Pictures that are classified at once: what the nets take in one call with AVX2. With 128, whose
 * pixels no longer fit in the first level cache, a run took 1.3 times as long. */
enum { GRAIN = 32 };

/* What bodies spend time on. */
enum { READ, DECODE, NORMALISE, INFER };

/* What combine learns of the results; bodies do not read it. All are whole numbers, so that they
 * do not depend on the order. */
struct totals {
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
    size_t given;                  /* items fed */
    bool ended;                    /* there are no more */

    struct furrow__truth truth;
    const char *table; /* file that the truth is from; NULL: none */
    double reject;     /* answers below this probability are unsure; 0: none */
    size_t top;        /* digits that are written, the most probable first; 0: the first alone */
    size_t listed;     /* mistakes in the report */
    bool explains;     /* results hold what the net saw, for these three: */
    bool draws;        /* it is drawn below each record, or a field of it */
    bool gathers;      /* it is drawn as one picture, in the place of records */
    const char *explain_to; /* folder of PNG files; NULL: none */
    const char *sheet;      /* file; NULL: none */

    struct totals totals;
    struct furrow__montage montage;
};

/* ---- options.c ---- */

extern const furrow_param furrow__digits_params[];

/* Fills the state from the arguments; teardown frees it in every case. */
int furrow__digits_configure(struct digits *digits, const furrow_args *args, furrow_error *error);

/* ---- input.c ---- */

/* Feeds paths, or names of images of --idx. */
int furrow__digits_next(void *state, furrow_feed *feed, size_t capacity, furrow_error *error);

/* The next path of this round or the next; NULL at the end of the last. As furrow_paths_next. */
int furrow__digits_next_path(struct digits *digits, const char **path, furrow_error *error);

/* What an item is called: the path that was fed, or else what `name` is filled with. */
const char *furrow__digits_name(const struct digits *digits, size_t number, furrow_item item,
                                char name[NAME_SIZE]);

/* What an item should be; FURROW__NO_TRUTH where nobody says. */
int furrow__digits_truth(const struct digits *digits, size_t number, furrow_item item);

/* ---- preprocess.c ---- */

/* What a worker reads files with. */
struct furrow__preprocessor {
    furrow_image_reader *reader;
    furrow_image image;
};

/* FURROW_ENOMEM. Clear it in every case. */
int furrow__preprocessor_init(struct furrow__preprocessor *preprocessor);
void furrow__preprocessor_clear(struct furrow__preprocessor *preprocessor);

/* Brings the file at `path` to MNIST's form, in up to FURROW_DIGITS_READINGS readings. The time of
 * each step is added to a phase of `timed`, unless that is NULL. Errors name the file. */
int furrow__preprocess_file(unsigned char *pixels, size_t *count,
                            struct furrow__preprocessor *preprocessor, const char *path,
                            const furrow_range *timed, furrow_error *error);

/* Copies an image of --idx, which has that form already. Never fails. */
int furrow__preprocess_image(unsigned char *pixels, size_t *count, const struct digits *digits,
                             size_t number);

/* ---- body.c ---- */

int furrow__digits_body(const furrow_range *range, const void *state);
int furrow__digits_worker_new(void **scratch, const void *state);
void furrow__digits_worker_free(void *scratch);

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

static inline bool furrow__digits_rejected(const struct digits *digits, const struct result *result)
{
    return furrow__digits_probability(result) < digits->reject;
}

/* ---- loops.c ---- */

extern const furrow_variant furrow__digits_variants[];

/* ---- record.c ---- */

int furrow__digits_emit(const void *state, const furrow_record *record, furrow_writer *writer);

/* ---- explain.c ---- */

/* What the net saw, as the record's last field; in text, as lines of their own. */
void furrow__digits_draw_field(furrow_writer *writer, const struct result *result);
int furrow__digits_draw_lines(furrow_writer *writer, const struct result *result);

/* Writes it as FOLDER/ITEM.png. */
int furrow__digits_explain_to(const char *folder, size_t item, const struct result *result,
                              furrow_error *error);

/* All of it as one PNG, the kernel's own format: as furrow_kernel_format says. */
int furrow__digits_gather(void *state, const furrow_kernel_format *format, const furrow_part *part,
                          furrow_error *error);
int furrow__digits_write_gathered(const void *state, furrow_sink sink, void *context);

/* ---- totals.c ---- */

/* Counts results, and keeps the first for verify and the worst for the report. */
int furrow__digits_combine(void *state, const furrow_batch *batch);
void furrow__digits_totals_reset(struct totals *totals);
void furrow__digits_totals_clear(struct totals *totals);

/* ---- check.c ---- */

int furrow__digits_verify(const void *state, furrow_error *error);

/* ---- report.c ---- */

int furrow__digits_tell(void *state, furrow_moment moment, FILE *log, furrow_error *error);

#endif
