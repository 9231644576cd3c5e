#include "state.h"

#include <sched.h>

#include "base/tsan.h"
#include "stress.h"

/* One at a time, or the second would take what the first has left of its CPUs for all; and not
 * while it runs items, whose own choice of CPUs would be lost, and to whose threads this one would
 * pass on.
 */
static bool lead_off(furrow__migration *migration, furrow__slot *slot, int cpu)
{
    if (atomic_exchange(&slot->led, true))
        return false;
    furrow__stress_point();
    bool led = !atomic_load(&slot->taken) && furrow__migrate_away(migration, slot->thread, cpu);
    if (!led)
        atomic_store(&slot->led, false);
    return led;
}

static void let_go(const furrow__migration *migration, furrow__slot *slot)
{
    furrow__stress_point();
    furrow__migrate_back(migration);
    atomic_store(&slot->led, false);
}

void furrow__slot_await_lead(furrow__slot *slot)
{
    while (atomic_load(&slot->led))
        sched_yield();
}

void furrow__slot_retire(furrow__slot *slot)
{
    while (atomic_exchange(&slot->led, true))
        sched_yield();
}

/* Were it to wake up on this CPU, it would have to wait for this thread. Where it was last does not
 * tell where the kernel would wake it. */
static bool wake(furrow__slot *slot, int here)
{
    furrow__migration migration;
    bool led = here >= 0 && lead_off(&migration, slot, here);
    int asleep = FURROW__ASLEEP;
    bool woken = atomic_compare_exchange_strong(&slot->sleep, &asleep, FURROW__WOKEN);
    if (woken) {
        furrow__tsan_acquire(slot);
        pthread_mutex_lock(&slot->lock);
        pthread_cond_signal(&slot->woken);
        pthread_mutex_unlock(&slot->lock);
    }
    if (led)
        let_go(&migration, slot);
    return woken;
}

/* Threads beyond the first few have not been started, in the process's pool. */
static int count_threads(furrow_pool *pool)
{
    return pool->of_process ? atomic_load(&pool->threads) : pool->workers;
}

void furrow__pool_make_way(furrow_pool *pool)
{
    int here = sched_getcpu(), threads = count_threads(pool);
    for (int i = 0; i < threads && !pool->bound; i++) {
        furrow__migration migration;
        furrow__slot *slot = &pool->slots[i];
        bool behind = atomic_load(&slot->sleep) == FURROW__AWAKE && furrow__slot_is_on(slot, here);
        if (behind && lead_off(&migration, slot, here))
            let_go(&migration, slot);
    }
}

/* The sleeper to wake, from the last slot on, for callers borrow from the first: rather one that
 * was last on another CPU. The one that watches is left to it while there is another, unless it
 * would not look for long: the thread that comes in its place looks soon. */
static furrow__slot *find_sleeper(furrow_pool *pool, int here, bool quick)
{
    furrow__slot *best = NULL;
    int least = 4;
    for (int i = count_threads(pool); i-- > 0 && least > 0;) {
        furrow__slot *slot = &pool->slots[i];
        if (atomic_load(&slot->sleep) != FURROW__ASLEEP || atomic_load(&slot->taken))
            continue;
        bool kept = atomic_load(&slot->watches) == quick;
        int rank = 2 * kept + furrow__slot_is_on(slot, here);
        if (rank < least) {
            best = slot;
            least = rank;
        }
    }
    return best;
}

bool furrow__pool_wake_one(furrow_pool *pool)
{
    if (atomic_load(&pool->sleepers) == 0)
        return furrow__team_grow(pool);
    bool quick = atomic_load_explicit(&pool->quick_watch, memory_order_relaxed);
    int here = sched_getcpu();
    bool jobs = atomic_load(&pool->open) > 0; /* single calls are too brief to choose a CPU for */
    int avoided = jobs && !pool->bound ? here : -1;
    for (furrow__slot *slot; (slot = find_sleeper(pool, here, quick)) != NULL;)
        if (wake(slot, avoided))
            return true;
    return furrow__team_grow(pool);
}

void furrow__pool_keep_watch(furrow_pool *pool)
{
    if (atomic_load(&pool->watchers) == 0)
        furrow__pool_wake_one(pool);
}

/* A busy worker will come for single calls by itself; a job wants all. */
void furrow__pool_wake(furrow_pool *pool)
{
    furrow__stress_point();
    bool soon = atomic_load(&pool->busy) > 0 && atomic_load(&pool->open) == 0;
    if (atomic_load(&pool->spinners) == 0 && !soon)
        furrow__pool_wake_one(pool);
}

void furrow__pool_wake_all(furrow_pool *pool)
{
    for (int i = 0; i < pool->workers; i++)
        wake(&pool->slots[i], -1);
}
