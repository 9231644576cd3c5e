/*
 * result.h: an asynchronous call from inside.
 *
 * References: its owner's (who has the furrow_result), the queue's, and that of the pool's list of
 * failures. A map has its job behind it, a single call its result and its item.
 */
#ifndef FURROW_POOL_RESULT_INTERNAL_H
#define FURROW_POOL_RESULT_INTERNAL_H

#include <furrow/pool_async.h>

#include "job.h"

/* What few calls ask for. */
typedef struct furrow__result_extras {
    furrow_callback callback;
    furrow_error_callback error_callback;
    void *callback_context;
    const furrow_cancel *cancel; /* the caller's */
    size_t first;
    const char *name; /* of a single call; or NULL */
} furrow__result_extras;

/* Kept to two cache lines: these travel from the thread that hands in to the worker and back. */
struct furrow_result {
    furrow__entry entry; /* first */
    furrow__latch over;
    int status;
    furrow_pool *pool;        /* NULL: none; not touched once the result is over and not listed */
    furrow_function function; /* NULL: the call has failed, and its function said why */
    void *context;
    void *results;
    union {
        const void *item;
        char *reason; /* where the function is NULL; on the heap */
    };
    size_t result_size;
    furrow__pool_job *job;         /* of a map; NULL: a single call */
    furrow__result_extras *extras; /* NULL: none */
    atomic_bool cancelled;         /* by its owner */
    atomic_bool listed;            /* among the failures that nobody has asked about */
    bool abandoned;                /* nobody can ask; under the pool's lock */
    unsigned char kept : 1;        /* the results are its own memory */
    unsigned char rounding : 2;    /* of who handed it in: furrow__rounding_code */
    unsigned generation;           /* of the process that handed it in; see fork.h */
    size_t end;                    /* the order in which failures ended */
    furrow_result *before, *after; /* in the list of failures, or of callbacks to come */
};

static inline size_t furrow__result_count(const furrow_result *result)
{
    return result->job ? result->job->loop->n : 1;
}

/* The item that failed, as the caller numbers them. */
static inline size_t furrow__result_failed_at(const furrow_result *result)
{
    return (result->extras ? result->extras->first : 0) +
           (result->job ? result->job->loop->failed_at : 0);
}

static inline bool furrow__result_calls_back(const furrow_result *result)
{
    return result->extras && (result->extras->callback || result->extras->error_callback);
}

/* Whether its pool is run by this process. Asked without the pool, which may have been freed. */
bool furrow__result_is_alive(const furrow_result *result);

/* It has ended, on a slot (or -1), with result->status: tells whoever is to know. On a slot it
 * calls back; else a worker will. */
void furrow__result_finish(furrow_result *result, int worker);

/* Calls back for those that have ended, unless another thread is at it. */
void furrow__callbacks_run(furrow_pool *pool);

/* Says what failed. */
void furrow__result_describe(furrow_error *error, const furrow_result *result);

/* Notes a failure, unless its owner has brought it about himself. */
void furrow__failure_record(furrow_result *result);

/* Ends what a pool still knows of failures, for its own end. */
void furrow__failures_clear(furrow_pool *pool);

/* Takes it off the list of failures: somebody has asked. */
void furrow__failure_observe(furrow_result *result);

/* Nobody can ask any more. */
void furrow__failure_abandon(furrow_result *result);

#endif
