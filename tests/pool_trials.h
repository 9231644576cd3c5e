/* pool_trials.h: a case of tests/pool/semantics.csv, run through pool.h; see pool/expect.py. */
#ifndef FURROW_TESTS_POOL_TRIALS_H
#define FURROW_TESTS_POOL_TRIALS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include <furrow/pool.h>

enum {
    TRIAL_MOST = 200,   /* items */
    TRIAL_FAILED = 1000 /* item i fails with this + i */
};

/* Zero, but for what the row sets. */
struct trial {
    int workers;
    size_t n;
    furrow_map_options options; /* chunk */
    bool fails[TRIAL_MOST], slow[TRIAL_MOST], timed;
    double timeout;

    /* Changes while the trial runs. */
    const char *extra; /* of the method, behind its + */
    furrow_pool *pool;
    _Atomic size_t next; /* item that a generator gives */
    atomic_bool latch;   /* open: items may end */
    struct pair {
        int i, j;
    } items[TRIAL_MOST];
    long long results[TRIAL_MOST];
    char told[64]; /* by callbacks */

    /* The outcome. */
    char words[256];
    atomic_int ran[TRIAL_MOST]; /* calls of each item */
};

/* Runs `method`, "name" or "name+extra", on a pool of its own. */
void trial_run(struct trial *trial, const char *method);

/* Calls of items (of initializers, where these are what is tried). */
size_t trial_ran(const struct trial *trial);

/* ---- for the files of these alone ---- */

/* The methods, by name: void trial_NAME(struct trial *). */
#define TRIAL_METHODS(X)                                                                           \
    X(apply)                                                                                       \
    X(apply_async)                                                                                 \
    X(cancel)                                                                                      \
    X(close_then_get)                                                                              \
    X(closed)                                                                                      \
    X(imap)                                                                                        \
    X(imap_unordered)                                                                              \
    X(join)                                                                                        \
    X(look_ahead)                                                                                  \
    X(map)                                                                                         \
    X(map_async)                                                                                   \
    X(nested)                                                                                      \
    X(new)                                                                                         \
    X(starmap)                                                                                     \
    X(starmap_async)                                                                               \
    X(successful)                                                                                  \
    X(terminate_then_get)                                                                          \
    X(terminated)                                                                                  \
    X(unasked)                                                                                     \
    X(wait)

#define TRIAL_DECLARE(name) void trial_##name(struct trial *trial);
TRIAL_METHODS(TRIAL_DECLARE)
#undef TRIAL_DECLARE

void trial_run_method(struct trial *trial, const char *name);

/* Functions of items: i * i + 1; by both fields of a pair; by a map of one item on the same pool.
 * And their generator. */
int trial_square(void *result, const void *item, void *context);
int trial_square_of_both(void *result, const void *item, void *context);
int trial_square_by_pool(void *result, const void *item, void *context);
int trial_next_pair(void *item, bool *end, void *context);

/* Until item 0 runs. */
void trial_await_first(const struct trial *trial);

/* Append to the words of the outcome: text; the name of a status, or `sum` where the status is 0.
 */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
void trial_say(struct trial *trial, const char *format, ...);
void trial_say_status(struct trial *trial, int status, long long sum);

/* Each value times its place, from 1. */
long long trial_place_sum(const long long *values, size_t count);

/* apply_async of one item, and get with words. */
furrow_result *trial_submit(struct trial *trial, size_t item);
void trial_get(struct trial *trial, furrow_result *result, size_t count, double timeout);

#endif
