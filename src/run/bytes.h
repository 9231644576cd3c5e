/*
 * bytes.h: a format whose bytes are made in pieces, at places that are known before (the `write` of
 * a furrow_kernel_format), in the place of results.
 *
 * Where the output takes bytes at any place, each worker writes what it has made. Else pieces are
 * kept until all before them have finished, and then handed on in order by one worker at a time,
 * while the others make what comes next: nobody waits.
 */
#ifndef FURROW_RUN_BYTES_H
#define FURROW_RUN_BYTES_H

#include <pthread.h>

#include <furrow/run.h>

#include "reorder.h"

/* Bytes in memory. */
typedef struct furrow__buffer {
    char *bytes;
    size_t room;
} furrow__buffer;

typedef struct furrow__bytes {
    const furrow_kernel_format *format; /* NULL: there are none, and nothing below is called */
    const void *state;
    const furrow_run_options *options;
    furrow_part part;
    size_t piece_items; /* of a piece, which is small enough to stay in a cache */

    pthread_mutex_t lock;
    furrow__reorder pieces; /* that are made and wait for their turn */
    size_t written;         /* in order, all items below have been; changed by who writes */
    furrow__buffer *spare;  /* the last that was used on top */
    size_t spare_count, spare_room;
    furrow_error error; /* why a piece could not be made, or be written */
} furrow__bytes;

/* What the options ask for, of this part. What the format's offset returns. */
int furrow__bytes_init(furrow__bytes *bytes, const void *state, const furrow_part *part,
                       const furrow_run_options *options);
void furrow__bytes_clear(furrow__bytes *bytes);

/* The most items of a window: pieces that wait take memory. */
size_t furrow__bytes_max_items(const furrow__bytes *bytes);

/* A furrow_body over furrow__bytes, whose scratch is a furrow__run_worker. */
int furrow__bytes_body(const furrow_range *range, const void *bytes);

/* Writes the pieces below `end`, all of which are made, in order. By one worker at a time. */
int furrow__bytes_hand_on(furrow__bytes *bytes, size_t end);

/* Writes what there is without any item. */
int furrow__bytes_write_none(furrow__bytes *bytes);

#endif
