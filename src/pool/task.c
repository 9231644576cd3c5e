#include <furrow/task.h>

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include <furrow/clock.h>
#include <furrow/cpu.h>

#include "backend.h"
#include "loop/loop.h"
#include "overdue.h"

/* A call of furrow_tasks_run while it runs. */
struct tasks {
    const furrow_task *tasks;
    size_t count;
    furrow_task_outcome *outcomes; /* or NULL */
    const furrow_tasks_options *options;

    atomic_size_t failed_at; /* the lowest task that failed for good; SIZE_MAX: none, or failures
                                stop nothing */
    atomic_size_t ended;     /* tasks that have had their last try */
    furrow__overdue overdue;
    pthread_mutex_t lock; /* of what follows, and of events */
    furrow_error failure; /* of task failed_at */
};

/* ---- one task ---- */

/* How often a thread that waits before a try looks whether the run was stopped. */
static const double poll_interval = 0.05;

/* A service that is down for long is asked once a minute. */
static const double longest_backoff = 60;

/* False: a lower task has failed, so nobody will see what this one does. */
static bool is_wanted(const struct tasks *run, size_t index)
{
    return index <= atomic_load(&run->failed_at) && !furrow_cancel_requested(run->options->cancel);
}

/* The wait before a task is tried again, after `tries` tries. */
static double backoff_after(const furrow_tasks_options *options, size_t tries)
{
    return fmin(ldexp(options->backoff, (int)tries - 1), longest_backoff);
}

/* False: the run was stopped meanwhile. */
static bool wait_before_try(const struct tasks *run, size_t index, double seconds)
{
    double end = furrow_clock_wall() + seconds;
    for (double left = seconds; left > 0 && is_wanted(run, index); left = end - furrow_clock_wall())
        furrow_clock_sleep(fmin(left, poll_interval));
    return is_wanted(run, index);
}

static void log_failure(FILE *log, const furrow_task_failure *failure, size_t max_tries)
{
    const furrow_error *error = failure->error;
    char number[32];
    snprintf(number, sizeof number, "task %zu", error->item);
    fprintf(log, "%s: %s, try %zu of %zu: %s\n", failure->name ? failure->name : number,
            failure->running ? "late" : "failed", failure->tries, max_tries, error->text);
}

/* Keeps tasks above this one from starting, unless failures stop nothing. */
static void stop_above(struct tasks *run, const furrow_error *error)
{
    if (run->options->pass_fail_job)
        return;
    pthread_mutex_lock(&run->lock);
    if (error->item <= atomic_load(&run->failed_at)) {
        run->failure = *error;
        atomic_store(&run->failed_at, error->item);
    }
    pthread_mutex_unlock(&run->lock);
}

static void tell(struct tasks *run, const furrow_task_failure *failure)
{
    const furrow_tasks_options *options = run->options;
    pthread_mutex_lock(&run->lock);
    if (options->log)
        log_failure(options->log, failure, (size_t)options->max_retries + 1);
    if (options->failed)
        options->failed(failure, options->failed_context);
    pthread_mutex_unlock(&run->lock);
}

static void report(struct tasks *run, const furrow_task_outcome *outcome, bool again)
{
    const furrow_task_failure failure = {
        .name = run->tasks[outcome->error.item].name,
        .tries = outcome->tries,
        .again = again,
        .error = &outcome->error,
    };
    if (!again)
        stop_above(run, &outcome->error);
    tell(run, &failure);
}

/* A report of furrow__overdue. */
static void report_late(const furrow__try *late, void *tasks)
{
    struct tasks *run = tasks;
    furrow_error error;
    furrow_error_set(&error, FURROW_ETIMEDOUT, "still running after %g s", run->overdue.seconds);
    error.item = late->task;
    const furrow_task_failure failure = {
        .name = run->tasks[late->task].name,
        .tries = late->number,
        .running = true,
        .error = &error,
    };
    tell(run, &failure);
}

static void try_once(furrow_task_outcome *outcome, struct tasks *run, size_t index)
{
    const furrow_task *task = &run->tasks[index];
    furrow__try now = {.task = index, .number = ++outcome->tries};
    outcome->error = (furrow_error){0};
    furrow__try_begin(&run->overdue, &now);
    outcome->status = task->function(task->result, task->arguments, &outcome->error);
    furrow__try_end(&run->overdue, &now);
    if (outcome->status == FURROW_OK)
        outcome->error = (furrow_error){0};
    else if (outcome->error.text[0] == '\0')
        furrow_error_set(&outcome->error, outcome->status, "%s",
                         furrow_status_text(outcome->status));
    outcome->error.code = outcome->status;
    outcome->error.item = index;
}

static void try_until_done(furrow_task_outcome *outcome, struct tasks *run, size_t index)
{
    const furrow_tasks_options *options = run->options;
    bool again = true;
    while (again) {
        try_once(outcome, run, index);
        if (outcome->status == FURROW_OK)
            return;
        again = outcome->tries <= (size_t)options->max_retries && is_wanted(run, index);
        report(run, outcome, again);
        again = again && wait_before_try(run, index, backoff_after(options, outcome->tries));
    }
}

static int run_task(void *result, const void *task, void *tasks)
{
    (void)result;
    struct tasks *run = tasks;
    furrow_task_outcome outcome = {0};
    size_t index = (size_t)((const furrow_task *)task - run->tasks);
    try_until_done(&outcome, run, index);
    if (outcome.status) /* also if a cancel ended the wait before a further try */
        stop_above(run, &outcome.error);
    if (run->outcomes)
        run->outcomes[index] = outcome;
    atomic_fetch_add_explicit(&run->ended, 1, memory_order_relaxed);
    return outcome.status;
}

/* ---- all tasks ---- */

/* The status of a run whose failures stop nothing. */
static int passed(const struct tasks *run, int status)
{
    if (atomic_load(&run->ended) == run->count)
        return FURROW_OK;
    return furrow_cancel_requested(run->options->cancel) ? FURROW_ECANCELED : status;
}

static void describe(furrow__loop *loop, struct tasks *run)
{
    const furrow_tasks_options *options = run->options;
    furrow__loop_init(loop, 0, run->count, options->cancel);
    loop->function = run_task;
    loop->context = run;
    loop->items = run->tasks;
    loop->item_size = sizeof *run->tasks;
    loop->chunk = 1;
    loop->collect = options->pass_fail_job;
    furrow__progress_init(&loop->progress, options->progress, options->progress_context,
                          run->count);
}

static int plan_of(furrow_plan *plan, const struct tasks *run)
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

static int run_all(struct tasks *run)
{
    furrow_plan plan;
    furrow__loop loop;
    describe(&loop, run);
    int status = plan_of(&plan, run);
    if (status == FURROW_OK && plan.backend == FURROW_BACKEND_SERIAL)
        status = furrow__backend_serial(&loop, &plan);
    else if (status == FURROW_OK)
        status = furrow__backend_pool(&loop, &plan);
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

/* Says why the run failed: by a task's failure, or as a whole. */
static int explain(const struct tasks *run, int status, furrow_error *error)
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
    struct tasks run = {
        .tasks = tasks,
        .count = n,
        .outcomes = outcomes,
        .options = options,
        .failed_at = SIZE_MAX,
        .overdue = {.seconds = options->late_after, .report = report_late, .context = &run},
    };
    pthread_mutex_init(&run.lock, NULL);
    int before;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before); /* workers use this thread's stack */
    status = furrow__overdue_begin(&run.overdue);
    status = explain(&run, status ? status : run_all(&run), &reason);
    furrow__overdue_end(&run.overdue);
    pthread_setcancelstate(before, NULL);
    pthread_mutex_destroy(&run.lock);
    if (status && error)
        *error = reason;
    return status;
}
