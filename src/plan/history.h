/*
 * history.h: what earlier calls of a loop have shown.
 *
 * Values are hints: they are read and written without locks, one by one, and no result depends on
 * them.
 */
#ifndef FURROW_PLAN_HISTORY_H
#define FURROW_PLAN_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <furrow/history.h>
#include <furrow/plan.h>

enum { FURROW__HISTORIES = 64 };

/* Of the functions that were run last; two with the same place forget each other. */
typedef struct furrow__histories {
    furrow_history entries[FURROW__HISTORIES];
} furrow__histories;

/* Where loops of `function` over about `items` items are remembered. */
furrow_history *furrow__histories_of(furrow__histories *histories, uintptr_t function,
                                     size_t items);

/* Likewise at a site, whatever the function. */
furrow_history *furrow__site_history(furrow_site *site, size_t items);

/* What it tells the planner. */
furrow_plan_history furrow__history_read(const furrow_history *history);

/* One call, to be learned from. What is 0 was not seen. */
typedef struct furrow__observation {
    double alone;       /* seconds of an item in a call that one thread ran whole */
    double first_items; /* of the first items, while no other thread had come */
    double shared;      /* seconds of the whole call for each item, where others took part */
    double on_cpu;      /* part of the time in bodies */
    double waits;       /* of an item */
    bool loss;          /* it ran on one thread because sharing had not helped */
} furrow__observation;

void furrow__history_learn(furrow_history *history, const furrow__observation *seen);

/* What sharing takes is to be seen anew. */
void furrow__history_forget_shared(furrow_history *history);

#endif
