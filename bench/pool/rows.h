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
    const struct peer *base; /* the others are compared with it */
    size_t n, times;         /* items of a call; calls of a run */
    size_t rounds;
    size_t warm; /* calls before each run */
    double idle; /* seconds without work after these */
    int (*function)(void *result, const void *item, void *context);
    double (*cost)(size_t i, size_t n); /* of an item; NULL: none */
    double mean;                        /* mean cost of an item, in seconds */
    size_t python;                      /* items of a call of Python, which is slow; 0: left out */
    bool each;                          /* figures are for one item, not for a call */
};

extern const struct row rows[];
extern const size_t row_count;

/* An item that copies its input. */
int empty(void *result, const void *item, void *context);

/* The number of steps in a second, for items with a cost. */
double steps_per_second(void);

#endif
