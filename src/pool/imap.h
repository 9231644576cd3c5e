/*
 * imap.h: a furrow_imap from inside.
 *
 * Items go to workers in chunks. For each chunk a ticket waits in the pool's queue. The chunk whose
 * items are given back next is the one that is due.
 */
#ifndef FURROW_POOL_IMAP_INTERNAL_H
#define FURROW_POOL_IMAP_INTERNAL_H

#include <furrow/pool_async.h>

#include "state.h"

typedef struct furrow__imap_chunk furrow__imap_chunk;

/* A chunk's entry in the pool's queue. It may stay there longer than the chunk: then it is stale.
 */
typedef struct furrow__ticket {
    furrow__entry entry; /* first */
    furrow__imap_chunk *chunk;
} furrow__ticket;

/* Items that go to a worker together. */
struct furrow__imap_chunk {
    furrow_imap *imap;
    furrow__ticket *ticket; /* NULL: not in the queue */
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
    size_t pulled;               /* items pulled so far */
    size_t next;                 /* the number of the chunk that is due, unless unordered */
    furrow__imap_chunk *current; /* the chunk whose items are being given back */
    size_t items_given;          /* its items given back so far */
    furrow__imap_chunk *idle;
    bool input_ended;
    int status; /* of the generator */
    furrow_progress progress;

    pthread_mutex_t lock;
    pthread_cond_t changed;
    furrow__imap_chunk *finished,
        *last_finished; /* in the order of their ends, if unordered; under the lock */
    char *memory;
};

/* Pulls items into the chunks that are idle, and hands these in. */
void furrow__imap_refill(furrow_imap *imap);

/* Before a wait: runs the chunk that is due (NULL: any), if no thread has begun it and a worker
 * slot can be had. */
void furrow__imap_help(furrow_imap *imap, furrow__imap_chunk *due, bool waits_for_ever);

/* Takes back the chunks that no thread has begun, and waits for the others. */
void furrow__imap_stop(furrow_imap *imap);

/* Releases a chunk's entry in the queue. */
void furrow__imap_chunk_drop_ticket(furrow__imap_chunk *chunk);

#endif
