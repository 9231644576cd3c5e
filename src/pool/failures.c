#include "result.h"

/* A failure that nobody can ask about any more. The first one gives the status. Under the lock. */
static void count_abandoned(furrow_pool *pool, size_t end, int status)
{
    pool->abandoned.failed++;
    if (pool->abandoned.status == FURROW_OK || end < pool->first_abandoned) {
        pool->abandoned.status = status;
        pool->first_abandoned = end;
    }
}

/* Appends to the list, which is in the order of the calls' ends. Under the lock. */
static void list(furrow_pool *pool, furrow_result *result)
{
    result->before = pool->last_failed;
    result->after = NULL;
    *(pool->last_failed ? &pool->last_failed->after : &pool->failed) = result;
    pool->last_failed = result;
    atomic_fetch_add(&result->entry.references, 1);
    atomic_store(&result->listed, true);
}

/* Under the lock. */
static void unlist(furrow_pool *pool, furrow_result *result)
{
    *(result->before ? &result->before->after : &pool->failed) = result->after;
    *(result->after ? &result->after->before : &pool->last_failed) = result->before;
    atomic_store(&result->listed, false);
}

/* Whether its owner cancelled the call. */
static bool was_requested(const furrow_result *result)
{
    return result->status == FURROW_ECANCELED &&
           (atomic_load(&((furrow_result *)result)->cancelled) ||
            furrow_cancel_requested(result->extras ? result->extras->cancel : NULL));
}

void furrow__failure_record(furrow_result *result)
{
    furrow_pool *pool = result->pool;
    if (result->status == FURROW_OK || was_requested(result))
        return;
    furrow__pool_lock(pool);
    size_t end = result->end = pool->ends++;
    if (result->abandoned)
        count_abandoned(pool, end, result->status);
    else
        list(pool, result);
    furrow__pool_unlock(pool);
}

void furrow__failure_observe(furrow_result *result)
{
    if (!atomic_load(&result->listed) || !furrow__result_is_alive(result))
        return;
    furrow_pool *pool = result->pool;
    furrow__pool_lock(pool);
    bool listed = atomic_load(&result->listed);
    if (listed)
        unlist(pool, result);
    furrow__pool_unlock(pool);
    if (listed)
        furrow__entry_release(&result->entry);
}

void furrow__failure_abandon(furrow_result *result)
{
    bool passed = furrow__latch_is_open(&result->over) && !atomic_load(&result->listed);
    if (passed || !furrow__result_is_alive(result))
        return;
    furrow_pool *pool = result->pool;
    furrow__pool_lock(pool);
    result->abandoned = true;
    bool listed = atomic_load(&result->listed);
    if (listed) {
        unlist(pool, result);
        count_abandoned(pool, result->end, result->status);
    }
    furrow__pool_unlock(pool);
    if (listed)
        furrow__entry_release(&result->entry);
}

void furrow__failures_count(furrow_pool_outcome *outcome, furrow_pool *pool)
{
    furrow__pool_lock(pool);
    *outcome = pool->abandoned;
    if (pool->failed && (outcome->status == FURROW_OK || pool->failed->end < pool->first_abandoned))
        outcome->status = pool->failed->status;
    for (const furrow_result *result = pool->failed; result; result = result->after)
        outcome->failed++;
    furrow__pool_unlock(pool);
}

void furrow__failures_clear(furrow_pool *pool)
{
    for (furrow_result *result; (result = pool->failed) != NULL;) {
        unlist(pool, result);
        furrow__entry_release(&result->entry);
    }
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
