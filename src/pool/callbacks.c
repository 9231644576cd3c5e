#include "result.h"

static void call_back(furrow_result *result)
{
    const furrow__result_extras *extras = result->extras;
    furrow__role role;
    furrow__role_begin(&role, result->pool, -1, true);
    if (result->status == FURROW_OK) {
        if (extras->callback)
            extras->callback(result->results, furrow__result_count(result),
                             extras->callback_context);
    } else if (extras->error_callback) {
        furrow_error error;
        furrow__result_describe(&error, result);
        extras->error_callback(&error, extras->callback_context);
    }
    furrow__role_end(&role);
}

static void end(furrow_result *result, int worker)
{
    furrow_pool *pool = result->pool;
    furrow__latch_open(&result->over, &pool->parking);
    furrow__pool_count_end(pool, worker);
}

/* One thread at a time calls back. A thread that ends a result meanwhile leaves its callback to
 * that thread. */
static void queue_callback(furrow_result *result)
{
    furrow_pool *pool = result->pool;
    atomic_fetch_add(&result->entry.references, 1);
    furrow__pool_lock(pool);
    result->after = NULL;
    *(pool->last_callback ? &pool->last_callback->after : &pool->callbacks) = result;
    pool->last_callback = result;
    bool calls = !pool->runs_callbacks;
    pool->runs_callbacks = true;
    while (calls && pool->callbacks) {
        furrow_result *next = pool->callbacks;
        pool->callbacks = next->after;
        if (!pool->callbacks)
            pool->last_callback = NULL;
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

void furrow__result_finish(furrow_result *result, int worker)
{
    bool calls_back = furrow__result_calls_back(result);
    if (!result->pool) {
        if (calls_back)
            call_back(result);
        atomic_store(&result->over, FURROW__LATCH_OPEN);
    } else if (calls_back) {
        queue_callback(result);
    } else {
        furrow__failure_record(result);
        end(result, worker);
    }
}
