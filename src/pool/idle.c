#include "team.h"

#include <math.h>

#include <furrow/clock.h>

#include "stress.h"

/* Looks for work between two readings of the clock. */
enum { LOOKS = 16 };

/* What a sleeping thread knows, as the watcher. */
struct watch {
    unsigned calls; /* pool->calls_begun when it last looked */
    double since;   /* when this last changed */
};

static bool can_work(furrow_pool *pool, furrow__slot *slot)
{
    return !atomic_load(&slot->taken) && furrow__pool_has_work(pool);
}

/* Whether something has been made public. It may not be for this thread. */
static bool sees_work(furrow_pool *pool, furrow__slot *slot)
{
    return atomic_load(&pool->open) > 0 || !furrow__call_queue_is_empty(&pool->queue) ||
           atomic_load(&slot->taken) || atomic_load(&pool->closed);
}

/* Looks for work for a while, unless enough threads do. True when there may be some. */
static bool spin(furrow_pool *pool, furrow__slot *slot)
{
    bool found = false;
    furrow__slot_begin_spin(pool, slot);
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

/* When the watcher looks around next: a millisecond after a call; later, after a quarter of the
 * time since the last call, but at most 50 ms, or 8 ms while something runs. Never, where nothing
 * runs and the last call was 10 s ago. So an idle program is woken about two hundred times, then no
 * more. */
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

/* Makes this sleeper the watcher unless there is one; `*end` is when it must wake. A thread that
 * need not look around any more does not become it. But if a call that counts on a watcher began
 * meanwhile, that thread wakes at once. */
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

/* Sleeps until woken (false), or until it is time to look around (true), which comes for the
 * watcher alone. */
static bool sleep_until_woken(furrow_pool *pool, furrow__slot *slot, struct watch *watch)
{
    double end;
    atomic_fetch_add(&pool->sleepers, 1);
    atomic_store(&slot->sleep, FURROW__ASLEEP);
    bool watches = begin_watch(pool, slot, watch, &end), over = false;
    furrow__stress_point();
    if (!can_work(pool, slot) && !furrow__pool_is_over(pool)) {
        if (furrow__pool_has_work(pool)) /* this slot is borrowed, so another thread must do it */
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

/* After it has spun, a thread takes what it saw for work, unless it found nothing there the last
 * time. */
bool furrow__slot_await_work(furrow_pool *pool, furrow__slot *slot, bool in_vain)
{
    struct watch watch = {0};
    for (bool ticked = false;; in_vain = false) {
        furrow__slot_note_cpu(slot);
        if (can_work(pool, slot))
            return true;
        if (furrow__pool_is_over(pool) && furrow__pool_try_leave(pool))
            return false;
        if (ticked)
            furrow__pool_watch(pool);
        else if (!atomic_load(&slot->taken) && spin(pool, slot) && !in_vain)
            return true;
        furrow__slot_end_spin(pool, slot);
        if (can_work(pool, slot))
            return true;
        ticked = sleep_until_woken(pool, slot, &watch);
    }
}
