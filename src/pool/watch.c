#include "job.h"

#include <furrow/clock.h>

#include "base/tsan.h"
#include "cpu/threads.h"
#include "stress.h"
#include "team.h"

/* ---- items behind a stuck worker ---- */

/* Takes the items behind the one that a worker is stuck in. The job's memory stays as long as the
 * claim is published. */
static bool take_tail(furrow_claim *claim)
{
    furrow__pool_job *job = claim->loop->owner;
    furrow__tail tail;
    bool taken = job->pool->workers > 1 && furrow__pool_job_has_room_for_tail(job) &&
                 job->limit > 1 && furrow__claim_take_tail(claim, &tail.begin, &tail.end);
    if (taken) {
        furrow__tsan_acquire(claim->loop);
        furrow__pool_job_add_tail(job, &tail);
    }
    return taken;
}

/* Whether the slot's worker has been in one chunk since the last look. */
static bool is_stuck(furrow__slot *slot)
{
    unsigned heartbeat = atomic_load_explicit(&slot->heartbeat, memory_order_relaxed);
    bool stuck = heartbeat == slot->last_heartbeat &&
                 atomic_load_explicit(&slot->claim, memory_order_relaxed) != NULL;
    slot->last_heartbeat = heartbeat;
    return stuck;
}

static bool take_tails(furrow_pool *pool)
{
    bool any = false, taken = false;
    for (int i = -1; (i = furrow__slot_after(pool, i)) >= 0;)
        any |= is_stuck(&pool->slots[i]);
    if (!any)
        return false;
    atomic_fetch_add(&pool->inspections, 1);
    furrow__fence_heavy();
    furrow__stress_point();
    for (int i = -1; (i = furrow__slot_after(pool, i)) >= 0;) {
        furrow__slot *slot = &pool->slots[i];
        if (atomic_load_explicit(&slot->heartbeat, memory_order_relaxed) != slot->last_heartbeat)
            continue;
        furrow_claim *claim = atomic_load_explicit(&slot->claim, memory_order_acquire);
        for (; claim; claim = claim->outer)
            taken |= take_tail(claim);
    }
    atomic_fetch_add(&pool->inspections, 1);
    return taken;
}

/* ---- threads for items that block ---- */

/* For each blocked thread the job whose item it runs. */
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
            furrow__cpu_is_blocked(atomic_load_explicit(&slot->thread_id, memory_order_relaxed)))
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
    atomic_store(&job->allowed, threads);
    job->waits = waits;
    atomic_fetch_add(&job->pool->demand, demand - job->demand);
    job->demand = demand;
}

/* Whether more threads did not let more items begin in a second. It is judged once for each growth,
 * when enough items have begun since. */
static bool is_in_vain(furrow__pool_job *job, double now)
{
    struct furrow__growth *growth = &job->growth;
    size_t begun = atomic_load(&job->next) - growth->begun_before;
    if (growth->threads_before == 0 || begun < 2 * (size_t)atomic_load(&job->allowed))
        return false;
    double before = growth->rate;
    growth->rate = (double)begun / (now - growth->started);
    if (growth->rate < 1.2 * before)
        return true;
    growth->threads_before = 0;
    return false;
}

/* A job whose threads block may have twice as many, as long as that lets more items begin in a
 * second. If it does not, they leave again: what they wait for cannot be had more often. A job that
 * has reached its limit gets all of these threads even where others keep the CPUs. */
static bool grow_job(furrow__pool_job *job, const struct blocked *blocked, double now)
{
    struct furrow__growth *growth = &job->growth;
    int most = atomic_load(&job->allowed);
    if (growth->settled || !furrow__pool_job_has_items(job))
        return false;
    growth->settled = is_in_vain(job, now);
    if (growth->settled)
        furrow__pool_job_allow(job, growth->threads_before, growth->threads_before > job->expected);
    bool all = most >= job->limit && job->waits;
    if (growth->settled || all || 2 * count_in(blocked, job) < atomic_load(&job->inside) - 1)
        return false;
    growth->threads_before = most;
    growth->begun_before = atomic_load(&job->next);
    growth->started = now;
    furrow__pool_job_allow(job, 2 * most < job->limit ? 2 * most : job->limit, true);
    return true;
}

/* Lets more threads into one job: the first of the list that wants them. */
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
    atomic_store_explicit(&pool->just_grew, grown, memory_order_relaxed);
    atomic_flag_clear(&pool->watching);
    if (taken || grown)
        furrow__pool_wake_one(pool);
    return taken || grown;
}
