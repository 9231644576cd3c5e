#include "state.h"

#include <furrow/clock.h>

#include "job.h"
#include "stress.h"

/* Looks between two readings of the clock. */
enum { LOOKS = 16 };

static bool can_work(furrow_pool *pool, furrow__seat *seat)
{
    return furrow__pool_has_work(pool) && !atomic_load(&seat->taken);
}

/* Looks for work for a while, unless enough others do. */
static void look(furrow_pool *pool, furrow__seat *seat)
{
    if (atomic_fetch_add(&pool->spinners, 1) < pool->most_spinners) {
        double end = furrow_clock_wall() + furrow__patience();
        do {
            for (int i = 0; i < LOOKS; i++) {
                if (furrow__pool_has_work(pool) || atomic_load(&seat->taken) ||
                    atomic_load(&pool->closed))
                    goto found;
                furrow__pause();
            }
        } while (furrow_clock_wall() < end);
    }
found:
    atomic_fetch_sub(&pool->spinners, 1);
}

static void sleep_until_roused(furrow_pool *pool, furrow__seat *seat)
{
    atomic_fetch_add(&pool->sleepers, 1);
    atomic_store(&seat->sleep, FURROW__ASLEEP);
    furrow__stress_point();
    if (!can_work(pool, seat) && !furrow__pool_is_over(pool)) {
        if (furrow__pool_has_work(pool)) /* that this thread was looked to for: another must */
            furrow__pool_rouse(pool);
        pthread_mutex_lock(&seat->lock);
        while (atomic_load(&seat->sleep) == FURROW__ASLEEP)
            pthread_cond_wait(&seat->roused, &seat->lock);
        pthread_mutex_unlock(&seat->lock);
    }
    atomic_store(&seat->sleep, FURROW__AWAKE);
    atomic_fetch_sub(&pool->sleepers, 1);
}

/* False when there will never be work again. */
static bool await_work(furrow_pool *pool, furrow__seat *seat)
{
    for (;;) {
        if (can_work(pool, seat))
            return true;
        if (furrow__pool_is_over(pool))
            return false;
        if (!atomic_load(&seat->taken))
            look(pool, seat);
        if (!can_work(pool, seat))
            sleep_until_roused(pool, seat);
    }
}

/* Others are wanted too: each that comes brings the next. */
static void pass_on(furrow_pool *pool)
{
    if (furrow__pool_has_work(pool))
        furrow__pool_rouse(pool);
}

static bool run_entry(furrow_pool *pool, int worker)
{
    furrow__entry *entry = furrow__queue_pop(&pool->queue);
    if (!entry)
        return false;
    pass_on(pool);
    entry->kind->run(entry, worker);
    furrow__entry_release(entry);
    return true;
}

static bool run_job(furrow_pool *pool, int worker)
{
    furrow__pool_job *job = furrow__pool_job_join_any(pool);
    if (!job)
        return false;
    pass_on(pool);
    furrow__pool_job_take_part(job, worker);
    return true;
}

/* Who hands in single calls is quicker when nobody looks over his shoulder: after some have been
 * run they are left to gather for about a microsecond. */
static bool rest(furrow_pool *pool)
{
    atomic_fetch_add(&pool->spinners, 1);
    for (int i = 0; i < LOOKS; i++)
        furrow__pause();
    atomic_fetch_sub(&pool->spinners, 1);
    return furrow__pool_has_work(pool);
}

/* Jobs and single calls in turn, so that neither keeps the other waiting for ever. */
static void work(furrow_pool *pool, int worker)
{
    bool entry = false, job = false;
    do {
        job = run_job(pool, worker);
        while (run_entry(pool, worker) && atomic_load(&pool->open) == 0)
            entry = true;
    } while (job || (entry && rest(pool)));
}

void furrow__worker_main(furrow_pool *pool, int worker)
{
    furrow__seat *seat = &pool->seats[worker];
    furrow__stay stay;
    furrow__stay_begin(&stay, pool, worker, false);
    while (await_work(pool, seat))
        if (furrow__seat_take(pool, worker)) {
            work(pool, worker);
            atomic_store(&seat->taken, false);
        }
    furrow__stay_end(&stay);
}
