#include <furrow/task.h>

#include <math.h>
#include <stdint.h>

#include <furrow/cpu.h>

#include "backend.h"
#include "loop/backends.h"
#include "tries.h"

/* ---- running ---- */

/* What it comes to where failures of tasks stop nothing. */
static int passed(const furrow__tasks *run, int status)
{
    if (atomic_load(&run->ended) == run->count)
        return FURROW_OK;
    return furrow_cancel_requested(run->options->cancel) ? FURROW_ECANCELED : status;
}

static void describe(furrow__loop *loop, furrow__tasks *run)
{
    const furrow_tasks_options *options = run->options;
    furrow__loop_init(loop, 0, run->count, options->cancel);
    loop->function = furrow__task_run;
    loop->context = run;
    loop->items = run->tasks;
    loop->item_size = sizeof *run->tasks;
    loop->chunk = 1;
    loop->collect = options->pass_fail_job;
    furrow__tally_init(&loop->tally, options->progress, options->progress_context, run->count);
}

static int plan_of(furrow_plan *plan, const furrow__tasks *run)
{
    const furrow_plan request = {
        .threads = run->options->max_threads,
        .backend = run->options->max_threads == 1 ? FURROW_BACKEND_SERIAL : FURROW_BACKEND_POOL,
        .chunk = 1,
    };
    const furrow_plan_facts facts = {
        .items = run->count,
        .cpus = furrow_cpu_count(),
        .thread_limit = furrow_cpu_thread_limit(),
    };
    return furrow_plan_choose(plan, &request, &facts);
}

static int run_all(furrow__tasks *run)
{
    furrow_plan plan;
    furrow__loop loop;
    describe(&loop, run);
    int status = plan_of(&plan, run);
    if (status == FURROW_OK && plan.backend == FURROW_BACKEND_SERIAL)
        status = furrow__backend_serial(&loop, &plan);
    else if (status == FURROW_OK)
        status = furrow__backend_pool(&loop, &plan, NULL, NULL);
    if (status)
        return status;
    status = furrow__loop_settle(&loop, run->count, NULL);
    return run->options->pass_fail_job ? passed(run, status) : status;
}

/* ---- the call ---- */

static int check_options(const furrow_tasks_options *options, furrow_error *error)
{
    if (options->workers == FURROW_POOL_PROCESSES)
        return furrow_error_set(error, FURROW_ENOTSUP,
                                "workers: expected FURROW_POOL_THREADS; tasks do not run in "
                                "processes yet");
    if (options->workers != FURROW_POOL_THREADS)
        return furrow_error_set(error, FURROW_EINVAL,
                                "workers: expected FURROW_POOL_THREADS, got %d",
                                (int)options->workers);
    if (options->max_threads < 0)
        return furrow_error_set(error, FURROW_EINVAL,
                                "max_threads: expected 1 or more, or 0 to have it planned, got %d",
                                options->max_threads);
    if (options->max_retries < 0)
        return furrow_error_set(error, FURROW_EINVAL, "max_retries: expected 0 or more, got %d",
                                options->max_retries);
    if (!(options->backoff >= 0) || isinf(options->backoff))
        return furrow_error_set(error, FURROW_EINVAL, "backoff: expected 0 or more seconds, got %g",
                                options->backoff);
    if (!(options->late_after >= 0) || isinf(options->late_after))
        return furrow_error_set(error, FURROW_EINVAL,
                                "late_after: expected 0 or more seconds, got %g",
                                options->late_after);
    return FURROW_OK;
}

static int check_tasks(const furrow_task *tasks, size_t n, furrow_error *error)
{
    for (size_t i = 0; i < n; i++) {
        if (tasks && tasks[i].function)
            continue;
        furrow_error_set(error, FURROW_EINVAL, "task %zu: expected a function, got NULL", i);
        if (error)
            error->item = i;
        return FURROW_EINVAL;
    }
    return FURROW_OK;
}

static void drop_all(furrow_task_outcome *outcomes, size_t n)
{
    for (size_t i = 0; outcomes && i < n; i++) {
        outcomes[i] = (furrow_task_outcome){.status = FURROW_ECANCELED};
        furrow_error_set(&outcomes[i].error, FURROW_ECANCELED, "dropped before it started");
        outcomes[i].error.item = i;
    }
}

/* Whose failure is it? A task's, or else the run's as a whole. */
static int explain(const furrow__tasks *run, int status, furrow_error *error)
{
    if (status == FURROW_OK || !error)
        return status;
    if (atomic_load(&run->failed_at) != SIZE_MAX && run->failure.code == status)
        *error = run->failure;
    else
        furrow_error_set(error, status, "%zu of %zu tasks ended: %s", atomic_load(&run->ended),
                         run->count, furrow_status_text(status));
    return status;
}

int furrow_tasks_run(furrow_task_outcome *outcomes, const furrow_task *tasks, size_t n,
                     const furrow_tasks_options *options, furrow_error *error)
{
    static const furrow_tasks_options defaults = {0};
    if (!options)
        options = &defaults;
    drop_all(outcomes, n);
    int status = check_options(options, error);
    if (status == FURROW_OK)
        status = check_tasks(tasks, n, error);
    if (status)
        return status;
    furrow_error reason = {0};
    furrow__tasks run = {
        .tasks = tasks,
        .count = n,
        .outcomes = outcomes,
        .options = options,
        .failed_at = SIZE_MAX,
        .overdue = {.seconds = options->late_after,
                    .report = furrow__task_report_late,
                    .context = &run},
    };
    pthread_mutex_init(&run.lock, NULL);
    status = furrow__overdue_begin(&run.overdue);
    status = explain(&run, status ? status : run_all(&run), &reason);
    furrow__overdue_end(&run.overdue);
    pthread_mutex_destroy(&run.lock);
    if (status && error)
        *error = reason;
    return status;
}
