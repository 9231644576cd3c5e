/*
 * pool_async.h: work of a pool that nobody waits for at once: its results, and maps over items that
 * come one at a time (imap).
 *
 * A furrow_result is made by furrow_pool_apply_async and furrow_pool_map_async and freed by its
 * owner, before or after the pool. All functions but _free may be called by any thread at any time
 * (while the pool is being freed, see furrow_pool_free).
 *
 * Timeouts are in seconds: 0 looks and does not wait, FURROW_FOREVER waits until it is over.
 * A thread that waits for ever, or that is itself a worker of the pool, helps: it runs items of
 * what it waits for rather than block (so a worker that waits makes progress on a pool of one, and
 * its timeout is looked at between items only). Callbacks run one at a time, so waiting inside one,
 * or in an item of a map that one waits in, for a result that has a callback of its own would never
 * end: FURROW_EDEADLK. A callback must not wait for an asynchronous call that itself waits for such
 * a result: that is not seen, and never ends.
 */
#ifndef FURROW_POOL_ASYNC_H
#define FURROW_POOL_ASYNC_H

#include <furrow/pool.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Waits, then copies what came out to `into` (which may be NULL): the result of furrow_pool_apply_
 * async, or all of furrow_pool_map_async in item order where the results were not the caller's own
 * memory anyway. Returns 0; the code of the lowest item that failed (everything that succeeded has
 * still been copied, what failed is zero unless its function wrote to it); FURROW_ECANCELED;
 * FURROW_ETIMEDOUT: not over yet, ask again; FURROW_EDEADLK. As often as wished.
 */
int furrow_result_get(void *into, furrow_result *result, double timeout);

/* As furrow_result_get, but 0 however it ended: FURROW_ETIMEDOUT, FURROW_EDEADLK or 0. Asks about
 * the time, not about failures: these stay unobserved (see furrow_pool_join). */
int furrow_result_wait(furrow_result *result, double timeout);

/*
 * Waits until any of `count` results of one pool is over; `*index` is the lowest that is. So they
 * come as they complete:
 *
 *     for (; n > 0; results[i] = results[--n]) {
 *         furrow_result_wait_any(&i, results, n, FURROW_FOREVER);
 *         status = furrow_result_get(&value, results[i], 0);
 *         use(value, status);
 *         furrow_result_free(results[i]);
 *     }
 *
 * Says nothing of failures. FURROW_ETIMEDOUT, FURROW_EDEADLK, FURROW_ECANCELED as
 * furrow_result_get; FURROW_EINVAL: none, or of several pools.
 */
int furrow_result_wait_any(size_t *index, furrow_result *const *results, size_t count,
                           double timeout);

/* Whether it is over, callbacks included. */
bool furrow_result_ready(const furrow_result *result);

/* Whether it is over and nothing failed; false while it is not over. */
bool furrow_result_successful(furrow_result *result);

/* The status of one item (0 of apply): its function's return; FURROW_ECANCELED when it never
 * started; FURROW_EAGAIN while the result is not over; FURROW_ERANGE when there are fewer. */
int furrow_result_status(furrow_result *result, size_t item);

/* What furrow_result_get returns and the item that it is about, copied to `*error` (which may be
 * NULL). Returns error->code, 0 while it is not over. */
int furrow_result_error(furrow_error *error, furrow_result *result);

/* What has not started will not; bodies that run see it in range->cancel. True when something was
 * kept from starting: furrow_result_get then returns FURROW_ECANCELED (unless an item below had
 * failed before). Does not wait. */
bool furrow_result_cancel(furrow_result *result);

/* Gives it up. What it stands for still runs to its end, and what was lent for it must live until
 * then; its failure counts as one that nobody asked about. */
void furrow_result_free(furrow_result *result);

/* ---- imap ---- */

/*
 * imap: a map over items that come one at a time, of which only a few are held at once.
 *
 *     furrow_imap *imap;
 *     furrow_imap_item item;
 *     furrow_imap_new(&imap, pool, &options, generate, function, context);
 *     while ((status = furrow_imap_next(&item, imap, FURROW_FOREVER)) == FURROW_OK)
 *         use(item.index, item.result, item.status);
 *     furrow_imap_free(imap);                                   // also half-way
 *     return status == FURROW_END ? FURROW_OK : status;
 *
 * is the serial program
 *
 *     for (size_t i = 0; generate(&item, &end, context) == 0 && !end; i++)
 *         use(i, result, function(&result, &item, context));
 *
 * with functions running ahead of `use`: at most workers + buffer items are ever pulled that have
 * not been given back. `generate` is called by one thread at a time, a worker as a rule, and a
 * worker that waits for it runs nothing else meanwhile; results that are there are given back
 * whatever it waits for. So the input may wait for what becomes of earlier items. Without a pool
 * furrow_imap_next pulls and runs the item that it gives back.
 */
typedef struct furrow_imap furrow_imap;

/* Writes the next item to `item` (item_size bytes), or sets `*end` (which comes false). Nonzero:
 * the input is broken; furrow_imap_next returns that code once, after all items before it. Called
 * by one thread at a time, not always the same. */
typedef int (*furrow_generator)(void *item, bool *end, void *context);

/* Zero is a good default for all but the sizes. */
typedef struct furrow_imap_options {
    size_t item_size, result_size;
    size_t buffer;  /* items that may have been pulled beyond one a worker; 0: one more a worker */
    size_t chunk;   /* items that a worker takes at a time; then workers * chunk + buffer are pulled
                     * ahead at most; 0: 1 */
    bool unordered; /* imap_unordered: as they end, not as they were pulled */
    furrow_cancel *cancel;
    size_t total;                   /* items that will come, for `progress`; 0: not known */
    furrow_progress_event progress; /* of items given back, by furrow_imap_next; its end by
                                     * furrow_imap_free where there was more to come */
    void *progress_context;
} furrow_imap_options;

typedef struct furrow_imap_item {
    size_t index; /* in which it was pulled, from 0 */
    void *result; /* until the next call of furrow_imap_next or _free */
    int status;   /* of this item alone; those after it go on */
} furrow_imap_item;

/* Starts; nothing is pulled yet. `context` goes to both callbacks. FURROW_ENOMEM, FURROW_ECLOSED;
 * FURROW_EINVAL as furrow_pool_map. With a NULL pool items run as they are asked for. */
int furrow_imap_new(furrow_imap **imap, furrow_pool *pool, const furrow_imap_options *options,
                    furrow_generator generate, furrow_function function, void *context);

/* The next item, in order unless `unordered`. 0; FURROW_END: there are no more, and so for every
 * further call; FURROW_ETIMEDOUT: ask again; FURROW_ECANCELED: the cancel, or
 * furrow_pool_terminate, seen within 10 ms whatever items and the generator are doing; the
 * generator's own code. By one thread at a time. A worker of the pool may be it: it then pulls and
 * runs items rather than wait for another worker to. */
int furrow_imap_next(furrow_imap_item *item, furrow_imap *imap, double timeout);

/* Gives up what is left: items that have not started will not; those that run, and a call of the
 * generator, are waited for. Before the pool is freed. */
void furrow_imap_free(furrow_imap *imap);

#ifdef __cplusplus
}
#endif

#endif
