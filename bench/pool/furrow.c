#include <stdio.h>
#include <stdlib.h>

#include <furrow/pool.h>
#include <furrow/pool_async.h>

#include "peers.h"

static furrow_pool *pool;

static void start(int threads)
{
    const furrow_pool_options options = {.workers = threads};
    if (furrow_pool_new(&pool, &options)) {
        fprintf(stderr, "bench-pool: cannot start a pool\n");
        exit(1);
    }
}

static void stop(void)
{
    furrow_pool_free(pool);
}

static furrow_map_options options_of(const struct job *job)
{
    return (furrow_map_options){
        .items = job->items,
        .item_size = sizeof *job->items,
        .results = job->results,
        .result_size = sizeof *job->results,
        .statuses = job->statuses,
    };
}

static void map(const struct job *job)
{
    const furrow_map_options options = options_of(job);
    furrow_pool_map(pool, &options, job->n, job->function, job->context);
}

static void pair(const struct job *job)
{
    furrow_map_options options = options_of(job);
    options.chunk = 1;
    furrow_pool_map(pool, &options, 2, job->function, job->context);
}

static void tasks(const struct job *job)
{
    static furrow_result *results[10000];
    furrow_map_options options = options_of(job);
    for (size_t i = 0; i < job->n; i++) {
        options.items = &job->items[i];
        furrow_pool_apply_async(&results[i], pool, &options, job->function, job->context);
    }
    for (size_t i = 0; i < job->n; i++) {
        job->statuses[i] = furrow_result_get(&job->results[i], results[i], FURROW_FOREVER);
        furrow_result_free(results[i]);
    }
}

static void submit(const struct job *job)
{
    struct job one = *job;
    one.n = 1;
    tasks(&one);
}

const struct peer furrow_peer = {"furrow_pool", start, stop, map, pair, tasks, submit};
