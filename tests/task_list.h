/* task_list.h: the tasks that the tests of task.h run. */
#ifndef FURROW_TESTS_TASK_LIST_H
#define FURROW_TESTS_TASK_LIST_H

#include "harness.h"

#include <stdbool.h>
#include <string.h>

#include <furrow/task.h>

enum { MOST = 200 /* tasks */ };

/* One task's arguments: fails its first `failures` tries with `code`, then gives its number. */
struct task_case {
    int number, failures, code;
    const char *reason; /* the text of the error; NULL: none */
    int calls;
};

struct list {
    struct task_case jobs[MOST];
    furrow_task tasks[MOST];
    int results[MOST];
    furrow_task_outcome outcomes[MOST];
    furrow_error error;
};

static inline int work(void *result, const void *arguments, furrow_error *error)
{
    struct task_case *job = (struct task_case *)arguments;
    if (job->calls++ < job->failures)
        return job->reason ? furrow_error_set(error, job->code, "%s", job->reason) : job->code;
    *(int *)result = job->number + 100;
    return FURROW_OK;
}

static inline void fill(struct list *list)
{
    memset(list, 0, sizeof *list);
    for (int i = 0; i < MOST; i++) {
        list->jobs[i].number = i;
        list->tasks[i] = (furrow_task){work, &list->jobs[i], &list->results[i], NULL};
    }
}

static inline int run(struct list *list, size_t n, const furrow_tasks_options *options)
{
    return furrow_tasks_run(list->outcomes, list->tasks, n, options, &list->error);
}

#endif
