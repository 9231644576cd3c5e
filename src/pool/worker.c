#include "state.h"

#include <math.h>

#include <furrow/clock.h>

#include "job.h"
#include "stress.h"
#include "team.h"

/* Looks between two readings of the clock. */
enum { LOOKS = 16 };

/* A worker whose single calls take less is busy. */
static const double brief = 4e-6;

/* Single calls in a row, by one worker. */
struct streak {
    unsigned calls;
    double since; /* the clock, LOOKS calls ago or less; 0: not read */
    bool busy;
};

/* A thread's own watch, while it sleeps; see watch.c. */
struct watch {
    unsigned calls; /* of the pool, when it last looked */
    double since;   /* when these had changed */
};

static bool can_work(furrow_pool *pool, furrow__slot *slot)
{
    return !atomic_load(&slot->taken) && furrow__pool_has_work(pool);
}

/* Something has been made public; whether it is for this thread is looked at then. */
static bool sees_work(furrow_pool *pool, furrow__slot *slot)
{
    return atomic_load(&pool->open) > 0 || !furrow__queue_is_empty(&pool->queue) ||
           atomic_load(&slot->taken) || atomic_load(&pool->closed);
}

/* A thread looks from before it leaves a job, for its caller may be back with the next at once,
 * until it takes something, or goes to sleep: then it makes sure that there is nothing to do. */
static void begin_spin(furrow_pool *pool, furrow__slot *slot)
{
    if (!slot->spins)
        atomic_fetch_add(&pool->spinners, 1);
    slot->spins = true;
}

static void end_spin(furrow_pool *pool, furrow__slot *slot)
{
    if (slot->spins)
        atomic_fetch_sub(&pool->spinners, 1);
    slot->spins = false;
}

/* Looks for work for a while, unless enough others do. Whether there may be some. */
static bool spin(furrow_pool *pool, furrow__slot *slot)
{
    bool found = false;
    begin_spin(pool, slot);
    if (atomic_load(&pool->spinners) + atomic_load(&pool->busy) <= pool->max_spinners) {
        double end = furrow_clock_wall() + furrow__spin_time();
        do {
            furrow__slot_note_cpu(slot);
            for (int i = 0; i < LOOKS; i++) {
                found = sees_work(pool, slot);
                if (found)
                    break;
                furrow__pause();
            }
        } while (!found && furrow_clock_wall() < end);
    }
    return found && !atomic_load(&slot->taken);
}

/* How long to sleep until the next look around: a millisecond after a call, then a quarter of the
 * time since the last, at most 50 ms, while something runs some milliseconds; for ever when there
 * has been none for long. So an idle program is woken some two hundred times, and then no more. */
static double next_look(furrow_pool *pool, struct watch *watch, double now)
{
    static const double at_once = 2e-4, often = 1e-3, seldom = 8e-3, rarely = 50e-3, long_ago = 10;
    unsigned calls = atomic_load_explicit(&pool->calls_begun, memory_order_relaxed);
    if (calls != watch->calls || watch->since <= 0 || atomic_load(&pool->busy) > 0) {
        watch->calls = calls;
        watch->since = now;
    }
    bool runs = furrow__pool_is_running(pool);
    double idle = now - watch->since;
    double interval = idle / 4 > often ? idle / 4 : often;
    if (interval > (runs ? seldom : rarely))
        interval = runs ? seldom : rarely;
    if (atomic_load_explicit(&pool->just_grew, memory_order_relaxed))
        interval = at_once;
    atomic_store_explicit(&pool->quick_watch, interval < 2 * often, memory_order_relaxed);
    return idle > long_ago && !runs ? (double)INFINITY : now + interval;
}

/* By the one sleeper that watches: until when it sleeps. A thread that need not look any more gives
 * up the watch, and wakes at once if a call came meanwhile that counts on it. */
static bool begin_watch(furrow_pool *pool, furrow__slot *slot, struct watch *watch, double *end)
{
    int none = 0;
    *end = furrow__deadline(FURROW_FOREVER);
    if (!atomic_compare_exchange_strong(&pool->watchers, &none, 1))
        return false;
    *end = next_look(pool, watch, furrow_clock_wall());
    if (*end < (double)INFINITY) {
        atomic_store(&slot->watches, true);
        return true;
    }
    atomic_store(&pool->watchers, 0);
    furrow__stress_point();
    if (atomic_load(&pool->calls_begun) != watch->calls)
        *end = 0;
    return false;
}

static void end_watch(furrow_pool *pool, furrow__slot *slot, bool ticked)
{
    if (!ticked)
        atomic_store_explicit(&pool->quick_watch, false, memory_order_relaxed);
    atomic_store(&slot->watches, false);
    atomic_store(&pool->watchers, 0);
}

/* Until woken (false), or until it is time to look around (true), by the one thread that does. */
static bool sleep_until_woken(furrow_pool *pool, furrow__slot *slot, struct watch *watch)
{
    double end;
    atomic_fetch_add(&pool->sleepers, 1);
    atomic_store(&slot->sleep, FURROW__ASLEEP);
    bool watches = begin_watch(pool, slot, watch, &end), over = false;
    furrow__stress_point();
    if (!can_work(pool, slot) && !furrow__pool_is_over(pool)) {
        if (furrow__pool_has_work(pool)) /* that this thread was looked to for: another must */
            furrow__pool_wake_one(pool);
        pthread_mutex_lock(&slot->lock);
        while (atomic_load(&slot->sleep) == FURROW__ASLEEP && !over) {
            furrow__condition_wait(&slot->woken, &slot->lock, end);
            over = end < (double)INFINITY && furrow_clock_wall() >= end;
        }
        pthread_mutex_unlock(&slot->lock);
    }
    int asleep = FURROW__ASLEEP;
    bool ticked = atomic_compare_exchange_strong(&slot->sleep, &asleep, FURROW__AWAKE) && over;
    atomic_store(&slot->sleep, FURROW__AWAKE);
    if (watches)
        end_watch(pool, slot, ticked);
    atomic_fetch_sub(&pool->sleepers, 1);
    return watches && ticked;
}

/* A thread that looks takes what it sees for work, unless that was in vain the last time. False
 * when there will never be work again. */
static bool await_work(furrow_pool *pool, furrow__slot *slot, bool in_vain)
{
    struct watch watch = {0};
    for (bool ticked = false;; in_vain = false) {
        furrow__slot_note_cpu(slot);
        if (can_work(pool, slot))
            return true;
        if (furrow__pool_is_over(pool))
            return false;
        if (ticked)
            furrow__pool_watch(pool);
        else if (!atomic_load(&slot->taken) && spin(pool, slot) && !in_vain)
            return true;
        end_spin(pool, slot);
        if (can_work(pool, slot))
            return true;
        ticked = sleep_until_woken(pool, slot, &watch);
    }
}

/* Others are wanted too: each that comes brings the next. The queue is looked at last, for its ends
 * are where others are busy. */
static void wake_next(furrow_pool *pool)
{
    bool wanted = atomic_load(&pool->busy) == 0 || atomic_load(&pool->open) > 0;
    bool others = pool->of_process || atomic_load(&pool->sleepers) > 0;
    if (others && wanted && furrow__pool_has_work(pool))
        furrow__pool_wake(pool);
}

static bool run_entry(furrow_pool *pool, int worker)
{
    if (furrow__queue_is_empty(&pool->queue))
        return false;
    end_spin(pool, &pool->slots[worker]);
    furrow__entry *entry = furrow__queue_pop(&pool->queue);
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
    end_spin(pool, &pool->slots[worker]);
    furrow__pool_job *job = furrow__pool_job_join_any(pool, &more);
    if (!job)
        return false;
    if (more || !furrow__queue_is_empty(&pool->queue))
        wake_next(pool);
    furrow__pool_job_drain(job, worker);
    if (!job->end) /* which may take long */
        begin_spin(pool, &pool->slots[worker]);
    furrow__pool_job_leave(job, worker);
    return true;
}

/* A busy worker will soon look again, so nobody is woken for what is handed in meanwhile: waking
 * a thread takes longer than to run it. Somebody must watch, though. */
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
    set_busy(pool, streak, streak->since > 0 && now - streak->since < LOOKS * brief);
    streak->since = now;
}

/* A thread hands in single calls faster while no other polls the queue: they are left to gather
 * for about a microsecond. */
static bool let_calls_gather(furrow_pool *pool)
{
    atomic_fetch_add(&pool->spinners, 1);
    for (int i = 0; i < LOOKS; i++)
        furrow__pause();
    atomic_fetch_sub(&pool->spinners, 1);
    return furrow__pool_has_work(pool);
}

/* Jobs and single calls in turn, so that neither keeps the other waiting for ever. Whether there
 * was any. */
static bool work(furrow_pool *pool, int worker)
{
    struct streak streak = {0};
    bool job, any = false;
    furrow__pool_ensure_watcher(pool); /* this thread may have been the one that did */
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
    while (await_work(pool, slot, in_vain)) {
        in_vain = !furrow__slot_take(pool, worker);
        if (in_vain)
            continue;
        furrow__slot_await_migration(slot);
        in_vain = !work(pool, worker);
        atomic_store(&slot->taken, false);
    }
    end_spin(pool, slot);
    furrow__role_end(&role);
    furrow__slot_end_migrations(slot);
}
