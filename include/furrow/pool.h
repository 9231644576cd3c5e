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
 * A pool of w workers has w threads of its own, plain ones, that live as long as the pool. At most
 * w items run at once, whoever runs them: a caller that waits takes the place (number and scratch)
 * of a worker that has nothing to do and helps with its own call, so no call costs more threads,
 * and an item that calls its own pool makes progress even where it is the only worker. Workers that
 * find nothing to do look for 50 us, then sleep. While a pool is in use one of the sleepers looks
 * around every millisecond, more seldom the longer ago the last call is, and after 10 s no more.
 *
 * What is running can be shared on, and ended, between items: functions, and bodies that ask for
 * their items (furrow_range_claim), see a cancel or a failure below before each item; and when a
 * worker stays in one item for some milliseconds, others take over the items of its chunk that it
 * has not begun. A body that does not ask runs its range whole.
 *
 * Its threads are as OpenMP's would be: of OMP_STACKSIZE bytes of stack, and where OMP_PROC_BIND
 * binds, each on a place of its own, in turn. OMP_THREAD_LIMIT bounds all of Furrow's threads
 * together, those of every pool and of the loops of parallel.h, and the program's first; a pool
 * gets at least one. An OpenMP region that an item opens on one of them gets CPUs / w threads, at
 * least 1; in an item that the caller runs, what that thread's own setting says.
 *
 * Signals that are for the program go to the program's own threads: workers block all but SIGSEGV,
 * SIGBUS, SIGFPE, SIGILL, SIGTRAP and SIGSYS, which a thread brings about itself, and the
 * profilers' SIGPROF and SIGVTALRM.
 *
 * A thread that is woken for a loop is kept off its waker's CPU until it is awake, unless
 * OMP_PROC_BIND binds it. That is never while it runs an item, and its affinity is then what it was
 * before, whoever set it, wherever an item looks. A worker that was once led so keeps to the CPUs
 * that there were then: one that is switched on later, or added to the process's cpuset, it does
 * not use.
 *
 * A NULL pool is the serial loop on the caller, in order, for every function here; so is a pool in
 * a child process that was forked after the pool was made, for its workers stayed with the parent.
 * There each call makes and frees scratch of its own, what had not ended in the parent counts as
 * cancelled, and furrow_pool_free gives back memory alone. (A loop of parallel.h is shared in a
 * child as well: by threads that the child starts.) libomp 14 notes each process, children too, in
 * a page of shared memory, which stays when one ends by _exit or is killed: not Furrow's, but a
 * program that forks by the thousand sees /dev/shm grow. Everything is thread-safe but _free.
 *
 * What differs from Python's Pool, on purpose:
 *
 *   - A map stops at its first failure, and the failure it reports is that of the lowest item, as
 *     the serial loop would: nothing above it starts, everything below still runs. Python runs
 *     every other chunk, leaves out the rest of the chunk that failed, and reports whichever
 *     failure arrives first. `collect` runs every item here.
 *   - Every item has a status of its own. No failure is lost: what nobody asked about,
 *     furrow_pool_join returns.
 *   - A chunk of 0 is the planner's choice (as Python's None); a negative one, cast to size_t, is
 *     FURROW_EINVAL. Python takes map's chunksize=0 and returns n times None.
 *   - imap pulls from its input no further ahead than its buffer allows (pool_imap.h), and gives
 *     every item with its status; Python's, with a chunk above 1, ends at the first failure. Its
 *     chunk 0 is 1, and so are workers 0 planned: ValueErrors there.
 *   - furrow_result_successful is false before the end (ValueError there); a map of no items calls
 *     its callback (not there); what furrow_pool_terminate kept from starting ends with
 *     FURROW_ECANCELED, where Python's get waits for ever.
 *   - A call can be cancelled; join has a timeout; a result can be given up.
 *   - `max_pending` bounds what is submitted and not over; Python's queue has no bound.
 *   - An initializer that fails makes furrow_pool_new fail. Python respawns the worker for ever.
 *   - Nested calls work. Python's daemonic workers may have no pools, and waiting for their own
 *     hangs.
 *   - A map runs on the caller alone where earlier ones have shown that sharing it does not pay:
 *     see `chunk`.
 *   - Workers are threads: items share memory, and results need not be serialised. An item that
 *     ends its thread (pthread_exit) or jumps out of its function (longjmp) breaks the program;
 *     exit() from an item ends the process.
 */
#ifndef FURROW_POOL_H
#define FURROW_POOL_H

#include <stdbool.h>
#include <stddef.h>

#include <furrow/cancel.h>
#include <furrow/clock.h>
#include <furrow/faults.h>
#include <furrow/loop.h>
#include <furrow/progress.h>
#include <furrow/range.h>
#include <furrow/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What becomes of an asynchronous call: see pool_async.h. */
typedef struct furrow_result furrow_result;

/* ---- a pool ---- */

typedef struct furrow_pool furrow_pool;

typedef enum furrow_pool_kind {
    FURROW_POOL_THREADS,
    FURROW_POOL_PROCESSES /* not yet: FURROW_ENOTSUP */
} furrow_pool_kind;

/* What a submission does when max_pending are pending. */
typedef enum furrow_pool_full {
    FURROW_POOL_BLOCK, /* waits until an eighth of max_pending is free (who went on at each single
                        * end would be woken as often), or after a millisecond until anything is; on
                        * a worker of the pool, and in a callback, the work runs at once instead */
    FURROW_POOL_REFUSE /* returns FURROW_EAGAIN */
} furrow_pool_full;

/* {0} or NULL runs well. */
typedef struct furrow_pool_options {
    const char *name; /* of the threads, as debuggers show it: copied, up to 15 bytes; NULL: none */
    furrow_pool_kind kind;
    int workers;        /* 0: furrow_cpu_count(); at most what OMP_THREAD_LIMIT leaves, or 1 */
    size_t max_pending; /* asynchronous calls that are not over, at most; 0: no limit */
    furrow_pool_full full;
    furrow_worker_new worker_new;   /* the initializer: each worker's scratch, made at the start */
    furrow_worker_free worker_free; /* when the pool ends */
    const void *context;            /* passed to worker_new */
} furrow_pool_options;

/*
 * Starts the workers and waits until each has run `worker_new`, once, on its own thread. Returns 0;
 * the first worker's code that is not 0 (every worker has tried at most once, and what others made
 * has been freed); FURROW_EINVAL: a negative count or an enum out of range; FURROW_ENOTSUP;
 * FURROW_ENOMEM; or -EAGAIN where the system gives too few threads: those that it gave have ended
 * then. On failure `*pool` is NULL.
 */
int furrow_pool_new(furrow_pool **pool, const furrow_pool_options *options);

/* How many items may run at once: its threads. NULL, or a parent's pool in a forked child: 1. */
int furrow_pool_workers(const furrow_pool *pool);

/* The worker that the calling thread is for this pool: 0 ... workers - 1, or -1 for none. */
int furrow_pool_worker(const furrow_pool *pool);

/* From here on every new call is refused with FURROW_ECLOSED; what was handed in still runs. From
 * any thread, as often as wished. */
void furrow_pool_close(furrow_pool *pool);

/* Closes; and what has not started will not: it ends with FURROW_ECANCELED, calls that others are
 * waiting in included. Bodies that run see it in range->cancel. Does not wait. */
void furrow_pool_terminate(furrow_pool *pool);

/* What a pool did, all in all. */
typedef struct furrow_pool_outcome {
    size_t failed; /* asynchronous calls that failed without anybody asking */
    int status;    /* of the first of these to end; else 0 */
} furrow_pool_outcome;

/*
 * Waits until everything handed in is over and the workers have ended. Returns 0, also when it has
 * been joined before; the status of the first asynchronous call (in order of their ends) that
 * failed and that no furrow_result_get, _successful, _status, _error or error_callback told anybody
 * of; cancelled ones count when nobody cancelled them but furrow_pool_terminate; FURROW_EINVAL: not
 * closed or terminated; FURROW_ETIMEDOUT: join again; FURROW_EDEADLK: called by one of its workers.
 * `outcome` may be NULL.
 */
int furrow_pool_join(furrow_pool_outcome *outcome, furrow_pool *pool, double timeout);

/* Terminates, joins and frees. Items that run are waited for, and so is every thread that waits in
 * a call of the pool, or for one of its results: its call ends as after furrow_pool_terminate.
 * Otherwise no other thread may use the pool or its results meanwhile. Not from a worker of the
 * pool, nor from a callback. */
void furrow_pool_free(furrow_pool *pool);

/* ---- work ---- */

/* After an asynchronous call has ended and before it is ready: all its results, or what failed
 * first. Callbacks of a pool run one at a time, on whichever thread ended the call, and may call
 * anything of the pool but _free, _join and what FURROW_EDEADLK refuses. */
typedef void (*furrow_callback)(const void *results, size_t count, void *context);
typedef void (*furrow_error_callback)(const furrow_error *error, void *context);

/* {0} or NULL runs well. Pointers are lent until the call is over. */
typedef struct furrow_map_options {
    const void *items; /* item i is item_size * i bytes behind; a struct for several arguments */
    size_t item_size;
    void *results; /* the slot of item i likewise; NULL: none, or kept by a furrow_result */
    size_t result_size;
    int *statuses; /* [n]: of each item: 0, its code, or FURROW_ECANCELED: never started; or NULL */
    size_t chunk;  /* items handed out at a time, without a look at what they cost. 0: planned: the
                    * first are handed out singly, then as many as take some ten microseconds, then
                    * fewer to the end; and the caller runs all of it alone where earlier calls with
                    * this function or body, over about as many items, have shown that waking a
                    * thread would take longer, or that sharing did not help; and once to see what
                    * it takes by itself, if it is over in some milliseconds. When it then takes
                    * longer than was known, it is shared after all */
    bool collect;  /* after a failure everything still runs; with a body, a range that fails is a
                    * failure of each of its items */
    size_t first;  /* the number of the first item, for bodies, faults and errors */
    furrow_faults *faults; /* where furrow_fail of bodies and, with collect, functions record */
    furrow_cancel *cancel;
    furrow_trace *trace;      /* not of asynchronous calls */
    furrow_finished finished; /* after each range of a body */
    void *finished_context;
    furrow_progress_event progress; /* of items, one call at a time, on any worker or the caller */
    void *progress_context;
    furrow_error *error;              /* which item failed; not of asynchronous calls */
    furrow_parallel_outcome *outcome; /* likewise; asking costs two clock readings a range */

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
 * by a worker or in its place. Returns its code, FURROW_ECANCELED, FURROW_ECLOSED.
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
 * with items running at the same time. After item f failed nothing above f starts and all below f
 * still run, so the code is the serial loop's; with `collect` every item runs, and the code is that
 * of the lowest that failed. Returns 0, an item's code, FURROW_ECANCELED, FURROW_ECLOSED,
 * FURROW_ENOMEM; FURROW_EINVAL: no function, n or chunk above PTRDIFF_MAX (a negative number in
 * disguise), items or results without a size, or more bytes than there can be.
 */
int furrow_pool_map(furrow_pool *pool, const furrow_map_options *options, size_t n,
                    furrow_function function, void *context);

/* The same for a body over ranges: furrow_parallel_for on a pool. Items are not looked at. */
int furrow_pool_for(furrow_pool *pool, const furrow_map_options *options, size_t n,
                    furrow_body body, const void *context);

/* furrow_pool_map by the name it has in Python: in C a tuple is a struct, and the function takes
 * its fields by name. */
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
 * with functions running at the same time and `fold` on the caller, in index order, so that it need
 * be neither associative nor commutative. options->result_size is the size of a result; results
 * live in a buffer of at most 4 MiB (or one a worker) unless options->results keeps all. Not used:
 * collect, statuses, outcome. Otherwise as furrow_pool_map.
 */
int furrow_pool_map_reduce(void *into, furrow_pool *pool, const furrow_map_options *options,
                           size_t n, furrow_function function, furrow_fold fold, void *context);

/* The group of a result: 0 ... groups - 1. Nonzero stops. */
typedef int (*furrow_group)(size_t *group, const void *result, const void *context);

/* Likewise with `groups` totals, `size` bytes apart, each folded in index order:
 * fold(&into[group(result)], result, context). FURROW_ERANGE: a group that there is not. */
int furrow_pool_map_reduce_by(void *into, size_t size, size_t groups, furrow_pool *pool,
                              const furrow_map_options *options, size_t n, furrow_function function,
                              furrow_group group, furrow_fold fold, void *context);

/* ---- without waiting ---- */

/*
 * Hands in one call. The item is copied; options->results is not used: result_size bytes, zeroed,
 * are kept in the result. Of the other options only callbacks, `cancel` and `first` matter.
 *
 * `result` may be NULL: nobody will ask. Calls start in the order in which they were handed in,
 * but for one that the waiting thread runs itself; and where many were run so, or cancelled, while
 * they stood in line, others may change places when the line is closed up.
 * FURROW_EAGAIN: full; FURROW_ECLOSED, FURROW_ENOMEM, FURROW_EINVAL: `*result` is NULL and nothing
 * was handed in. With a NULL pool it has run, callbacks included, when this returns.
 */
int furrow_pool_apply_async(furrow_result **result, furrow_pool *pool,
                            const furrow_map_options *options, furrow_function function,
                            void *context);

/* Likewise furrow_pool_map. Items, and results where they are the caller's, are lent until it is
 * over; without options->results they are kept in the result. It counts as one pending call. */
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
