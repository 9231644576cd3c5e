/* ways.h: the ways to run a workload that are timed against each other. */
#ifndef FURROW_BENCH_PLANNER_WAYS_H
#define FURROW_BENCH_PLANNER_WAYS_H

#include <stdbool.h>

#include <furrow/loop.h>
#include <furrow/measure.h>

#include "load.h"

enum { MAX_WAYS = 512 };

/* Who runs the loop. */
enum runner { RUN_FURROW, RUN_SERIAL, RUN_PEER, RUN_POOL };

/* One way; the context of a furrow_contender. */
struct way {
    char name[64];
    enum runner runner;
    furrow_plan plan; /* a request */
    bool has_site;    /* that has seen four calls before any is timed; else each call is a first */
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
    size_t plans;  /* where it begins without the peer */
};

/* Adds a way called `name` that is otherwise like `like`; NULL: there is no room. */
struct way *ways_add(struct ways *ways, const struct way *like, const char *name);

/* The plans "first call" and "from the fourth call" of the planner, in this order. */
void ways_add_planned(struct ways *ways, const struct way *like);

/* The serial loop without Furrow; a region with a thread a CPU and the schedule's own chunk; a pool
 * of as many workers, which is there only while this way runs. */
void ways_add_serial(struct ways *ways, const struct way *like);
void ways_add_region(struct ways *ways, const struct way *like, furrow_schedule schedule);
void ways_add_pool(struct ways *ways, const struct way *like);

/* Fills in the planner, its rivals and the sweep, of coarser chunks when a run is `slow`. */
void ways_fill(struct ways *ways, const struct way *like, bool slow);

/* Before anything is timed: lets sites learn, and compares what each way leaves behind with what
 * the serial loop does. The status of what failed; FURROW_EVERIFY: a way, named on stderr, came out
 * wrong. */
int ways_check(struct ways *ways);

/* Waits until the threads of other ways are asleep, then calls this one until its own have found
 * CPUs of their own, which takes the system a few ticks. */
int ways_ready(struct way *way);

/* One call. */
int ways_call(struct way *way);

/* Times all ways in turn. */
int ways_measure(furrow_measurements *measurements, struct ways *ways,
                 const furrow_measure_options *options);

#endif
