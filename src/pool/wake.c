#include "team.h"

#include <sched.h>

#include "base/tsan.h"
#include "stress.h"

bool furrow__migrate_away(furrow__migration *migration, pthread_t thread, int cpu)
{
    migration->thread = thread;
    if (cpu < 0 || cpu >= CPU_SETSIZE ||
        pthread_getaffinity_np(thread, sizeof migration->before, &migration->before))
        return false;
    cpu_set_t others = migration->before;
    CPU_CLR((size_t)cpu, &others);
    return CPU_COUNT(&others) > 0 && pthread_setaffinity_np(thread, sizeof others, &others) == 0;
}

void furrow__migrate_back(const furrow__migration *migration)
{
    pthread_setaffinity_np(migration->thread, sizeof migration->before, &migration->before);
}

/* One thread at a time may migrate another: a second would save, as the CPUs to go back to, what
 * the first has left. And not while the slot's worker runs items: these may choose their own CPUs,
 * and the threads that they start would inherit the choice. */
static bool begin_migration(furrow__migration *migration, furrow__slot *slot, int cpu)
{
    if (atomic_exchange(&slot->migrating, true))
        return false;
    furrow__stress_point();
    bool migrates =
        !atomic_load(&slot->taken) && furrow__migrate_away(migration, slot->thread, cpu);
    if (!migrates)
        atomic_store(&slot->migrating, false);
    return migrates;
}

static void end_migration(const furrow__migration *migration, furrow__slot *slot)
{
    furrow__stress_point();
    furrow__migrate_back(migration);
    atomic_store(&slot->migrating, false);
}

void furrow__slot_await_migration(furrow__slot *slot)
{
    while (atomic_load(&slot->migrating))
        sched_yield();
}

void furrow__slot_end_migrations(furrow__slot *slot)
{
    while (atomic_exchange(&slot->migrating, true))
        sched_yield();
}

/* The sleeper must not wake up on this CPU, where it would wait for this thread. Where it last ran
 * does not tell where the kernel will wake it, so this CPU is always forbidden. */
static bool wake(furrow__slot *slot, int here)
{
    furrow__migration migration;
    bool migrates = here >= 0 && begin_migration(&migration, slot, here);
    int asleep = FURROW__ASLEEP;
    bool woken = atomic_compare_exchange_strong(&slot->sleep, &asleep, FURROW__WOKEN);
    if (woken) {
        furrow__tsan_acquire(slot);
        pthread_mutex_lock(&slot->lock);
        pthread_cond_signal(&slot->woken);
        pthread_mutex_unlock(&slot->lock);
    }
    if (migrates)
        end_migration(&migration, slot);
    return woken;
}

/* The process's pool has not started all of its threads. */
static int count_threads(furrow_pool *pool)
{
    return pool->of_process ? atomic_load(&pool->threads) : pool->workers;
}

void furrow__pool_migrate_others(furrow_pool *pool)
{
    int here = sched_getcpu(), threads = count_threads(pool);
    for (int i = 0; i < threads && !pool->bound; i++) {
        furrow__migration migration;
        furrow__slot *slot = &pool->slots[i];
        bool behind = atomic_load(&slot->sleep) == FURROW__AWAKE && furrow__slot_is_on(slot, here);
        if (behind && begin_migration(&migration, slot, here))
            end_migration(&migration, slot);
    }
}

/* The sleeper to wake: best one that was last on another CPU. It is looked for from the last slot
 * on, since callers borrow from the first. The watcher is left asleep while there is another
 * sleeper, but not if it would sleep for long: the thread that replaces it looks around soon. */
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

static bool grow(furrow_pool *pool)
{
    return pool->grow && pool->grow(pool);
}

bool furrow__pool_wake_one(furrow_pool *pool)
{
    if (atomic_load(&pool->sleepers) == 0)
        return grow(pool);
    bool quick = atomic_load_explicit(&pool->quick_watch, memory_order_relaxed);
    int here = sched_getcpu();
    bool jobs = atomic_load(&pool->open) > 0; /* single calls are too short to choose a CPU for */
    int avoided = jobs && !pool->bound ? here : -1;
    for (furrow__slot *slot; (slot = find_sleeper(pool, here, quick)) != NULL;)
        if (wake(slot, avoided))
            return true;
    return grow(pool);
}

void furrow__pool_ensure_watcher(furrow_pool *pool)
{
    if (atomic_load(&pool->watchers) == 0)
        furrow__pool_wake_one(pool);
}

/* A busy worker will take single calls by itself, but a job wants all threads. */
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
