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
    const struct peer *base; /* the peer that the others are compared with */
    size_t n, times;         /* items of a call; calls of a run */
    size_t rounds;
    size_t warm; /* calls before each run */
    double idle; /* seconds without work between these and the run */
    int (*function)(void *, const void *, void *);
    double (*cost)(size_t i, size_t n); /* cost of item i, with mean 1; NULL: items cost nothing */
    double mean;                        /* mean cost of an item, in seconds */
    size_t python; /* items of a call of Python, which is slow; 0: it is left out */
    bool each;     /* figures are of one item, not of a call */
};

extern const struct row rows[];
extern const size_t row_count;

/* An item that copies its input. */
int empty(void *result, const void *item, void *context);

/* How many steps an item with a cost makes in a second. */
double steps_per_second(void);

#endif
