/*
 * call_queue.h: single calls: how they wait for a worker, first in, first out, and their memory.
 *
 * The queue is a ring of cells (D. Vyukov, "Bounded MPMC queue", 2011). A cell's sequence number
 * says whether it may be written or read. What does not fit goes to a list behind the ring.
 *
 * A thread may take an entry without popping it: the thread that waits for the call, or one that
 * cancels it. The entry is stale then. It stays in its place until it is popped, or until there are
 * enough stale entries to sweep them out.
 */
#ifndef FURROW_POOL_CALL_QUEUE_H
#define FURROW_POOL_CALL_QUEUE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

enum { FURROW__QUEUE_RING = 1024, FURROW__LINE = 64 };

typedef struct furrow__entry furrow__entry;

typedef struct furrow__entry_kind {
    void (*run)(furrow__entry *entry, int worker); /* by the thread that took it */
    void (*free)(furrow__entry *entry);            /* after the last reference is gone */
} furrow__entry_kind;

struct furrow__entry {
    const furrow__entry_kind *kind;
    furrow__entry *next; /* in the list */
    atomic_bool taken;
    atomic_uint references;
};

typedef struct furrow__cell {
    atomic_size_t sequence; /* of the position that may be written; one more: it may be read */
    furrow__entry *entry;
} furrow__cell;

typedef struct furrow__call_queue {
    atomic_size_t tail; /* the position to write next */
    char gap_1[FURROW__LINE];
    atomic_size_t head; /* the position to read next */
    char gap_2[FURROW__LINE];
    furrow__cell ring[FURROW__QUEUE_RING];
    char gap_3[FURROW__LINE];
    atomic_size_t overflow; /* entries in the list */
    atomic_ptrdiff_t stale; /* stale entries; may be below 0 for a moment */
    pthread_mutex_t lock;   /* of the list */
    furrow__entry *first, *last;
} furrow__call_queue;

void furrow__call_queue_init(furrow__call_queue *queue);

/* Releases all entries that are left. */
void furrow__call_queue_clear(furrow__call_queue *queue);

/* Appends the entry. Its reference goes to the queue. */
void furrow__call_queue_push(furrow__call_queue *queue, furrow__entry *entry);

/* Pops the next entry that is not stale, and takes it; its reference goes to the caller. NULL:
 * there is none. If an entry is just being pushed, NULL may be returned while _is_empty is false.
 */
furrow__entry *furrow__call_queue_pop(furrow__call_queue *queue);

bool furrow__call_queue_is_empty(furrow__call_queue *queue);

/* Takes an entry wherever it is. False: another thread has taken it. */
bool furrow__entry_take(furrow__entry *entry);

/* After an entry of the queue was taken without popping it. True: this led to a sweep, during which
 * other threads may have found the queue empty. */
bool furrow__call_queue_count_stale(furrow__call_queue *queue);

/* Gives up one reference. */
void furrow__entry_release(furrow__entry *entry);

/* ---- memory of calls ---- */

/* Rounds up to malloc's alignment. */
static inline size_t furrow__aligned(size_t size)
{
    const size_t unit = _Alignof(max_align_t);
    return (size + unit - 1) / unit * unit;
}

/* Memory for many small things with short lives. They are cut off a large slab one after the other,
 * so that the next is in the cache before it is asked for. A slab is freed with the last thing on
 * it. */
typedef struct furrow__slab furrow__slab;

/* Where a pool cuts. {0} to start with. */
typedef struct furrow__slabs {
    atomic_bool locked;
    furrow__slab *current;
    size_t used; /* bytes of `current` */
    unsigned cut;
} furrow__slabs;

/* As malloc, from any thread. If another thread is cutting, it calls malloc rather than wait. */
void *furrow__slab_take(furrow__slabs *slabs, size_t size);

/* As free, from any thread, also after furrow__slabs_clear. */
void furrow__slab_give(void *memory);

/* Ends cutting. */
void furrow__slabs_clear(furrow__slabs *slabs);

#endif
