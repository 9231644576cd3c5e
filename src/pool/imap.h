/*
 * imap.h: a furrow_imap from inside.
 *
 * A ticket in the pool's queue stands for the next chunk: the worker that takes it asks the
 * generator for the chunk's items, hands in the ticket of the chunk after it, and then runs the
 * items. So one thread at a time calls the generator, and while it waits there others run and give
 * back what was pulled before.
 */
#ifndef FURROW_POOL_IMAP_INTERNAL_H
#define FURROW_POOL_IMAP_INTERNAL_H

#include <furrow/pool_async.h>

#include "state.h"

/* Items that are pulled and run together. */
typedef struct furrow__imap_chunk {
    char *items, *results;
    int *statuses;
    size_t first, count;
    bool finished; /* it has run, and is to be given back; under the lock */
    struct furrow__imap_chunk *next;
} furrow__imap_chunk;

/* A chunk's place in the pool's queue; may outlive the map there, but then it has been taken. */
typedef struct furrow__ticket {
    furrow__entry entry; /* first */
    furrow_imap *imap;
    furrow__imap_chunk *chunk;
} furrow__ticket;

/* Chunks in the order in which they came. */
typedef struct furrow__imap_chunks {
    furrow__imap_chunk *first, *last;
} furrow__imap_chunks;

struct furrow_imap {
    furrow_pool *pool; /* NULL: none */
    furrow_imap_options options;
    furrow_generator generate;
    furrow_function function;
    void *context;
    furrow_cancel cancel;
    int rounding; /* the mode of who made it */

    /* Of who asks for items alone. */
    size_t next;                 /* ordered: the number of the chunk that is due */
    furrow__imap_chunk *current; /* whose items are being given back */
    size_t given;                /* items of it given back so far */
    furrow_progress progress;

    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t changed;
    furrow__imap_chunks idle;     /* empty, in the order of their numbers */
    furrow__imap_chunks finished; /* unordered: in the order in which they ended */
    furrow__ticket *ticket;       /* in the queue, and nobody has begun it; or NULL */
    int running;                  /* tickets begun and not over */
    bool pulling;                 /* one of these is with the generator, or there is a ticket */
    size_t pulled;                /* items */
    bool ended;                   /* there are no more */
    int status;                   /* of the generator */

    furrow__imap_chunk *chunks;
    size_t count, chunk_size;
    char *memory;
};

void furrow__imap_append(furrow__imap_chunks *chunks, furrow__imap_chunk *chunk);
furrow__imap_chunk *furrow__imap_remove_first(furrow__imap_chunks *chunks);

/* Under the lock: hands in the next ticket, unless there is one, or no room, or nothing more to
 * pull. Without a pool, or where it is closed, there never is one. */
void furrow__imap_hand_in(furrow_imap *imap);

/* Pulls and runs the next chunk on this thread: that of the ticket in the queue, for who may take
 * it from there; else one that could not be handed in. False when there was none. Not under the
 * lock. */
bool furrow__imap_run_here(furrow_imap *imap, int worker, bool takes_ticket);

/* Takes back what nobody has begun, and waits for the rest. */
void furrow__imap_recall(furrow_imap *imap);

#endif
