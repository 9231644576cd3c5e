/*
 * history.h: what earlier calls of a loop have shown.
 *
 * Values are hints: no result depends on them. They are read and written one by one, without a
 * lock.
 */
#ifndef FURROW_PLAN_HISTORY_H
#define FURROW_PLAN_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <furrow/plan.h>

enum { FURROW__HISTORIES = 64 };

/* The histories of the functions that ran last. Functions at one index replace each other. */
typedef struct furrow__histories {
    furrow_history entries[FURROW__HISTORIES];
} furrow__histories;

/* The history of loops of `function` over about `items` items. */
furrow_history *furrow__histories_of(furrow__histories *histories, uintptr_t function,
                                     size_t items);

/* The history of loops at a site over about `items` items, of any function. */
furrow_history *furrow__site_history(furrow_site *site, size_t items);

/* A history as the planner reads it. */
furrow_plan_history furrow__history_read(const furrow_history *history);

/* What one call has shown. 0: not observed. */
typedef struct furrow__observation {
    double alone;       /* seconds of an item, in a call that one thread ran whole */
    double first_items; /* seconds of an item, before another thread came */
    double shared;      /* seconds of the call for each item, where other threads took part */
    double on_cpu;      /* share of the time in bodies that was on a CPU */
    double waits;       /* how often an item gave up its CPU */
    bool loss;          /* the call ran on one thread because sharing had not helped */
} furrow__observation;

void furrow__history_learn(furrow_history *history, const furrow__observation *observed);

/* Forgets what shared calls took, so that the next one is measured. */
void furrow__history_forget_shared(furrow_history *history);

#endif
