#include "team.h"

#include <furrow/clock.h>

#include "base/tsan.h"
#include "job.h"

/* Calls between two readings of the clock; pauses of a worker that lets calls gather. */
enum { LOOKS = 16 };

/* A worker whose single calls take less time is busy. */
static const double busy_call = 4e-6;

/* Single calls that a worker runs one after the other. */
struct streak {
    unsigned calls;
    double since; /* the wall clock, up to LOOKS calls ago; 0: not read */
    bool busy;
};

/* Wakes a thread if more are wanted; that thread wakes the next. The queue is looked at last, since
 * other threads are writing to its ends. */
static void wake_next(furrow_pool *pool)
{
    bool wanted = atomic_load(&pool->busy) == 0 || atomic_load(&pool->open) > 0;
    bool others = pool->of_process || atomic_load(&pool->sleepers) > 0;
    if (others && wanted && furrow__pool_has_work(pool))
        furrow__pool_wake(pool);
}

static bool run_entry(furrow_pool *pool, int worker)
{
    if (furrow__call_queue_is_empty(&pool->queue))
        return false;
    furrow__slot_end_spin(pool, &pool->slots[worker]);
    furrow__entry *entry = furrow__call_queue_pop(&pool->queue);
    if (!entry)
        return false;
    wake_next(pool);
    entry->kind->run(entry, worker);
    furrow__entry_release(entry);
    return true;
}

static bool run_job(furrow_pool *pool, int worker)
{
    bool more;
    if (atomic_load(&pool->open) == 0)
        return false;
    furrow__slot_end_spin(pool, &pool->slots[worker]);
    furrow__pool_job *job = furrow__pool_job_join_any(pool, &more);
    if (!job)
        return false;
    if (more || !furrow__call_queue_is_empty(&pool->queue))
        wake_next(pool);
    furrow__pool_job_drain(job, worker);
    if (!job->end) /* `end` may take long */
        furrow__slot_begin_spin(pool, &pool->slots[worker]);
    furrow__pool_job_leave(job, worker);
    return true;
}

/* A busy worker will soon look for work again. So nobody is woken for calls that are handed in
 * meanwhile: waking a thread takes longer than running them. But there must be a watcher. */
static void set_busy(furrow_pool *pool, struct streak *streak, bool busy)
{
    if (busy == streak->busy)
        return;
    streak->busy = busy;
    if (busy) {
        atomic_fetch_add(&pool->busy, 1);
        furrow__pool_ensure_watcher(pool);
    } else {
        atomic_fetch_sub(&pool->busy, 1);
        wake_next(pool);
    }
}

static void note_call(furrow_pool *pool, struct streak *streak)
{
    if (++streak->calls % LOOKS > 0)
        return;
    double now = furrow_clock_wall();
    set_busy(pool, streak, streak->since > 0 && now - streak->since < LOOKS * busy_call);
    streak->since = now;
}

/* A thread hands in single calls faster while no other polls the queue. So they are left to gather
 * for about a microsecond. */
static bool let_calls_gather(furrow_pool *pool)
{
    atomic_fetch_add(&pool->spinners, 1);
    for (int i = 0; i < LOOKS; i++)
        furrow__pause();
    atomic_fetch_sub(&pool->spinners, 1);
    return furrow__pool_has_work(pool);
}

/* Runs jobs and single calls in turn, so that neither waits for ever for the other. False: there
 * were none. */
static bool work(furrow_pool *pool, int worker)
{
    struct streak streak = {0};
    bool job, any = false;
    furrow__pool_ensure_watcher(pool); /* this thread may have been the watcher */
    do {
        if (atomic_load(&pool->open) > 0)
            set_busy(pool, &streak, false);
        job = run_job(pool, worker);
        any |= job;
        while (run_entry(pool, worker)) {
            note_call(pool, &streak);
            if (atomic_load(&pool->open) > 0)
                break;
        }
    } while (job || (streak.calls > 0 && let_calls_gather(pool)));
    set_busy(pool, &streak, false);
    return any || streak.calls > 0;
}

void furrow__worker_main(furrow_pool *pool, int worker)
{
    furrow__slot *slot = &pool->slots[worker];
    furrow__role role;
    furrow__role_begin(&role, pool, worker, false);
    bool in_vain = false;
    while (furrow__slot_await_work(pool, slot, in_vain)) {
        in_vain = !furrow__slot_take(pool, worker);
        if (in_vain)
            continue;
        furrow__slot_await_migration(slot);
        in_vain = !work(pool, worker);
        furrow__tsan_release(&slot->taken);
        atomic_store(&slot->taken, false);
    }
    furrow__slot_end_spin(pool, slot);
    furrow__role_end(&role);
    furrow__slot_end_migrations(slot);
}
