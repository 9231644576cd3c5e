/* tally.h: how far a loop, or a run of several, has come, reported to whoever asked. */
#ifndef FURROW_LOOP_TALLY_H
#define FURROW_LOOP_TALLY_H

#include <stdatomic.h>

#include <furrow/progress.h>

typedef struct furrow__tally {
    furrow_progress_event event; /* NULL: nobody asked */
    void *context;
    size_t total;
    atomic_size_t done, failed;
    size_t told;
    atomic_flag telling;
} furrow__tally;

void furrow__tally_init(furrow__tally *tally, furrow_progress_event event, void *context,
                        size_t total);

/* `count` more items have ended. On any worker: of several at once, one reports for all. */
void furrow__tally_add(furrow__tally *tally, size_t count);

/* Nothing further comes. */
void furrow__tally_end(furrow__tally *tally);

#endif
