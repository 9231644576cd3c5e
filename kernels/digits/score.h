/*
 * score.h: how good the answers are, in counts that any order of the pictures adds up to.
 *
 * Calibration: the pictures are put into bins by the probability of their answer; a bin's gap is
 * how far its mean probability is from its share of right answers, and the expected calibration
 * error is the mean gap, each bin weighted by its pictures (M. P. Naeini, G. Cooper, M.
 * Hauskrecht, 2015; C. Guo et al., "On Calibration of Modern Neural Networks", 2017).
 */
#ifndef KERNELS_DIGITS_SCORE_H
#define KERNELS_DIGITS_SCORE_H

#include <stddef.h>
#include <stdint.h>

#include <furrow/digits/digits.h>

enum {
    FURROW__UNSURE = FURROW_DIGITS_CLASSES, /* the column of those that are rejected */
    FURROW__COLUMNS,
    FURROW__BINS = 15,
    FURROW__STEPS = 9
};

/* The probabilities below which answers are rejected, in a table of what that does. */
extern const double furrow__score_steps[FURROW__STEPS];

struct furrow__bin {
    size_t count, right;
    uint64_t probability; /* the sum, in units of 2^-32 */
};

struct furrow__score {
    size_t labelled, unlabelled;
    size_t confusion[FURROW_DIGITS_CLASSES][FURROW__COLUMNS]; /* [truth][answer] */
    struct furrow__bin bins[FURROW__BINS];   /* of all answers, unsure ones included */
    struct furrow__bin steps[FURROW__STEPS]; /* of those at or above the step */
};

/* Adds a picture that should be `truth` and was taken for `digit`, or found unsure. */
void furrow__score_add(struct furrow__score *score, int truth, int digit, double probability,
                       int unsure);

/* Of the answers that are not unsure: how many, and how many are right. */
size_t furrow__score_answered(const struct furrow__score *score);
size_t furrow__score_right(const struct furrow__score *score);

double furrow__score_calibration_error(const struct furrow__score *score);

#endif
