#include "backend.h"
#include "base/tsan.h"
#include "team.h"

/* Starts a thread if there are fewer than CPUs, or than loops with waiting items may have, plus the
 * watcher. */
static bool start_another(furrow_pool *pool)
{
    int now = atomic_load(&pool->threads), demand = atomic_load(&pool->demand);
    int most = demand < pool->cpus ? pool->cpus : demand + 1;
    if (now >= most || now >= FURROW__MAX_THREADS || furrow__team_admit(1, 0) == 0)
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

static bool grow(furrow_pool *pool)
{
    if (atomic_flag_test_and_set(&pool->growing))
        return false;
    bool grown = start_another(pool);
    atomic_flag_clear(&pool->growing);
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
