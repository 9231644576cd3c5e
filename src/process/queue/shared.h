/*
 * shared.h: what a queue is, in memory that processes share.
 *
 * A ring of bytes in units of 8, and two sides: putters move the tail, getters the head. Each
 * side has two robust locks, which the kernel hands on when their owner dies:
 *
 *   - The line is held for a whole call, sleeping included. So at most one putter and one getter
 *     is at work, or asleep at the queue. When it dies, asleep or just woken, the kernel wakes the
 *     next in line, which looks for itself.
 *   - The door is held while the side's position is moved, and by the other side's call while it
 *     announces that it sleeps. So a sleeper has seen every move that is over, and every later
 *     mover sees the sleeper.
 *
 * A move is one atomic step, after the bytes were copied: the new position is written beside the
 * valid one, then a count of moves, whose lowest bit says which of the two is valid, goes up by
 * one. Where the other side sleeps, one system call (FUTEX_WAKE_OP) counts and wakes: SIGKILL comes
 * before both or after both. So a call that dies owes no wake and leaves no item half put or half
 * taken.
 *
 * Nobody sleeps with a door held. A call holds one line and one door at most, in this order; a
 * close holds both doors, the tail's first.
 */
#ifndef FURROW_PROCESS_QUEUE_SHARED_H
#define FURROW_PROCESS_QUEUE_SHARED_H

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <furrow/queue.h>

#include "process/timeout.h"

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
    furrow__position seen;  /* the other side's, when it was last looked at; under the line */
    uint32_t luck, unlucky; /* of looks before a sleep: see look() in line.c; under the line */
    alignas(FURROW__CACHE_LINE) pthread_mutex_t door;
    _Atomic uint32_t moves;                /* the other side's sleeper waits for it to change */
    _Atomic furrow__position positions[2]; /* that of moves % 2 is valid */
    alignas(FURROW__CACHE_LINE) _Atomic uint32_t asleep; /* 1: whoever has the line sleeps */
    _Atomic uint32_t wanted;                             /* units that it sleeps for */
} furrow__side;

typedef struct furrow__shared {
    furrow__side sides[2];                          /* by furrow__end */
    alignas(FURROW__CACHE_LINE) atomic_bool closed; /* set under both doors */
} furrow__shared;

/* The slot that was read may have been written anew meanwhile, for a move that is not over yet: the
 * count says so. */
static inline furrow__position furrow__position_of(const furrow__side *side)
{
    uint32_t moves;
    furrow__position position;
    do {
        moves = atomic_load_explicit(&side->moves, memory_order_acquire);
        position = atomic_load_explicit(&side->positions[moves % 2], memory_order_acquire);
    } while (atomic_load_explicit(&side->moves, memory_order_relaxed) != moves);
    return position;
}

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
 * Returns 0 with the line held; else furrow__timeout_code, FURROW_ECLOSED (putters) or FURROW_END
 * (getters), without it.
 */
int furrow__line_enter(furrow_queue *queue, furrow__end end, uint32_t units,
                       const furrow__timeout *deadline);

void furrow__line_leave(furrow_queue *queue, furrow__end end);

/* Moves the side's position, and wakes whoever waits for that where `wakes`. The door is held. */
void furrow__line_commit(furrow__side *side, furrow__position position, bool wakes);

/* The same with the line held. It wakes the other side's sleeper if that gets what it wants.
 * FURROW_ECLOSED: putters, and the queue has been closed; nothing moved. */
int furrow__line_move(furrow_queue *queue, furrow__end end, furrow__position position);

/* Closes; wakes both sides. */
void furrow__line_close(furrow_queue *queue);

/* Units that are there for the side now. */
uint32_t furrow__line_units(const furrow_queue *queue, furrow__end end);

#endif
