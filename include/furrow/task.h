/*
 * task.h: a list of different tasks on a few threads, each tried again when it fails: what
 * mlchain's Parallel promises, for C.
 *
 *     static int get_num(void *digit, const void *path, furrow_error *error);
 *
 *     furrow_task tasks[24];
 *     for (size_t i = 0; i < 24; i++)
 *         tasks[i] = (furrow_task){.function = get_num, .arguments = paths[i],
 *                                  .result = &digits[i], .name = paths[i]};
 *     furrow_tasks_options options = {.max_threads = 24, .max_retries = 2, .log = stderr};
 *     status = furrow_tasks_run(outcomes, tasks, 24, &options, &error);
 *
 * For items that are all alike furrow_pool_map is shorter and faster. What differs from mlchain's
 * Parallel, on purpose:
 *
 *   - max_threads 0, the default, is planned. Parallel's default of 10 is FURROW_TASKS_MAX_THREADS.
 *   - The reported failure is that of the lowest task, as in the serial loop. Parallel reports the
 *     first to happen.
 *   - With pass_fail_job each task keeps its failure. Parallel leaves None and no reason.
 *   - A log is written if there is a file for it. Parallel's `verbose` hides what it should show.
 *   - Progress ends also where a task failed. Parallel's bar stays open.
 *   - `workers` chooses threads or processes. Parallel ignores its `threading`.
 */
#ifndef FURROW_TASK_H
#define FURROW_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <furrow/cancel.h>
#include <furrow/pool.h>
#include <furrow/progress.h>
#include <furrow/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The default of mlchain's Parallel. */
#define FURROW_TASKS_MAX_THREADS 10

/* One try of a task. `result` and `arguments` are the task's own pointers. Returns 0, or a code of
 * a failure; `error` (never NULL) is for the reason (furrow_error_set), and without a reason the
 * code's text is used. A function may run for several tasks at once. */
typedef int (*furrow_task_function)(void *result, const void *arguments, furrow_error *error);

/* What pointers point to must live until furrow_tasks_run returns. */
typedef struct furrow_task {
    furrow_task_function function;
    const void *arguments; /* or NULL */
    void *result;          /* or NULL; after a failure it is as the last try left it */
    const char *name;      /* in the log; NULL: "task 3" */
} furrow_task;

/* What became of a task. */
typedef struct furrow_task_outcome {
    int status;         /* 0; its last try's code; FURROW_ECANCELED: it was never tried */
    size_t tries;       /* calls of its function */
    furrow_error error; /* of the last try; code 0 if that succeeded; item is the task's number */
} furrow_task_outcome;

/* A try that failed, or is late: number `tries` of task error->item. */
typedef struct furrow_task_failure {
    const char *name; /* or NULL */
    size_t tries;
    bool again;   /* it is tried again */
    bool running; /* it has not failed, but is late: error->code is FURROW_ETIMEDOUT */
    const furrow_error *error;
} furrow_task_failure;

typedef void (*furrow_task_event)(const furrow_task_failure *failure, void *context);

/* {0} or NULL runs well. What pointers point to must live until furrow_tasks_run returns. */
typedef struct furrow_tasks_options {
    int max_threads;    /* limit of tasks that run at once; 0: planned (see below) */
    int max_retries;    /* further tries of a task that failed */
    double backoff;     /* seconds before the first retry; each further wait is twice as long,
                         * but at most a minute; 0: no wait */
    bool pass_fail_job; /* failed tasks stop nothing */
    double late_after;  /* a try that takes longer, in seconds, is reported once while it still
                         * runs, for a thread cannot be stopped from outside; 0: none is */
    FILE *log;          /* gets a line for each try that failed or is late; NULL: none */
    furrow_task_event failed; /* called for each such try, one at a time, on its worker or, if it is
                               * late, on a thread beside; or NULL */
    void *failed_context;
    furrow_pool_kind workers;       /* processes: not yet, FURROW_ENOTSUP */
    furrow_progress_event progress; /* of tasks; one call at a time; it always ends */
    void *progress_context;
    furrow_cancel *cancel; /* no task or retry starts, and waits before retries end */
} furrow_tasks_options;

/*
 * The serial loop
 *
 *     for (size_t i = 0; i < n; i++) {
 *         for (int retry = 0; retry <= max_retries; retry++)
 *             if ((status = function[i](result[i], arguments[i], &error)) == 0)
 *                 break;
 *         if (status != 0 && !pass_fail_job)
 *             return status;
 *     }
 *     return 0;
 *
 * with tasks running at the same time, and all tries of a task on one worker. After task f has
 * failed for good, nothing above f starts or is tried again, and everything below f still runs.
 *
 * Tasks run on the process's own threads (parallel.h). With max_threads 0 there is one for each CPU
 * at first. While half of them are blocked, their number doubles every millisecond, up to
 * FURROW_PLAN_MAX_THREADS, as long as more tasks begin in a second. Set max_threads if you know
 * how many tasks should wait at once. With max_threads 1 all run on the caller, in order.
 *
 * `outcomes` is [n], in the order of the tasks, or NULL. `error` may be NULL; its item is the
 * number of the task that failed. Returns 0 (with pass_fail_job also if tasks failed); the code of
 * the lowest task that failed; FURROW_ECANCELED; FURROW_ENOTSUP; FURROW_EINVAL: a task without a
 * function, or a negative or infinite option; FURROW_ENOMEM. If nothing could start, all outcomes
 * are FURROW_ECANCELED. Where the system gives fewer threads, fewer tasks run at once.
 */
int furrow_tasks_run(furrow_task_outcome *outcomes, const furrow_task *tasks, size_t n,
                     const furrow_tasks_options *options, furrow_error *error);

#ifdef __cplusplus
}
#endif

#endif
