/*
 * window.h: the results of the batch that is running, and the emitting of its finished prefix.
 *
 * Workers say which ranges have finished, in any order. Whoever finds the next items in order
 * finished emits them, one worker at a time, while the others go on.
 */
#ifndef FURROW_RUN_WINDOW_H
#define FURROW_RUN_WINDOW_H

#include <pthread.h>
#include <stdbool.h>

#include <furrow/kernel.h>

typedef struct furrow__window {
    const furrow_kernel *kernel;
    const void *state;
    furrow_writer *writer; /* NULL: nothing is emitted */
    furrow_faults *faults;
    size_t result_size;
    size_t most_bytes; /* of results, or one item */

    size_t first, count; /* the items of the batch */
    char *results;
    size_t results_capacity; /* bytes */

    pthread_mutex_t lock;
    size_t *ends; /* ends[i]: where the finished range that begins at item first + i ends; or 0 */
    size_t ends_capacity;
    size_t emitted;    /* all items below have been emitted */
    bool emitting;     /* a worker is at it, outside the lock, or has failed */
    double flushed_at; /* reading of the wall clock */
} furrow__window;

int furrow__window_init(furrow__window *window, const furrow_kernel *kernel, const void *state,
                        furrow_writer *writer);
void furrow__window_clear(furrow__window *window);

/* The most items that a window may hold. */
size_t furrow__window_most(const furrow__window *window);

/* Room for the batch [first, first + count). FURROW_ENOMEM. */
int furrow__window_open(furrow__window *window, size_t first, size_t count);

/* A furrow_finished: the range has finished. Emits what can be emitted, if nobody else is. */
int furrow__window_finished(size_t begin, size_t end, void *window);

/* After the batch: emits all of it, for kernels that combine first. */
int furrow__window_emit_all(furrow__window *window);

/* The items [begin, end) of the batch as a kernel sees them. */
furrow_batch furrow__window_batch(const furrow__window *window, size_t begin, size_t end);

#endif
