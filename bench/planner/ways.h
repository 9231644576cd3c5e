/* ways.h: the ways to run a workload that are timed against each other. */
#ifndef FURROW_BENCH_PLANNER_WAYS_H
#define FURROW_BENCH_PLANNER_WAYS_H

#include <stdbool.h>

#include <furrow/measure.h>
#include <furrow/site.h>

#include "spin.h"

enum { MOST_WAYS = 512 };

/* One way; the context of a furrow_contender. */
struct way {
    char name[64];
    furrow_plan plan; /* a request */
    bool has_site, peer;
    furrow_site site;
    const struct spin *spin;
    const furrow_costs *costs;
    int cpus;
    size_t times; /* calls in a sample */
};

struct ways {
    struct way list[MOST_WAYS];
    size_t count;
    size_t judged; /* the first so many are the planner's and the peers', the rest is the sweep */
};

/* Fills in the planner without and with a site, the peers, and the sweep: (threads x schedule x
 * chunk), of coarser chunks when a run is `slow`. `times` calls make a sample. */
void ways_fill(struct ways *ways, const struct spin *spin, const furrow_costs *costs, int cpus,
               size_t times, bool slow);

/* Runs a way once: a furrow_contender's run. */
int ways_run(furrow_run_outcome *outcome, void *way);

#endif
