/*
 * pool_result.h: what becomes of work that was handed to a pool without waiting for it.
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
#ifndef FURROW_POOL_RESULT_H
#define FURROW_POOL_RESULT_H

#include <stdbool.h>
#include <stddef.h>

#include <furrow/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* No time limit. So is every other negative number; NaN is FURROW_EINVAL. */
#define FURROW_FOREVER (-1.0)

typedef struct furrow_result furrow_result;

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

#ifdef __cplusplus
}
#endif

#endif
