#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/align.h"
#include "base/rounding.h"
#include "loop/loop.h"
#include "result.h"
#include "stress.h"
#include "team.h"

static const furrow_map_options defaults = {0};

/* What values of this size need before them, beyond malloc's alignment. */
static size_t slack(size_t size)
{
    return furrow__align_of(size) - _Alignof(max_align_t);
}

static bool needs_extras(const furrow_map_options *options)
{
    return options->callback || options->error_callback || options->cancel || options->first ||
           options->name;
}

static void fill(furrow_result *result, furrow_pool *pool, const furrow_map_options *options,
                 furrow_function function, void *context, furrow__result_extras *extras)
{
    result->pool = pool;
    result->generation = furrow__fork_generation();
    result->function = function;
    result->context = context;
    result->rounding = furrow__rounding_code() & 3u;
    result->result_size = options->result_size;
    if (!needs_extras(options))
        return;
    result->extras = extras;
    *extras = (furrow__result_extras){
        .callback = options->callback,
        .error_callback = options->error_callback,
        .callback_context = options->callback_context,
        .cancel = options->cancel,
        .first = options->first,
        .name = options->name,
    };
}

/* ---- single calls ---- */

/* Without memory for the reason only the status is kept. */
static void keep_reason(furrow_result *result, const char *text)
{
    char *copy = strdup(text);
    if (!copy)
        return;
    result->reason = copy;
    result->function = NULL;
}

static void call(furrow_result *result)
{
    furrow_error error;
    error.code = FURROW_OK;
    furrow__function_scope here = {
        .item = result->extras ? result->extras->first : 0,
        .error = &error,
    };
    int mode = furrow__rounding_mode(result->rounding), before = furrow__round(mode);
    furrow__function_begin(&here);
    result->status = result->function(result->results, result->item, result->context);
    furrow__function_end(&here);
    furrow__round_back(before, mode);
    if (result->status && error.code == result->status)
        keep_reason(result, error.text);
}

static void run_call(furrow__entry *entry, int worker)
{
    furrow_result *result = (furrow_result *)entry;
    furrow_pool *pool = result->pool;
    bool cancelled = (pool && furrow__pool_is_terminated(pool)) ||
                     (result->extras && furrow_cancel_requested(result->extras->cancel));
    if (cancelled)
        result->status = FURROW_ECANCELED;
    else
        call(result);
    furrow__result_finish(result, worker);
}

static void free_call(furrow__entry *entry)
{
    furrow_result *result = (furrow_result *)entry;
    if (!result->function)
        free(result->reason);
    furrow__slab_give(entry);
}

static const furrow__entry_kind calls = {run_call, free_call};

/* One piece of memory: the result's struct, what the call returns, the item, and the extras. */
static furrow_result *new_call(furrow_pool *pool, const furrow_map_options *options,
                               furrow_function function, void *context)
{
    furrow__slabs none = {.locked = true};
    const size_t own = furrow__aligned(sizeof(furrow_result));
    size_t result_size = furrow__aligned(options->result_size) + slack(options->result_size);
    size_t item_size =
        options->items ? furrow__aligned(options->item_size) + slack(options->item_size) : 0;
    size_t extras_size = needs_extras(options) ? sizeof(furrow__result_extras) : 0;
    char *memory =
        furrow__slab_take(pool ? &pool->slabs : &none, own + result_size + item_size + extras_size);
    if (!memory)
        return NULL;
    memset(memory, 0, own + result_size);
    furrow_result *result = (furrow_result *)(void *)memory;
    char *item = memory + own + result_size, *extras = item + item_size;
    result->entry.kind = &calls;
    result->keeps_results = options->result_size > 0;
    if (result->keeps_results)
        result->results =
            furrow__align_pointer(memory + own, furrow__align_of(options->result_size));
    if (item_size > 0)
        result->item = memcpy(furrow__align_pointer(item, furrow__align_of(options->item_size)),
                              options->items, options->item_size);
    fill(result, pool, options, function, context, (void *)extras);
    return result;
}

/* Whether a single call can keep this, with room to spare for the rest. */
static bool call_fits(const furrow_map_options *options)
{
    const size_t most = PTRDIFF_MAX / 4;
    return options->result_size <= most && (!options->items || options->item_size <= most);
}

/* References: one for the owner, if there is one, and one for the thread that runs it. */
static void hand_out(furrow_result **out, furrow_result *result)
{
    atomic_store_explicit(&result->entry.references, out ? 2 : 1, memory_order_relaxed);
    result->abandoned = !out;
    if (out)
        *out = result;
}

/* Runs it here and now: there is no pool, or the pool is full and this is one of its workers. */
static void run_at_once(furrow_result *result, int worker)
{
    atomic_store(&result->entry.taken, true);
    result->entry.kind->run(&result->entry, worker);
    furrow__entry_release(&result->entry);
}

int furrow_pool_apply_async(furrow_result **out, furrow_pool *pool,
                            const furrow_map_options *options, furrow_function function,
                            void *context)
{
    if (!options)
        options = &defaults;
    if (out)
        *out = NULL;
    if (!function || furrow__map_check(options, 1) || !call_fits(options))
        return FURROW_EINVAL;
    if (!furrow__pool_is_alive(pool))
        pool = NULL;
    furrow_result *result = new_call(pool, options, function, context);
    if (!result)
        return FURROW_ENOMEM;
    bool at_once = !pool;
    int status = pool ? furrow__pool_admit(pool, &at_once) : FURROW_OK;
    if (status) {
        furrow__slab_give(result);
        return status;
    }
    hand_out(out, result);
    if (at_once) {
        run_at_once(result, furrow__pool_current_worker(pool));
        return FURROW_OK;
    }
    furrow__call_queue_push(&pool->queue, &result->entry);
    furrow__pool_wake(pool);
    return FURROW_OK;
}

/* ---- maps ---- */

struct async_map {
    furrow_result result; /* first */
    furrow__loop loop;
    furrow__pool_job job;
    furrow__result_extras extras;
    atomic_bool ending; /* its end waits in the queue */
};

static void end_now(furrow_result *result, int worker)
{
    result->status = furrow__pool_job_settle(result->job, NULL);
    furrow__result_finish(result, worker);
    furrow__entry_release(&result->entry);
}

static void run_end(furrow__entry *entry, int worker)
{
    end_now((furrow_result *)entry, worker);
}

static void free_map(furrow__entry *entry)
{
    free(entry);
}

static const furrow__entry_kind maps = {run_end, free_map};

/* The end calls the caller's progress. A thread that is no worker, such as one that cancels, leaves
 * that to a worker. */
static void end_map(furrow__pool_job *job, int worker)
{
    struct async_map *map =
        (struct async_map *)(void *)((char *)job - offsetof(struct async_map, job));
    furrow_result *result = &map->result;
    furrow_pool *pool = result->pool;
    if (worker >= 0 || !pool || !map->loop.progress.event) {
        end_now(result, worker);
        return;
    }
    atomic_fetch_add(&result->entry.references, 1);
    atomic_store(&map->ending, true);
    furrow__call_queue_push(&pool->queue, &result->entry);
    furrow__pool_wake(pool);
}

void furrow__map_end_here(furrow_result *result, int worker)
{
    struct async_map *map = (struct async_map *)result;
    furrow_pool *pool = result->pool;
    if (!result->job || !atomic_load(&map->ending) || !furrow__entry_take(&result->entry))
        return;
    end_now(result, worker);
    if (furrow__call_queue_count_stale(&pool->queue))
        furrow__pool_wake(pool);
}

/* The options that only a call that waits has are dropped. */
static struct async_map *new_map(furrow_pool *pool, const furrow_map_options *options, size_t n,
                                 furrow_function function, void *context)
{
    bool keeps = !options->results && options->result_size > 0;
    size_t align = furrow__align_of(options->result_size);
    size_t results_size = keeps ? furrow__aligned(n * options->result_size) + slack(align) : 0;
    size_t statuses_size = options->statuses ? 0 : n * sizeof(int);
    struct async_map *map = calloc(1, furrow__aligned(sizeof *map) + results_size + statuses_size);
    if (!map)
        return NULL;
    char *behind = (char *)map + furrow__aligned(sizeof *map);
    furrow_map_options own = *options;
    own.trace = NULL;
    own.outcome = NULL;
    if (keeps)
        own.results = furrow__align_pointer(behind, align);
    if (!options->statuses)
        own.statuses = (int *)(void *)(behind + results_size);
    furrow__map_describe(&map->loop, &own, n, function, NULL, context);
    furrow__pool_job_init(&map->job, pool, &map->loop);
    map->job.end = end_map;
    furrow_result *result = &map->result;
    result->entry.kind = &maps;
    result->job = &map->job;
    result->keeps_results = keeps;
    result->results = own.results;
    fill(result, pool, options, function, context, &map->extras);
    return map;
}

/* Whether the bytes that the result may have to keep can be counted. */
static bool fits(const furrow_map_options *options, size_t n)
{
    size_t each = options->result_size + sizeof(int);
    return n <= (PTRDIFF_MAX - 2 * sizeof(struct async_map)) / each;
}

int furrow_pool_map_async(furrow_result **out, furrow_pool *pool, const furrow_map_options *options,
                          size_t n, furrow_function function, void *context)
{
    if (!options)
        options = &defaults;
    if (out)
        *out = NULL;
    if (!function || furrow__map_check(options, n) || !fits(options, n))
        return FURROW_EINVAL;
    if (!furrow__pool_is_alive(pool))
        pool = NULL;
    struct async_map *map = new_map(pool, options, n, function, context);
    if (!map)
        return FURROW_ENOMEM;
    bool at_once = !pool;
    int status = pool ? furrow__pool_admit(pool, &at_once) : FURROW_OK;
    if (status) {
        free(map);
        return status;
    }
    hand_out(out, &map->result);
    furrow__pool_job *job = &map->job;
    if (!pool) {
        furrow__pool_job_work(job, 0, (double)INFINITY);
        end_map(job, 0);
    } else if (at_once || n == 0) {
        furrow__pool_job_drain_and_leave(job, furrow__pool_current_worker(pool));
    } else {
        furrow__pool_job_open(job);
        furrow__pool_migrate_others(pool);
        furrow__pool_wake(pool);
        furrow__stress_start();
        furrow__pool_job_leave(job, -1);
    }
    return FURROW_OK;
}
