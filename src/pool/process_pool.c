#include "backend.h"
#include "base/tsan.h"
#include "team.h"

static bool all_work(furrow_pool *pool)
{
    for (int i = 0; i < atomic_load(&pool->threads); i++)
        if (!atomic_load(&pool->slots[i].taken))
            return false;
    return true;
}

/* Starts a thread if there are fewer than CPUs, or than loops with waiting items may have, plus the
 * watcher. Where all of them work there is no watcher, and their items may wait for other items: so
 * one more may start. */
static bool start_another(furrow_pool *pool)
{
    int now = atomic_load(&pool->threads), demand = atomic_load(&pool->demand);
    int most = demand < pool->cpus ? pool->cpus : demand + 1;
    if ((now >= most && !all_work(pool)) || now >= FURROW__MAX_THREADS ||
        furrow__team_admit(1, 0) == 0)
        return false;
    furrow__slot_prepare(pool, now);
    atomic_store(&pool->slots[now].migrating, true); /* no migration before it has started */
    atomic_store(&pool->threads, now + 1);
    if (furrow__team_start_one(pool, now) == FURROW_OK) {
        atomic_store(&pool->slots[now].migrating, false);
        return true;
    }
    atomic_store(&pool->threads, now);
    furrow__team_dismiss(1);
    return false;
}

/* One thread at a time grows the pool. It tries again for those that asked meanwhile: what it found
 * wanted may be less than they want, and nobody else may be awake to ask again. */
static bool grow(furrow_pool *pool)
{
    if (atomic_fetch_add(&pool->grow_requests, 1) > 0)
        return false;
    bool grown = false;
    int served = 1;
    do
        grown |= start_another(pool);
    while (!atomic_compare_exchange_strong(&pool->grow_requests, &served, 0));
    return grown;
}

/* `inherited`: the parent's pool, which the new one replaces. */
static furrow_pool *make(furrow_pool *inherited)
{
    static const furrow_pool_options options = {.name = "furrow"};
    furrow_pool *pool = furrow__pool_make(&options, FURROW__PROCESS_SLOTS);
    if (!pool)
        return NULL;
    pool->of_process = true;
    pool->grow = grow;
    pool->inherited = inherited;
    return pool;
}

furrow_pool *furrow__pool_of_process(void)
{
    static _Atomic(furrow_pool *) current;
    furrow_pool *pool = atomic_load_explicit(&current, memory_order_acquire);
    furrow__tsan_acquire(&current);
    if (furrow__pool_is_alive(pool))
        return pool;
    furrow_pool *made = make(pool);
    furrow__tsan_release(&current);
    if (!made || atomic_compare_exchange_strong(&current, &pool, made))
        return made;
    furrow__pool_unmake(made); /* another thread was quicker */
    return pool;
}
