/*
 * run_state.h: a run while it goes on, window by window.
 *
 * run.c runs a kernel, or one of its variants; setup.c begins and ends a run; windows.c decides
 * which items make a window; run_window.c runs one.
 */
#ifndef FURROW_RUN_RUN_STATE_H
#define FURROW_RUN_RUN_STATE_H

#include <furrow/run.h>

#include "items.h"
#include "loop/loop.h"
#include "record.h"
#include "window.h"

typedef struct furrow__run_state {
    const furrow_kernel *kernel;
    void *state;
    const furrow_run_options *options;
    furrow_run_outcome *outcome;
    furrow_shape shape;
    furrow_part part;          /* of the items */
    furrow_feed *feed;         /* NULL: items are numbers */
    furrow_error feed_failure; /* why `next` failed; returned once the items fed before have run */
    furrow__window window;
    furrow__recorder recorder;
    furrow__items items;
    furrow__run_workers workers;
    furrow__blocks blocks;
    furrow__bytes bytes;
    furrow_scratch *scratch; /* of the workers */
    furrow_plan_facts facts;
    furrow__progress progress;
    furrow_site *site; /* the caller's, or own_site */
    furrow_site own_site;
    furrow_site identity_site; /* for the loops that identify recorded items */
    size_t capacity;           /* of the next window */
    size_t next;               /* the first item of the next window */
    size_t largest;            /* the most items in a window so far */
} furrow__run_state;

/* Prepares a run: its options and the request are set. furrow__run_end frees what it made, whether
 * or not this succeeds. */
int furrow__run_begin(furrow__run_state *run);
void furrow__run_end(furrow__run_state *run);

/* Runs windows until no item is left, or one fails. */
int furrow__run_windows(furrow__run_state *run, furrow_error *error);

/* Runs a window of the next `count` items, from the first body to the last emit. */
int furrow__run_window(furrow__run_state *run, size_t count, furrow_error *error);

/* Takes the window's items that the journal has, from `*end` on, and moves `*end` behind them. They
 * need not run. FURROW_ECHANGED: the input of an item is not what it was. */
int furrow__run_replay(furrow__run_state *run, size_t *end, furrow_error *error);

static inline size_t furrow__smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static inline size_t furrow__larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

#endif
