#include "result.h"

#include <math.h>
#include <string.h>

#include <furrow/clock.h>
#include <furrow/pool_async.h>

#include "team.h"

/* Runs the call here, on a worker slot, if no thread has begun it. */
static void help_call(furrow_result *result, int worker)
{
    furrow_pool *pool = result->pool;
    if (!furrow__entry_take(&result->entry))
        return;
    result->entry.kind->run(&result->entry, worker);
    if (furrow__call_queue_count_stale(&pool->queue))
        furrow__pool_wake(pool);
}

/* Takes part in the map if it is open. At the deadline, leaves the rest to others. */
static void help_map(furrow_result *result, int worker, double deadline)
{
    furrow__pool_job *job = result->job;
    if (!furrow__pool_job_join(job))
        return;
    if (furrow__pool_job_work(job, worker, deadline - furrow_clock_wall()))
        furrow__pool_job_drain_and_leave(job, worker);
    else
        furrow__pool_job_leave(job, worker);
}

void furrow__result_help(furrow_result *result, int worker, double deadline)
{
    if (result->job)
        help_map(result, worker, deadline);
    else
        help_call(result, worker);
}

/* Helps on a borrowed worker slot, if one is free. */
static void help_as_visitor(furrow_result *result)
{
    furrow_pool *pool = result->pool;
    furrow__pool_visit_resume(pool);
    int worker = furrow__slot_borrow(pool);
    if (worker >= 0) {
        furrow__role role;
        furrow__role_begin(&role, pool, worker, false);
        furrow__result_help(result, worker, (double)INFINITY);
        furrow__role_end(&role);
        furrow__slot_return(pool, worker);
    }
    furrow__pool_visit_end(pool);
}

static int await_inside(furrow_result *result, double timeout)
{
    furrow_pool *pool = result->pool;
    double deadline = furrow__deadline(timeout);
    int worker = furrow__pool_current_worker(pool);
    if (worker >= 0)
        furrow__result_help(result, worker, deadline);
    else if (timeout < 0)
        help_as_visitor(result);
    if (worker >= 0 || timeout < 0)
        furrow__map_end_here(result, worker);
    if ((worker >= 0 || timeout < 0) && furrow__result_calls_back(result))
        furrow__callbacks_run(pool);
    return furrow__latch_wait(&result->over, &pool->parking, deadline) ? FURROW_OK
                                                                       : FURROW_ETIMEDOUT;
}

/* Waits until it is over. `observes`: the caller will learn how it ended. */
static int await(furrow_result *result, double timeout, bool observes)
{
    if (furrow__latch_is_open(&result->over)) {
        if (observes)
            furrow__failure_observe(result);
        return FURROW_OK;
    }
    if (isnan(timeout))
        return FURROW_EINVAL;
    furrow_pool *pool = result->pool;
    if (!furrow__result_is_alive(result))
        return FURROW_ECANCELED;
    if (timeout == 0)
        return FURROW_ETIMEDOUT;
    if (furrow__result_calls_back(result) && furrow__pool_in_callback(pool))
        return FURROW_EDEADLK;
    int before;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
    furrow__pool_pin(pool);
    int status = await_inside(result, timeout);
    if (status == FURROW_OK && observes)
        furrow__failure_observe(result);
    furrow__pool_unpin(pool);
    pthread_setcancelstate(before, NULL);
    return status;
}

int furrow_result_wait(furrow_result *result, double timeout)
{
    return await(result, timeout, false);
}

int furrow_result_get(void *into, furrow_result *result, double timeout)
{
    int status = await(result, timeout, true);
    if (status)
        return status;
    size_t size = result->keeps_results ? furrow__result_count(result) * result->result_size : 0;
    if (into && size > 0)
        memcpy(into, result->results, size);
    return result->status;
}

bool furrow_result_ready(const furrow_result *result)
{
    return furrow__latch_is_open(&result->over);
}

bool furrow_result_successful(furrow_result *result)
{
    if (!furrow__latch_is_open(&result->over))
        return false;
    furrow__failure_observe(result);
    return result->status == FURROW_OK;
}

int furrow_result_status(furrow_result *result, size_t item)
{
    if (item >= furrow__result_count(result))
        return FURROW_ERANGE;
    if (!furrow__latch_is_open(&result->over))
        return FURROW_EAGAIN;
    furrow__failure_observe(result);
    return result->job ? result->job->loop->statuses[item] : result->status;
}

int furrow_result_error(furrow_error *error, furrow_result *result)
{
    if (!furrow__latch_is_open(&result->over) || result->status == FURROW_OK) {
        if (error)
            *error = (furrow_error){0};
        return FURROW_OK;
    }
    furrow__failure_observe(result);
    if (error)
        furrow__result_describe(error, result);
    return result->status;
}

static bool cancel_call(furrow_result *result)
{
    furrow_pool *pool = result->pool;
    if (!furrow__entry_take(&result->entry))
        return false;
    result->status = FURROW_ECANCELED;
    furrow__result_finish(result, -1);
    if (furrow__call_queue_count_stale(&pool->queue))
        furrow__pool_wake(pool);
    return true;
}

/* This thread enters the map to see that nothing more starts, and ends it if nobody is inside. */
static bool cancel_map(furrow_result *result)
{
    furrow__pool_job *job = result->job;
    furrow__loop *loop = job->loop;
    furrow_cancel_request(&loop->cancel);
    if (!furrow__pool_job_join(job))
        return false;
    furrow__pool_job_work(job, -1, (double)INFINITY); /* with slot -1 it starts none */
    pthread_mutex_lock(&loop->lock);
    bool prevents = loop->failed_at < loop->n && loop->status == FURROW_ECANCELED;
    pthread_mutex_unlock(&loop->lock);
    furrow__pool_job_drain_and_leave(job, -1);
    return prevents;
}

bool furrow_result_cancel(furrow_result *result)
{
    if (furrow__latch_is_open(&result->over) || !furrow__result_is_alive(result))
        return false;
    atomic_store(&result->cancelled, true);
    return result->job ? cancel_map(result) : cancel_call(result);
}

void furrow_result_free(furrow_result *result)
{
    if (!result)
        return;
    furrow__failure_abandon(result);
    furrow__entry_release(&result->entry);
}
