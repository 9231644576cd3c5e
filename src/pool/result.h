/*
 * result.h: an asynchronous call from inside.
 *
 * A reference each is held by its owner (who has the furrow_result), by the queue, and by the
 * pool's list of failures. Behind a map lies its job; behind a single call, its result and its
 * item.
 */
#ifndef FURROW_POOL_RESULT_INTERNAL_H
#define FURROW_POOL_RESULT_INTERNAL_H

#include <furrow/pool_async.h>

#include "job.h"
#include "loop/loop.h"

/* What few calls need. */
typedef struct furrow__result_extras {
    furrow_callback callback;
    furrow_error_callback error_callback;
    void *callback_context;
    const furrow_cancel *cancel; /* the caller's */
    size_t first;
    const char *name; /* of a single call; or NULL */
} furrow__result_extras;

/* Two cache lines, for they travel to the worker and back. */
struct furrow_result {
    furrow__entry entry; /* first */
    furrow__latch over;
    int status;
    furrow_pool *pool; /* NULL: none; not touched once the result is over, unless it is listed */
    furrow_function function; /* NULL: the call has failed, and its function has said why */
    void *context;
    void *results;
    union {
        const void *item;
        char *reason; /* if the function is NULL; on the heap */
    };
    size_t result_size;
    furrow__pool_job *job;           /* of a map; NULL: it is a single call */
    furrow__result_extras *extras;   /* NULL: none */
    atomic_bool cancelled;           /* by its owner */
    atomic_bool listed;              /* among the failures that nobody has asked about */
    bool abandoned;                  /* its owner has freed it; under the pool's lock */
    unsigned char keeps_results : 1; /* `results` is memory of this call */
    unsigned char rounding : 2;      /* of the thread that handed it in: furrow__rounding_code */
    unsigned generation;             /* of the process that handed it in; see loop/loop.h */
    size_t end;                      /* its place in the order of failures */
    furrow_result *before, *after;   /* in the list of failures, or of callbacks */
};

static inline size_t furrow__result_count(const furrow_result *result)
{
    return result->job ? result->job->loop->n : 1;
}

/* The item that failed, by the caller's numbers. */
static inline size_t furrow__result_failed_at(const furrow_result *result)
{
    return (result->extras ? result->extras->first : 0) +
           (result->job ? result->job->loop->failed_at : 0);
}

static inline bool furrow__result_calls_back(const furrow_result *result)
{
    return result->extras && (result->extras->callback || result->extras->error_callback);
}

/* Whether this process runs its pool, which is not looked at, for it may have been freed. */
static inline bool furrow__result_is_alive(const furrow_result *result)
{
    return result->pool && result->generation == furrow__fork_generation();
}

/* The call has ended with result->status, on a worker slot or (-1) on none: calls back, notes a
 * failure, and opens the latch. Where there is no worker slot a worker calls back, later. */
void furrow__result_finish(furrow_result *result, int worker);

/* Writes which item failed and why. */
void furrow__result_describe(furrow_error *error, const furrow_result *result);

/* Notes a failure, unless its owner cancelled the call. */
void furrow__failure_record(furrow_result *result);

/* Counts the failures that nobody has asked about, and gives the status of the first. */
void furrow__failures_count(furrow_pool_outcome *outcome, furrow_pool *pool);

/* Empties the list of failures, when the pool ends. */
void furrow__failures_clear(furrow_pool *pool);

/* Somebody has asked: takes the result off the list of failures. */
void furrow__failure_observe(furrow_result *result);

/* The owner frees the result: nobody can ask any more. */
void furrow__failure_abandon(furrow_result *result);

/* Works through the callbacks of calls that have ended, unless another thread does. */
void furrow__callbacks_run(furrow_pool *pool);

/* If the end of a map waits for a worker, ends it here, on a worker slot or (-1) on none. */
void furrow__map_end_here(furrow_result *result, int worker);

/* On a worker slot: runs what it can of a call that is not over, until the deadline. */
void furrow__result_help(furrow_result *result, int worker, double deadline);

#endif
