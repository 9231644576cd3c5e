#include "variant.h"

#include <stdint.h>

#include <furrow/clock.h>

/* A variant cuts its own work: of a plan it gets the number of threads, and what was asked for. */
static int make_plan(furrow_plan *plan, const furrow_run_options *options)
{
    const furrow_shape shape = {0};
    furrow_plan_facts facts = furrow_run_facts(&shape, options);
    facts.items = SIZE_MAX;
    furrow_plan chosen;
    int status = furrow_plan_choose(&chosen, &options->plan, &facts);
    *plan = options->plan;
    plan->threads = chosen.threads;
    plan->reason = (furrow_reason){.cause = FURROW_CAUSE_VARIANT, .cpus = facts.cpus};
    return status;
}

int furrow__variant_run(furrow_run_outcome *outcome, const furrow_kernel *kernel, void *state,
                        const furrow_run_options *options, furrow_error *error)
{
    int status = make_plan(&outcome->plan, options);
    if (status)
        return status;
    double cpu = furrow_clock_process_cpu();
    status = options->variant->run(state, &outcome->plan);
    outcome->usage.cpu = furrow_clock_process_cpu() - cpu;
    if (status == FURROW_ENOTSUP)
        furrow_error_set(error, status, "variant %s cannot do these arguments",
                         options->variant->name);
    outcome->whole = true;
    if (status == FURROW_OK)
        outcome->items = (size_t)furrow_kernel_shape(kernel, state).work.items;
    return status;
}
