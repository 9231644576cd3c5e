/*
 * window.h: the results of the batch that is running, and what becomes of its finished prefix.
 *
 * Workers say which ranges have finished, in any order. Whoever finds the next items in order
 * finished hands them to the journal, to combine and to emit, one worker at a time, while the
 * others go on; for a kernel that does not stream, all of it happens after the batch.
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
    furrow__bytes *bytes;    /* or: bytes are written in the place of records; NULL: they are not */
    const furrow_feed *feed; /* of the batch; NULL: items are numbers */
    furrow_faults *faults;
    size_t result_size; /* 0: results are not kept here, or there are none */
    size_t max_bytes;   /* of results, or one item */
    bool unordered;     /* ranges are handed on as they finish */

    size_t first, count; /* the items of the batch */
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
    bool handing;            /* a worker is at it, outside the lock; or was, when it failed ... */
    furrow_error error;      /* ... and this is what combine or emit said */
    double flushed_at;       /* reading of the wall clock */
} furrow__window;

/* For results of `result_size` bytes, each. `recorder` is lent for the window's life. */
int furrow__window_init(furrow__window *window, const furrow_kernel *kernel, void *state,
                        size_t result_size, furrow__recorder *recorder);
void furrow__window_clear(furrow__window *window);

/* Whether finished items may be handed on while others run. */
bool furrow__window_streams(const furrow__window *window);

/* The most items that a window may hold. */
size_t furrow__window_max_items(const furrow__window *window);

/* All items of the batch and their results. */
furrow_batch furrow__window_batch(furrow__window *window);

/* Room for the batch [first, first + count). FURROW_ENOMEM. */
int furrow__window_open(furrow__window *window, size_t first, size_t count);

/* A furrow_finished: the range has finished. Hands on what can be, if nobody else is at it. */
int furrow__window_finished(size_t begin, size_t end, void *window);

/* After the batch: hands on all of it, for kernels that do not stream. */
int furrow__window_close(furrow__window *window);

/* All items below have been combined and emitted; of unordered ones, as many. Once nobody is at
 * work. */
size_t furrow__window_emitted(const furrow__window *window);

/* The same for the items below `end` that were not handed on yet, all of which have finished, and
 * for all kernels. */
int furrow__window_close_before(furrow__window *window, size_t end);

#endif
