/* regret.h: how much longer than the best, over many workloads. */
#ifndef FURROW_BENCH_PLANNER_REGRET_H
#define FURROW_BENCH_PLANNER_REGRET_H

#include <stddef.h>

enum { MAX_WORKLOADS = 512, MAX_CONTESTANTS = 16 };

/* Of each contestant on each workload: time / best - 1. */
struct regrets {
    const char *title; /* the best of what: "the sweep" */
    const char *contestants[MAX_CONTESTANTS];
    size_t contestant_count;
    char workloads[MAX_WORKLOADS][64];
    double regret[MAX_CONTESTANTS][MAX_WORKLOADS];
    size_t workload_count;
};

/* Prints median, geometric mean, 95th percentile and maximum of each contestant, and where the
 * `worst` largest of the first `explained` contestants lie. */
void regrets_print(const struct regrets *regrets, size_t explained, size_t worst);

#endif
