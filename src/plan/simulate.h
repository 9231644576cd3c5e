/*
 * simulate.h: what a schedule does with items whose costs are known. All functions are pure and
 * thread-safe.
 */
#ifndef FURROW_PLAN_SIMULATE_H
#define FURROW_PLAN_SIMULATE_H

#include <furrow/plan.h>

/* The next piece of a guided schedule: half of an even share of the remaining items, in whole
 * chunks of `chunk` items (0: 1), at most all. Sizes depend on the number of items alone, not on
 * the thread that takes a piece. */
size_t furrow__schedule_share(size_t remaining, int threads, size_t chunk);

/* Seconds that a region of `threads` threads costs, each with a CPU of its own. */
double furrow__costs_of_region(const furrow_costs *costs, int threads);

typedef struct furrow__simulation {
    double makespan;  /* seconds from the start of the region to its end */
    double imbalance; /* 1 - mean / maximum of the threads' busy times; 0 is perfect */
    size_t chunks;    /* chunks handed out */
} furrow__simulation;

/*
 * Simulates `schedule` with `chunk` (0: 1; for static one block each) on `threads` ideal threads,
 * in index order, ties to the lower thread. A thread that takes a chunk, but for static, first
 * waits for a counter that hands out one chunk every `contended` seconds, and then takes `dispatch`
 * seconds. No items cost one region. Takes about 20 ns a chunk.
 * FURROW_EINVAL: threads < 1, schedule AUTO, or a profile that decreases or is not finite.
 * FURROW_ERANGE: more than 2^24 chunks. FURROW_ENOMEM.
 */
int furrow__schedule_simulate(furrow__simulation *simulation, furrow_schedule schedule,
                              size_t chunk, int threads, const furrow_profile *profile,
                              const furrow_costs *costs);

#endif
