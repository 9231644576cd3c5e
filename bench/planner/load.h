/* load.h: a loop that a bench runs, in whichever way, and what it leaves behind. */
#ifndef FURROW_BENCH_PLANNER_LOAD_H
#define FURROW_BENCH_PLANNER_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <furrow/range.h>

struct load {
    char name[64];
    size_t items;
    furrow_body body;
    const void *context;
    double work;       /* seconds that the items compute, all together, about */
    int max_threads;   /* that the sweep tries; 0: one a CPU. Items that wait have more */
    bool waits;        /* its items do nothing else: the serial loop would take too long */
    uint64_t expected; /* digest of the results of such a loop */
    void *results;     /* what the items write, */
    size_t size;       /* in bytes */
    void (*clear)(void *results, size_t size); /* called before each run; NULL: not needed */
    uint64_t (*digest)(const void *results, size_t size); /* NULL: of every word */
};

/* The serial loop: one call of the body. Its code. */
int load_serial(const struct load *load);

/* Clears the results, whether runs need that or not. */
void load_clear(const struct load *load);

/* A number that depends on all results. */
uint64_t load_digest(const struct load *load);

#endif
