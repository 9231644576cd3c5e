/* run_state.h: a run while it goes on, window by window. */
#ifndef FURROW_RUN_RUN_STATE_H
#define FURROW_RUN_RUN_STATE_H

#include <furrow/run.h>

#include "items.h"
#include "loop/loop.h"
#include "record.h"
#include "window.h"
#include "worker.h"

typedef struct furrow__run_state {
    const furrow_kernel *kernel;
    void *state;
    const furrow_run_options *options;
    furrow_run_outcome *outcome;
    furrow_shape shape;
    furrow_part part;          /* of the items */
    furrow_feed *feed;         /* NULL: items are numbers */
    furrow_error feed_failure; /* what next came to, once what it fed before that has run */
    furrow__window window;
    furrow__recorder recorder;
    furrow__items items;
    furrow__run_workers own_workers;
    furrow__blocks blocks;
    furrow__bytes bytes;
    furrow_scratch *scratch;
    furrow_plan_facts facts;
    furrow__progress progress;
    furrow_site *site; /* the caller's, or this run's own */
    furrow_site own_site;
    furrow_site identity_site; /* of items that are taken from the journal */
    size_t capacity;           /* of the next window */
    size_t next;               /* the first item of the next window */
    size_t largest;            /* the most items in a window so far */
} furrow__run_state;

/* The next `count` items, from the first body to the last emit. */
int furrow__run_window(furrow__run_state *run, size_t count, furrow_error *error);

/* Takes from the journal what it has of the window's items, which need not run: those below
 * `*end`. FURROW_ECHANGED: the input of one is not what it was. */
int furrow__run_replay(furrow__run_state *run, size_t *end, furrow_error *error);

#endif
