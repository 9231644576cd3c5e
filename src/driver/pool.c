#include "pool.h"

#include <stdint.h>

static double mean_wait(const struct options *options)
{
    double sum = 0;
    for (size_t i = 0; i < options->wait_count; i++)
        sum += options->waits[i];
    return options->wait_count ? sum / (double)options->wait_count : 0;
}

/* How many items there are is not known before the kernel is asked: too many for it to matter. */
static int count_workers(const struct options *options, const furrow_plan *plan)
{
    const furrow_plan request = {.threads = plan->threads};
    const furrow_plan_facts facts = {
        .items = options->most ? options->most : SIZE_MAX,
        .cpus = options->cpus.usable,
        .thread_limit = options->cpus.thread_limit,
        .wait = mean_wait(options),
    };
    furrow_plan chosen;
    return furrow_plan_choose(&chosen, &request, &facts) ? 1 : chosen.threads;
}

int pool_open(furrow_pool **pool, const struct options *options, const furrow_plan *plan,
              furrow_error *error)
{
    *pool = NULL;
    if (!options->pool || plan->backend == FURROW_BACKEND_SERIAL)
        return FURROW_OK;
    furrow_pool_options wanted = {.workers = count_workers(options, plan), .name = "furrow"};
    int status = furrow_pool_new(pool, &wanted);
    if (status)
        furrow_error_set(error, status, "cannot start %d workers: %s", wanted.workers,
                         furrow_status_text(status));
    return status;
}
