/* ways.h: the ways to run a workload, which are timed against each other. */
#ifndef FURROW_BENCH_PLANNER_WAYS_H
#define FURROW_BENCH_PLANNER_WAYS_H

#include <stdbool.h>

#include <furrow/loop.h>
#include <furrow/measure.h>

#include "loads.h"

enum { MAX_WAYS = 512 };

/* What runs the loop. */
enum runner { RUN_FURROW, RUN_SERIAL, RUN_PEER, RUN_POOL };

/* One way; the context of a furrow_contender. */
struct way {
    char name[64];
    enum runner runner;
    furrow_plan plan; /* a request */
    bool has_site; /* the site has seen four calls before one is timed; else each call is a first */
    furrow_site site;
    const struct load *load;
    const furrow_costs *costs;
    int cpus;
    size_t times; /* calls in a sample */
};

/* The planner and its rivals, then the sweep: the peer, which is a rival as well, the serial loop,
 * and every OpenMP schedule x chunk x threads. */
struct ways {
    struct way list[MAX_WAYS];
    size_t count;
    size_t judged; /* the ways 0 ... judged - 1 are reported */
    size_t sweep;  /* where the sweep begins */
    size_t plans;  /* where the sweep without the peer begins */
};

/* Adds a copy of `like` under this name. NULL: there is no room. */
struct way *ways_add(struct ways *ways, const struct way *like, const char *name);

/* Adds the plans "first call" and "from the fourth call" of the planner, in this order. */
void ways_add_planned(struct ways *ways, const struct way *like);

/* Adds the serial loop without Furrow; a region with one thread a CPU and the schedule's default
 * chunk; and a pool with one worker a CPU, which exists only while this way runs. */
void ways_add_serial(struct ways *ways, const struct way *like);
void ways_add_region(struct ways *ways, const struct way *like, furrow_schedule schedule);
void ways_add_pool(struct ways *ways, const struct way *like);

/* Adds the planner, its rivals and the sweep, which has coarser chunks if a run is `slow`. */
void ways_fill(struct ways *ways, const struct way *like, bool slow);

/* Called before anything is timed: lets sites learn, and compares the results of each way with
 * those of the serial loop. Returns the status of what failed; FURROW_EVERIFY: the results of a
 * way, which is named on stderr, are wrong. */
int ways_check(struct ways *ways);

/* Waits until the threads of other ways are asleep, then calls this way until each of its threads
 * has a CPU of its own, which takes the system a few ticks. */
int ways_ready(struct way *way);

/* Calls the way once. */
int ways_call(struct way *way);

/* Times all ways in turn. */
int ways_measure(furrow_measurements *measurements, struct ways *ways,
                 const furrow_measure_options *options);

#endif
