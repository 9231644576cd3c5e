/*
 * imap.h: a furrow_imap from inside. Its items go to workers in chunks, each by a ticket in the
 * pool's queue.
 */
#ifndef FURROW_POOL_IMAP_INTERNAL_H
#define FURROW_POOL_IMAP_INTERNAL_H

#include <furrow/pool_async.h>

#include "state.h"

typedef struct furrow__imap_chunk furrow__imap_chunk;

/* A chunk's place in the pool's queue; may outlive it there, but then somebody has taken it. */
typedef struct furrow__ticket {
    furrow__entry entry; /* first */
    furrow__imap_chunk *chunk;
} furrow__ticket;

/* Items that go to a worker together. */
struct furrow__imap_chunk {
    furrow_imap *imap;
    furrow__ticket *ticket; /* NULL: not handed in */
    char *items, *results;
    int *statuses;
    size_t first, count;
    bool finished; /* under the lock */
    furrow__imap_chunk *next;
};

struct furrow_imap {
    furrow_pool *pool; /* NULL: none */
    furrow_imap_options options;
    furrow_generator generate;
    furrow_function function;
    void *context;
    furrow_cancel cancel;

    furrow__imap_chunk *chunks;
    size_t count, chunk_size;
    size_t pulled;               /* items */
    size_t next;                 /* ordered: the number of the chunk that is due */
    furrow__imap_chunk *current; /* whose items are being given back */
    size_t items_given;          /* items of it given back so far */
    furrow__imap_chunk *idle;
    bool input_ended;
    int status; /* of the generator */
    furrow_progress progress;

    pthread_mutex_t lock;
    pthread_cond_t changed;
    furrow__imap_chunk *finished, *last_finished; /* unordered; under the lock */
    char *memory;
};

/* Pulls items while there are chunks for them, and hands these in. */
void furrow__imap_refill(furrow_imap *imap);

/* Before a wait: runs the chunk that is due (NULL: any) if nobody has begun it, on a slot. */
void furrow__imap_help(furrow_imap *imap, furrow__imap_chunk *due, bool waits_for_ever);

/* Takes back what nobody has begun, and waits for the rest. */
void furrow__imap_stop(furrow_imap *imap);

/* Gives up a chunk's place in the queue. */
void furrow__imap_chunk_drop_ticket(furrow__imap_chunk *chunk);

#endif
