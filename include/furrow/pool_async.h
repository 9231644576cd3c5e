/*
 * pool_async.h: work of a pool that runs while the caller goes on: results of asynchronous calls,
 * and imap, a map over a stream of items.
 *
 *     furrow_result *result;
 *     furrow_pool_map_async(&result, pool, &options, n, function, context);
 *     ...                                                       // meanwhile
 *     status = furrow_result_get(values, result, FURROW_FOREVER);
 *     furrow_result_free(result);
 *
 * Timeouts are in seconds: 0 looks and does not wait; FURROW_FOREVER waits until it is over.
 *
 * A thread that waits with FURROW_FOREVER, and a worker of the pool with any timeout but 0, helps:
 * it runs items of what it waits for. So a worker that waits makes progress even as the only one of
 * its pool. Such a worker looks at its timeout between items only.
 *
 * Deadlocks. Callbacks run one at a time. A thread that is inside one, or in an item of a map for
 * which a callback waits, must not wait for a result that has a callback: FURROW_EDEADLK. Nor may a
 * callback wait for an asynchronous call that itself waits for such a result. This case is not
 * detected: it waits for ever.
 */
#ifndef FURROW_POOL_ASYNC_H
#define FURROW_POOL_ASYNC_H

#include <furrow/pool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- results ---- */

/*
 * A furrow_result stands for one asynchronous call. furrow_pool_apply_async or
 * furrow_pool_map_async makes it; its owner frees it, before or after the pool. All its functions
 * but furrow_result_free may be called by any thread at any time. For the moment when the pool is
 * freed, see furrow_pool_free.
 */

/*
 * Waits, then copies the results to `into` (which may be NULL): one result of
 * furrow_pool_apply_async, or n of furrow_pool_map_async in item order. It copies nothing if
 * options->results took them already.
 *
 * Returns 0. The code of the lowest item that failed: results of other items have been copied, and
 * that of a failed item is zero unless its function has written to it. FURROW_ECANCELED;
 * FURROW_ETIMEDOUT: not over yet, ask again; FURROW_EDEADLK. It may be called again.
 */
int furrow_result_get(void *into, furrow_result *result, double timeout);

/* Waits only. Returns 0 however the call ended; FURROW_ETIMEDOUT or FURROW_EDEADLK. It does not
 * count as asking about failures: see furrow_pool_join. */
int furrow_result_wait(furrow_result *result, double timeout);

/*
 * Waits until any of `count` results of one pool is over; `*index` is the lowest that is. So
 * results come as they complete:
 *
 *     for (; n > 0; results[i] = results[--n]) {
 *         furrow_result_wait_any(&i, results, n, FURROW_FOREVER);
 *         status = furrow_result_get(&value, results[i], 0);
 *         use(value, status);
 *         furrow_result_free(results[i]);
 *     }
 *
 * Says nothing about failures. FURROW_ETIMEDOUT, FURROW_EDEADLK and FURROW_ECANCELED as
 * furrow_result_get; FURROW_EINVAL: there are no results, or they belong to several pools.
 */
int furrow_result_wait_any(size_t *index, furrow_result *const *results, size_t count,
                           double timeout);

/* Whether the call is over, callbacks included. */
bool furrow_result_ready(const furrow_result *result);

/* Whether the call is over and nothing failed. */
bool furrow_result_successful(furrow_result *result);

/* The status of one item (item 0 of apply): the code of its function; FURROW_ECANCELED: it never
 * started; FURROW_EAGAIN: the call is not over; FURROW_ERANGE: there is no such item. */
int furrow_result_status(furrow_result *result, size_t item);

/* The code that furrow_result_get returns, and in `*error` (which may be NULL) the item that failed
 * and why. 0 while the call is not over. */
int furrow_result_error(furrow_error *error, furrow_result *result);

/* Keeps items from starting; running bodies see it in range->cancel. True if it kept any: then
 * furrow_result_get returns FURROW_ECANCELED, unless an item has failed. Neither waits nor calls
 * back. */
bool furrow_result_cancel(furrow_result *result);

/* Gives the result up. Its call still runs to the end, and memory that was lent to it must live
 * until then. If it fails, nobody has asked about this failure: see furrow_pool_join. */
void furrow_result_free(furrow_result *result);

/* ---- imap ---- */

/*
 * A map over a stream of items, of which only a few are in memory at a time.
 *
 *     furrow_imap *imap;
 *     furrow_imap_item item;
 *     furrow_imap_new(&imap, pool, &options, generate, function, context);
 *     while ((status = furrow_imap_next(&item, imap, FURROW_FOREVER)) == FURROW_OK)
 *         use(item.index, item.result, item.status);
 *     furrow_imap_free(imap);                                   // also half-way
 *     return status == FURROW_END ? FURROW_OK : status;
 *
 * is the serial loop
 *
 *     for (size_t i = 0; generate(&item, &end, context) == 0 && !end; i++)
 *         use(i, result, function(&result, &item, context));
 *
 * with functions running ahead of `use`. At most workers + buffer items are pulled and not yet
 * given back. A worker calls `generate`, one at a time. While it waits for `generate` it runs
 * nothing else, but results that are ready are given back; so with chunk 1 the input may wait for
 * the answer to earlier items. Without a pool furrow_imap_next pulls and runs the item that it
 * gives.
 */
typedef struct furrow_imap furrow_imap;

/* Writes the next item to `item` (item_size bytes), or sets `*end`, which is false before. Nonzero:
 * the input is broken; furrow_imap_next returns that code once, after all items before it. Called
 * by one thread at a time, but not always the same. */
typedef int (*furrow_generator)(void *item, bool *end, void *context);

/* Zero is a good default for all but the sizes. */
typedef struct furrow_imap_options {
    size_t item_size, result_size;
    size_t buffer;  /* items that may be pulled beyond one for each worker; 0: one more for each */
    size_t chunk;   /* items that a worker takes at a time; 0: 1. With more, at most
                     * workers * chunk + buffer items are pulled. */
    bool unordered; /* gives items back as they end, not in order: imap_unordered */
    furrow_cancel *cancel;
    size_t total;                   /* items that will come, for `progress`; 0: unknown */
    furrow_progress_event progress; /* of items given back; called by furrow_imap_next, or at an
                                     * early end by furrow_imap_free */
    void *progress_context;
} furrow_imap_options;

typedef struct furrow_imap_item {
    size_t index; /* its place in the stream, from 0 */
    void *result; /* lives until the next call of furrow_imap_next or _free */
    int status;   /* of this item alone; a failure does not stop the others */
} furrow_imap_item;

/* Makes an imap; nothing is pulled yet. `context` is for both callbacks. Returns 0, FURROW_ENOMEM,
 * FURROW_ECLOSED, or FURROW_EINVAL as furrow_pool_map. With a NULL pool each item runs when it is
 * asked for. */
int furrow_imap_new(furrow_imap **imap, furrow_pool *pool, const furrow_imap_options *options,
                    furrow_generator generate, furrow_function function, void *context);

/* Gives the next item, in order unless `unordered`. FURROW_END: there are no more (again in further
 * calls); FURROW_ETIMEDOUT: ask again; FURROW_ECANCELED: by the cancel or furrow_pool_terminate,
 * noticed within 10 ms whatever items and the generator do; or the generator's own code. Must be
 * called by one thread at a time. A worker of the pool pulls and runs items here rather than wait
 * for another worker to; so does every thread if there is no pool or its threads have left. Time
 * and cancels are then looked at between items. */
int furrow_imap_next(furrow_imap_item *item, furrow_imap *imap, double timeout);

/* Gives the rest up: items that have not started never will; running ones, and a call of the
 * generator, are waited for. Must come before furrow_pool_free. */
void furrow_imap_free(furrow_imap *imap);

#ifdef __cplusplus
}
#endif

#endif
