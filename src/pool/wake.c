#include "state.h"

#include <sched.h>

#include "stress.h"

/* One at a time, or the second would take what the first has left of its CPUs for all; and not
 * while it runs items, whose own choice of CPUs would be lost, and to whose threads this one would
 * pass on.
 */
static bool lead_off(furrow__migration *migration, furrow__seat *seat, int cpu)
{
    if (atomic_exchange(&seat->led, true))
        return false;
    furrow__stress_point();
    bool led = !atomic_load(&seat->taken) && furrow__migrate_away(migration, seat->thread, cpu);
    if (!led)
        atomic_store(&seat->led, false);
    return led;
}

static void let_go(const furrow__migration *migration, furrow__seat *seat)
{
    furrow__stress_point();
    furrow__migrate_back(migration);
    atomic_store(&seat->led, false);
}

void furrow__seat_await_lead(furrow__seat *seat)
{
    while (atomic_load(&seat->led))
        sched_yield();
}

void furrow__seat_retire(furrow__seat *seat)
{
    while (atomic_exchange(&seat->led, true))
        sched_yield();
}

/* Were it to wake up on this CPU, it would have to wait for this thread. Where it was last does not
 * tell where the kernel would wake it. */
static bool wake(furrow__seat *seat, int here)
{
    furrow__migration migration;
    bool led = here >= 0 && lead_off(&migration, seat, here);
    int asleep = FURROW__ASLEEP;
    bool woken = atomic_compare_exchange_strong(&seat->sleep, &asleep, FURROW__WOKEN);
    if (woken) {
        pthread_mutex_lock(&seat->lock);
        pthread_cond_signal(&seat->woken);
        pthread_mutex_unlock(&seat->lock);
    }
    if (led)
        let_go(&migration, seat);
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
        furrow__seat *seat = &pool->seats[i];
        bool behind = atomic_load(&seat->sleep) == FURROW__AWAKE && furrow__seat_is_on(seat, here);
        if (behind && lead_off(&migration, seat, here))
            let_go(&migration, seat);
    }
}

/* The sleeper to wake, from the last seat on, for callers borrow from the first: rather one that
 * was last on another CPU. The one that watches is left to it while there is another, unless it
 * would not look for long: the thread that comes in its place looks soon. */
static furrow__seat *find_sleeper(furrow_pool *pool, int here, bool quick)
{
    furrow__seat *best = NULL;
    int least = 4;
    for (int i = count_threads(pool); i-- > 0 && least > 0;) {
        furrow__seat *seat = &pool->seats[i];
        if (atomic_load(&seat->sleep) != FURROW__ASLEEP || atomic_load(&seat->taken))
            continue;
        bool kept = atomic_load(&seat->watches) == quick;
        int rank = 2 * kept + furrow__seat_is_on(seat, here);
        if (rank < least) {
            best = seat;
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
    for (furrow__seat *seat; (seat = find_sleeper(pool, here, quick)) != NULL;)
        if (wake(seat, avoided))
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
        wake(&pool->seats[i], -1);
}
