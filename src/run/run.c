#include <furrow/run.h>

#include <stdint.h>

#include <furrow/clock.h>

#include "run_state.h"

/* ---- a run by a variant ---- */

/* A variant cuts its own work. It gets the number of threads, and the request otherwise. */
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

static int run_variant(furrow__run_state *run, furrow_error *error)
{
    const furrow_run_options *options = run->options;
    furrow_run_outcome *outcome = run->outcome;
    int status = make_plan(&outcome->plan, options);
    if (status)
        return status;
    double cpu = furrow_clock_process_cpu();
    status = options->variant->run(run->state, &outcome->plan);
    outcome->usage.cpu = furrow_clock_process_cpu() - cpu;
    if (status == FURROW_ENOTSUP)
        furrow_error_set(error, status, "variant %s cannot do these arguments",
                         options->variant->name);
    outcome->whole = true;
    if (status == FURROW_OK)
        outcome->items = (size_t)furrow_kernel_shape(run->kernel, run->state).work.items;
    return status;
}

/* ---- a run ---- */

/* Writes out the records that are whole, and what only all results together make. Called whatever
 * stopped the run. */
static int end_output(const furrow__run_state *run)
{
    const furrow_run_options *options = run->options;
    if (options->writer)
        return furrow_writer_flush(options->writer);
    if (options->sink && options->format && options->format->finish)
        return options->format->finish(run->state, options->sink, options->sink_context);
    return FURROW_OK;
}

static int run_whole(furrow__run_state *run, furrow_error *error)
{
    int status = furrow__run_begin(run);
    if (status == FURROW_OK)
        status = furrow__run_windows(run, error);
    int ended = end_output(run);
    status = status ? status : ended;
    furrow__progress_end(&run->progress);
    run->outcome->recorded = run->recorder.recorded - run->part.begin;
    if (status && error && status == run->recorder.error.code)
        *error = run->recorder.error;
    if (status && error && status == run->window.error.code)
        *error = run->window.error;
    if (status && error && status == run->bytes.error.code)
        *error = run->bytes.error;
    furrow__run_end(run);
    return status;
}

/* Checks that the kernel can run as asked. */
static int check(const furrow__run_state *run, furrow_error *error)
{
    const furrow_kernel *kernel = run->kernel;
    const furrow_run_options *options = run->options;
    bool any_order = !kernel->combine || kernel->flags & FURROW_KERNEL_ANY_ORDER;
    if (options->variant && options->journal)
        return furrow_error_set(error, FURROW_ENOTSUP, "a variant keeps no journal");
    if (!options->variant && !(kernel->body && (kernel->shape || kernel->next)))
        return FURROW_ENOTSUP;
    if (options->shards > 1 && kernel->next)
        return furrow_error_set(error, FURROW_ENOTSUP,
                                "%s: its items are not known beforehand, and have no parts",
                                kernel->name);
    if (options->unordered && (options->journal || options->halt))
        return furrow_error_set(error, FURROW_ENOTSUP,
                                "results that come unordered have no first part, which a journal "
                                "keeps and a failed item ends");
    if (options->unordered && !any_order)
        return furrow_error_set(error, FURROW_ENOTSUP,
                                "%s: its results build on one another and cannot come unordered",
                                kernel->name);
    return FURROW_OK;
}

/* The plan is that of the largest window. The measured figures in its reason become the run's. */
static void measure_plan(furrow_run_outcome *outcome)
{
    furrow_reason *reason = &outcome->plan.reason;
    if (reason->took <= 0 || outcome->usage.items == 0)
        return;
    reason->items = outcome->usage.items;
    reason->serial = outcome->usage.wall;
    reason->item = outcome->usage.wall / (double)outcome->usage.items;
    reason->took = outcome->wall;
}

int furrow_run(furrow_run_outcome *outcome, const furrow_kernel *kernel, void *state,
               const furrow_run_options *options, furrow_error *error)
{
    static const furrow_run_options defaults = {0};
    furrow_run_outcome unread = {0};
    furrow__run_state run = {
        .kernel = kernel,
        .state = state,
        .options = options ? options : &defaults,
        .outcome = outcome ? outcome : &unread,
    };
    *run.outcome = (furrow_run_outcome){0};
    if (error)
        *error = (furrow_error){.item = FURROW_NO_ITEM};
    int status = check(&run, error);
    double start = furrow_clock_wall();
    if (status == FURROW_OK && run.options->variant)
        status = run_variant(&run, error);
    else if (status == FURROW_OK)
        status = run_whole(&run, error);
    run.outcome->wall = furrow_clock_wall() - start;
    run.outcome->whole = run.outcome->whole && status == FURROW_OK;
    measure_plan(run.outcome);
    if (status && error && error->code == FURROW_OK)
        furrow_error_set(error, status, "stopped after %zu item%s: %s", run.outcome->items,
                         run.outcome->items == 1 ? "" : "s", furrow_status_text(status));
    return status;
}
