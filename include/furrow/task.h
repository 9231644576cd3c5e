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
 * For items that are all alike furrow_pool_map is shorter and quicker. What differs from mlchain's
 * Parallel, on purpose:
 *
 *   - max_threads 0, the default, is planned; its default of 10 is FURROW_TASKS_MAX_THREADS.
 *   - The failure that is reported is that of the lowest task, as the serial loop would. Its is
 *     whichever comes first.
 *   - With pass_fail_job each task's failure is kept. It leaves None and no reason.
 *   - A log is written where one is given. Its `verbose` silences what it should show.
 *   - Progress ends even where a task failed. Its bar stays open.
 *   - `workers` says threads or processes. Its `threading` is ignored.
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

/* What mlchain's Parallel takes where it is told nothing. */
#define FURROW_TASKS_MAX_THREADS 10

/* One try of a task. `result` and `arguments` are the task's own pointers. Nonzero: it failed; why,
 * it may say in `error` (never NULL; furrow_error_set), else the code speaks for itself. The same
 * function may run for several tasks at once. */
typedef int (*furrow_task_function)(void *result, const void *arguments, furrow_error *error);

/* Pointers are lent until furrow_tasks_run returns. */
typedef struct furrow_task {
    furrow_task_function function;
    const void *arguments; /* or NULL */
    void *result;          /* or NULL; after a failure it is as the last try left it */
    const char *name;      /* in the log; NULL: "task 3" */
} furrow_task;

/* What became of a task. */
typedef struct furrow_task_outcome {
    int status;         /* 0; its last try's code; FURROW_ECANCELED: dropped before its first */
    size_t tries;       /* calls of its function */
    furrow_error error; /* of the last try; code 0 where that succeeded; item is the task */
} furrow_task_outcome;

/* A try that failed, or is late: number `tries` of task error->item. */
typedef struct furrow_task_failure {
    const char *name; /* or NULL */
    size_t tries;
    bool again;   /* another follows */
    bool running; /* it has not failed but is late: error->code is FURROW_ETIMEDOUT */
    const furrow_error *error;
} furrow_task_failure;

typedef void (*furrow_task_event)(const furrow_task_failure *failure, void *context);

/* {0} or NULL runs well. Pointers are lent for the call. */
typedef struct furrow_tasks_options {
    int max_threads;          /* tasks at once, at most; 0: planned (see below) */
    int max_retries;          /* further tries of a task that failed: calls are one more */
    double backoff;           /* seconds before the first of these, twice that before the next, and
                               * so on, but no more than a minute; 0: at once */
    bool pass_fail_job;       /* failed tasks stop nothing */
    double late_after;        /* a try that runs for longer, in seconds, is reported, once, while it
                               * still runs: a thread cannot be stopped from outside; 0: none is */
    FILE *log;                /* a line for each try that failed or is late; NULL: none */
    furrow_task_event failed; /* likewise, one at a time, on the worker, or, of what is late, on a
                               * thread beside it; may be NULL */
    void *failed_context;
    furrow_pool_kind workers;       /* processes: not yet, FURROW_ENOTSUP */
    furrow_progress_event progress; /* of tasks, one call at a time; it always ends */
    void *progress_context;
    furrow_cancel *cancel; /* no task or further try starts; a wait before one ends */
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
 * with tasks running at the same time, each with all its tries on one worker. After task f failed
 * for good nothing above f starts or is tried again, and all below f still run.
 *
 * Tasks run on the process's threads (parallel.h). With max_threads 0 one a CPU runs at first;
 * while half of those that run wait, others are started beside them after a millisecond, twice as
 * many each time, up to FURROW_PLAN_MOST_THREADS, as long as that begins more tasks in a second.
 * Whoever knows how many should wait at once says so. With 1 all run on the caller, in order.
 *
 * `outcomes` is [n], in the order of the tasks, or NULL; `error` may be NULL, and its item is the
 * task that the failure is about. Returns 0 (with pass_fail_job also when tasks failed); the code
 * of the lowest task that failed; FURROW_ECANCELED; FURROW_ENOTSUP; FURROW_EINVAL: a task without a
 * function, a negative or endless option; FURROW_ENOMEM. Where the system gives fewer threads,
 * fewer tasks run at once. When nothing could start, all outcomes are FURROW_ECANCELED.
 */
int furrow_tasks_run(furrow_task_outcome *outcomes, const furrow_task *tasks, size_t n,
                     const furrow_tasks_options *options, furrow_error *error);

#ifdef __cplusplus
}
#endif

#endif
