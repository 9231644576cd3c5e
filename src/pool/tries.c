#include "tries.h"

#include <math.h>
#include <stdio.h>

#include <furrow/clock.h>

/* How long a wait before a try goes on after the run was stopped. */
static const double patience = 0.05;

/* A service that fails for a minute is asked once a minute. */
static const double longest_backoff = 60;

/* Nobody will see what a task above a failed one still does. */
static bool wanted(const furrow__tasks *run, size_t index)
{
    return index <= atomic_load(&run->failed_at) && !furrow_cancel_requested(run->options->cancel);
}

/* The wait before the try after `tries` others. */
static double backoff_after(const furrow_tasks_options *options, size_t tries)
{
    return fmin(ldexp(options->backoff, (int)tries - 1), longest_backoff);
}

/* False when the run was stopped meanwhile. */
static bool wait_for_turn(const furrow__tasks *run, size_t index, double seconds)
{
    double end = furrow_clock_wall() + seconds;
    for (double rest = seconds; rest > 0 && wanted(run, index); rest = end - furrow_clock_wall())
        furrow_clock_sleep(fmin(rest, patience));
    return wanted(run, index);
}

static void log_failure(FILE *log, const furrow_task_failure *failure, size_t most_tries)
{
    const furrow_error *error = failure->error;
    char number[32];
    snprintf(number, sizeof number, "task %zu", error->item);
    fprintf(log, "%s: %s, try %zu of %zu: %s\n", failure->name ? failure->name : number,
            failure->running ? "late" : "failed", failure->tries, most_tries, error->text);
}

/* From here on nothing above the task starts, unless failures stop nothing. */
static void stop_above(furrow__tasks *run, const furrow_error *error)
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

static void tell(furrow__tasks *run, const furrow_task_failure *failure)
{
    const furrow_tasks_options *options = run->options;
    pthread_mutex_lock(&run->lock);
    if (options->log)
        log_failure(options->log, failure, (size_t)options->max_retries + 1);
    if (options->failed)
        options->failed(failure, options->failed_context);
    pthread_mutex_unlock(&run->lock);
}

static void report(furrow__tasks *run, const furrow_task_outcome *outcome, bool again)
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

void furrow__task_report_late(const furrow__try *late, void *tasks)
{
    furrow__tasks *run = tasks;
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

static void try_once(furrow_task_outcome *outcome, furrow__tasks *run, size_t index)
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

static void try_until_done(furrow_task_outcome *outcome, furrow__tasks *run, size_t index)
{
    const furrow_tasks_options *options = run->options;
    bool again = true;
    while (again) {
        try_once(outcome, run, index);
        if (outcome->status == FURROW_OK)
            return;
        again = outcome->tries <= (size_t)options->max_retries && wanted(run, index);
        report(run, outcome, again);
        again = again && wait_for_turn(run, index, backoff_after(options, outcome->tries));
    }
}

int furrow__task_run(void *result, const void *task, void *tasks)
{
    (void)result;
    furrow__tasks *run = tasks;
    furrow_task_outcome outcome = {0};
    size_t index = (size_t)((const furrow_task *)task - run->tasks);
    try_until_done(&outcome, run, index);
    if (outcome.status) /* also where a cancel ended a wait before a further try */
        stop_above(run, &outcome.error);
    if (run->outcomes)
        run->outcomes[index] = outcome;
    atomic_fetch_add_explicit(&run->ended, 1, memory_order_relaxed);
    return outcome.status;
}
