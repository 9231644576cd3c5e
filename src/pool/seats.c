#include "state.h"

#include "stress.h"

static furrow__seat *seat_of(furrow_pool *pool, int worker)
{
    return &pool->seats[worker];
}

bool furrow__seat_take(furrow_pool *pool, int worker)
{
    atomic_bool *taken = &seat_of(pool, worker)->taken;
    furrow__stress_point();
    return !atomic_load_explicit(taken, memory_order_relaxed) && !atomic_exchange(taken, true);
}

int furrow__seat_borrow(furrow_pool *pool)
{
    for (int i = 0; i < pool->workers; i++)
        if (atomic_load_explicit(&seat_of(pool, i)->sleep, memory_order_relaxed) != FURROW__AWAKE &&
            furrow__seat_take(pool, i))
            return i;
    for (int i = 0; i < pool->workers; i++)
        if (furrow__seat_take(pool, i))
            return i;
    return -1;
}

void furrow__seat_leave(furrow_pool *pool, int worker)
{
    atomic_store(&seat_of(pool, worker)->taken, false);
    furrow__stress_point();
    if (furrow__pool_has_work(pool))
        furrow__pool_rouse(pool);
    furrow__pool_keep_watch(pool);
}

bool furrow__pool_has_work(furrow_pool *pool)
{
    return atomic_load(&pool->open) > 0 || !furrow__queue_is_empty(&pool->queue);
}

static bool rouse(furrow__seat *seat)
{
    int asleep = FURROW__ASLEEP;
    if (!atomic_compare_exchange_strong(&seat->sleep, &asleep, FURROW__ROUSED))
        return false;
    pthread_mutex_lock(&seat->lock);
    pthread_cond_signal(&seat->roused);
    pthread_mutex_unlock(&seat->lock);
    return true;
}

/* From the last seat on: callers borrow from the first. */
bool furrow__pool_rouse_one(furrow_pool *pool)
{
    if (atomic_load(&pool->sleepers) == 0)
        return false;
    for (int i = pool->workers; i-- > 0;) {
        furrow__seat *seat = seat_of(pool, i);
        if (atomic_load(&seat->sleep) == FURROW__ASLEEP && !atomic_load(&seat->taken) &&
            rouse(seat))
            return true;
    }
    return false;
}

void furrow__pool_keep_watch(furrow_pool *pool)
{
    if (atomic_load(&pool->brisk) > 0 && atomic_load(&pool->watchers) == 0)
        furrow__pool_rouse_one(pool);
}

/* A brisk worker will come for single calls by itself; a job wants all. */
void furrow__pool_rouse(furrow_pool *pool)
{
    furrow__stress_point();
    bool soon = atomic_load(&pool->brisk) > 0 && atomic_load(&pool->open) == 0;
    if (atomic_load(&pool->spinners) == 0 && !soon)
        furrow__pool_rouse_one(pool);
}

void furrow__pool_rouse_all(furrow_pool *pool)
{
    for (int i = 0; i < pool->workers; i++)
        rouse(seat_of(pool, i));
}
