/*
 * loads.h: the loops that planners are judged on.
 */
#ifndef FURROW_BENCH_PLANNER_LOADS_H
#define FURROW_BENCH_PLANNER_LOADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <furrow/range.h>

/* A loop that a bench runs in various ways, and the results that it leaves. */
struct load {
    char name[64];
    size_t items;
    furrow_body body;
    const void *context;
    double work;       /* approximate seconds of computing, of all items together */
    int max_threads;   /* of the sweep; 0: one a CPU. Items that wait have more */
    bool waits;        /* items only wait: the serial loop would take too long */
    uint64_t expected; /* digest of the results, where `waits` is set */
    void *results;     /* what the items write ... */
    size_t size;       /* ... in bytes */
    void (*clear)(void *results, size_t size); /* called before each run; NULL: not needed */
    uint64_t (*digest)(const void *results, size_t size); /* NULL: of every word */
};

/* The serial loop: one call of the body. Returns its code. */
int load_serial(const struct load *load);

/* Clears the results, also where runs do not need that. */
void load_clear(const struct load *load);

/* A number that depends on all results. */
uint64_t load_digest(const struct load *load);

/* ---- kinds of loads ---- */

enum loads {
    LOADS_GRID = 1,     /* n x mean x shape: workload.h */
    LOADS_SHAPES = 2,   /* further shapes */
    LOADS_FEW = 4,      /* 2, 3 and 5 items */
    LOADS_MEMORY = 8,   /* items that wait for memory; and items of which one in 1000 sleeps */
    LOADS_WAITING = 16, /* items that only sleep */
    LOADS_COMPUTING = LOADS_GRID | LOADS_SHAPES | LOADS_FEW | LOADS_MEMORY
};

/* Called by loads_each. Nonzero ends it. The load is lent for the call. */
typedef int (*loads_use)(const struct load *load, void *context);

/* Calls `use` for each load of `which` that has at most `longest` seconds of work (0: for all).
 * Returns the first code that is not 0. */
int loads_each(unsigned which, double longest, loads_use use, void *context);

/* A load of `n` items that compute for `mean` seconds each, with costs of this shape. It lives
 * until another load is made. */
const struct load *loads_computing(size_t n, double mean, int shape);

/* Loads that wait for memory (memory.c). Each fills `load`, but for `work`. They share their
 * memory, so only one is used at a time. */
void memory_chase(struct load *load);       /* an item follows 16 links, each to a far place */
void memory_triad_small(struct load *load); /* a[i] = b[i] + 3 c[i], in the second level cache */
void memory_triad_large(struct load *load); /* the same, beyond all caches */
void memory_pages(struct load *load);       /* one item in 8 is the first in its page */
void memory_first_touch(struct load *load); /* each item is the first in its page */

#endif
