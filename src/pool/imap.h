/*
 * imap.h: a furrow_imap from inside: its items go to workers in batches, each by a ticket in the
 * pool's queue.
 */
#ifndef FURROW_POOL_IMAP_INTERNAL_H
#define FURROW_POOL_IMAP_INTERNAL_H

#include <furrow/pool_async.h>

#include "state.h"

typedef struct furrow__batch furrow__batch;

/* A batch's place in the pool's queue; may outlive it there, but then somebody has taken it. */
typedef struct furrow__ticket {
    furrow__entry entry; /* first */
    furrow__batch *batch;
} furrow__ticket;

/* Items that go to a worker together. */
struct furrow__batch {
    furrow_imap *imap;
    furrow__ticket *ticket; /* NULL: not handed in */
    char *items, *results;
    int *statuses;
    size_t first, count;
    bool finished; /* under the lock */
    furrow__batch *next;
};

struct furrow_imap {
    furrow_pool *pool; /* NULL: none */
    furrow_imap_options options;
    furrow_generator generate;
    furrow_function function;
    void *context;
    furrow_cancel cancel;

    furrow__batch *batches;
    size_t count, chunk;
    size_t pulled;          /* items */
    size_t next;            /* ordered: the number of the batch that is due */
    furrow__batch *current; /* whose items are being given back */
    size_t given;           /* items of it given back so far */
    furrow__batch *idle;
    bool ended;
    int status; /* of the generator */
    furrow_progress progress;

    pthread_mutex_t lock;
    pthread_cond_t changed;
    furrow__batch *finished, *last_finished; /* unordered; under the lock */
    char *memory;
};

/* Pulls items while there are batches for them, and hands these in. */
void furrow__imap_refill(furrow_imap *imap);

/* Before a wait: runs the batch that is due (NULL: any) if nobody has begun it, on a seat. */
void furrow__imap_help(furrow_imap *imap, furrow__batch *due, bool waits_for_ever);

/* Takes back what nobody has begun, and waits for the rest. */
void furrow__imap_recall(furrow_imap *imap);

/* Gives up a batch's place in the queue. */
void furrow__batch_drop_ticket(furrow__batch *batch);

#endif
