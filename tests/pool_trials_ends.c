/* pool_trials_ends.c: the methods that iterate, and pools that end or do not start. */
#include "pool_trials.h"

#include "harness.h"

#include <string.h>

#include <furrow/pool_async.h>

/* ---- iterators ---- */

static furrow_imap *start_imap(struct trial *trial, bool unordered)
{
    const furrow_imap_options options = {.item_size = sizeof *trial->items,
                                         .result_size = sizeof *trial->results,
                                         .chunk = trial->options.chunk,
                                         .unordered = unordered};
    furrow_imap *imap;
    int status =
        furrow_imap_new(&imap, trial->pool, &options, trial_next_pair, trial_square, trial);
    if (status)
        trial_say_status(trial, status, 0);
    return imap;
}

static void drain(struct trial *trial, furrow_imap *imap, bool unordered)
{
    size_t values = 0, errors = 0;
    long long sum = 0;
    furrow_imap_item item;
    int status;
    while ((status = furrow_imap_next(&item, imap, FURROW_FOREVER)) == FURROW_OK) {
        errors += item.status != FURROW_OK;
        if (item.status == FURROW_OK)
            sum += *(const long long *)item.result * (unordered ? 1 : (long long)++values);
        values += unordered && item.status == FURROW_OK;
    }
    EXPECT_EQUAL(status, FURROW_END);
    if (errors > 0)
        trial_say(trial, "%zu values, %zu errors, %lld", values, errors, sum);
    else
        trial_say(trial, "ok %lld", sum);
}

static void iterate(struct trial *trial, bool unordered)
{
    furrow_imap_item item;
    furrow_imap *imap = start_imap(trial, unordered);
    if (!imap)
        return;
    if (trial->timed) {
        trial_say_status(trial, furrow_imap_next(&item, imap, trial->timeout), 0);
        trial_say(trial, "; ");
        atomic_store(&trial->latch, true);
    }
    drain(trial, imap, unordered);
    furrow_imap_free(imap);
}

void trial_imap(struct trial *trial)
{
    iterate(trial, false);
}

void trial_imap_unordered(struct trial *trial)
{
    iterate(trial, true);
}

void trial_look_ahead(struct trial *trial)
{
    furrow_imap_item item;
    furrow_imap *imap = start_imap(trial, false);
    EXPECT_EQUAL(furrow_imap_next(&item, imap, FURROW_FOREVER), FURROW_OK);
    trial_say(trial, "pulled %zu", (size_t)trial->next);
    furrow_imap_free(imap);
}

/* ---- pools that end, or do not start ---- */

static void say_join(struct trial *trial, double timeout)
{
    int status = furrow_pool_join(NULL, trial->pool, timeout);
    if (status)
        trial_say_status(trial, status, 0);
    else
        trial_say(trial, "ok");
}

static furrow_result *submit_all(struct trial *trial)
{
    furrow_result *result;
    int status =
        furrow_pool_map_async(&result, trial->pool, &trial->options, trial->n, trial_square, trial);
    EXPECT_EQUAL(status, FURROW_OK);
    furrow_pool_close(trial->pool);
    return result;
}

void trial_close_then_get(struct trial *trial)
{
    furrow_result *result = submit_all(trial);
    furrow_pool_join(NULL, trial->pool, FURROW_FOREVER);
    if (strcmp(trial->extra, "twice") == 0)
        EXPECT_EQUAL(furrow_pool_join(NULL, trial->pool, FURROW_FOREVER), FURROW_OK);
    trial_get(trial, result, trial->n, 0);
    furrow_result_free(result);
}

static void join_with_timeout(struct trial *trial)
{
    furrow_result *result = submit_all(trial);
    say_join(trial, trial->timeout);
    trial_say(trial, "; ");
    atomic_store(&trial->latch, true);
    say_join(trial, FURROW_FOREVER);
    furrow_result_free(result);
}

void trial_join(struct trial *trial)
{
    if (strcmp(trial->extra, "open") == 0)
        say_join(trial, FURROW_FOREVER);
    else if (strcmp(trial->extra, "timeout") == 0)
        join_with_timeout(trial);
    else
        trial_close_then_get(trial);
}

/* A call fails and nobody looks at its result. */
void trial_unasked(struct trial *trial)
{
    furrow_result_free(trial_submit(trial, 0));
    furrow_pool_close(trial->pool);
    say_join(trial, FURROW_FOREVER);
}

void trial_closed(struct trial *trial)
{
    furrow_pool_close(trial->pool);
    trial_run_method(trial, trial->extra);
}

void trial_terminated(struct trial *trial)
{
    furrow_pool_terminate(trial->pool);
    trial_run_method(trial, trial->extra);
}

static int fail_to_start(void **scratch, const void *context)
{
    struct trial *trial = (struct trial *)context;
    (void)scratch;
    atomic_fetch_add(&trial->ran[0], 1);
    return FURROW_EINVAL;
}

void trial_new(struct trial *trial)
{
    const furrow_pool_options options = {
        .workers = trial->workers,
        .worker_new = strcmp(trial->extra, "initializer") == 0 ? fail_to_start : NULL,
        .context = trial,
    };
    int status = furrow_pool_new(&trial->pool, &options);
    if (status)
        trial_say_status(trial, status, 0);
    else
        trial_map(trial);
}
