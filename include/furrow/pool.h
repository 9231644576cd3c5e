/*
 * pool.h: workers that wait for work: what Python's multiprocessing.Pool promises, for C.
 *
 *     static int square(void *result, const void *item, void *context)
 *     {
 *         *(double *)result = *(const double *)item * *(const double *)item;
 *         return 0;
 *     }
 *
 *     furrow_pool *pool;
 *     furrow_pool_new(&pool, NULL);
 *     furrow_map_options squares = {.items = x, .item_size = sizeof *x,
 *                                   .results = y, .result_size = sizeof *y};
 *     status = furrow_pool_map(pool, &squares, 5, square, NULL);
 *     furrow_pool_free(pool);
 *
 * Everything is thread-safe, except furrow_pool_free.
 *
 * Workers. A pool of w workers has w threads of its own, which live as long as the pool. At most w
 * items run at once. A caller that waits takes the place of an idle worker (its number and scratch)
 * and helps with its own call. So a call needs no further threads, and an item may call its own
 * pool, even if it is the only worker. A worker without work looks for work for 50 us, then sleeps.
 * While a pool is in use, one sleeper looks around every millisecond. After the last call it does
 * so less and less often, and after 10 s no more.
 *
 * Stopping and sharing between items. Functions, and bodies that ask for their items
 * (furrow_range_claim), see a cancel or a failure below them before each item. When a worker stays
 * in one item for some milliseconds, other workers take over the items of its chunk that it has not
 * begun. A body that does not ask runs its range whole.
 *
 * Threads. They are like OpenMP's: their stacks have OMP_STACKSIZE bytes, and OMP_PROC_BIND binds
 * each to a place of its own. OMP_THREAD_LIMIT bounds the sum of Furrow's threads: those of all
 * pools, those of the loops of parallel.h, and the program's first thread. A pool gets at least
 * one. An OpenMP region inside an item gets CPUs / w threads, at least 1; if the caller runs the
 * item, the caller's own setting counts.
 *
 * Signals. A worker has the signal mask of the thread that made the pool, as OpenMP's threads have;
 * a thread of the process's own pool, that of the thread whose loop started it. So do programs that
 * items start. The system gives a signal for the process to its first thread, unless that thread
 * blocks it. A program that waits for signals (sigwait, signalfd) should block them before its
 * first loop.
 *
 * Cancellation. A thread that pthread_cancel asks to end while it waits for a result, an imap,
 * tasks or the end of a pool does so after its wait. A thread inside a map, a loop or
 * furrow_pool_apply must not be cancelled if its items have cancellation points.
 *
 * Rounding. Items round as the thread does that called, whichever thread runs them.
 *
 * Affinity. A thread that is woken for a loop is kept off the CPU of the thread that wakes it,
 * until it is awake, unless OMP_PROC_BIND binds it. This never happens while it runs an item; then
 * its affinity is what it was before, whoever has set it. One trace stays: a CPU that is switched
 * on, or added to the process's cpuset, after a worker was moved so is not used by that worker.
 *
 * Serial pools. With a NULL pool every function here is the serial loop on the caller, in order. So
 * is a parent's pool in a forked child, since its workers stay with the parent. There each call
 * makes and frees scratch of its own, asynchronous calls of the parent count as cancelled, and
 * furrow_pool_free frees memory only. (The loops of parallel.h start threads in a child as well.)
 * libomp 14 registers each process, forked children too, in a page of shared memory, which stays
 * when a process ends by _exit or is killed. So in a program that forks by the thousand /dev/shm
 * grows. That is not Furrow's doing.
 *
 * What differs from Python's Pool, on purpose:
 *
 *   - A map stops at its first failure and reports the failure of the lowest item, as the serial
 *     loop does: nothing above that item starts, everything below it still runs. Python runs every
 *     other chunk, skips the rest of the chunk that failed, and reports whichever failure arrives
 *     first. With `collect` every item runs here.
 *   - Every item has a status of its own. No failure is lost: furrow_pool_join returns the first
 *     failure that nobody has asked about.
 *   - Chunk 0 lets the planner choose (None in Python). A negative number, cast to size_t, is
 *     FURROW_EINVAL. Python accepts chunksize=0 in map and returns n times None.
 *   - imap pulls no more of its input than its buffer allows (pool_async.h), and gives every item
 *     with its status. Python's imap ends at the first failure if its chunks are larger than 1.
 *     Chunk 0 of imap is 1 here, and 0 workers are planned; both are a ValueError in Python.
 *   - furrow_result_successful is false before the end (ValueError in Python). A map of no items
 *     calls its callback (it does not in Python). What furrow_pool_terminate keeps from starting
 *     ends with FURROW_ECANCELED; Python's get waits for ever.
 *   - A call can be cancelled, join has a timeout, and a result can be given up.
 *   - `max_pending` bounds the calls that are submitted and not over. Python's queue has no bound.
 *   - An initializer that fails makes furrow_pool_new fail. Python restarts it for ever.
 *   - Nested calls work. In Python workers are daemons, which may have no pools, and a worker that
 *     waits for its own pool hangs.
 *   - A map runs on the caller alone if earlier maps have shown that sharing does not pay: see
 *     `chunk`.
 *   - Workers are threads. Items share memory, and results are not serialised. But an item that
 *     ends its thread (pthread_exit) or jumps out of its function (longjmp) breaks the program,
 *     exit() in an item ends the process, and a C++ exception that leaves an item ends the program
 *     (std::terminate), whichever thread runs it.
 */
#ifndef FURROW_POOL_H
#define FURROW_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include <furrow/cancel.h>
#include <furrow/clock.h>
#include <furrow/loop.h>
#include <furrow/progress.h>
#include <furrow/range.h>
#include <furrow/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An asynchronous call and its result: see pool_async.h. */
typedef struct furrow_result furrow_result;

/* ---- a pool ---- */

typedef struct furrow_pool furrow_pool;

typedef enum furrow_pool_kind {
    FURROW_POOL_THREADS,
    FURROW_POOL_PROCESSES /* not yet: FURROW_ENOTSUP */
} furrow_pool_kind;

/* What a submission does while max_pending calls are pending. */
typedef enum furrow_pool_full {
    FURROW_POOL_BLOCK, /* Waits until an eighth of max_pending is free, so that it is not woken for
                        * every single call that ends; after a millisecond, until anything is free.
                        * On a worker of the pool, and in a callback, it does not wait: the call
                        * runs at once. */
    FURROW_POOL_REFUSE /* Returns FURROW_EAGAIN. */
} furrow_pool_full;

/* {0} or NULL runs well. */
typedef struct furrow_pool_options {
    const char *name; /* of the threads, in debuggers; copied, up to 15 bytes; NULL: none */
    furrow_pool_kind kind;
    int workers; /* 0: furrow_cpu_count(); OMP_THREAD_LIMIT may leave fewer, but at least 1 */
    size_t max_pending; /* limit of asynchronous calls that are not over; 0: none */
    furrow_pool_full full;
    furrow_worker_new worker_new;   /* the initializer: makes a worker's scratch, at the start */
    furrow_worker_free worker_free; /* frees it, when the pool ends */
    const void *context;            /* for worker_new */
} furrow_pool_options;

/*
 * Starts the workers, and waits until each has run `worker_new` once, on its own thread.
 *
 * Returns 0. FURROW_EINVAL: a negative count, or an enum out of range; FURROW_ENOTSUP;
 * FURROW_ENOMEM; -EAGAIN: the system gives too few threads (those that it gave have ended). If
 * `worker_new` fails, returns the code of the lowest worker for which it did; the other workers'
 * scratch has been freed. On failure `*pool` is NULL.
 */
int furrow_pool_new(furrow_pool **pool, const furrow_pool_options *options);

/* The number of workers. 1 for NULL, and for a parent's pool in a forked child. */
int furrow_pool_workers(const furrow_pool *pool);

/* The worker of this pool that the calling thread is: 0 ... workers - 1; -1: none. */
int furrow_pool_worker(const furrow_pool *pool);

/* Inside an item, or a generator of imap: what worker_new made for the worker that runs it, be that
 * a thread of the pool or a caller that helps. NULL elsewhere, without worker_new, and in
 * asynchronous calls in a forked child. */
void *furrow_pool_scratch(const furrow_pool *pool);

/* From here on new calls are refused with FURROW_ECLOSED. What was handed in still runs. May be
 * called by any thread, any number of times. */
void furrow_pool_close(furrow_pool *pool);

/* Closes the pool. What has not started never will, and ends with FURROW_ECANCELED; that includes
 * calls in which other threads wait. Running bodies see it in range->cancel. Does not wait. */
void furrow_pool_terminate(furrow_pool *pool);

/* What became of a pool's asynchronous calls. */
typedef struct furrow_pool_outcome {
    size_t failed; /* calls that failed and that nobody asked about */
    int status;    /* of the first of them to end; 0: there are none */
} furrow_pool_outcome;

/*
 * Waits until everything that was handed in is over and the workers have ended.
 *
 * Returns 0, or the status of the first asynchronous call to fail unobserved: no
 * furrow_result_get, _successful, _status or _error asked about it, and it had no error_callback. A
 * call that furrow_pool_terminate cancelled counts as failed; one that was cancelled otherwise does
 * not. FURROW_EINVAL: the pool is neither closed nor terminated; FURROW_ETIMEDOUT: call it again;
 * FURROW_EDEADLK: a worker of the pool calls it. A pool may be joined
 * again. `outcome` may be NULL.
 */
int furrow_pool_join(furrow_pool_outcome *outcome, furrow_pool *pool, double timeout);

/* Terminates, joins and frees the pool. Waits for items that run, and for threads that wait in a
 * call of the pool or for one of its results: their calls end as after furrow_pool_terminate. No
 * other use of the pool or its results may run at the same time. On a worker of the pool or in a
 * callback, as when an item calls exit() and a handler frees the pool, it only terminates the pool
 * and leaves its memory. */
void furrow_pool_free(furrow_pool *pool);

/* ---- work ---- */

/* Called after an asynchronous call has ended and before its result is ready, with all results or
 * with the lowest failure. Callbacks of a pool run one at a time, on a worker, or on a
 * thread that waits for a result with a callback; never inside furrow_result_cancel. They may call
 * any function of the pool but _free, _join, and those that return FURROW_EDEADLK there. */
typedef void (*furrow_callback)(const void *results, size_t count, void *context);
typedef void (*furrow_error_callback)(const furrow_error *error, void *context);

/* {0} or NULL runs well. What pointers point to must live until the call is over. */
typedef struct furrow_map_options {
    const void *items; /* item i is at byte i * item_size; use a struct for several arguments */
    size_t item_size;
    void *results; /* result i is at byte i * result_size; NULL: no results, or kept for
                    * furrow_result_get */
    size_t result_size;
    int *statuses; /* [n]: each item's code; FURROW_ECANCELED: it never started; or NULL */
    size_t chunk;  /* Items that a worker takes at a time, whatever they cost. 0: planned. Then the
                    * first are taken one by one, later as many as run for some ten microseconds,
                    * fewer towards the end. And the caller runs all of them alone if earlier calls
                    * of this function or body, over about as many items, have shown that waking a
                    * thread takes longer or that sharing did not help. It does so once more to see
                    * how long they take alone, if that is some milliseconds. A call that takes
                    * longer than was known is shared after all. */
    bool collect;  /* Items run also after a failure. A body's range that fails is a failure of each
                    * of its items. */
    size_t first;  /* number of the first item, for bodies, faults and errors */
    const char
        *name; /* of a single asynchronous call, for its errors; must live until it is over */
    furrow_faults *faults; /* takes furrow_fail of bodies; with collect, of functions too */
    furrow_cancel *cancel;
    furrow_trace *trace;      /* not of asynchronous calls */
    furrow_finished finished; /* called after each range of a body */
    void *finished_context;
    furrow_progress_event progress; /* of items; one call at a time, on a worker or the caller */
    void *progress_context;
    furrow_error *error;              /* which item failed; not of asynchronous calls */
    furrow_parallel_outcome *outcome; /* likewise; it costs two clock readings a range */

    /* Of asynchronous calls only. */
    furrow_callback callback;
    furrow_error_callback error_callback;
    void *callback_context; /* of both */
} furrow_map_options;

/*
 * The call
 *
 *     return function(result, item, context);
 *
 * by a worker, or by the caller in the place of one. Returns its code, FURROW_ECANCELED or
 * FURROW_ECLOSED.
 */
int furrow_pool_apply(void *result, furrow_pool *pool, const void *item, furrow_function function,
                      void *context);

/*
 * The serial loop
 *
 *     for (size_t i = 0; i < n; i++)
 *         if ((status = function(&results[i], &items[i], context)) != 0)
 *             return status;
 *     return 0;
 *
 * with items running at the same time. After item f has failed, nothing above f starts and
 * everything below f still runs, so the code is the serial loop's. With `collect` every item runs,
 * and the code is that of the lowest item that failed.
 *
 * Returns 0, an item's code, FURROW_ECANCELED, FURROW_ECLOSED or FURROW_ENOMEM. FURROW_EINVAL: no
 * function; n or chunk above PTRDIFF_MAX (a negative number in disguise); items or results without
 * a size; or more bytes than an object can have.
 */
int furrow_pool_map(furrow_pool *pool, const furrow_map_options *options, size_t n,
                    furrow_function function, void *context);

/* As furrow_pool_map, with a body over ranges in place of a function: furrow_parallel_for on this
 * pool. The body finds its items by their numbers; options->items is not looked at. */
int furrow_pool_for(furrow_pool *pool, const furrow_map_options *options, size_t n,
                    furrow_body body, const void *context);

/* furrow_pool_map by its name in Python. A tuple is a struct in C, and the function reads its
 * arguments from the fields. */
static inline int furrow_pool_starmap(furrow_pool *pool, const furrow_map_options *options,
                                      size_t n, furrow_function function, void *context)
{
    return furrow_pool_map(pool, options, n, function, context);
}

/*
 * The serial loop
 *
 *     for (size_t i = 0; i < n; i++)
 *         if ((status = function(&result, &items[i], context)) != 0 ||
 *             (status = fold(into, &result, context)) != 0)
 *             return status;
 *     return 0;
 *
 * with functions running at the same time. `fold` runs on the caller, in the order of items, so it
 * need be neither associative nor commutative. options->result_size is the size of a result.
 * Results live in a buffer of at most 4 MiB, or of one result for each worker, unless
 * options->results keeps them all. collect, statuses and outcome are not used. Otherwise as
 * furrow_pool_map.
 */
int furrow_pool_map_reduce(void *into, furrow_pool *pool, const furrow_map_options *options,
                           size_t n, furrow_function function, furrow_fold fold, void *context);

/* Writes the group of a result: 0 ... groups - 1. Nonzero stops. */
typedef int (*furrow_group)(size_t *group, const void *result, const void *context);

/* As furrow_pool_map_reduce, with `groups` totals, each of `size` bytes and folded in the order of
 * items: fold(&into[group(result)], result, context). FURROW_ERANGE: a group of `groups` or more.
 */
int furrow_pool_map_reduce_by(void *into, size_t size, size_t groups, furrow_pool *pool,
                              const furrow_map_options *options, size_t n, furrow_function function,
                              furrow_group group, furrow_fold fold, void *context);

/* ---- without waiting ---- */

/*
 * Hands in one call, function(result, item, context). The item is copied. The result has
 * options->result_size bytes, which are zero at first, and is kept for furrow_result_get;
 * options->results is not used. Of the other options only the callbacks, `cancel`, `first` and
 * `name` count.
 *
 * `result` may be NULL if nobody will ask. Calls start in the order in which they were handed in,
 * but a thread that waits for a call may run it earlier. Where many calls were run so, or were
 * cancelled, others may change places in the queue.
 *
 * Returns 0. FURROW_EAGAIN: too many calls are pending; FURROW_ECLOSED, FURROW_ENOMEM,
 * FURROW_EINVAL: `*result` is NULL, and nothing was handed in. With a NULL pool the call has run,
 * callbacks included, when this returns.
 */
int furrow_pool_apply_async(furrow_result **result, furrow_pool *pool,
                            const furrow_map_options *options, furrow_function function,
                            void *context);

/* Hands in a map: see furrow_pool_map, and furrow_pool_apply_async for `result` and the codes.
 * Items must live until it is over, and so must options->results; if that is NULL, the results are
 * kept for furrow_result_get. A map counts as one pending call. */
int furrow_pool_map_async(furrow_result **result, furrow_pool *pool,
                          const furrow_map_options *options, size_t n, furrow_function function,
                          void *context);

static inline int furrow_pool_starmap_async(furrow_result **result, furrow_pool *pool,
                                            const furrow_map_options *options, size_t n,
                                            furrow_function function, void *context)
{
    return furrow_pool_map_async(result, pool, options, n, function, context);
}

#ifdef __cplusplus
}
#endif

#endif
