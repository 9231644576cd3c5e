#include "job.h"

#include <sched.h>

#include <furrow/clock.h>

#include "base/tsan.h"
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
    if (taken) {
        furrow__tsan_acquire(claim->loop);
        furrow__pool_job_give_back(job, &tail);
    }
    return taken;
}

/* Whoever has the slot has been in one chunk since the last look. */
static bool is_stuck(furrow__slot *slot)
{
    unsigned pulse = atomic_load_explicit(&slot->pulse, memory_order_relaxed);
    bool stuck = pulse == slot->pulse_known &&
                 atomic_load_explicit(&slot->claim, memory_order_relaxed) != NULL;
    slot->pulse_known = pulse;
    return stuck;
}

static bool take_tails(furrow_pool *pool)
{
    bool any = false, taken = false;
    for (int i = -1; (i = furrow__slot_after(pool, i)) >= 0;)
        any |= is_stuck(&pool->slots[i]);
    if (!any)
        return false;
    atomic_fetch_add(&pool->visits, 1);
    furrow__fence_heavy();
    furrow__stress_point();
    for (int i = -1; (i = furrow__slot_after(pool, i)) >= 0;) {
        furrow__slot *slot = &pool->slots[i];
        if (atomic_load_explicit(&slot->pulse, memory_order_relaxed) != slot->pulse_known)
            continue;
        furrow_claim *claim = atomic_load_explicit(&slot->claim, memory_order_acquire);
        for (; claim; claim = claim->outer)
            taken |= take_tail(claim);
    }
    atomic_fetch_add(&pool->visits, 1);
    return taken;
}

/* ---- threads for items that wait ---- */

/* The jobs in whose items threads are blocked, one entry for each thread. */
struct blocked {
    const void *jobs[FURROW__PROCESS_SLOTS];
    int count;
};

static void find_blocked(struct blocked *blocked, furrow_pool *pool)
{
    blocked->count = 0;
    for (int i = -1; (i = furrow__slot_after(pool, i)) >= 0;) {
        furrow__slot *slot = &pool->slots[i];
        if (atomic_load_explicit(&slot->claim, memory_order_acquire) &&
            furrow__cpu_is_blocked(atomic_load_explicit(&slot->runner, memory_order_relaxed)))
            blocked->jobs[blocked->count++] =
                atomic_load_explicit(&slot->owner, memory_order_relaxed);
    }
}

static int count_in(const struct blocked *blocked, const furrow__pool_job *job)
{
    int count = 0;
    for (int i = 0; i < blocked->count; i++)
        count += blocked->jobs[i] == job;
    return count;
}

void furrow__pool_job_allow(furrow__pool_job *job, int threads, bool waits)
{
    int demand = waits ? threads : 0;
    atomic_store(&job->most, threads);
    job->waits = waits;
    atomic_fetch_add(&job->pool->demand, demand - job->demand);
    job->demand = demand;
}

/* Whether more threads have let no more items begin in a second: told once for each growth, when
 * enough have begun to tell. */
static bool is_in_vain(furrow__pool_job *job, double now)
{
    struct furrow__growth *growth = &job->growth;
    size_t begun = atomic_load(&job->next) - growth->next;
    if (growth->before == 0 || begun < 2 * (size_t)atomic_load(&job->most))
        return false;
    double before = growth->rate;
    growth->rate = (double)begun / (now - growth->at);
    if (growth->rate < 1.2 * before)
        return true;
    growth->before = 0;
    return false;
}

/* A job that waits for threads gets twice as many while that lets more items start in a second; if
 * not, they go again, for what they wait for is not to be had more often. One that may have no more
 * gets those that it may have though others keep the CPUs. */
static bool grow_job(furrow__pool_job *job, const struct blocked *blocked, double now)
{
    struct furrow__growth *growth = &job->growth;
    int most = atomic_load(&job->most);
    if (growth->settled || !furrow__chunk_is_left(job))
        return false;
    growth->settled = is_in_vain(job, now);
    if (growth->settled)
        furrow__pool_job_allow(job, growth->before, growth->before > job->expected);
    bool all = most >= job->limit && job->waits;
    if (growth->settled || all || 2 * count_in(blocked, job) < atomic_load(&job->inside) - 1)
        return false;
    growth->before = most;
    growth->next = atomic_load(&job->next);
    growth->at = now;
    furrow__pool_job_allow(job, 2 * most < job->limit ? 2 * most : job->limit, true);
    return true;
}

/* One job at a time: the first that wants it. */
static bool grow(furrow_pool *pool)
{
    struct blocked blocked;
    if (!pool->of_process || atomic_load(&pool->open) == 0)
        return false;
    find_blocked(&blocked, pool);
    if (blocked.count == 0)
        return false;
    double now = furrow_clock_wall();
    bool grown = false;
    furrow__pool_lock(pool);
    for (furrow__pool_job *job = pool->first; job && !grown; job = job->after)
        grown = grow_job(job, &blocked, now);
    furrow__pool_unlock(pool);
    return grown;
}

bool furrow__pool_is_running(furrow_pool *pool)
{
    if (pool->of_process)
        return atomic_load_explicit(&pool->active, memory_order_relaxed) > 0;
    for (int i = 0; i < pool->workers; i++)
        if (atomic_load_explicit(&pool->slots[i].claim, memory_order_relaxed))
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
        furrow__pool_wake_one(pool);
    return taken || grown;
}
