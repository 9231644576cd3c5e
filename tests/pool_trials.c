/* pool_trials.c: the items of a trial, the words for what comes out, and its methods by name. */
#include "pool_trials.h"

#include "harness.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <furrow/clock.h>

/* ---- items ---- */

int trial_square(void *result, const void *item, void *context)
{
    struct trial *trial = context;
    size_t i = (size_t)((const struct pair *)item)->i;
    atomic_fetch_add(&trial->ran[i], 1);
    while (!atomic_load(&trial->latch))
        furrow_clock_sleep(1e-4);
    if (trial->slow[i])
        furrow_clock_sleep(0.02);
    if (trial->fails[i])
        return TRIAL_FAILED + (int)i;
    *(long long *)result = (long long)(i * i + 1);
    return FURROW_OK;
}

int trial_square_of_both(void *result, const void *item, void *context)
{
    const struct pair *pair = item;
    return pair->j == pair->i + 1 ? trial_square(result, item, context) : FURROW_EVERIFY;
}

int trial_square_by_pool(void *result, const void *item, void *context)
{
    struct trial *trial = context;
    const furrow_map_options one = {.items = item,
                                    .item_size = sizeof(struct pair),
                                    .results = result,
                                    .result_size = sizeof(long long)};
    return furrow_pool_map(trial->pool, &one, 1, trial_square, trial);
}

int trial_next_pair(void *item, bool *end, void *context)
{
    struct trial *trial = context;
    size_t next = trial->next;
    *end = next == trial->n;
    if (!*end) {
        *(struct pair *)item = trial->items[next];
        trial->next = next + 1;
    }
    return FURROW_OK;
}

void trial_await_first(const struct trial *trial)
{
    while (atomic_load(&trial->ran[0]) == 0)
        furrow_clock_sleep(1e-4);
}

/* ---- words ---- */

void trial_say(struct trial *trial, const char *format, ...)
{
    size_t length = strlen(trial->words);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(trial->words + length, sizeof trial->words - length, format, arguments);
    va_end(arguments);
}

long long trial_place_sum(const long long *values, size_t count)
{
    long long sum = 0;
    for (size_t place = 0; place < count; place++)
        sum += (long long)(place + 1) * values[place];
    return sum;
}

void trial_say_status(struct trial *trial, int status, long long sum)
{
    if (status == FURROW_OK)
        trial_say(trial, "ok %lld", sum);
    else if (status >= TRIAL_FAILED)
        trial_say(trial, "error %d", status - TRIAL_FAILED);
    else
        trial_say(trial, "%s",
                  status == FURROW_ETIMEDOUT   ? "timeout"
                  : status == FURROW_EINVAL    ? "refused"
                  : status == FURROW_ECLOSED   ? "closed"
                  : status == FURROW_ECANCELED ? "cancelled"
                                               : furrow_status_name(status));
}

/* ---- by name ---- */

static const struct {
    const char *name;
    void (*run)(struct trial *trial);
} methods[] = {
#define ROW(name) {#name, trial_##name},
    TRIAL_METHODS(ROW)
#undef ROW
};

void trial_run_method(struct trial *trial, const char *name)
{
    for (size_t i = 0; i < COUNT(methods); i++)
        if (strcmp(methods[i].name, name) == 0)
            methods[i].run(trial);
}

void trial_run(struct trial *trial, const char *method)
{
    char name[64];
    size_t length = strcspn(method, "+");
    snprintf(name, sizeof name, "%.*s", (int)length, method);
    trial->extra = method[length] == '+' ? method + length + 1 : "";
    atomic_store(&trial->latch, !trial->timed);
    trial->options.items = trial->items;
    trial->options.item_size = sizeof *trial->items;
    trial->options.result_size = sizeof *trial->results;
    for (int i = 0; i < TRIAL_MOST; i++)
        trial->items[i] = (struct pair){i, i + 1};
    if (strcmp(name, "new") != 0) {
        const furrow_pool_options options = {.workers = trial->workers};
        EXPECT_EQUAL(furrow_pool_new(&trial->pool, &options), FURROW_OK);
    }
    trial_run_method(trial, name);
    furrow_pool_free(trial->pool);
}

size_t trial_ran(const struct trial *trial)
{
    size_t ran = 0;
    for (size_t i = 0; i < TRIAL_MOST; i++)
        ran += (size_t)atomic_load(&trial->ran[i]);
    return ran;
}
