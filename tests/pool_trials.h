/* pool_trials.h: a case of tests/pool/semantics.csv, run through pool.h; see pool/expect.py. */
#ifndef FURROW_TESTS_POOL_TRIALS_H
#define FURROW_TESTS_POOL_TRIALS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include <furrow/pool.h>

enum { TRIAL_MOST = 200 /* items */ };

/* {0}, and what the row says. */
struct trial {
    int workers;
    size_t n;
    furrow_map_options options; /* chunk */
    bool fails[TRIAL_MOST], slow[TRIAL_MOST], timed;
    double timeout;

    /* While it runs. */
    const char *extra; /* of the method, behind its + */
    furrow_pool *pool;
    size_t next;      /* item that a generator gives */
    atomic_bool gate; /* open: items may end */
    struct pair {
        int i, j;
    } items[TRIAL_MOST];
    long long results[TRIAL_MOST];
    char told[64]; /* by callbacks */

    /* What came out. */
    char words[256];
    atomic_int ran[TRIAL_MOST]; /* calls of each item */
};

/* Runs `method`, "name" or "name+extra", on a pool of its own. */
void trial_run(struct trial *trial, const char *method);

/* Calls of items (of initializers, where these are what is tried). */
size_t trial_ran(const struct trial *trial);

#endif
