/*
 * report.h: answers and mistakes for the eye: tables in text, a page for a browser, and a montage
 * of what the net saw.
 */
#ifndef FURROW_DIGITS_JUDGE_REPORT_H
#define FURROW_DIGITS_JUDGE_REPORT_H

#include <stddef.h>
#include <stdio.h>

#include <furrow/digits/training.h>
#include <furrow/writer.h>

#include "score.h"

/* ---- report.c ---- */

/* 100 * part / whole; 0 if `whole` is 0. */
double furrow__report_percent(size_t part, size_t whole);

/* Writes accuracy, calibration, the confusion matrix, the effect of rejecting, and the `listed`
 * first mistakes of `worst`, which is sorted. `reject` is the probability below which answers were
 * rejected. If no picture was labelled, a hint says how labels are given. */
void furrow__report_score(FILE *log, const struct furrow__score *score,
                          const struct furrow__worst *worst, size_t listed, double reject);

/* ---- sheet.c ---- */

/* Writes the mistakes of `worst`, which is sorted, to `path` as one HTML file that needs no other.
 * Each has its picture and what the net saw of it. The picture is image `item` modulo `count` of
 * `samples`; or, if `samples` is NULL, the PNG file `name`. FURROW_ENOMEM, or as
 * furrow_output_finish. */
int furrow__sheet_write(const char *path, const struct furrow__score *score,
                        const struct furrow__worst *worst, const furrow_digits_samples *samples,
                        furrow_error *error);

/* ---- montage.c ---- */

enum { FURROW__MONTAGE_MAX = 16384 /* items that are shown: 13 MB of pixels */ };

/* What the net saw of each item, in a grid that is as square as possible: row by row in the order
 * of the input, with gray lines between. A failed item is a gray field. An empty montage is one
 * gray field. {0} is empty. */
struct furrow__montage {
    unsigned char *pixels; /* of the shown items, one after the other */
    size_t count, room;    /* items */
    size_t all;            /* items, including those that are not shown */
};

/* Puts the pixels of an item in their place; NULL if the item failed. Items may come in any order.
 * FURROW_ENOMEM. */
int furrow__montage_add(struct furrow__montage *montage, size_t item, const unsigned char *pixels);

/* Writes the montage as a PNG. FURROW_ENOMEM, or what the sink returns. */
int furrow__montage_write(const struct furrow__montage *montage, furrow_sink sink, void *context);

/* Makes the montage empty again. */
void furrow__montage_clear(struct furrow__montage *montage);

#endif
