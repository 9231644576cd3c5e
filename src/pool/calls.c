#include "state.h"

#include <math.h>
#include <sched.h>

#include <furrow/clock.h>

#include "loop/loop.h"
#include "stress.h"
#include "team.h"

/* A thread waits this long until there is room for many calls; then it takes any room. */
static const double long_wait = 1e-3;

/* One pin, in the upper half of pool->visitors_and_pins. */
static const size_t pin = (size_t)1 << (4 * sizeof(size_t));

bool furrow__pool_is_alive(const furrow_pool *pool)
{
    return pool && pool->generation == furrow__fork_generation();
}

static size_t count_ended(furrow_pool *pool)
{
    size_t ended = atomic_load(&pool->calls_ended_elsewhere);
    for (int i = 0; i < pool->workers; i++)
        ended += atomic_load(&pool->slots[i].calls_ended);
    return ended;
}

/* Counts the ended calls first. Each of them was submitted before, so the difference is never
 * negative. */
static size_t pending(furrow_pool *pool)
{
    size_t ended = count_ended(pool);
    atomic_store_explicit(&pool->calls_known_ended, ended, memory_order_relaxed);
    return atomic_load(&pool->calls_submitted) - ended;
}

bool furrow__pool_is_over(furrow_pool *pool)
{
    return atomic_load(&pool->closed) && atomic_load(&pool->visitors_and_pins) % pin == 0 &&
           pending(pool) == 0;
}

/* A thread that waits for room is woken when there is room for many calls ... */
static bool has_much_room(void *context)
{
    furrow_pool *pool = context;
    size_t most = pool->options.max_pending;
    return pending(pool) <= most - most / 8 - (most < 8) || atomic_load(&pool->closed);
}

/* ... but it does not wait for that for long: the pending calls may depend on what it hands in
 * next. */
static bool has_any_room(void *context)
{
    furrow_pool *pool = context;
    return pending(pool) < pool->options.max_pending || atomic_load(&pool->closed);
}

static void notify(furrow_pool *pool)
{
    if (atomic_load(&pool->room_waiters) > 0 &&
        (has_much_room(pool) || (atomic_load(&pool->urgent_waiters) > 0 && has_any_room(pool))))
        furrow__parking_wake(&pool->parking, &pool->room_waiters);
    if (furrow__pool_is_over(pool))
        furrow__pool_wake_all(pool);
}

void furrow__pool_count_end(furrow_pool *pool, int worker)
{
    furrow__stress_point();
    if (worker < 0) {
        atomic_fetch_add(&pool->calls_ended_elsewhere, 1);
    } else {
        atomic_size_t *finished = &pool->slots[worker].calls_ended;
        atomic_store(finished, atomic_load_explicit(finished, memory_order_relaxed) + 1);
    }
    if (atomic_load(&pool->room_waiters) > 0 || atomic_load(&pool->closed))
        notify(pool);
}

static bool has_room(furrow_pool *pool, size_t submitted)
{
    size_t most = pool->options.max_pending;
    size_t ended = atomic_load_explicit(&pool->calls_known_ended, memory_order_relaxed);
    return most == 0 || submitted - ended <= most || submitted - count_ended(pool) <= most ||
           pending(pool) <= most;
}

static void wait_for_room(furrow_pool *pool)
{
    atomic_fetch_add(&pool->room_waiters, 1);
    double end = furrow_clock_wall() + long_wait;
    if (!furrow__parking_wait(&pool->parking, &pool->room_waiters, has_much_room, pool, end)) {
        atomic_fetch_add(&pool->urgent_waiters, 1);
        furrow__parking_wait(&pool->parking, &pool->room_waiters, has_any_room, pool,
                             (double)INFINITY);
        atomic_fetch_sub(&pool->urgent_waiters, 1);
    }
    atomic_fetch_sub(&pool->room_waiters, 1);
}

/* A worker would wait for itself. A callback would wait for its own call, which stays pending until
 * the callback returns. */
static bool must_not_wait(const furrow_pool *pool)
{
    return furrow__pool_current_worker(pool) >= 0 || furrow__pool_in_callback(pool);
}

int furrow__pool_admit(furrow_pool *pool, bool *at_once)
{
    *at_once = false;
    for (;;) {
        size_t submitted = atomic_fetch_add(&pool->calls_submitted, 1) + 1;
        furrow__stress_point();
        bool closed = atomic_load(&pool->closed) && furrow__pool_current_worker(pool) < 0;
        if (!closed && has_room(pool, submitted))
            return FURROW_OK;
        bool waits = pool->options.full == FURROW_POOL_BLOCK && !closed;
        *at_once = waits && must_not_wait(pool);
        if (*at_once)
            return FURROW_OK;
        furrow__pool_pin(pool);
        furrow__pool_count_end(pool, -1);
        if (waits)
            wait_for_room(pool);
        furrow__pool_unpin(pool);
        if (!waits)
            return closed ? FURROW_ECLOSED : FURROW_EAGAIN;
    }
}

bool furrow__pool_admit_more(furrow_pool *pool)
{
    atomic_fetch_add(&pool->calls_submitted, 1);
    furrow__stress_point();
    if (!atomic_load(&pool->closed))
        return true;
    furrow__pool_lock(pool);
    bool leaving = pool->leaving;
    furrow__pool_unlock(pool);
    if (leaving)
        furrow__pool_count_end(pool, -1);
    return !leaving;
}

bool furrow__pool_try_leave(furrow_pool *pool)
{
    furrow__pool_lock(pool);
    bool over = furrow__pool_is_over(pool);
    pool->leaving |= over;
    furrow__pool_unlock(pool);
    return over;
}

int furrow__pool_visit_begin(furrow_pool *pool)
{
    furrow__pool_visit_resume(pool);
    furrow__stress_point();
    atomic_uint *calls = &pool->calls_begun; /* a concurrent increment may be lost */
    atomic_store_explicit(calls, atomic_load_explicit(calls, memory_order_relaxed) + 1,
                          memory_order_relaxed);
    if (!atomic_load(&pool->closed))
        return FURROW_OK;
    furrow__pool_visit_end(pool);
    return FURROW_ECLOSED;
}

void furrow__pool_visit_resume(furrow_pool *pool)
{
    atomic_fetch_add(&pool->visitors_and_pins, 1);
}

/* With the last visit the pool may be over, before this thread has left: hence the pin. */
void furrow__pool_visit_end(furrow_pool *pool)
{
    atomic_fetch_add(&pool->visitors_and_pins, pin - 1);
    if (atomic_load(&pool->closed))
        notify(pool);
    furrow__pool_unpin(pool);
}

void furrow__pool_pin(furrow_pool *pool)
{
    atomic_fetch_add(&pool->visitors_and_pins, pin);
}

void furrow__pool_unpin(furrow_pool *pool)
{
    atomic_fetch_sub(&pool->visitors_and_pins, pin);
}

void furrow__pool_await_unpinned(furrow_pool *pool)
{
    while (atomic_load(&pool->visitors_and_pins) > 0)
        sched_yield();
}
