#include "job.h"

#include <stdint.h>

static const furrow_map_options defaults = {0};

int furrow__map_check(const furrow_map_options *options, size_t n)
{
    if (n > PTRDIFF_MAX || options->chunk > PTRDIFF_MAX || options->first > SIZE_MAX - n ||
        (options->items && options->item_size == 0) ||
        (options->results && options->result_size == 0))
        return FURROW_EINVAL;
    size_t larger =
        options->item_size > options->result_size ? options->item_size : options->result_size;
    return larger > PTRDIFF_MAX / (n > 0 ? n : 1) ? FURROW_EINVAL : FURROW_OK;
}

void furrow__map_describe(furrow__loop *loop, const furrow_map_options *options, size_t n,
                          furrow_function function, furrow_body body, void *context)
{
    furrow__loop_init(loop, options->first, n, options->cancel);
    loop->function = function;
    loop->body = body;
    loop->context = context;
    loop->items = options->items;
    loop->item_size = options->items ? options->item_size : 0;
    loop->results = options->results;
    loop->result_size = options->result_size;
    loop->statuses = options->statuses;
    loop->collect = options->collect;
    loop->chunk = options->chunk;
    loop->faults = options->faults;
    loop->trace = options->trace;
    loop->finished = options->finished;
    loop->finished_context = options->finished_context;
    furrow__progress_init(&loop->progress, options->progress, options->progress_context, n);
    loop->wants_usage = options->outcome != NULL;
}

static void tell_outcome(const furrow_map_options *options, const furrow__pool_job *job)
{
    bool pool = job->pool != NULL;
    *options->outcome = (furrow_parallel_outcome){
        .plan = {.threads = job->limit,
                 .backend = pool ? FURROW_BACKEND_POOL : FURROW_BACKEND_SERIAL,
                 .chunk = options->chunk,
                 .reason = {.cause = pool ? FURROW_CAUSE_POOL : FURROW_CAUSE_SERIAL,
                            .requested = options->chunk > 0,
                            .items = job->loop->n}},
        .usage = job->loop->usage,
    };
}

static int run(furrow_pool *pool, const furrow_map_options *options, size_t n,
               furrow_function function, furrow_body body, void *context)
{
    if (!options)
        options = &defaults;
    if (furrow__map_check(options, n))
        return FURROW_EINVAL;
    furrow__loop loop;
    furrow__map_describe(&loop, options, n, function, body, context);
    furrow__pool_job job;
    furrow__pool_job_init(&job, pool, &loop);
    if (pool && n > 1 && options->chunk == 0) /* else there is nothing to learn */
        job.history = furrow__histories_of(&pool->histories,
                                           function ? (uintptr_t)function : (uintptr_t)body, n);
    int status = furrow__pool_job_run(&job);
    if (status) {
        furrow__loop_set_statuses(&loop, 0, n, FURROW_ECANCELED);
        return status;
    }
    status = furrow__pool_job_settle(&job, options->error);
    if (options->outcome)
        tell_outcome(options, &job);
    return status;
}

int furrow_pool_apply(void *result, furrow_pool *pool, const void *item, furrow_function function,
                      void *context)
{
    if (!function)
        return FURROW_EINVAL;
    furrow_map_options options = {
        .items = item, .item_size = 1, .results = result, .result_size = 1};
    return run(pool, &options, 1, function, NULL, context);
}

int furrow_pool_map(furrow_pool *pool, const furrow_map_options *options, size_t n,
                    furrow_function function, void *context)
{
    return function ? run(pool, options, n, function, NULL, context) : FURROW_EINVAL;
}

int furrow_pool_for(furrow_pool *pool, const furrow_map_options *options, size_t n,
                    furrow_body body, const void *context)
{
    return body ? run(pool, options, n, NULL, body, (void *)context) : FURROW_EINVAL;
}
