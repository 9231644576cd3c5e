/*
 * queue.h: calls that wait for a worker, first in, first out, for any number of threads.
 *
 * A ring of cells that each say whose turn it is (D. Vyukov, "Bounded MPMC queue", 2011); what does
 * not fit goes to a list behind it. An entry may be taken by somebody else than who pops it: by the
 * thread that waits for it, or by who cancels it. It is then stale: it stays where it is until it
 * is popped, or until there are enough stale entries to sweep them out.
 */
#ifndef FURROW_POOL_QUEUE_H
#define FURROW_POOL_QUEUE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

enum { FURROW__QUEUE_RING = 1024, FURROW__LINE = 64 };

typedef struct furrow__entry furrow__entry;

typedef struct furrow__entry_kind {
    void (*run)(furrow__entry *entry, int worker); /* by who took it */
    void (*free)(furrow__entry *entry);            /* by who gave up the last reference */
} furrow__entry_kind;

struct furrow__entry {
    const furrow__entry_kind *kind;
    furrow__entry *next; /* in the list */
    atomic_bool taken;
    atomic_uint references;
};

typedef struct furrow__cell {
    atomic_size_t sequence; /* position: may be written; position + 1: may be read */
    furrow__entry *entry;
} furrow__cell;

typedef struct furrow__queue {
    atomic_size_t tail; /* the position that is written next */
    char gap_1[FURROW__LINE];
    atomic_size_t head; /* the position that is read next */
    char gap_2[FURROW__LINE];
    furrow__cell ring[FURROW__QUEUE_RING];
    char gap_3[FURROW__LINE];
    atomic_size_t overflow; /* entries in the list */
    atomic_ptrdiff_t stale; /* entries that are stale; below 0 for a moment */
    pthread_mutex_t lock;   /* of the list */
    furrow__entry *first, *last;
} furrow__queue;

void furrow__queue_init(furrow__queue *queue);

/* Gives up all entries that are left. */
void furrow__queue_clear(furrow__queue *queue);

/* Takes over one reference. */
void furrow__queue_push(furrow__queue *queue, furrow__entry *entry);

/* The next entry that nobody has taken, taken; with its reference. NULL: none (perhaps one is
 * being pushed this moment: then _is_empty is false). */
furrow__entry *furrow__queue_pop(furrow__queue *queue);

bool furrow__queue_is_empty(furrow__queue *queue);

/* Takes an entry wherever it is, if nobody has. */
bool furrow__entry_take(furrow__entry *entry);

/* An entry of the queue was taken by another than who popped it. True when that led to a sweep: who
 * looked meanwhile may have found nothing. */
bool furrow__queue_count_stale(furrow__queue *queue);

/* Gives up one reference. */
void furrow__entry_release(furrow__entry *entry);

/* ---- memory of calls ---- */

/* As malloc aligns. */
static inline size_t furrow__aligned(size_t size)
{
    const size_t unit = _Alignof(max_align_t);
    return (size + unit - 1) / unit * unit;
}

/*
 * Memory for many small things of one short life: cut off large slabs, one after the
 * other, so that the next is in the cache before it is asked for; a slab is freed with the last of
 * them.
 */
typedef struct furrow__slab furrow__slab;

/* Where a pool cuts off. {0} to start with. */
typedef struct furrow__slabs {
    atomic_bool locked;
    furrow__slab *current;
    size_t used; /* bytes of it */
    unsigned cut;
} furrow__slabs;

/* As malloc; from any thread. A thread that finds another cutting does not wait for it. */
void *furrow__slab_take(furrow__slabs *slabs, size_t size);

/* As free: from any thread, also after furrow__slabs_clear. */
void furrow__slab_give(void *memory);

/* Nothing further is taken. */
void furrow__slabs_clear(furrow__slabs *slabs);

#endif
