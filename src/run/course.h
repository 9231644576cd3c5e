/* course.h: a run while it goes on, window by window. */
#ifndef FURROW_RUN_COURSE_H
#define FURROW_RUN_COURSE_H

#include <furrow/run.h>

#include "items.h"
#include "record.h"
#include "tally.h"
#include "window.h"

typedef struct furrow__course {
    const furrow_kernel *kernel;
    void *state;
    const furrow_run_options *options;
    furrow_run_outcome *outcome;
    furrow__window window;
    furrow__recorder recorder;
    furrow__items items;
    furrow_workers *workers;
    furrow_plan_facts facts;
    furrow__tally tally;
    furrow_site *site; /* the caller's, or this run's own */
    furrow_site own_site;
    furrow_site identity_site; /* of windows that are taken from the journal */
    size_t capacity;           /* of the next window */
    size_t next;               /* the first item of the next window */
    size_t largest;            /* the most items in a window so far */
} furrow__course;

/* The next `count` items, from the first body to the last emit. */
int furrow__course_turn(furrow__course *course, size_t count, furrow_error *error);

/* The next `count` items from the record at hand, which has as many: combined and emitted as if
 * they had run. FURROW_ECHANGED: the input of one is not what it was. */
int furrow__course_replay(furrow__course *course, size_t count, furrow_error *error);

/* What follows a window, whole or cut short: its faults are counted, told and forgotten. */
void furrow__course_settle(furrow__course *course);

/* Ends a run that halts at failed items, at the first of this window: what lies before it is handed
 * on. Returns the item's own code. */
int furrow__course_halt(furrow__course *course, furrow_error *error);

#endif
