/* loop_ways.h: loops, pools and tasks on several threads, each of which says whether all its
 * results are right. */
#ifndef FURROW_TESTS_LOOP_WAYS_H
#define FURROW_TESTS_LOOP_WAYS_H

#include <stdbool.h>
#include <string.h>

#include <furrow/clock.h>
#include <furrow/parallel.h>
#include <furrow/pool.h>
#include <furrow/task.h>

enum { ITEMS = 3001, TASKS = 12 };

static inline int thrice(const furrow_range *range, const void *context)
{
    (void)context;
    for (size_t i = range->begin; i < range->end; i++)
        FURROW_RESULT(range, size_t, i) = 3 * i;
    return 0;
}

static inline bool are_thrice(const size_t *results, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (results[i] != 3 * i)
            return false;
    return true;
}

/* Runs something on several threads where possible; returns whether all results are right. */
typedef bool running(void);

static inline bool loop_on(furrow_backend backend)
{
    size_t results[ITEMS];
    memset(results, 1, sizeof results);
    furrow_parallel_options options = {.plan = {.threads = 3, .backend = backend, .chunk = 7},
                                       .results = results,
                                       .result_size = sizeof *results};
    return furrow_parallel_for(&options, ITEMS, thrice, NULL) == 0 && are_thrice(results, ITEMS);
}

static inline bool loop_as_planned(void)
{
    return loop_on(FURROW_BACKEND_AUTO);
}

static inline bool loop_by_for(void)
{
    return loop_on(FURROW_BACKEND_FOR);
}

static inline bool loop_by_taskloop(void)
{
    return loop_on(FURROW_BACKEND_TASKLOOP);
}

static inline bool loop_of_pool(void)
{
    size_t results[ITEMS];
    memset(results, 1, sizeof results);
    furrow_map_options options = {.results = results, .result_size = sizeof *results, .chunk = 7};
    furrow_pool *pool;
    furrow_pool_options workers = {.workers = 2};
    if (furrow_pool_new(&pool, &workers))
        return false;
    int status = furrow_pool_for(pool, &options, ITEMS, thrice, NULL);
    furrow_pool_free(pool);
    return status == 0 && are_thrice(results, ITEMS);
}

static inline int triple(void *result, const void *arguments, furrow_error *error)
{
    (void)error;
    furrow_clock_sleep(1e-3);
    *(size_t *)result = 3 * *(const size_t *)arguments;
    return 0;
}

static inline bool tasks(void)
{
    furrow_task list[TASKS];
    size_t numbers[TASKS], results[TASKS] = {0};
    furrow_tasks_options options = {.max_threads = 2};
    for (size_t i = 0; i < TASKS; i++) {
        numbers[i] = i;
        list[i] =
            (furrow_task){.function = triple, .arguments = &numbers[i], .result = &results[i]};
    }
    return furrow_tasks_run(NULL, list, TASKS, &options, NULL) == 0 && are_thrice(results, TASKS);
}

#endif
