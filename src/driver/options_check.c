#include "options.h"

#include <furrow/parallel.h>

/* Only OpenMP's `for` has schedules; the other backends cut chunks as they run. */
static int check_schedule(const furrow_plan *plan, furrow_error *error)
{
    if (plan->schedule == FURROW_SCHEDULE_AUTO || plan->backend == FURROW_BACKEND_AUTO ||
        plan->backend == FURROW_BACKEND_FOR)
        return FURROW_OK;
    return furrow_error_set(error, FURROW_EINVAL,
                            "--schedule: %s is a schedule of --backend for, and --backend %s has "
                            "none; --chunk sets how many items it hands out at a time",
                            furrow_schedule_name(plan->schedule),
                            furrow_backend_name(plan->backend));
}

/* A variant is a whole run in one function; it and results in any order exclude some options. */
static int check_variant(const struct options *options, furrow_error *error)
{
    if (options->variant && (options->wait_count > 0 || options->max_items > 0))
        return furrow_error_set(error, FURROW_EINVAL,
                                "--variant: a variant takes neither --wait nor --most");
    if (options->variant && options->shards > 1)
        return furrow_error_set(error, FURROW_EINVAL,
                                "--variant: a variant runs all items, so leave out --shard");
    if (options->variant && options->plan.backend == FURROW_BACKEND_POOL)
        return furrow_error_set(
            error, FURROW_EINVAL,
            "--variant: a variant divides the work by itself and uses no pool; leave out "
            "--backend");
    if (options->variant && (options->resume || options->halt))
        return furrow_error_set(error, FURROW_EINVAL,
                                "--variant: a variant takes neither --resume nor --on-error stop");
    for (const furrow_param *param = options->kernel->params; param && param->name; param++)
        if (options->resume && param->file == FURROW_PARAM_STATE)
            return furrow_error_set(
                error, FURROW_EINVAL,
                "--resume: %s keeps its own file to continue from: use --%s FILE",
                options->kernel->name, param->name);
    if (options->unordered && (options->resume || options->halt))
        return furrow_error_set(error, FURROW_EINVAL,
                                "--unordered: --resume and --on-error stop need results in order");
    return FURROW_OK;
}

int options_check(struct options *options, furrow_error *error)
{
    options->by_item = options->wait_count > 0 || options->max_items > 0 || options->events ||
                       options->trace || options->variant || options->resume || options->halt ||
                       !(options->groups & OPTIONS_OUTPUT);
    if (options->own_bytes && options->by_item)
        return furrow_error_set(
            error, FURROW_EINVAL,
            "--format: a format of the kernel excludes --wait, --most, --events, "
            "--trace, --variant, --resume and --on-error");
    if (options->sweep && options->all_schedules)
        return furrow_error_set(
            error, FURROW_EINVAL,
            "--sweep: a sweep has every schedule already; leave out --schedules");
    if (options->sweep && options->plan.backend == FURROW_BACKEND_SERIAL)
        return furrow_error_set(
            error, FURROW_EINVAL,
            "--sweep: the serial loop has no schedules to sweep; leave out --backend");
    if (options->sweep && options->rounds == 1)
        return furrow_error_set(
            error, FURROW_EINVAL,
            "--sweep: expected --rounds 2 or more, got 1: a sweep chooses the best "
            "way in one half of the rounds and compares in the other");
    int status = check_schedule(&options->plan, error);
    return status ? status : check_variant(options, error);
}
