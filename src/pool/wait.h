/*
 * wait.h: how threads wait: a parking lot, latches, and conditions on the monotonic clock.
 *
 * A parking lot is a futex in portable C: a few condition variables for any number of things to
 * wait for. A thread that waits for an address waits on the variable that the address hashes to.
 * Other threads may wait there for other addresses; a wake-up wakes them all, and each looks again.
 */
#ifndef FURROW_POOL_WAIT_H
#define FURROW_POOL_WAIT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/tsan.h"

enum { FURROW__PARKING_SPOTS = 16 };

typedef struct furrow__parking_spot {
    pthread_mutex_t lock;
    pthread_cond_t changed;
} furrow__parking_spot;

typedef struct furrow__parking {
    furrow__parking_spot spots[FURROW__PARKING_SPOTS];
} furrow__parking;

void furrow__parking_init(furrow__parking *parking);
void furrow__parking_clear(furrow__parking *parking);

/* Makes a condition variable on the monotonic clock. */
void furrow__condition_init(pthread_cond_t *condition);

/* Waits until signalled, or until the wall clock reads `deadline` (INFINITY: for ever). It may
 * return early without a reason. It is no cancellation point: others may rely on the thread that
 * waits. */
void furrow__condition_wait(pthread_cond_t *condition, pthread_mutex_t *lock, double deadline);

/* The deadline of a timeout, by the wall clock. */
double furrow__deadline(double timeout);

/* Waits until `is_over(subject)`, which is called under the lock of the address. False: the
 * deadline came first. */
bool furrow__parking_wait(furrow__parking *parking, const void *address,
                          bool (*is_over)(void *subject), void *subject, double deadline);

/* Wakes all threads that wait for the address. To be called after what they wait for has happened.
 */
void furrow__parking_wake(furrow__parking *parking, const void *address);

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

/* Opens it. Its memory is not touched once other threads can see it open. */
void furrow__latch_open(furrow__latch *latch, furrow__parking *parking);

/* Spins for a while, then sleeps. False: the deadline came first. */
bool furrow__latch_wait(furrow__latch *latch, furrow__parking *parking, double deadline);

/* Gives the CPU's core to its other hardware thread for a moment. */
void furrow__pause(void);

/* How long a thread looks before it sleeps, in seconds. */
double furrow__spin_time(void);

#endif
