#include "job.h"

#include <sched.h>

#include <furrow/clock.h>

#include "cpu/threads.h"
#include "stress.h"

/* ---- items that their worker is kept from ---- */

/* The job's memory is there as long as its claim is. */
static bool take_tail(furrow_claim *claim)
{
    furrow__pool_job *job = claim->loop->owner;
    furrow__piece tail;
    bool taken = job->pool->workers > 1 && furrow__pool_job_has_room(job) && job->limit > 1 &&
                 furrow__claim_take_tail(claim, &tail.begin, &tail.end);
    if (taken)
        furrow__pool_job_give_back(job, &tail);
    return taken;
}

/* Whoever has the seat has been in one chunk since the last look. */
static bool is_stuck(furrow__seat *seat)
{
    unsigned pulse = atomic_load_explicit(&seat->pulse, memory_order_relaxed);
    bool stuck = pulse == seat->pulse_known &&
                 atomic_load_explicit(&seat->claim, memory_order_relaxed) != NULL;
    seat->pulse_known = pulse;
    return stuck;
}

static bool take_tails(furrow_pool *pool)
{
    bool any = false, taken = false;
    for (int i = -1; (i = furrow__seat_after(pool, i)) >= 0;)
        any |= is_stuck(&pool->seats[i]);
    if (!any)
        return false;
    atomic_fetch_add(&pool->visits, 1);
    furrow__fence_heavy();
    furrow__stress_point();
    for (int i = -1; (i = furrow__seat_after(pool, i)) >= 0;) {
        furrow__seat *seat = &pool->seats[i];
        if (atomic_load_explicit(&seat->pulse, memory_order_relaxed) != seat->pulse_known)
            continue;
        furrow_claim *claim = atomic_load_explicit(&seat->claim, memory_order_acquire);
        for (; claim; claim = claim->outer)
            taken |= take_tail(claim);
    }
    atomic_fetch_add(&pool->visits, 1);
    return taken;
}

/* ---- threads for items that wait ---- */

static int count_blocked(furrow_pool *pool)
{
    int blocked = 0;
    for (int i = -1; (i = furrow__seat_after(pool, i)) >= 0;) {
        furrow__seat *seat = &pool->seats[i];
        if (atomic_load_explicit(&seat->claim, memory_order_relaxed) &&
            furrow__cpu_is_blocked(atomic_load_explicit(&seat->runner, memory_order_relaxed)))
            blocked++;
    }
    return blocked;
}

void furrow__pool_job_allow(furrow__pool_job *job, int threads, bool waits)
{
    int demand = waits ? threads : 0;
    atomic_store(&job->most, threads);
    job->waits = waits;
    atomic_fetch_add(&job->pool->demand, demand - job->demand);
    job->demand = demand;
}

/* A job that waits for threads gets twice as many while that lets more items start in a second; if
 * not, they go again, for what they wait for is not to be had more often. One that may have no more
 * gets those that it may have though others keep the CPUs. */
static bool grow_job(furrow__pool_job *job, int blocked, double now)
{
    struct furrow__growth *growth = &job->growth;
    int most = atomic_load(&job->most);
    size_t next = atomic_load(&job->next);
    bool all = most >= job->limit && job->waits;
    if (growth->settled || all || !furrow__chunk_is_left(job))
        return false;
    double rate = (double)(next - growth->next) / (now - growth->at);
    if (growth->before > 0 && next - growth->next >= 2 * (size_t)most) {
        growth->settled = rate < 1.2 * growth->rate;
        if (growth->settled) {
            furrow__pool_job_allow(job, growth->before, growth->before > job->expected);
            return false;
        }
        growth->rate = rate;
    }
    if (2 * blocked < atomic_load(&job->inside) - 1)
        return false;
    growth->before = most;
    growth->next = next;
    growth->at = now;
    furrow__pool_job_allow(job, 2 * most < job->limit ? 2 * most : job->limit, true);
    return true;
}

/* One job at a time: the first that wants it. */
static bool grow(furrow_pool *pool)
{
    if (!pool->of_process || atomic_load(&pool->open) == 0)
        return false;
    int blocked = count_blocked(pool);
    if (blocked == 0)
        return false;
    double now = furrow_clock_wall();
    bool grown = false;
    furrow__pool_lock(pool);
    for (furrow__pool_job *job = pool->first; job && !grown; job = job->after)
        grown = grow_job(job, blocked, now);
    furrow__pool_unlock(pool);
    return grown;
}

bool furrow__pool_is_running(furrow_pool *pool)
{
    if (pool->of_process)
        return atomic_load_explicit(&pool->active, memory_order_relaxed) > 0;
    for (int i = 0; i < pool->workers; i++)
        if (atomic_load_explicit(&pool->seats[i].claim, memory_order_relaxed))
            return true;
    return false;
}

bool furrow__pool_watch(furrow_pool *pool)
{
    if (atomic_flag_test_and_set(&pool->watching))
        return false;
    bool runs = furrow__pool_is_running(pool);
    bool taken = runs && take_tails(pool);
    bool grown = runs && grow(pool);
    atomic_store_explicit(&pool->grows, grown, memory_order_relaxed);
    atomic_flag_clear(&pool->watching);
    if (taken || grown)
        furrow__pool_rouse_one(pool);
    return taken || grown;
}
