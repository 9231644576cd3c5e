/* run.h: a call of furrow_tasks_run while it runs, and one of its tasks. */
#ifndef FURROW_TASK_RUN_H
#define FURROW_TASK_RUN_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <furrow/task.h>

#include "overdue.h"

typedef struct furrow__tasks {
    const furrow_task *tasks;
    size_t count;
    furrow_task_outcome *outcomes; /* or NULL */
    const furrow_tasks_options *options;

    atomic_size_t failed_at; /* the lowest task that failed for good, or SIZE_MAX; not moved where
                              * failures stop nothing */
    atomic_size_t ended;     /* tasks that were tried to their end */
    furrow__overdue overdue;
    pthread_mutex_t lock; /* of what follows, and of events */
    furrow_error failure; /* of that task */
} furrow__tasks;

/* Reports a try that is still running; a report of furrow__overdue, whose context is the
 * furrow__tasks. */
void furrow__task_report_late(const furrow__try *late, void *tasks);

/* All tries of one task: a furrow_function whose item is a furrow_task of the list and whose
 * context is the furrow__tasks. Returns the last try's code. */
int furrow__task_run(void *result, const void *task, void *tasks);

#endif
