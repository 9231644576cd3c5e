#include "options.h"

#include <furrow/parallel.h>

/* Schedules are those of OpenMP's worksharing; the others cut chunks as they go. */
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

/* Whole runs in one function, and results in any order, go with less. */
static int check_ways(const struct options *options, furrow_error *error)
{
    if (options->variant && (options->wait_count > 0 || options->most > 0))
        return furrow_error_set(error, FURROW_EINVAL,
                                "--variant: a variant knows neither --wait nor --most");
    if (options->variant && options->shards > 1)
        return furrow_error_set(error, FURROW_EINVAL,
                                "--variant: a variant runs all items, and no --shard of them");
    if (options->variant && options->plan.backend == FURROW_BACKEND_POOL)
        return furrow_error_set(error, FURROW_EINVAL,
                                "--variant: a variant cuts its own work and uses no pool");
    if (options->variant && (options->resume || options->halt))
        return furrow_error_set(error, FURROW_EINVAL,
                                "--variant: a variant knows neither --resume nor --on-error stop");
    for (const furrow_param *param = options->kernel->params; param && param->name; param++)
        if (options->resume && param->file == FURROW_PARAM_STATE)
            return furrow_error_set(error, FURROW_EINVAL,
                                    "--resume: %s keeps what it has come to by itself: --%s FILE",
                                    options->kernel->name, param->name);
    if (options->unordered && (options->resume || options->halt))
        return furrow_error_set(error, FURROW_EINVAL,
                                "--unordered: --resume and --on-error stop need results in order");
    return FURROW_OK;
}

int options_check(struct options *options, furrow_error *error)
{
    options->by_item = options->wait_count > 0 || options->most > 0 || options->events ||
                       options->trace || options->variant || options->resume || options->halt ||
                       !(options->groups & OPTIONS_OUTPUT);
    if (options->own_bytes && options->by_item)
        return furrow_error_set(error, FURROW_EINVAL,
                                "--format: a format of the kernel's own goes with none of --wait, "
                                "--most, --events, --trace, --variant, --resume and --on-error");
    if (options->sweep && options->all_schedules)
        return furrow_error_set(error, FURROW_EINVAL,
                                "--sweep: has every schedule of `omp for`; leave out --schedules");
    if (options->sweep && options->plan.backend == FURROW_BACKEND_SERIAL)
        return furrow_error_set(error, FURROW_EINVAL,
                                "--sweep: the serial loop is one of the ways, and has no others; "
                                "leave out --backend");
    if (options->sweep && options->rounds == 1)
        return furrow_error_set(error, FURROW_EINVAL,
                                "--sweep: chooses in every other round and compares in those "
                                "between; expected --rounds 2 or more, got 1");
    int status = check_schedule(&options->plan, error);
    return status ? status : check_ways(options, error);
}
