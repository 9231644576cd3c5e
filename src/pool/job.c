#include "job.h"

#include "base/tsan.h"
#include "stress.h"

/* Clears all up to the tails. Tails and gaps are not read before they are written; numbers are used
 * only in the process's pool. */
void furrow__pool_job_init(furrow__pool_job *job, furrow_pool *pool, furrow__loop *loop)
{
    furrow__clear(job, offsetof(furrow__pool_job, tails));
    if (pool && pool->of_process)
        furrow__clear(job->numbers, sizeof job->numbers);
    job->loop = loop;
    job->pool = pool;
    job->limit = job->expected = pool ? pool->workers : 1;
    atomic_init(&job->allowed, job->limit);
    atomic_init(&job->tail_count, 0);
    atomic_init(&job->next, 0);
    atomic_init(&job->item_time, 0);
    atomic_init(&job->inside, 1);
    atomic_init(&job->max_inside, 1);
    loop->owner = job;
    loop->cancel.others[1] = pool ? &pool->cancel : NULL;
}

/* Puts the job on the list. By a thread inside, under the pool's lock. */
static void list(furrow__pool_job *job)
{
    furrow_pool *pool = job->pool;
    atomic_store(&job->shared, true);
    atomic_fetch_add(&job->inside, 1);
    job->before = pool->last;
    job->after = NULL;
    if (pool->last)
        pool->last->after = job;
    else
        pool->first = job;
    pool->last = job;
    atomic_store(&job->open, true);
    atomic_fetch_add(&pool->open, 1);
}

static void unlist(furrow__pool_job *job)
{
    furrow_pool *pool = job->pool;
    *(job->before ? &job->before->after : &pool->first) = job->after;
    *(job->after ? &job->after->before : &pool->last) = job->before;
}

void furrow__pool_job_open(furrow__pool_job *job)
{
    furrow_pool *pool = job->pool;
    furrow__pool_lock(pool);
    list(job);
    furrow__pool_unlock(pool);
}

void furrow__pool_job_close(furrow__pool_job *job)
{
    furrow_pool *pool = job->pool;
    if (!atomic_load(&job->open))
        return;
    furrow__pool_lock(pool);
    bool closes = atomic_load(&job->tail_count) == 0 && atomic_exchange(&job->open, false);
    if (closes) {
        unlist(job);
        atomic_fetch_sub(&pool->open, 1);
    }
    furrow__pool_unlock(pool);
    if (closes)
        atomic_fetch_sub(&job->inside, 1);
}

bool furrow__pool_job_has_items(furrow__pool_job *job)
{
    size_t next = atomic_load(&job->next);
    bool goes_on = next < job->loop->n && next < atomic_load(&job->loop->stop_at);
    return goes_on || atomic_load(&job->tail_count) > 0;
}

/* Whether another thread would be of use: to run items, or to see that none are left. While nobody
 * is inside, a thread must enter even where all CPUs are taken: their threads may be waiting for
 * this job. Under the pool's lock. */
static bool wants(furrow__pool_job *job)
{
    furrow_pool *pool = job->pool;
    int inside = atomic_load(&job->inside) - 1; /* without the list */
    bool fits = inside < atomic_load(&job->allowed) &&
                (!pool->of_process || job->waits || atomic_load(&pool->active) < pool->cpus);
    return fits || inside == 0 || !furrow__pool_job_has_items(job);
}

/* The first job of the list that wants a thread. `joined` has just been entered, and counts only
 * while it has items. Under the pool's lock. */
static furrow__pool_job *first_that_wants(const furrow_pool *pool, furrow__pool_job *joined)
{
    furrow__pool_job *job = pool->first;
    while (job && (!wants(job) || (job == joined && !furrow__pool_job_has_items(job))))
        job = job->after;
    return job;
}

bool furrow__pool_wants_thread(furrow_pool *pool)
{
    if (atomic_load(&pool->open) == 0)
        return false;
    furrow__pool_lock(pool);
    const furrow__pool_job *job = first_that_wants(pool, NULL);
    furrow__pool_unlock(pool);
    return job != NULL;
}

/* Moves the job to the end of the list, so that the next thread enters another. */
furrow__pool_job *furrow__pool_job_join_any(furrow_pool *pool, bool *more)
{
    *more = false;
    if (atomic_load(&pool->open) == 0)
        return NULL;
    furrow__pool_lock(pool);
    furrow__pool_job *job = first_that_wants(pool, NULL);
    if (job) {
        atomic_fetch_add(&job->inside, 1);
        if (job->after) {
            unlist(job);
            job->before = pool->last;
            job->after = NULL;
            pool->last->after = job;
            pool->last = job;
        }
        *more = first_that_wants(pool, job) != NULL;
    }
    furrow__pool_unlock(pool);
    return job;
}

bool furrow__pool_job_join(furrow__pool_job *job)
{
    furrow__pool_lock(job->pool);
    bool joins = atomic_load(&job->open);
    if (joins)
        atomic_fetch_add(&job->inside, 1);
    furrow__pool_unlock(job->pool);
    return joins;
}

/* Touches nothing of the job after its latch is open, or after `end` was called. */
void furrow__pool_job_leave(furrow__pool_job *job, int slot)
{
    furrow_pool *pool = job->pool;
    furrow__stress_point();
    furrow__tsan_release(job);
    if (atomic_fetch_sub(&job->inside, 1) > 1)
        return;
    furrow__tsan_acquire(job);
    if (job->end)
        job->end(job, slot);
    else
        furrow__latch_open(&job->over, &pool->parking);
}

bool furrow__pool_job_has_room_for_tail(const furrow__pool_job *job)
{
    return atomic_load(&((furrow__pool_job *)job)->tail_count) < FURROW__MAX_TAILS;
}

void furrow__pool_job_add_tail(furrow__pool_job *job, const furrow__tail *tail)
{
    furrow_pool *pool = job->pool;
    furrow__pool_lock(pool);
    int count = atomic_load(&job->tail_count);
    job->tails[count] = *tail;
    atomic_store(&job->tail_count, count + 1);
    if (!atomic_load(&job->open))
        list(job);
    furrow__pool_unlock(pool);
}

int furrow__pool_job_settle(furrow__pool_job *job, furrow_error *error)
{
    for (int i = 0; i < atomic_load(&job->tail_count); i++)
        furrow__loop_set_statuses(job->loop, job->tails[i].begin, job->tails[i].end,
                                  FURROW_ECANCELED);
    return furrow__loop_settle(job->loop, atomic_load(&job->next), error);
}
