/* pool_trials_calls.c: the methods that map and apply, waiting or not. */
#include "pool_trials.h"

#include "harness.h"

#include <string.h>

#include <furrow/pool_async.h>

/* ---- calls that wait ---- */

void trial_apply(struct trial *trial)
{
    int status =
        furrow_pool_apply(trial->results, trial->pool, trial->items, trial_square_of_both, trial);
    trial_say_status(trial, status, trial->results[0]);
}

void trial_map(struct trial *trial)
{
    trial->options.results = trial->results;
    trial->options.collect = strcmp(trial->extra, "collect") == 0;
    int status = furrow_pool_map(trial->pool, &trial->options, trial->n, trial_square, trial);
    trial_say_status(trial, status, trial_place_sum(trial->results, trial->n));
}

void trial_starmap(struct trial *trial)
{
    trial->options.results = trial->results;
    trial->options.collect = strcmp(trial->extra, "collect") == 0;
    int status =
        furrow_pool_starmap(trial->pool, &trial->options, trial->n, trial_square_of_both, trial);
    trial_say_status(trial, status, trial_place_sum(trial->results, trial->n));
}

void trial_nested(struct trial *trial)
{
    trial->options.results = trial->results;
    int status =
        furrow_pool_map(trial->pool, &trial->options, trial->n, trial_square_by_pool, trial);
    trial_say_status(trial, status, trial_place_sum(trial->results, trial->n));
}

/* ---- calls that do not ---- */

static void told_results(const void *results, size_t count, void *context)
{
    struct trial *trial = context;
    bool right = count == trial->n && (count == 0 || *(const long long *)results == 1);
    strcat(trial->told, right ? "callback" : "callback of something else");
}

static void told_error(const furrow_error *error, void *context)
{
    struct trial *trial = context;
    bool right = error->code == TRIAL_FAILED + (int)error->item;
    strcat(trial->told, right ? "error_callback" : "error_callback of something else");
}

void trial_get(struct trial *trial, furrow_result *result, size_t count, double timeout)
{
    int status = furrow_result_get(trial->results, result, timeout);
    trial_say_status(trial, status, trial_place_sum(trial->results, count));
}

static void end_async(struct trial *trial, furrow_result *result, int status)
{
    if (status) {
        trial_say_status(trial, status, 0);
        return;
    }
    if (trial->timed) {
        trial_get(trial, result, trial->n, trial->timeout);
        trial_say(trial, "; ");
        atomic_store(&trial->latch, true);
    }
    trial_get(trial, result, trial->n, FURROW_FOREVER);
    if (strcmp(trial->extra, "again") == 0) {
        trial_say(trial, "; ");
        trial_get(trial, result, trial->n, FURROW_FOREVER);
    }
    if (strcmp(trial->extra, "callback") == 0)
        trial_say(trial, ", %s", trial->told[0] ? trial->told : "neither callback");
    furrow_result_free(result);
}

static const furrow_map_options *with_callbacks(struct trial *trial)
{
    trial->options.callback = told_results;
    trial->options.error_callback = told_error;
    trial->options.callback_context = trial;
    return &trial->options;
}

void trial_apply_async(struct trial *trial)
{
    furrow_result *result;
    int status =
        furrow_pool_apply_async(&result, trial->pool, with_callbacks(trial), trial_square, trial);
    end_async(trial, result, status);
}

void trial_map_async(struct trial *trial)
{
    furrow_result *result;
    int status = furrow_pool_map_async(&result, trial->pool, with_callbacks(trial), trial->n,
                                       trial_square, trial);
    end_async(trial, result, status);
}

void trial_starmap_async(struct trial *trial)
{
    furrow_result *result;
    int status = furrow_pool_starmap_async(&result, trial->pool, with_callbacks(trial), trial->n,
                                           trial_square_of_both, trial);
    end_async(trial, result, status);
}

furrow_result *trial_submit(struct trial *trial, size_t item)
{
    furrow_map_options options = {.items = &trial->items[item],
                                  .item_size = sizeof *trial->items,
                                  .result_size = sizeof *trial->results};
    furrow_result *result;
    int status = furrow_pool_apply_async(&result, trial->pool, &options, trial_square, trial);
    EXPECT_EQUAL(status, FURROW_OK);
    return result;
}

void trial_wait(struct trial *trial)
{
    furrow_result *result = trial_submit(trial, 0);
    EXPECT(!furrow_result_ready(result));
    EXPECT_EQUAL(furrow_result_wait(result, trial->timeout), FURROW_ETIMEDOUT);
    trial_say(trial, furrow_result_ready(result) ? "ready " : "not ready ");
    atomic_store(&trial->latch, true);
    EXPECT_EQUAL(furrow_result_wait(result, FURROW_FOREVER), FURROW_OK);
    trial_say(trial, furrow_result_ready(result) ? "ready" : "not ready");
    furrow_result_free(result);
}

void trial_successful(struct trial *trial)
{
    furrow_result *result = trial_submit(trial, 0);
    trial_say(trial, furrow_result_successful(result) ? "true; " : "false; ");
    atomic_store(&trial->latch, true);
    EXPECT_EQUAL(furrow_result_wait(result, FURROW_FOREVER), FURROW_OK);
    trial_say(trial, furrow_result_successful(result) ? "true" : "false");
    furrow_result_free(result);
}

/* Of two calls on one worker the first runs and the second has not started. */
static void get_both(struct trial *trial, furrow_result *first, furrow_result *second)
{
    atomic_store(&trial->latch, true);
    trial_get(trial, first, 1, FURROW_FOREVER);
    trial_say(trial, "; ");
    trial_get(trial, second, 1, FURROW_FOREVER);
    furrow_result_free(first);
    furrow_result_free(second);
}

void trial_terminate_then_get(struct trial *trial)
{
    furrow_result *first = trial_submit(trial, 0);
    trial_await_first(trial);
    furrow_result *second = trial_submit(trial, 1);
    furrow_pool_terminate(trial->pool);
    get_both(trial, first, second);
}

void trial_cancel(struct trial *trial)
{
    furrow_result *first = trial_submit(trial, 0);
    trial_await_first(trial);
    furrow_result *second = trial_submit(trial, 1);
    trial_say(trial, furrow_result_cancel(second) ? "true; " : "false; ");
    get_both(trial, first, second);
}
