#include "job.h"

#include "base/tsan.h"
#include "stress.h"

/* All but what is empty so far, pieces, and the gaps. */
void furrow__pool_job_init(furrow__pool_job *job, furrow_pool *pool, furrow__loop *loop)
{
    furrow__clear(job, offsetof(furrow__pool_job, pieces));
    if (pool && pool->of_process)
        furrow__clear(job->numbers, sizeof job->numbers);
    job->loop = loop;
    job->pool = pool;
    job->limit = job->expected = pool ? pool->workers : 1;
    atomic_init(&job->most, job->limit);
    atomic_init(&job->piece_count, 0);
    atomic_init(&job->next, 0);
    atomic_init(&job->pace, 0);
    atomic_init(&job->inside, 1);
    atomic_init(&job->largest, 1);
    loop->owner = job;
    loop->cancel.others[1] = pool ? &pool->cancel : NULL;
}

/* Under the pool's lock; by who is inside. */
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
    bool closes = atomic_load(&job->piece_count) == 0 && atomic_exchange(&job->open, false);
    if (closes) {
        unlist(job);
        atomic_fetch_sub(&pool->open, 1);
    }
    furrow__pool_unlock(pool);
    if (closes)
        atomic_fetch_sub(&job->inside, 1);
}

/* Whether one thread more would be of use: to run items, or to see that there are none. Where
 * nobody is inside somebody must come, for who keeps the CPUs may be waiting for this job. Under
 * the pool's lock. */
static bool wants(furrow__pool_job *job)
{
    furrow_pool *pool = job->pool;
    int inside = atomic_load(&job->inside) - 1; /* beside the list */
    bool fits = inside < atomic_load(&job->most) &&
                (!pool->of_process || job->waits || atomic_load(&pool->active) < pool->cpus);
    return fits || inside == 0 || !furrow__chunk_is_left(job);
}

/* But one that is joined already, and drained. Under the pool's lock. */
static furrow__pool_job *first_that_wants(const furrow_pool *pool, furrow__pool_job *joined)
{
    furrow__pool_job *job = pool->first;
    while (job && (!wants(job) || (job == joined && !furrow__chunk_is_left(job))))
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

/* The job goes to the end of the list: the next thread goes to another. */
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

/* Nothing of the job is touched after its latch is open, or its end has been called. */
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
        furrow__latch_open(&job->over, &pool->lot);
}

bool furrow__pool_job_has_room(const furrow__pool_job *job)
{
    return atomic_load(&((furrow__pool_job *)job)->piece_count) < FURROW__PIECES;
}

void furrow__pool_job_give_back(furrow__pool_job *job, const furrow__piece *piece)
{
    furrow_pool *pool = job->pool;
    furrow__pool_lock(pool);
    int count = atomic_load(&job->piece_count);
    job->pieces[count] = *piece;
    atomic_store(&job->piece_count, count + 1);
    if (!atomic_load(&job->open))
        list(job);
    furrow__pool_unlock(pool);
}

int furrow__pool_job_settle(furrow__pool_job *job, furrow_error *error)
{
    for (int i = 0; i < atomic_load(&job->piece_count); i++)
        furrow__loop_set_statuses(job->loop, job->pieces[i].begin, job->pieces[i].end,
                                  FURROW_ECANCELED);
    return furrow__loop_settle(job->loop, atomic_load(&job->next), error);
}
