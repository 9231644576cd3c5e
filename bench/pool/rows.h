/* rows.h: the questions that bench-pool asks. */
#ifndef FURROW_BENCH_POOL_ROWS_H
#define FURROW_BENCH_POOL_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "peers.h"

/* Which function of a peer a row calls. */
enum kind { MAP, PAIR, TASKS, SUBMIT };

struct row {
    const char *name, *title;
    enum kind kind;
    const struct peer *base; /* the way that others are compared with */
    size_t n, times;         /* items of a call; calls of a run */
    size_t rounds;
    size_t warm; /* calls before each run */
    double idle; /* seconds without work then */
    int (*function)(void *, const void *, void *);
    double (*cost)(size_t i, size_t n); /* of an item; NULL: none */
    double mean;                        /* mean cost of an item, in seconds */
    size_t python;                      /* items of a call, for it is slow; 0: left out */
    bool each;                          /* figures are of one item, not of a call */
};

extern const struct row rows[];
extern const size_t row_count;

/* An item that copies its input. */
int empty(void *result, const void *item, void *context);

/* Steps of an item that has a cost: how many there are in a second. */
double steps_per_second(void);

#endif
