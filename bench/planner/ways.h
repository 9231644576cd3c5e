/* ways.h: the ways to run a workload that are timed against each other. */
#ifndef FURROW_BENCH_PLANNER_WAYS_H
#define FURROW_BENCH_PLANNER_WAYS_H

#include <stdbool.h>

#include <furrow/loop.h>
#include <furrow/measure.h>

#include "loads.h"

enum { MAX_WAYS = 512 };

/* The runner of a loop. */
enum runner { RUN_FURROW, RUN_SERIAL, RUN_PEER, RUN_POOL };

/* One way; the context of a furrow_contender. */
struct way {
    char name[64];
    enum runner runner;
    furrow_plan plan; /* a request */
    bool has_site;    /* four calls precede the timed ones; otherwise each call has no history */
    furrow_site site;
    const struct load *load;
    const furrow_costs *costs;
    int cpus;
    size_t times; /* calls in a sample */
};

/* The planner and its rivals come first, then the sweep: the peer, the serial loop, and every
 * OpenMP schedule x chunk x threads. The peer is a rival as well. */
struct ways {
    struct way list[MAX_WAYS];
    size_t count;
    size_t judged; /* ways 0 ... judged - 1 are reported */
    size_t sweep;  /* where the sweep begins */
    size_t plans;  /* where the sweep begins without the peer */
};

/* Adds a way like `like`, but called `name`; NULL: no room. */
struct way *ways_add(struct ways *ways, const struct way *like, const char *name);

/* The plans "first call" and "from the fourth call" of the planner, in this order. */
void ways_add_planned(struct ways *ways, const struct way *like);

/* The serial loop without Furrow; a region with a thread a CPU and the default chunk of the
 * schedule; a pool of the same number of workers, which exists only while this way runs. */
void ways_add_serial(struct ways *ways, const struct way *like);
void ways_add_region(struct ways *ways, const struct way *like, furrow_schedule schedule);
void ways_add_pool(struct ways *ways, const struct way *like);

/* Fills in the planner, its rivals and the sweep, of coarser chunks when a run is `slow`. */
void ways_fill(struct ways *ways, const struct way *like, bool slow);

/* Before anything is timed: builds up the histories, and compares the results of each way with
 * those of the serial loop. Returns the status of a failure; FURROW_EVERIFY: a way, named on
 * stderr, has wrong results. */
int ways_check(struct ways *ways);

/* Waits until the threads of other ways are asleep, then calls this way until each of its threads
 * has a CPU of its own, which takes the system a few ticks. */
int ways_ready(struct way *way);

/* One call. */
int ways_call(struct way *way);

/* Times all ways in turn. */
int ways_measure(furrow_measurements *measurements, struct ways *ways,
                 const furrow_measure_options *options);

#endif
