#include "lot.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <time.h>

#include <furrow/clock.h>
#include <furrow/cpu.h>

#include "stress.h"

/* About what a sleep and a wake-up cost together: looking for longer could lose more than it
 * saves (A. R. Karlin et al., "Empirical studies of competitive spinning", SOSP 1991). */
static const double patience = 50e-6;

/* Looks between two readings of the clock. */
enum { LOOKS = 16 };

double furrow__patience(void)
{
    return patience;
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
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before); /* others count on who waits */
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

void furrow__lot_init(furrow__lot *lot)
{
    for (int i = 0; i < FURROW__LOT_SPOTS; i++) {
        pthread_mutex_init(&lot->spots[i].lock, NULL);
        furrow__condition_init(&lot->spots[i].changed);
    }
}

void furrow__lot_clear(furrow__lot *lot)
{
    for (int i = 0; i < FURROW__LOT_SPOTS; i++) {
        pthread_mutex_destroy(&lot->spots[i].lock);
        pthread_cond_destroy(&lot->spots[i].changed);
    }
}

static furrow__spot *spot_of(furrow__lot *lot, const void *address)
{
    return &lot->spots[((uintptr_t)address >> 6) % FURROW__LOT_SPOTS];
}

bool furrow__lot_wait(furrow__lot *lot, const void *address, bool (*is_over)(void *subject),
                      void *subject, double deadline)
{
    furrow__spot *spot = spot_of(lot, address);
    pthread_mutex_lock(&spot->lock);
    bool over;
    while (!(over = is_over(subject)) && furrow_clock_wall() < deadline)
        furrow__condition_wait(&spot->changed, &spot->lock, deadline);
    pthread_mutex_unlock(&spot->lock);
    return over;
}

void furrow__lot_wake(furrow__lot *lot, const void *address)
{
    furrow__spot *spot = spot_of(lot, address);
    pthread_mutex_lock(&spot->lock);
    pthread_cond_broadcast(&spot->changed);
    pthread_mutex_unlock(&spot->lock);
}

void furrow__latch_open(furrow__latch *latch, furrow__lot *lot)
{
    furrow__stress_point();
    furrow__tsan_release(latch);
    if (atomic_exchange(latch, FURROW__LATCH_OPEN) & FURROW__LATCH_AWAITED)
        furrow__lot_wake(lot, latch);
}

/* Says that somebody waits, so that who opens it knows. */
static bool await(void *latch)
{
    return atomic_fetch_or((furrow__latch *)latch, FURROW__LATCH_AWAITED) & FURROW__LATCH_OPEN;
}

bool furrow__latch_wait(furrow__latch *latch, furrow__lot *lot, double deadline)
{
    if (furrow__latch_is_open(latch))
        return true;
    double now = furrow_clock_wall();
    double enough = furrow_cpu_count() > 1 ? fmin(deadline, now + patience) : now;
    for (; now < enough; now = furrow_clock_wall())
        for (int i = 0; i < LOOKS; i++) {
            if (furrow__latch_is_open(latch))
                return true;
            furrow__pause();
        }
    furrow__stress_point();
    return furrow__lot_wait(lot, latch, await, latch, deadline) && furrow__latch_is_open(latch);
}
