#include "result.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include <furrow/clock.h>
#include <furrow/pool_async.h>

#include "loop/fork.h"

bool furrow__result_is_alive(const furrow_result *result)
{
    return result->pool && result->generation == furrow__fork_generation();
}

/* Runs a single call that nobody has begun, on a slot. */
static void help_call(furrow_result *result, int worker)
{
    furrow_pool *pool = result->pool;
    if (!furrow__entry_take(&result->entry))
        return;
    result->entry.kind->run(&result->entry, worker);
    if (furrow__queue_pass_over(&pool->queue))
        furrow__pool_wake(pool);
}

/* Takes part in a map that is open; leaves it to others at the deadline. */
static void help_map(furrow_result *result, int worker, double deadline)
{
    furrow__pool_job *job = result->job;
    if (!furrow__pool_job_join(job))
        return;
    if (furrow__pool_job_work(job, worker, deadline - furrow_clock_wall()))
        furrow__pool_job_take_part(job, worker);
    else
        furrow__pool_job_leave(job, worker);
}

static void help(furrow_result *result, int worker, double deadline)
{
    if (result->job)
        help_map(result, worker, deadline);
    else
        help_call(result, worker);
}

/* On a slot of a thread that has nothing to do, if there is one. */
static void help_as_visitor(furrow_result *result)
{
    furrow_pool *pool = result->pool;
    furrow__pool_visit_again(pool);
    int worker = furrow__slot_borrow(pool);
    if (worker >= 0) {
        furrow__stay stay;
        furrow__stay_begin(&stay, pool, worker, false);
        help(result, worker, (double)INFINITY);
        furrow__stay_end(&stay);
        furrow__slot_leave(pool, worker);
    }
    furrow__pool_visit_end(pool);
}

static int await_inside(furrow_result *result, double timeout)
{
    furrow_pool *pool = result->pool;
    double deadline = furrow__deadline(timeout);
    int worker = furrow__pool_here(pool);
    if (worker >= 0)
        help(result, worker, deadline);
    else if (timeout < 0)
        help_as_visitor(result);
    if ((worker >= 0 || timeout < 0) && furrow__result_calls_back(result))
        furrow__callbacks_run(pool);
    return furrow__latch_wait(&result->over, &pool->lot, deadline) ? FURROW_OK : FURROW_ETIMEDOUT;
}

/* Until it is over; `observes`: for who will be told how it ended. */
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
    if (furrow__result_calls_back(result) && furrow__pool_calling_back(pool))
        return FURROW_EDEADLK;
    furrow__pool_enter(pool);
    int status = await_inside(result, timeout);
    if (status == FURROW_OK && observes)
        furrow__failure_observe(result);
    furrow__pool_leave(pool);
    return status;
}

int furrow_result_wait(furrow_result *result, double timeout)
{
    return await(result, timeout, false);
}

/* ---- any of several ---- */

struct any {
    furrow_result *const *results;
    size_t count, over; /* `over`: the first that was seen to be */
};

static bool find_over(void *context)
{
    struct any *any = context;
    for (any->over = 0; any->over < any->count; any->over++)
        if (furrow__latch_is_open(&any->results[any->over]->over))
            return true;
    return false;
}

/* What a worker can do for them by itself, so that it does not wait for a pool that has no other.
 */
static void help_until_one_is_over(struct any *any, int worker, double deadline)
{
    for (size_t i = 0; i < any->count && furrow_clock_wall() < deadline && !find_over(any); i++)
        help(any->results[i], worker, deadline);
}

/* Whoever ends a result looks for those who wait for any. */
static bool await_any(struct any *any, furrow_pool *pool, double timeout)
{
    double deadline = furrow__deadline(timeout);
    int worker = furrow__pool_here(pool);
    furrow__pool_enter(pool);
    if (worker >= 0)
        help_until_one_is_over(any, worker, deadline);
    if (worker >= 0 || timeout < 0)
        furrow__callbacks_run(pool);
    atomic_fetch_add(&pool->any_waiters, 1);
    bool over = furrow__lot_wait(&pool->lot, &pool->any_waiters, find_over, any, deadline);
    atomic_fetch_sub(&pool->any_waiters, 1);
    furrow__pool_leave(pool);
    return over;
}

int furrow_result_wait_any(size_t *index, furrow_result *const *results, size_t count,
                           double timeout)
{
    struct any any = {.results = results, .count = count};
    if (count == 0 || isnan(timeout))
        return FURROW_EINVAL;
    bool over = find_over(&any);
    furrow_pool *pool = results[0]->pool;
    for (size_t i = 0; i < count && !over; i++) {
        if (results[i]->pool != pool)
            return FURROW_EINVAL;
        if (!furrow__result_is_alive(results[i]))
            return FURROW_ECANCELED;
        if (furrow__result_calls_back(results[i]) && furrow__pool_calling_back(pool))
            return FURROW_EDEADLK;
    }
    if (!over && timeout != 0)
        over = await_any(&any, pool, timeout);
    if (over)
        *index = any.over;
    return over ? FURROW_OK : FURROW_ETIMEDOUT;
}

/* ---- what came of it ---- */

int furrow_result_get(void *into, furrow_result *result, double timeout)
{
    int status = await(result, timeout, true);
    if (status)
        return status;
    size_t size = result->kept ? furrow__result_count(result) * result->result_size : 0;
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

void furrow__result_describe(furrow_error *error, const furrow_result *result)
{
    size_t item = furrow__result_failed_at(result);
    const char *name = result->extras ? result->extras->name : NULL;
    bool said = !result->job && !result->function;
    const char *reason = said ? result->reason : furrow_status_text(result->status);
    if (result->job)
        furrow__loop_explain(result->job->loop, error);
    else if (name)
        furrow_error_set(error, result->status, "%s: %s", name, reason);
    else if (said)
        furrow_error_set(error, result->status, "%s", reason);
    else
        furrow_error_set(error, result->status, "item %zu: %s", item, reason);
    error->item = item;
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
    if (furrow__queue_pass_over(&pool->queue))
        furrow__pool_wake(pool);
    return true;
}

/* Who cancels a map goes in to see that nothing starts, and ends it if nobody is inside. */
static bool cancel_map(furrow_result *result)
{
    furrow__pool_job *job = result->job;
    furrow__loop *loop = job->loop;
    furrow_cancel_request(&loop->cancel);
    if (!furrow__pool_job_join(job))
        return false;
    furrow__pool_job_work(job, -1, (double)INFINITY); /* looks for an item, and starts none */
    pthread_mutex_lock(&loop->lock);
    bool prevents = loop->failed_at < loop->n && loop->status == FURROW_ECANCELED;
    pthread_mutex_unlock(&loop->lock);
    furrow__pool_job_take_part(job, -1);
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
