#include "on_pool.h"

#include "parallel/workers.h"

struct job {
    const furrow__items *items;
    furrow_workers *workers;
};

/* The scratch is the kernel's, not the pool's. */
static int run_range(const furrow_range *range, const void *context)
{
    const struct job *job = context;
    furrow_range own = *range;
    int status = furrow__workers_scratch(&own.scratch, job->workers, range->worker);
    return status ? status : furrow__items_body(&own, job->items);
}

int furrow__run_on_pool(furrow_pool *pool, const furrow_parallel_options *options, size_t n,
                        const furrow__items *items)
{
    const struct job job = {items, options->workers};
    int status = furrow__workers_reserve(options->workers, (size_t)furrow_pool_workers(pool));
    if (status)
        return status;
    const bool waits = options->facts.wait > 0;
    furrow_map_options map = {
        .results = options->results,
        .result_size = options->result_size,
        .chunk = options->plan.chunk ? options->plan.chunk : waits,
        .first = options->first,
        .faults = options->faults,
        .cancel = options->cancel,
        .trace = options->trace,
        .finished = options->finished,
        .finished_context = options->finished_context,
        .outcome = options->outcome,
    };
    return furrow_pool_for(pool, &map, n, run_range, &job);
}
