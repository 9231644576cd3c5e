#include <stddef.h>

#include "result.h"
#include "team.h"

static void call_back(furrow_result *result)
{
    const furrow__result_extras *extras = result->extras;
    furrow__role role;
    furrow__function_scope none = {.item = FURROW_NO_ITEM};
    furrow__role_begin(&role, result->pool, -1, true);
    furrow__function_begin(&none);
    if (result->status == FURROW_OK) {
        if (extras->callback)
            extras->callback(result->results, furrow__result_count(result),
                             extras->callback_context);
    } else if (extras->error_callback) {
        furrow_error error;
        furrow__result_describe(&error, result);
        extras->error_callback(&error, extras->callback_context);
    }
    furrow__function_end(&none);
    furrow__role_end(&role);
}

static void end(furrow_result *result, int worker)
{
    furrow_pool *pool = result->pool;
    furrow__latch_open(&result->over, &pool->parking);
    if (atomic_load(&pool->any_waiters) > 0)
        furrow__parking_wake(&pool->parking, &pool->any_waiters);
    furrow__pool_count_end(pool, worker);
}

/* Under the pool's lock: takes the first result that must call back off the list. */
static furrow_result *take_first(furrow_pool *pool)
{
    furrow_result *result = pool->callbacks;
    if (result)
        pool->callbacks = result->after;
    if (!pool->callbacks)
        pool->last_callback = NULL;
    return result;
}

void furrow__callbacks_run(furrow_pool *pool)
{
    furrow__pool_lock(pool);
    bool calls = !pool->runs_callbacks;
    pool->runs_callbacks = true;
    for (furrow_result *next; calls && (next = take_first(pool)) != NULL;) {
        furrow__pool_unlock(pool);
        call_back(next);
        if (!next->extras->error_callback)
            furrow__failure_record(next);
        end(next, -1);
        furrow__entry_release(&next->entry);
        furrow__pool_lock(pool);
    }
    if (calls)
        pool->runs_callbacks = false;
    furrow__pool_unlock(pool);
}

static void run_entry(furrow__entry *entry, int worker)
{
    furrow_pool *pool = (furrow_pool *)((char *)entry - offsetof(furrow_pool, callbacks_entry));
    (void)worker;
    furrow__pool_lock(pool);
    pool->callbacks_queued = false;
    furrow__pool_unlock(pool);
    furrow__callbacks_run(pool);
}

/* The entry is a part of its pool. */
static void keep_entry(furrow__entry *entry)
{
    (void)entry;
}

static const furrow__entry_kind callbacks = {run_entry, keep_entry};

/* Under the pool's lock: puts an entry for the whole list into the queue, unless a thread works
 * through the list or will. True: the pool must be woken. */
static bool queue_list(furrow_pool *pool)
{
    if (pool->runs_callbacks || pool->callbacks_queued)
        return false;
    pool->callbacks_queued = true;
    pool->callbacks_entry.kind = &callbacks;
    atomic_store(&pool->callbacks_entry.taken, false);
    atomic_store(&pool->callbacks_entry.references, 1);
    furrow__call_queue_push(&pool->queue, &pool->callbacks_entry);
    return true;
}

/* One thread at a time calls back. A thread that ends a result meanwhile leaves its callback to
 * that thread. A thread that is no worker, such as one that cancels, leaves it to a worker. */
static void queue_callback(furrow_result *result, bool here)
{
    furrow_pool *pool = result->pool;
    atomic_fetch_add(&result->entry.references, 1);
    furrow__pool_lock(pool);
    result->after = NULL;
    *(pool->last_callback ? &pool->last_callback->after : &pool->callbacks) = result;
    pool->last_callback = result;
    bool wakes = !here && queue_list(pool);
    furrow__pool_unlock(pool);
    if (here)
        furrow__callbacks_run(pool);
    else if (wakes)
        furrow__pool_wake(pool);
}

void furrow__result_finish(furrow_result *result, int worker)
{
    bool calls_back = furrow__result_calls_back(result);
    if (!result->pool) {
        if (calls_back)
            call_back(result);
        atomic_store(&result->over, FURROW__LATCH_OPEN);
    } else if (calls_back) {
        queue_callback(result, worker >= 0);
    } else {
        furrow__failure_record(result);
        end(result, worker);
    }
}
