/* loads.h: a load is a loop that a bench runs in several ways, and its results; and the loads that
 * planners are judged by. */
#ifndef FURROW_BENCH_PLANNER_LOADS_H
#define FURROW_BENCH_PLANNER_LOADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <furrow/range.h>

struct load {
    char name[64];
    size_t items;
    furrow_body body;
    const void *context;
    double work;       /* seconds that all items together compute, about */
    int max_threads;   /* that the sweep tries; 0: one a CPU. More for items that wait */
    bool waits;        /* items only sleep, and the serial loop would take too long */
    uint64_t expected; /* digest of the results then */
    void *results;     /* written by the items */
    size_t size;       /* of the results, in bytes */
    void (*clear)(void *results, size_t size); /* called before each run; NULL: not needed */
    uint64_t (*digest)(const void *results, size_t size); /* NULL: of every word */
};

/* Runs the serial loop, one call of the body, and returns its code. */
int load_serial(const struct load *load);

/* Clears the results, even if runs do not need that. */
void load_clear(const struct load *load);

/* A number that depends on all results. */
uint64_t load_digest(const struct load *load);

/* ---- the loads ---- */

enum loads {
    LOADS_GRID = 1,     /* n x mean x shape: workload.h */
    LOADS_SHAPES = 2,   /* further shapes */
    LOADS_FEW = 4,      /* 2, 3 and 5 items */
    LOADS_MEMORY = 8,   /* memory.c; and a loop where one item in 1000 sleeps */
    LOADS_WAITING = 16, /* items that only sleep */
    LOADS_COMPUTING = LOADS_GRID | LOADS_SHAPES | LOADS_FEW | LOADS_MEMORY
};

/* A callback of loads_each, which ends at its first nonzero code. The load lives until the call
 * returns. */
typedef int (*loads_use)(const struct load *load, void *context);

/* Calls `use` for each load of `which` that has at most `longest` seconds of work (0: for all).
 * Returns the first nonzero code. */
int loads_each(unsigned which, double longest, loads_use use, void *context);

/* A load of `n` items that compute for `mean` seconds on average, with costs of that shape. It
 * lives until a function of this header makes the next load. */
const struct load *loads_computing(size_t n, double mean, int shape);

/* ---- memory.c: loops that wait for memory ---- */

/* Each fills `load`, except `work`. They share memory, so use one at a time. */
void memory_chase(struct load *load);       /* an item follows 16 links, each to a far place */
void memory_triad_small(struct load *load); /* a[i] = b[i] + 3 c[i], in the second level cache */
void memory_triad_large(struct load *load); /* the same, larger than all caches */
void memory_pages(struct load *load);       /* one item in 8, anywhere, is the first in its page */
void memory_first_touch(struct load *load); /* each item is the first in its page */

#endif
