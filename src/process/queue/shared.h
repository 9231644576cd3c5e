/*
 * shared.h: what a queue is, in memory that processes share.
 *
 * A ring of bytes in units of 8, and two sides: putters move the tail, getters the head. Each
 * side has two robust locks, which the kernel hands on when their owner dies:
 *
 *   line    held for a whole call, sleeping included: so at most one putter and one getter is at
 *           work, or asleep at the queue. A sleeper that dies, also one that has just been woken,
 * is replaced by the next in line: the kernel wakes it, and it looks for itself. door    held while
 * the side's position is moved: for some instructions, and a wake.
 *
 * A move is one atomic store, after the bytes were copied: a call that dies is over before it, or
 * after. Whoever moves wakes the sleeper of the other side *before* the move, under its door. And
 * whoever wants to sleep says so under the door of the other side, where it sees every finished
 * move. So a mover that dies between the two has woken the sleeper already, who looks again, and
 * waits at the door until the move has come or the kernel says that the mover is dead. A mover that
 * dies between taking the sleeper's word and waking it leaves the door to a successor, which wakes
 * whoever sleeps.
 *
 * Nobody who waits holds a door. At most one line and one door are held at once, in this order.
 */
#ifndef FURROW_PROCESS_QUEUE_SHARED_H
#define FURROW_PROCESS_QUEUE_SHARED_H

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <furrow/queue.h>

#include "process/deadline.h"

enum { FURROW__UNIT = 8, FURROW__CACHE_LINE = 64 };

/* Items (upper half) and units (lower half) that were ever put, or got: both wrap around, and the
 * difference of two positions is right in each half as long as the ring has under 2^32 units. */
typedef uint64_t furrow__position;

static inline uint32_t furrow__items(furrow__position position)
{
    return (uint32_t)(position >> 32);
}

static inline uint32_t furrow__units(furrow__position position)
{
    return (uint32_t)position;
}

static inline furrow__position furrow__position_after(furrow__position position, uint32_t units)
{
    return (uint64_t)(furrow__items(position) + 1) << 32 | (furrow__units(position) + units);
}

typedef enum furrow__end { FURROW__TAIL, FURROW__HEAD } furrow__end;

typedef struct furrow__side {
    alignas(FURROW__CACHE_LINE) pthread_mutex_t line;
    furrow__position seen; /* the other side's, when it was last looked at; under the line */
    alignas(FURROW__CACHE_LINE) pthread_mutex_t door;
    _Atomic furrow__position position;
    alignas(FURROW__CACHE_LINE) _Atomic uint32_t asleep; /* 1: whoever has the line sleeps on it */
    _Atomic uint32_t wanted;                             /* units that it sleeps for */
} furrow__side;

typedef struct furrow__shared {
    furrow__side sides[2];                          /* by furrow__end */
    alignas(FURROW__CACHE_LINE) atomic_bool closed; /* set under both doors */
} furrow__shared;

struct furrow_queue {
    furrow__shared *shared;
    unsigned char *ring; /* behind it, in the same mapping */
    size_t mapped;       /* bytes of both */
    size_t item_size;    /* 0: each item begins with a unit that says its length */
    uint32_t mask;       /* units of the ring, a power of two, less 1 */
    uint32_t limit;      /* units that may be in use */
};

/* ---- how calls of a side follow each other, wait for the other side, and move on: line.c ---- */

int furrow__line_init(furrow__side *side);

/*
 * Takes the side's line and waits until it has `units`: of room for putters, of items for getters.
 * Returns 0 with the line held; else furrow__deadline_code, FURROW_ECLOSED (putters) or FURROW_END
 * (getters), without it.
 */
int furrow__line_enter(furrow_queue *queue, furrow__end end, uint32_t units,
                       const furrow__deadline *deadline);

void furrow__line_leave(furrow_queue *queue, furrow__end end);

/* Moves the side's position. Before that it wakes the other side's sleeper if it gets what it
 * wants. The line is held. FURROW_ECLOSED: putters, and the queue has been closed; nothing moved.
 */
int furrow__line_move(furrow_queue *queue, furrow__end end, furrow__position position);

/* Closes; wakes both sides. */
void furrow__line_close(furrow_queue *queue);

/* Units that are there for the side now. */
uint32_t furrow__line_units(const furrow_queue *queue, furrow__end end);

#endif
