#include <furrow/task.h>

#include <math.h>
#include <stdint.h>

#include <furrow/cpu.h>

#include "run.h"

/* ---- progress: of one list, though it may run in two maps ---- */

struct course {
    const furrow_tasks_options *options;
    furrow_progress before, now; /* of the maps that are over; of all */
};

static void relay(const furrow_progress *progress, void *context)
{
    struct course *course = context;
    course->now.done = course->before.done + progress->done;
    course->now.failed = course->before.failed + progress->failed;
    if (!progress->ended)
        course->options->progress(&course->now, course->options->progress_context);
}

static void end_course(struct course *course)
{
    course->now.ended = true;
    if (course->options->progress)
        course->options->progress(&course->now, course->options->progress_context);
}

/* ---- running ---- */

/* What a part comes to where failures of tasks stop nothing. */
static int passed(const furrow__tasks *run, size_t end, int status)
{
    if (atomic_load(&run->ended) == end)
        return FURROW_OK;
    return furrow_cancel_requested(run->options->cancel) ? FURROW_ECANCELED : status;
}

/* Runs the tasks [begin, end). */
static int run_part(furrow__tasks *run, struct course *course, furrow_pool *pool, size_t begin,
                    size_t end)
{
    const furrow_tasks_options *options = run->options;
    const furrow_map_options map = {
        .items = run->tasks + begin,
        .item_size = sizeof *run->tasks,
        .chunk = 1,
        .collect = options->pass_fail_job,
        .first = begin,
        .cancel = options->cancel,
        .progress = options->progress ? relay : NULL,
        .progress_context = course,
    };
    course->before = course->now;
    int status = furrow_pool_map(pool, &map, end - begin, furrow__task_run, run);
    return options->pass_fail_job ? passed(run, end, status) : status;
}

/* One thread is the caller: a NULL pool. */
static int make_pool(furrow_pool **pool, int threads, furrow_error *error)
{
    *pool = NULL;
    const furrow_pool_options options = {.name = "furrow-task", .workers = threads};
    int status = threads > 1 ? furrow_pool_new(pool, &options) : FURROW_OK;
    return status ? furrow_error_set(error, status, "a pool of %d threads: %s", threads,
                                     furrow_status_text(status))
                  : FURROW_OK;
}

static int threads_for(const furrow__tasks *run, size_t begin, int cpus)
{
    const furrow_plan request = {.backend = FURROW_BACKEND_AUTO, .chunk = 1};
    const furrow_plan_facts facts = {
        .items = run->count - begin,
        .cpus = cpus,
        .thread_limit = furrow_cpu_thread_limit(),
        .usage = run->usage,
    };
    furrow_plan plan;
    return furrow_plan_choose(&plan, &request, &facts) == FURROW_OK ? plan.threads : cpus;
}

/* A task a CPU first, to see what tasks cost, where there are more. */
static int run_planned(furrow__tasks *run, struct course *course, furrow_error *error)
{
    int cpus = furrow_cpu_count();
    size_t shown = run->count < (size_t)cpus ? run->count : (size_t)cpus;
    furrow_pool *pool;
    int status = make_pool(&pool, (int)shown, error);
    run->metered = shown < run->count;
    if (status == FURROW_OK)
        status = run_part(run, course, pool, 0, shown);
    run->metered = false;
    if (status == FURROW_OK && shown < run->count) {
        int threads = threads_for(run, shown, cpus);
        if (threads != cpus) {
            furrow_pool_free(pool);
            status = make_pool(&pool, threads, error);
        }
        if (status == FURROW_OK)
            status = run_part(run, course, pool, shown, run->count);
    }
    furrow_pool_free(pool);
    return status;
}

static int run_on(furrow__tasks *run, struct course *course, furrow_error *error)
{
    int most = run->options->max_threads;
    if (run->count == 0)
        return FURROW_OK;
    if (most == 0)
        return run_planned(run, course, error);
    furrow_pool *pool;
    int status = make_pool(&pool, run->count < (size_t)most ? (int)run->count : most, error);
    if (status == FURROW_OK)
        status = run_part(run, course, pool, 0, run->count);
    furrow_pool_free(pool);
    return status;
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
    else if (error->code != status) /* else make_pool has said it */
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
    struct course course = {.options = options, .now.total = n};
    furrow__tasks run = {
        .tasks = tasks,
        .count = n,
        .outcomes = outcomes,
        .options = options,
        .failed_at = SIZE_MAX,
    };
    pthread_mutex_init(&run.lock, NULL);
    status = explain(&run, run_on(&run, &course, &reason), &reason);
    pthread_mutex_destroy(&run.lock);
    end_course(&course);
    if (status && error)
        *error = reason;
    return status;
}
