/*
 * score.h: how good the answers are: counts, and the mistakes made with the most confidence.
 *
 * All counts are whole numbers, so that they do not depend on the order of the pictures.
 *
 * Calibration: the pictures are put into bins by the probability of their answer. The gap of a bin
 * is the difference between its mean probability and its share of right answers. The expected
 * calibration error is the mean gap, each bin weighted by its number of pictures (M. P. Naeini, G.
 * Cooper, M. Hauskrecht, 2015; C. Guo et al., "On Calibration of Modern Neural Networks", 2017).
 */
#ifndef FURROW_DIGITS_JUDGE_SCORE_H
#define FURROW_DIGITS_JUDGE_SCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <furrow/digits/digits.h>

/* ---- counts ---- */

enum {
    FURROW__UNSURE = FURROW_DIGITS_CLASSES, /* the column of rejected answers */
    FURROW__COLUMNS,
    FURROW__BINS = 15,
    FURROW__STEPS = 9
};

/* Probabilities below which answers could be rejected. The report shows the effect of each. */
extern const double furrow__score_steps[FURROW__STEPS];

struct furrow__bin {
    size_t count, right;
    uint64_t probability; /* the sum, in units of 2^-32 */
};

struct furrow__score {
    size_t labelled, unlabelled;
    size_t confusion[FURROW_DIGITS_CLASSES][FURROW__COLUMNS]; /* [truth][answer] */
    struct furrow__bin bins[FURROW__BINS];   /* of all answers, including unsure ones */
    struct furrow__bin steps[FURROW__STEPS]; /* of the answers at or above each step */
};

/* Adds an answer to a picture that shows `truth`. `unsure`: the answer was rejected. */
void furrow__score_add(struct furrow__score *score, int truth, int digit, double probability,
                       bool unsure);

/* How many answers were not rejected, and how many of them are right. */
size_t furrow__score_answered(const struct furrow__score *score);
size_t furrow__score_right(const struct furrow__score *score);

double furrow__score_calibration_error(const struct furrow__score *score);

/* ---- mistakes ---- */

enum { FURROW__WORST_MAX = 1000 /* mistakes that are kept */ };

struct furrow__mistake {
    double probability; /* of the wrong answer */
    size_t item;
    int truth, digit;
    size_t reading; /* which reading of the picture the answer is for */
    char *name;
};

/* A binary heap with the least confident mistake on top; {0} is empty. */
struct furrow__worst {
    struct furrow__mistake *heap;
    size_t count, max;
};

/* Sets how many mistakes are kept: 0 to FURROW__WORST_MAX. FURROW_ENOMEM. */
int furrow__worst_init(struct furrow__worst *worst, size_t max);
void furrow__worst_clear(struct furrow__worst *worst);

/* Removes all mistakes. */
void furrow__worst_reset(struct furrow__worst *worst);

/* Keeps a copy of the mistake if it is one of the worst so far. Of two that are equally bad, the
 * one with the lower item is worse. FURROW_ENOMEM. */
int furrow__worst_add(struct furrow__worst *worst, const struct furrow__mistake *mistake);

/* Sorts the mistakes, the worst first. Afterwards none may be added before a _reset. */
void furrow__worst_sort(struct furrow__worst *worst);

#endif
