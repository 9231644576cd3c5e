#include "pool.h"

#include <stdint.h>
#include <stdio.h>

static double mean_wait(const struct options *options)
{
    double sum = 0;
    for (size_t i = 0; i < options->wait_count; i++)
        sum += options->waits[i];
    return options->wait_count ? sum / (double)options->wait_count : 0;
}

/* Too many to matter where the kernel does not know. */
static size_t count_items(const struct options *options, const void *state)
{
    size_t items = furrow_kernel_shape(options->kernel, state).items;
    return options->most && options->most < items ? options->most : items;
}

static int count_workers(const struct options *options, const void *state, const furrow_plan *plan)
{
    const furrow_plan request = {.threads = plan->threads};
    const furrow_plan_facts facts = {
        .items = count_items(options, state),
        .cpus = options->cpus.usable,
        .thread_limit = options->cpus.thread_limit,
        .wait = mean_wait(options),
    };
    furrow_plan chosen;
    return furrow_plan_choose(&chosen, &request, &facts) ? 1 : chosen.threads;
}

int pool_open(furrow_pool **pool, const struct options *options, const void *state,
              const furrow_plan *plan, furrow_error *error)
{
    *pool = NULL;
    if (!options->pool || plan->backend == FURROW_BACKEND_SERIAL)
        return FURROW_OK;
    furrow_pool_options wanted = {.workers = count_workers(options, state, plan), .name = "furrow"};
    int status = furrow_pool_new(pool, &wanted);
    if (status)
        furrow_error_set(error, status, "cannot start %d workers: %s", wanted.workers,
                         furrow_status_text(status));
    return status;
}

bool pool_refused(const struct options *options)
{
    if (options->pool)
        fprintf(stderr,
                "furrow: %s: --backend: expected serial, for or taskloop here, got \"pool\"; "
                "bench-pool measures pools\n",
                options->kernel->name);
    return options->pool;
}
