/*
 * window.h: the results of the window that is running, and how its finished prefix is handed on.
 *
 * Workers report which ranges have finished, in any order. The worker that completes the next items
 * in order hands them to the journal, to combine and to emit, while the others go on; one worker
 * does so at a time. For a kernel that does not stream, all items are handed on after the window.
 */
#ifndef FURROW_RUN_WINDOW_H
#define FURROW_RUN_WINDOW_H

#include <pthread.h>
#include <stdbool.h>

#include <furrow/kernel.h>

#include "bytes.h"
#include "record.h"
#include "reorder.h"

typedef struct furrow__window {
    const furrow_kernel *kernel;
    void *state;
    const furrow_kernel_format *format; /* of records; NULL: nothing is emitted */
    furrow_writer *writer;
    furrow__bytes *bytes;    /* output in the place of records; or NULL */
    const furrow_feed *feed; /* of the window; NULL: items are numbers */
    furrow_faults *faults;
    size_t result_size; /* 0: no results are kept here */
    size_t max_bytes;   /* of all results; one item always fits */
    bool unordered;     /* ranges are handed on as they finish */

    size_t first, count; /* the items of the window */
    char *results;
    size_t results_capacity; /* bytes */
    size_t replayed;         /* all items below come from the journal, and are not recorded again */
    furrow__recorder *recorder;
    uint64_t *identities; /* of the items; NULL: nothing is recorded */
    size_t identities_capacity;

    pthread_mutex_t lock;
    furrow__reorder reorder; /* ranges that finished before others below them */
    size_t finished;         /* all items below have finished */
    size_t handed;           /* all items below have been given to combine and emit ... */
    size_t emitted;          /* ... and these have gone through both */
    bool handing;       /* a worker hands on, outside the lock; it stays set after a failure ... */
    furrow_error error; /* ... whose text this is */
    double flushed_at;  /* reading of the wall clock */
} furrow__window;

/* Begins a window of results of `result_size` bytes each. `recorder` is lent for its life. */
int furrow__window_init(furrow__window *window, const furrow_kernel *kernel, void *state,
                        size_t result_size, furrow__recorder *recorder);
void furrow__window_clear(furrow__window *window);

/* Whether the kernel lets finished items be handed on while others run. */
bool furrow__window_streams(const furrow__window *window);

/* The most items that a window may hold. */
size_t furrow__window_max_items(const furrow__window *window);

/* All items of the window and their results. */
furrow_batch furrow__window_batch(furrow__window *window);

/* Makes room for the window [first, first + count). FURROW_ENOMEM. */
int furrow__window_open(furrow__window *window, size_t first, size_t count);

/* A furrow_finished: the range has finished. Hands on the finished prefix, unless another worker
 * does. */
int furrow__window_finished(size_t begin, size_t end, void *window);

/* After the window: hands on all items, for kernels that do not stream. */
int furrow__window_close(furrow__window *window);

/* The end of the items that have been combined and emitted; for unordered items, first + their
 * number. Called while no worker runs. */
size_t furrow__window_emitted(const furrow__window *window);

/* After the window, for all kernels: hands on the items below `end`, which have all finished, as
 * far as they have not been handed on. */
int furrow__window_close_before(furrow__window *window, size_t end);

#endif
