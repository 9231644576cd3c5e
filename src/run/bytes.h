/*
 * bytes.h: output whose bytes are made in pieces, where the place of each item is known beforehand
 * (the `write` of a furrow_kernel_format). A run makes pieces in the place of results.
 *
 * If the output takes bytes at any place, each worker writes what it has made. Otherwise a piece is
 * kept until all pieces before it have been made, and one worker at a time writes them in order,
 * while the others make the next pieces. No worker waits.
 */
#ifndef FURROW_RUN_BYTES_H
#define FURROW_RUN_BYTES_H

#include <pthread.h>

#include <furrow/run.h>

#include "reorder.h"

typedef struct furrow__buffer {
    char *bytes;
    size_t room;
} furrow__buffer;

typedef struct furrow__bytes {
    const furrow_kernel_format *format; /* NULL: no bytes are asked for, call nothing below */
    const void *state;
    const furrow_run_options *options;
    furrow_part part;
    size_t piece_items; /* items of a piece, which is small enough to stay in a cache */

    pthread_mutex_t lock;
    furrow__reorder pieces; /* made, and not yet written */
    size_t written;         /* all items below have been written in order; changed by the writer */
    furrow__buffer *spare;  /* the last used on top */
    size_t spare_count, spare_room;
    furrow_error error; /* why a piece could not be made or written */
} furrow__bytes;

/* Begins the output that the options ask for, of this part. Returns what the format's offset
 * returned. */
int furrow__bytes_init(furrow__bytes *bytes, const void *state, const furrow_part *part,
                       const furrow_run_options *options);
void furrow__bytes_clear(furrow__bytes *bytes);

/* The most items that a window may have: pieces that wait take memory. */
size_t furrow__bytes_max_items(const furrow__bytes *bytes);

/* Makes the pieces of a range, as a body does. `own` is the worker's buffer. */
int furrow__bytes_make(furrow__bytes *bytes, const furrow_range *range, furrow__buffer *own);

/* Writes the pieces below `end` in order; all are made. Called by one worker at a time. */
int furrow__bytes_hand_on(furrow__bytes *bytes, size_t end);

/* Writes the output of a part without items. */
int furrow__bytes_write_none(furrow__bytes *bytes);

#endif
