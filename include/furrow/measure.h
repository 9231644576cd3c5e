/*
 * measure.h: ways to do the same work, timed side by side.
 *
 * The rules are those of T. Hoefler and R. Belli, "Scientific Benchmarking of Parallel Computing
 * Systems" (SC15): state both bases of a speedup (the serial loop, and the parallel code on one
 * thread), keep every sample, give medians with nonparametric intervals, check results before
 * timing them. Ways are run in turn, round after round, each round in an order of its own, so that
 * what drifts on a shared machine hits all alike, and what a way leaves behind (threads that are
 * awake, caches) is not always left to the same one; a speedup is the median of the ratios of
 * neighbours, not the ratio of two medians.
 */
#ifndef FURROW_MEASURE_H
#define FURROW_MEASURE_H

#include <stdbool.h>
#include <stddef.h>

#include <furrow/run.h>
#include <furrow/stats.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Speedups are given over the first and the second way of a measurement. */
#define FURROW_MEASURE_BASES 2

/* A way to do the work. */
typedef struct furrow_contender {
    const char *name;
    int (*prepare)(void *context); /* before each run, untimed; may be NULL */
    int (*run)(furrow_run_outcome *outcome, void *context); /* timed; fills what it knows */
    void *context;
} furrow_contender;

/* {0} or NULL runs well. */
typedef struct furrow_measure_options {
    size_t rounds;    /* samples of each way; 0: as many as fit into `seconds`, 10 to 1000 */
    double seconds;   /* for all rounds together; 0: 2 */
    size_t warm_ups;  /* rounds before, not counted; they also show how long a round takes */
    double rehearsed; /* ways that take less, in seconds, run once untimed before each sample: they
                       * then find threads and caches as they leave them, not as another way did */
    furrow_cancel *cancel;
} furrow_measure_options;

/* What one way took. */
typedef struct furrow_measurement {
    char name[64];
    size_t count; /* samples */
    double *wall; /* seconds from start to end, in the order taken */
    double *cpu;  /* CPU seconds that its workers spent in bodies; 0 where unknown */
    furrow_summary wall_time, cpu_time;
    furrow_summary speedup[FURROW_MEASURE_BASES]; /* wall of that base / wall of this */
    furrow_plan plan;                             /* of the last run */
    furrow_work work;     /* that every run does; 0 where not declared, or max_items cuts it */
    size_t items, failed; /* of the last run, and how many of these failed */
} furrow_measurement;

typedef struct furrow_measurements {
    size_t count;
    furrow_measurement *ways;
    size_t rounds;
} furrow_measurements;

/*
 * Times `count` contenders:
 *
 *     for (size_t round = 0; round < rounds; round++)
 *         for (size_t i = 0; i < count; i++)
 *             time(contenders[order(round)[i]]);
 *
 * The result is freed by furrow_measurements_clear, also after a failure. Returns 0, a contender's
 * code (the error names it), FURROW_ECANCELED (with the whole rounds so far), FURROW_EINVAL for no
 * contenders, FURROW_ENOMEM. Nothing else should run on the machine.
 */
int furrow_measure(furrow_measurements *measurements, const furrow_contender *contenders,
                   size_t count, const furrow_measure_options *options, furrow_error *error);
void furrow_measurements_clear(furrow_measurements *measurements);

/*
 * The way, of the first `count`, whose median over the even rounds is the least; the first such.
 * The least of many medians is lower than its way really is, the more so the more ways there are:
 * so nothing may be held against the samples it was chosen by, and furrow_measure_regret takes the
 * others. FURROW_EINVAL: no ways, more than measured, or no rounds. FURROW_ENOMEM.
 */
int furrow_measure_best(size_t *best, const furrow_measurements *measurements, size_t count);

/* How much longer than way `best` `way` takes: the ratios of their neighbouring samples in the odd
 * rounds, of which furrow_measure_best knows nothing. 1 is no regret. FURROW_EINVAL: no such way,
 * or fewer than 2 rounds. FURROW_ENOMEM. */
int furrow_measure_regret(furrow_summary *regret, const furrow_measurements *measurements,
                          size_t way, size_t best);

/* A way to run a kernel. */
typedef struct furrow_way {
    char name[64];
    furrow_plan plan; /* a request */
    const furrow_variant *variant;
    bool remembers; /* all its runs are at one site, which has seen four before any is timed; else
                     * each is the first at its own */
} furrow_way;

/*
 * Times a kernel: way 0 is the serial loop, way 1 is one thread of the backend that ways[0] asks
 * for, or else of `for`, then come the `count` ways asked for. Before anything is timed each way
 * runs once whole: the kernel's verify must pass, and what it emits must be the same bytes as the
 * serial loop's (variants emit nothing). A run that max_items ends early has nothing to verify; a
 * variant that returns FURROW_ENOTSUP is left out.
 * Timed are next, body, combine; not setup, begin and emit. `run` (may be NULL) holds what all ways
 * share: cpus, thread_limit, costs, waits, max_items, cancel (of which variants know nothing).
 *
 * As furrow_measure; FURROW_EVERIFY: a way came out wrong, the error says which and how.
 */
int furrow_measure_kernel(furrow_measurements *measurements, const furrow_kernel *kernel,
                          const furrow_args *args, const furrow_way *ways, size_t count,
                          const furrow_run_options *run, const furrow_measure_options *options,
                          furrow_error *error);

#ifdef __cplusplus
}
#endif

#endif
