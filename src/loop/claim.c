#include "loop.h"

#include <sched.h>

static void lock(furrow_claim *claim)
{
    while (atomic_flag_test_and_set_explicit(&claim->lock, memory_order_acquire))
        sched_yield();
}

static void unlock(furrow_claim *claim)
{
    atomic_flag_clear_explicit(&claim->lock, memory_order_release);
}

void furrow__claim_init(furrow_claim *claim, furrow__loop *loop, size_t end)
{
    *claim = (furrow_claim){.loop = loop, .end = end, .lock = ATOMIC_FLAG_INIT};
}

void furrow__claim_open(furrow_claim *claim, size_t begin, size_t end, bool whole)
{
    lock(claim);
    claim->begin = begin;
    claim->dropped = 0;
    atomic_store_explicit(&claim->next, whole ? end : begin, memory_order_relaxed);
    atomic_store_explicit(&claim->end, end, memory_order_relaxed);
    unlock(claim);
}

void furrow__claim_drop(furrow_claim *claim)
{
    lock(claim);
    claim->dropped = atomic_load_explicit(&claim->end, memory_order_relaxed);
    atomic_store_explicit(&claim->end, atomic_load_explicit(&claim->next, memory_order_relaxed),
                          memory_order_relaxed);
    unlock(claim);
}

size_t furrow__claim_skip(furrow_claim *claim, size_t end)
{
    lock(claim);
    size_t own = atomic_load_explicit(&claim->end, memory_order_relaxed);
    size_t next = atomic_load_explicit(&claim->next, memory_order_relaxed);
    size_t last = own < end ? own : end;
    if (last > next)
        atomic_store_explicit(&claim->next, next = last, memory_order_relaxed);
    unlock(claim);
    return next;
}

bool furrow__claim_take_tail(furrow_claim *claim, size_t *begin, size_t *end)
{
    lock(claim);
    *begin = atomic_load_explicit(&claim->next, memory_order_acquire);
    *end = atomic_load_explicit(&claim->end, memory_order_relaxed);
    bool taken = *begin < *end;
    if (taken) {
        atomic_store_explicit(&claim->end, *begin, memory_order_relaxed);
        furrow__fence_heavy();
        taken = atomic_load_explicit(&claim->next, memory_order_acquire) == *begin;
        if (!taken)
            atomic_store_explicit(&claim->end, *end, memory_order_relaxed);
    }
    unlock(claim);
    return taken;
}

bool furrow__claim_settle(furrow_claim *claim, size_t at, size_t end)
{
    lock(claim);
    bool owned = end <= atomic_load_explicit(&claim->end, memory_order_relaxed);
    if (!owned)
        atomic_store_explicit(&claim->next, at, memory_order_relaxed);
    unlock(claim);
    return owned;
}

void furrow__claim_cancel(furrow_claim *claim, size_t at)
{
    furrow__loop *loop = claim->loop;
    if (at <= atomic_load(&loop->stop_at))
        furrow__loop_fail(loop, at, FURROW_ECANCELED, true);
    atomic_store_explicit(&claim->next, at, memory_order_relaxed);
    furrow__claim_drop(claim);
}
