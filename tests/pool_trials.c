/* pool_trials.c: a function for each method of tests/pool/semantics.csv. */
#include "pool_trials.h"

#include "harness.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <furrow/clock.h>
#include <furrow/pool_imap.h>

/* Item i fails with FAILED + i. */
enum { FAILED = 1000 };

static void run_method(struct trial *trial, const char *name);

/* ---- items ---- */

static int square(void *result, const void *item, void *context)
{
    struct trial *trial = context;
    size_t i = (size_t)((const struct pair *)item)->i;
    atomic_fetch_add(&trial->ran[i], 1);
    while (!atomic_load(&trial->gate))
        furrow_clock_sleep(1e-4);
    if (trial->slow[i])
        furrow_clock_sleep(0.02);
    if (trial->fails[i])
        return FAILED + (int)i;
    *(long long *)result = (long long)(i * i + 1);
    return FURROW_OK;
}

static int square_of_both(void *result, const void *item, void *context)
{
    const struct pair *pair = item;
    return pair->j == pair->i + 1 ? square(result, item, context) : FURROW_EVERIFY;
}

static int square_by_pool(void *result, const void *item, void *context)
{
    struct trial *trial = context;
    const furrow_map_options one = {
        .items = item, .item_size = sizeof(struct pair), .results = result, .result_size = 8};
    return furrow_pool_map(trial->pool, &one, 1, square, trial);
}

static int next_pair(void *item, bool *end, void *context)
{
    struct trial *trial = context;
    *end = trial->next == trial->n;
    if (!*end)
        *(struct pair *)item = trial->items[trial->next++];
    return FURROW_OK;
}

static void await_first(const struct trial *trial)
{
    while (atomic_load(&trial->ran[0]) == 0)
        furrow_clock_sleep(1e-4);
}

/* ---- words ---- */

#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
static void
say(struct trial *trial, const char *format, ...)
{
    size_t length = strlen(trial->words);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(trial->words + length, sizeof trial->words - length, format, arguments);
    va_end(arguments);
}

static long long place_sum(const long long *values, size_t count)
{
    long long sum = 0;
    for (size_t place = 0; place < count; place++)
        sum += (long long)(place + 1) * values[place];
    return sum;
}

static void say_status(struct trial *trial, int status, long long sum)
{
    if (status == FURROW_OK)
        say(trial, "ok %lld", sum);
    else if (status >= FAILED)
        say(trial, "error %d", status - FAILED);
    else
        say(trial, "%s",
            status == FURROW_ETIMEDOUT   ? "timeout"
            : status == FURROW_EINVAL    ? "refused"
            : status == FURROW_ECLOSED   ? "closed"
            : status == FURROW_ECANCELED ? "cancelled"
                                         : furrow_status_name(status));
}

/* ---- calls that wait ---- */

static void run_apply(struct trial *trial)
{
    int status =
        furrow_pool_apply(trial->results, trial->pool, trial->items, square_of_both, trial);
    say_status(trial, status, trial->results[0]);
}

static void run_map(struct trial *trial)
{
    trial->options.results = trial->results;
    trial->options.collect = strcmp(trial->extra, "collect") == 0;
    int status = furrow_pool_map(trial->pool, &trial->options, trial->n, square, trial);
    say_status(trial, status, place_sum(trial->results, trial->n));
}

static void run_starmap(struct trial *trial)
{
    trial->options.results = trial->results;
    trial->options.collect = strcmp(trial->extra, "collect") == 0;
    int status = furrow_pool_starmap(trial->pool, &trial->options, trial->n, square_of_both, trial);
    say_status(trial, status, place_sum(trial->results, trial->n));
}

static void run_nested(struct trial *trial)
{
    trial->options.results = trial->results;
    int status = furrow_pool_map(trial->pool, &trial->options, trial->n, square_by_pool, trial);
    say_status(trial, status, place_sum(trial->results, trial->n));
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
    bool right = error->code == FAILED + (int)error->item;
    strcat(trial->told, right ? "error_callback" : "error_callback of something else");
}

static void get(struct trial *trial, furrow_result *result, size_t count, double timeout)
{
    int status = furrow_result_get(trial->results, result, timeout);
    say_status(trial, status, place_sum(trial->results, count));
}

static void end_async(struct trial *trial, furrow_result *result, int status)
{
    if (status) {
        say_status(trial, status, 0);
        return;
    }
    if (trial->timed) {
        get(trial, result, trial->n, trial->timeout);
        say(trial, "; ");
        atomic_store(&trial->gate, true);
    }
    get(trial, result, trial->n, FURROW_FOREVER);
    if (strcmp(trial->extra, "again") == 0) {
        say(trial, "; ");
        get(trial, result, trial->n, FURROW_FOREVER);
    }
    if (strcmp(trial->extra, "callback") == 0)
        say(trial, ", %s", trial->told[0] ? trial->told : "neither callback");
    furrow_result_free(result);
}

static const furrow_map_options *with_callbacks(struct trial *trial)
{
    trial->options.callback = told_results;
    trial->options.error_callback = told_error;
    trial->options.callback_context = trial;
    return &trial->options;
}

static void run_apply_async(struct trial *trial)
{
    furrow_result *result;
    int status =
        furrow_pool_apply_async(&result, trial->pool, with_callbacks(trial), square, trial);
    end_async(trial, result, status);
}

static void run_map_async(struct trial *trial)
{
    furrow_result *result;
    int status =
        furrow_pool_map_async(&result, trial->pool, with_callbacks(trial), trial->n, square, trial);
    end_async(trial, result, status);
}

static void run_starmap_async(struct trial *trial)
{
    furrow_result *result;
    int status = furrow_pool_starmap_async(&result, trial->pool, with_callbacks(trial), trial->n,
                                           square_of_both, trial);
    end_async(trial, result, status);
}

static furrow_result *submit(struct trial *trial, size_t item)
{
    furrow_map_options options = {.items = &trial->items[item],
                                  .item_size = sizeof *trial->items,
                                  .result_size = sizeof *trial->results};
    furrow_result *result;
    int status = furrow_pool_apply_async(&result, trial->pool, &options, square, trial);
    EXPECT_EQUAL(status, FURROW_OK);
    return result;
}

static void run_wait(struct trial *trial)
{
    furrow_result *result = submit(trial, 0);
    EXPECT(!furrow_result_ready(result));
    EXPECT_EQUAL(furrow_result_wait(result, trial->timeout), FURROW_ETIMEDOUT);
    say(trial, furrow_result_ready(result) ? "ready " : "not ready ");
    atomic_store(&trial->gate, true);
    EXPECT_EQUAL(furrow_result_wait(result, FURROW_FOREVER), FURROW_OK);
    say(trial, furrow_result_ready(result) ? "ready" : "not ready");
    furrow_result_free(result);
}

static void run_successful(struct trial *trial)
{
    furrow_result *result = submit(trial, 0);
    say(trial, furrow_result_successful(result) ? "true; " : "false; ");
    atomic_store(&trial->gate, true);
    EXPECT_EQUAL(furrow_result_wait(result, FURROW_FOREVER), FURROW_OK);
    say(trial, furrow_result_successful(result) ? "true" : "false");
    furrow_result_free(result);
}

/* Of two calls on one worker the first runs and the second has not started. */
static void get_both(struct trial *trial, furrow_result *first, furrow_result *second)
{
    atomic_store(&trial->gate, true);
    get(trial, first, 1, FURROW_FOREVER);
    say(trial, "; ");
    get(trial, second, 1, FURROW_FOREVER);
    furrow_result_free(first);
    furrow_result_free(second);
}

static void run_terminate_then_get(struct trial *trial)
{
    furrow_result *first = submit(trial, 0);
    await_first(trial);
    furrow_result *second = submit(trial, 1);
    furrow_pool_terminate(trial->pool);
    get_both(trial, first, second);
}

static void run_cancel(struct trial *trial)
{
    furrow_result *first = submit(trial, 0);
    await_first(trial);
    furrow_result *second = submit(trial, 1);
    say(trial, furrow_result_cancel(second) ? "true; " : "false; ");
    get_both(trial, first, second);
}

/* ---- iterators ---- */

static furrow_imap *start_imap(struct trial *trial, bool unordered)
{
    const furrow_imap_options options = {.item_size = sizeof *trial->items,
                                         .result_size = sizeof *trial->results,
                                         .chunk = trial->options.chunk,
                                         .unordered = unordered};
    furrow_imap *imap;
    int status = furrow_imap_new(&imap, trial->pool, &options, next_pair, square, trial);
    if (status)
        say_status(trial, status, 0);
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
        say(trial, "%zu values, %zu errors, %lld", values, errors, sum);
    else
        say(trial, "ok %lld", sum);
}

static void iterate(struct trial *trial, bool unordered)
{
    furrow_imap_item item;
    furrow_imap *imap = start_imap(trial, unordered);
    if (!imap)
        return;
    if (trial->timed) {
        say_status(trial, furrow_imap_next(&item, imap, trial->timeout), 0);
        say(trial, "; ");
        atomic_store(&trial->gate, true);
    }
    drain(trial, imap, unordered);
    furrow_imap_free(imap);
}

static void run_imap(struct trial *trial)
{
    iterate(trial, false);
}

static void run_imap_unordered(struct trial *trial)
{
    iterate(trial, true);
}

static void run_look_ahead(struct trial *trial)
{
    furrow_imap_item item;
    furrow_imap *imap = start_imap(trial, false);
    EXPECT_EQUAL(furrow_imap_next(&item, imap, FURROW_FOREVER), FURROW_OK);
    say(trial, "pulled %zu", trial->next);
    furrow_imap_free(imap);
}

/* ---- pools that end, or do not start ---- */

static void say_join(struct trial *trial, double timeout)
{
    int status = furrow_pool_join(NULL, trial->pool, timeout);
    if (status)
        say_status(trial, status, 0);
    else
        say(trial, "ok");
}

static furrow_result *submit_all(struct trial *trial)
{
    furrow_result *result;
    int status =
        furrow_pool_map_async(&result, trial->pool, &trial->options, trial->n, square, trial);
    EXPECT_EQUAL(status, FURROW_OK);
    furrow_pool_close(trial->pool);
    return result;
}

static void run_close_then_get(struct trial *trial)
{
    furrow_result *result = submit_all(trial);
    furrow_pool_join(NULL, trial->pool, FURROW_FOREVER);
    if (strcmp(trial->extra, "twice") == 0)
        EXPECT_EQUAL(furrow_pool_join(NULL, trial->pool, FURROW_FOREVER), FURROW_OK);
    get(trial, result, trial->n, 0);
    furrow_result_free(result);
}

static void run_join_timeout(struct trial *trial)
{
    furrow_result *result = submit_all(trial);
    say_join(trial, trial->timeout);
    say(trial, "; ");
    atomic_store(&trial->gate, true);
    say_join(trial, FURROW_FOREVER);
    furrow_result_free(result);
}

static void run_join(struct trial *trial)
{
    if (strcmp(trial->extra, "open") == 0)
        say_join(trial, FURROW_FOREVER);
    else if (strcmp(trial->extra, "timeout") == 0)
        run_join_timeout(trial);
    else
        run_close_then_get(trial);
}

/* A call fails and nobody looks at its result. */
static void run_unasked(struct trial *trial)
{
    furrow_result_free(submit(trial, 0));
    furrow_pool_close(trial->pool);
    say_join(trial, FURROW_FOREVER);
}

static void run_closed(struct trial *trial)
{
    furrow_pool_close(trial->pool);
    run_method(trial, trial->extra);
}

static void run_terminated(struct trial *trial)
{
    furrow_pool_terminate(trial->pool);
    run_method(trial, trial->extra);
}

static int fail_to_start(void **scratch, const void *context)
{
    struct trial *trial = (struct trial *)context;
    (void)scratch;
    atomic_fetch_add(&trial->ran[0], 1);
    return FURROW_EINVAL;
}

static void run_new(struct trial *trial)
{
    const furrow_pool_options options = {
        .workers = trial->workers,
        .worker_new = strcmp(trial->extra, "initializer") == 0 ? fail_to_start : NULL,
        .context = trial,
    };
    int status = furrow_pool_new(&trial->pool, &options);
    if (status)
        say_status(trial, status, 0);
    else
        run_map(trial);
}

/* ---- by name ---- */

static const struct {
    const char *name;
    void (*run)(struct trial *trial);
} methods[] = {
    {"apply", run_apply},
    {"apply_async", run_apply_async},
    {"cancel", run_cancel},
    {"close_then_get", run_close_then_get},
    {"closed", run_closed},
    {"imap", run_imap},
    {"imap_unordered", run_imap_unordered},
    {"join", run_join},
    {"look_ahead", run_look_ahead},
    {"map", run_map},
    {"map_async", run_map_async},
    {"nested", run_nested},
    {"new", run_new},
    {"starmap", run_starmap},
    {"starmap_async", run_starmap_async},
    {"successful", run_successful},
    {"terminate_then_get", run_terminate_then_get},
    {"terminated", run_terminated},
    {"unasked", run_unasked},
    {"wait", run_wait},
};

static void run_method(struct trial *trial, const char *name)
{
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (strcmp(methods[i].name, name) == 0)
            methods[i].run(trial);
}

void trial_run(struct trial *trial, const char *method)
{
    char name[64];
    size_t length = strcspn(method, "+");
    snprintf(name, sizeof name, "%.*s", (int)length, method);
    trial->extra = method[length] == '+' ? method + length + 1 : "";
    atomic_store(&trial->gate, !trial->timed);
    trial->options.items = trial->items;
    trial->options.item_size = sizeof *trial->items;
    trial->options.result_size = sizeof *trial->results;
    for (int i = 0; i < TRIAL_MOST; i++)
        trial->items[i] = (struct pair){i, i + 1};
    if (strcmp(name, "new") != 0) {
        const furrow_pool_options options = {.workers = trial->workers};
        EXPECT_EQUAL(furrow_pool_new(&trial->pool, &options), FURROW_OK);
    }
    run_method(trial, name);
    furrow_pool_free(trial->pool);
}

size_t trial_ran(const struct trial *trial)
{
    size_t ran = 0;
    for (size_t i = 0; i < TRIAL_MOST; i++)
        ran += (size_t)atomic_load(&trial->ran[i]);
    return ran;
}
