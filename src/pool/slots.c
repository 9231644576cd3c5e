#include "state.h"

#include <sched.h>
#include <unistd.h>

#include "base/tsan.h"
#include "job.h"
#include "stress.h"
#include "team.h"

bool furrow__slot_take(furrow_pool *pool, int worker)
{
    atomic_bool *taken = &pool->slots[worker].taken;
    furrow__stress_point();
    bool takes =
        !atomic_load_explicit(taken, memory_order_relaxed) && !atomic_exchange(taken, true);
    if (takes)
        furrow__tsan_acquire(taken);
    return takes;
}

static bool sleeps(const furrow__slot *slot)
{
    return atomic_load_explicit(&((furrow__slot *)slot)->sleep, memory_order_relaxed) !=
           FURROW__AWAKE;
}

int furrow__slot_after(furrow_pool *pool, int slot)
{
    int next = slot + 1;
    if (!pool->of_process)
        return next < pool->workers ? next : -1;
    if (next < FURROW__MAX_THREADS && next >= atomic_load(&pool->threads))
        next = FURROW__MAX_THREADS;
    return next < FURROW__MAX_THREADS + atomic_load(&pool->callers) ? next : -1;
}

/* In the process's pool: takes a slot that belongs to no thread. */
static int borrow_beyond(furrow_pool *pool)
{
    for (int i = FURROW__MAX_THREADS; i < pool->workers; i++)
        if (furrow__slot_take(pool, i)) {
            int slots = i - FURROW__MAX_THREADS + 1, before = atomic_load(&pool->callers);
            while (before < slots && !atomic_compare_exchange_weak(&pool->callers, &before, slots))
                ;
            return i;
        }
    return -1;
}

int furrow__slot_borrow(furrow_pool *pool)
{
    if (pool->of_process)
        return borrow_beyond(pool);
    int here = sched_getcpu();
    for (int i = 0; i < pool->workers; i++)
        if (sleeps(&pool->slots[i]) && furrow__slot_is_on(&pool->slots[i], here) &&
            furrow__slot_take(pool, i))
            return i;
    for (int i = 0; i < pool->workers; i++)
        if (sleeps(&pool->slots[i]) && furrow__slot_take(pool, i))
            return i;
    for (int i = 0; i < pool->workers; i++)
        if (furrow__slot_take(pool, i))
            return i;
    return -1;
}

void furrow__slot_return(furrow_pool *pool, int worker)
{
    furrow__tsan_release(&pool->slots[worker].taken);
    atomic_store(&pool->slots[worker].taken, false);
    furrow__stress_point();
    if (furrow__pool_has_work(pool))
        furrow__pool_wake(pool);
    if (atomic_load(&pool->busy) > 0)
        furrow__pool_ensure_watcher(pool);
}

void furrow__slot_note_cpu(furrow__slot *slot)
{
    int here = sched_getcpu();
    if (!furrow__slot_is_on(slot, here))
        atomic_store_explicit(&slot->cpu, here, memory_order_relaxed);
}

bool furrow__pool_has_work(furrow_pool *pool)
{
    return furrow__pool_wants_thread(pool) || !furrow__call_queue_is_empty(&pool->queue);
}

/* ---- claims ---- */

/* The system's number of this thread. It is another in a forked child. */
static int own_number(unsigned generation)
{
    static _Thread_local int number;
    static _Thread_local unsigned known;
    if (number == 0 || known != generation) {
        number = (int)gettid();
        known = generation;
    }
    return number;
}

void furrow__slot_publish_claim(furrow_pool *pool, int worker, furrow_claim *claim)
{
    furrow__slot *slot = &pool->slots[worker];
    claim->outer = atomic_load_explicit(&slot->claim, memory_order_relaxed);
    if (!claim->outer) {
        atomic_store_explicit(&slot->thread_id, own_number(pool->generation), memory_order_relaxed);
        if (pool->of_process)
            atomic_fetch_add(&pool->active, 1);
    }
    atomic_store_explicit(&slot->owner, claim->loop->owner, memory_order_relaxed);
    furrow__tsan_release(claim->loop);
    atomic_store_explicit(&slot->claim, claim, memory_order_release);
}

void furrow__slot_withdraw_claim(furrow_pool *pool, int worker, furrow_claim *claim)
{
    furrow__slot *slot = &pool->slots[worker];
    if (claim->outer)
        atomic_store_explicit(&slot->owner, claim->outer->loop->owner, memory_order_relaxed);
    atomic_store_explicit(&slot->claim, claim->outer, memory_order_release);
    furrow__fence_light();
    unsigned inspections = atomic_load(&pool->inspections); /* a later inspection finds no claim */
    while (inspections % 2 && atomic_load(&pool->inspections) == inspections)
        sched_yield();
    if (!claim->outer && pool->of_process)
        atomic_fetch_sub(&pool->active, 1);
}

/* ---- what this thread is for a pool ---- */

static _Thread_local furrow__role *innermost;

void furrow__role_begin(furrow__role *role, const furrow_pool *pool, int worker, bool callback)
{
    void *scratch = worker >= 0 ? pool->slots[worker].scratch : NULL;
    *role = (furrow__role){pool, worker, callback, scratch, innermost};
    innermost = role;
}

void furrow__role_begin_alone(furrow__role *role, const furrow_pool *pool, void *scratch)
{
    *role = (furrow__role){pool, 0, false, scratch, innermost};
    innermost = role;
}

void furrow__role_end(furrow__role *role)
{
    innermost = role->outer;
}

int furrow__pool_current_worker(const furrow_pool *pool)
{
    for (const furrow__role *role = innermost; role; role = role->outer)
        if (role->pool == pool && role->worker >= 0)
            return role->worker;
    return -1;
}

bool furrow__pool_in_callback(const furrow_pool *pool)
{
    for (const furrow__role *role = innermost; role; role = role->outer)
        if (role->pool == pool && role->callback)
            return true;
    return false;
}

void *furrow_pool_scratch(const furrow_pool *pool)
{
    for (const furrow__role *role = innermost; role && pool; role = role->outer)
        if (role->pool == pool)
            return role->worker >= 0 ? role->scratch : NULL;
    return NULL;
}
