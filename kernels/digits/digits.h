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
    SAMPLED = 32,    /* items that verify checks: the first of a run */
    NAME_SIZE = 4096 /* of a name that is made of a file and a number */
};

/* The result of a picture. With --explain the pixels that the net saw follow it. */
struct result {
    signed char digit; /* the most probable */
    signed char truth; /* or FURROW__NO_TRUTH */
    unsigned char stage;
    unsigned char reading; /* which reading of the picture the answer is for */
    float probabilities[FURROW_DIGITS_CLASSES];
};

/* Pictures that are classified at once: as many as the nets take in one call with AVX2. With 128 a
 * run took 1.3 times as long, since their pixels do not fit in the first level cache. */
enum { GRAIN = 32 };

/* The phases of a body. */
enum { READ, DECODE, NORMALISE, INFER };

/* What combine counts; bodies do not read it. All counts are whole numbers, so that they do not
 * depend on the order. */
struct totals {
    size_t done, failed, unsure;
    size_t stages[FURROW_DIGITS_STAGES]; /* answers of each stage */
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
    furrow_paths *paths;           /* NULL with --idx, which has: */
    furrow_digits_samples samples; /* images */
    const char *idx, *labels;      /* files */
    uint64_t repeat, rounds;       /* passes over the input: all, and finished ones */
    size_t given;                  /* items fed */
    bool ended;                    /* all items are fed */

    struct furrow__truth truth;
    const char *table; /* the file of --truth, or NULL */
    double reject;     /* answers below this probability are rejected */
    size_t top;        /* how many digits --top adds to a record */
    size_t listed;     /* mistakes in the report */

    /* What the net saw: */
    bool explains;          /* results hold the pixels; needed for the next three */
    bool draws;             /* as text below each record, or as a field of it */
    bool gathers;           /* as one picture, in place of records */
    const char *explain_to; /* as PNG files in this folder, or NULL */

    const char *sheet; /* the file of --sheet, or NULL */

    struct totals totals;
    struct furrow__montage montage;
};

/* ---- options.c ---- */

extern const furrow_param furrow__digits_params[];

/* Fills the state from the arguments. Teardown frees the state after a failure too. */
int furrow__digits_configure(struct digits *digits, const furrow_args *args, furrow_error *error);

/* ---- input.c ---- */

/* Feeds paths, or the names of the images of --idx. */
int furrow__digits_next(void *state, furrow_feed *feed, size_t capacity, furrow_error *error);

/* The next path, of this pass over the input or the next one; NULL at the end of the last pass. As
 * furrow_paths_next. */
int furrow__digits_next_path(struct digits *digits, const char **path, furrow_error *error);

/* The name of an item: the path that was fed, or with --idx `name`, which is filled. */
const char *furrow__digits_name(const struct digits *digits, size_t number, furrow_item item,
                                char name[NAME_SIZE]);

/* The digit that an item shows, or FURROW__NO_TRUTH. */
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

/* Whether the digits of some pictures are known. */
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

/* Draws what the net saw: as the last field of the record, or in text as lines of their own.
 * `result` NULL: the item failed. */
void furrow__digits_draw_field(furrow_writer *writer, const struct result *result);
int furrow__digits_draw_lines(furrow_writer *writer, const struct result *result);

/* Writes what the net saw as FOLDER/ITEM.png. */
int furrow__digits_explain_to(const char *folder, size_t item, const struct result *result,
                              furrow_error *error);

/* The format png, which is a montage of what the net saw; see furrow_kernel_format. */
int furrow__digits_gather(void *state, const furrow_kernel_format *format, const furrow_part *part,
                          furrow_error *error);
int furrow__digits_write_gathered(const void *state, furrow_sink sink, void *context);

/* ---- totals.c ---- */

/* Counts results. Keeps the first results for verify, and the worst mistakes for the report. */
int furrow__digits_combine(void *state, const furrow_batch *batch);
void furrow__digits_totals_reset(struct totals *totals);
void furrow__digits_totals_clear(struct totals *totals);

/* ---- check.c ---- */

int furrow__digits_verify(const void *state, furrow_error *error);

/* ---- report.c ---- */

int furrow__digits_tell(void *state, furrow_moment moment, FILE *log, furrow_error *error);

#endif
