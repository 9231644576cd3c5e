/* sections.h: what the files of bench-digits share. */
#ifndef BENCH_DIGITS_SECTIONS_H
#define BENCH_DIGITS_SECTIONS_H

#include <stddef.h>

#include <furrow/digits/digits.h>
#include <furrow/digits/training.h>

/* LeNet-5 without its border, which all peers run. */
#define LENET "conv5x6 pool conv5x16 pool dense120 dense84 dense10"

enum { BATCH = 64, MAX_TEAM = 2 };

void section_inference(void);
void section_files(void);
void section_cold(void);
void section_training(void);

/* The path of `furrow`, built beside this program. */
extern const char *bench_driver;

/* Ends the program, naming what failed, unless status is 0. */
void bench_require(int status, const char *what);

/* A net with made-up weights, the same each time. */
furrow_digits_model *net_new(const char *layers);

/* MNIST's 10,000 test images. */
void test_images(furrow_digits_samples *samples);

/* Runs work(member, context) on `members` threads at once; returns the seconds from the common
 * start to the last end. */
double team_run(int members, void (*work)(int member, void *context), void *context);

/* Prints a line: the median of `rates`, and that of rates / over with its interval, called `what`.
 */
void line_ratio(const char *name, int members, const double *rates, const double *over,
                const char *what, size_t rounds);

#endif
