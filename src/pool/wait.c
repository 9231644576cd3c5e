#include "wait.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <time.h>

#include <furrow/clock.h>
#include <furrow/cpu.h>

#include "state.h"
#include "stress.h"

/* About what a sleep and a wake-up cost together. A longer look could lose more than it saves (A.
 * R. Karlin et al., "Empirical studies of competitive spinning", SOSP 1991). */
static const double spin_time = 50e-6;

/* Looks between two readings of the clock. */
enum { LOOKS = 16 };

double furrow__spin_time(void)
{
    return spin_time;
}

void furrow__pause(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb" ::: "memory");
#endif
}

void furrow__condition_init(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

void furrow__condition_wait(pthread_cond_t *condition, pthread_mutex_t *lock, double deadline)
{
    int before;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
    if (deadline < 1e9 + furrow_clock_wall()) {
        struct timespec until = {.tv_sec = (time_t)deadline};
        until.tv_nsec = (long)((deadline - (double)until.tv_sec) * 1e9);
        pthread_cond_timedwait(condition, lock, &until);
    } else {
        pthread_cond_wait(condition, lock);
    }
    pthread_setcancelstate(before, NULL);
}

double furrow__deadline(double timeout)
{
    return timeout < 0 ? (double)INFINITY : furrow_clock_wall() + timeout;
}

void furrow__parking_init(furrow__parking *parking)
{
    for (int i = 0; i < FURROW__PARKING_SPOTS; i++) {
        pthread_mutex_init(&parking->spots[i].lock, NULL);
        furrow__condition_init(&parking->spots[i].changed);
    }
}

void furrow__parking_clear(furrow__parking *parking)
{
    for (int i = 0; i < FURROW__PARKING_SPOTS; i++) {
        pthread_mutex_destroy(&parking->spots[i].lock);
        pthread_cond_destroy(&parking->spots[i].changed);
    }
}

static furrow__parking_spot *spot_of(furrow__parking *parking, const void *address)
{
    return &parking->spots[((uintptr_t)address >> 6) % FURROW__PARKING_SPOTS];
}

bool furrow__parking_wait(furrow__parking *parking, const void *address,
                          bool (*is_over)(void *subject), void *subject, double deadline)
{
    furrow__parking_spot *spot = spot_of(parking, address);
    pthread_mutex_lock(&spot->lock);
    bool over;
    while (!(over = is_over(subject)) && furrow_clock_wall() < deadline)
        furrow__condition_wait(&spot->changed, &spot->lock, deadline);
    pthread_mutex_unlock(&spot->lock);
    return over;
}

void furrow__parking_wake(furrow__parking *parking, const void *address)
{
    furrow__parking_spot *spot = spot_of(parking, address);
    pthread_mutex_lock(&spot->lock);
    pthread_cond_broadcast(&spot->changed);
    pthread_mutex_unlock(&spot->lock);
}

void furrow__latch_open(furrow__latch *latch, furrow__parking *parking)
{
    furrow__stress_point();
    furrow__tsan_release(latch);
    if (atomic_exchange(latch, FURROW__LATCH_OPEN) & FURROW__LATCH_AWAITED)
        furrow__parking_wake(parking, latch);
}

/* Tells the thread that will open the latch that somebody waits. */
static bool await(void *latch)
{
    return atomic_fetch_or((furrow__latch *)latch, FURROW__LATCH_AWAITED) & FURROW__LATCH_OPEN;
}

bool furrow__latch_wait(furrow__latch *latch, furrow__parking *parking, double deadline)
{
    if (furrow__latch_is_open(latch))
        return true;
    double now = furrow_clock_wall();
    double enough = furrow_cpu_count() > 1 ? fmin(deadline, now + spin_time) : now;
    for (; now < enough; now = furrow_clock_wall())
        for (int i = 0; i < LOOKS; i++) {
            if (furrow__latch_is_open(latch))
                return true;
            furrow__pause();
        }
    furrow__stress_point();
    return furrow__parking_wait(parking, latch, await, latch, deadline) &&
           furrow__latch_is_open(latch);
}

/* ---- the pool's lock ---- */

enum { LOCK_LOOKS = 64 };

void furrow__pool_lock(furrow_pool *pool)
{
    for (int i = 0; i < LOCK_LOOKS; i++) {
        if (pthread_mutex_trylock(&pool->lock) == 0)
            return;
        furrow__pause();
    }
    pthread_mutex_lock(&pool->lock);
}

void furrow__pool_unlock(furrow_pool *pool)
{
    pthread_mutex_unlock(&pool->lock);
}
