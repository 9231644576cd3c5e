#include "job.h"

static const furrow_map_options defaults = {0};

static int run(furrow_pool *pool, const furrow_map_options *options, size_t n,
               furrow_function function, furrow_body body, void *context)
{
    if (!options)
        options = &defaults;
    if (furrow__pool_job_check(options, n))
        return FURROW_EINVAL;
    furrow__pool_job job;
    furrow__pool_job_init(&job, pool, options, n, function, body, context);
    return furrow__pool_job_run(&job);
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
