/* times.h: where a picture's time goes, summed over all threads. */
#ifndef KERNELS_DIGITS_TIMES_H
#define KERNELS_DIGITS_TIMES_H

#include <stddef.h>

enum furrow__phase {
    FURROW__READ,
    FURROW__DECODE,
    FURROW__NORMALISE,
    FURROW__INFER,
    FURROW__PHASES
};

/* Every so many pictures are timed one by one: four readings of the clock for each would take
 * about 1 % of what a small picture does. */
enum { FURROW__TIMED_EVERY = 16 };

/* Seconds of the pictures that were timed. Inference is timed by the batch, so all are. */
struct furrow__lap {
    double seconds[FURROW__PHASES];
    size_t timed, inferred;
};

struct furrow__times;

/* FURROW_ENOMEM. */
int furrow__times_new(struct furrow__times **times);
void furrow__times_free(struct furrow__times *times);
void furrow__times_reset(struct furrow__times *times);

/* Adds a lap; thread-safe. */
void furrow__times_add(struct furrow__times *times, const struct furrow__lap *lap);

/* Mean seconds of each phase a picture; 0 where none was timed. */
void furrow__times_means(double means[FURROW__PHASES], struct furrow__times *times);

#endif
