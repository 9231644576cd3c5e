/*
 * lot.h: a few condition variables for any number of things to wait for: a futex in portable C.
 *
 * A thread that waits for an address waits on the variable that its hash picks, among others; a
 * thread that opens it wakes all of these, and they look again.
 */
#ifndef FURROW_POOL_LOT_H
#define FURROW_POOL_LOT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/tsan.h"

enum { FURROW__LOT_SPOTS = 16 };

typedef struct furrow__spot {
    pthread_mutex_t lock;
    pthread_cond_t changed;
} furrow__spot;

typedef struct furrow__lot {
    furrow__spot spots[FURROW__LOT_SPOTS];
} furrow__lot;

void furrow__lot_init(furrow__lot *lot);
void furrow__lot_clear(furrow__lot *lot);

/* A condition variable on the monotonic clock. */
void furrow__condition_init(pthread_cond_t *condition);

/* Waits until signalled or until the wall clock reads `deadline` (infinite: for ever); may also
 * return for nothing. */
void furrow__condition_wait(pthread_cond_t *condition, pthread_mutex_t *lock, double deadline);

/* When a timeout is over, by the wall clock. */
double furrow__deadline(double timeout);

/* Waits until `is_over(subject)`, which is asked under the lock of the address's spot; false when
 * the deadline came first. */
bool furrow__lot_wait(furrow__lot *lot, const void *address, bool (*is_over)(void *subject),
                      void *subject, double deadline);

/* Wakes all who wait for the address. What they wait for has happened before. */
void furrow__lot_wake(furrow__lot *lot, const void *address);

/* ---- a latch: shut until it is opened, once ---- */

enum { FURROW__LATCH_OPEN = 1, FURROW__LATCH_AWAITED = 2 };

typedef atomic_uint furrow__latch; /* 0: shut */

static inline bool furrow__latch_is_open(const furrow__latch *latch)
{
    bool open =
        atomic_load_explicit((furrow__latch *)latch, memory_order_acquire) & FURROW__LATCH_OPEN;
    if (open)
        furrow__tsan_acquire(latch);
    return open;
}

/* The latch's memory is not touched once others can see it open. */
void furrow__latch_open(furrow__latch *latch, furrow__lot *lot);

/* Spins for a while, then sleeps; false when the deadline came first. */
bool furrow__latch_wait(furrow__latch *latch, furrow__lot *lot, double deadline);

/* Lets the other thread of a core go first. */
void furrow__pause(void);

/* How long a thread looks before it sleeps, in seconds. */
double furrow__patience(void);

#endif
