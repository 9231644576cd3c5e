/*
 * measure.h: ways to do the same work, timed side by side.
 *
 * The rules are those of T. Hoefler and R. Belli, "Scientific Benchmarking of Parallel Computing
 * Systems" (SC15): state both bases of a speedup (the serial loop, and the parallel code on one
 * thread), keep every sample, give medians with nonparametric intervals, check results before
 * timing them. The ways run in turn, round after round, and each round has its own order: so a
 * drift of a shared machine affects all ways alike, and the state that a way leaves behind (awake
 * threads, caches) does not always affect the same next way. A speedup is the median of the ratios
 * of neighbouring samples, not the ratio of two medians.
 */
#ifndef FURROW_MEASURE_H
#define FURROW_MEASURE_H

#include <stdbool.h>
#include <stddef.h>

#include <furrow/run.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- statistics ---- */

/*
 * Medians of noisy timings, with exact confidence intervals.
 *
 * Timings are skewed and have outliers, so nothing here assumes a normal distribution: the middle
 * is the median, and its confidence interval is bounded by two of the samples themselves. With x(1)
 * <= ... <= x(n) sorted, the median lies in [x(r), x(n+1-r)] with probability
 * 1 - 2 * P(Binomial(n, 1/2) < r), whatever the distribution (W. R. Thompson, 1936; in timing
 * practice T. Hoefler and R. Belli, "Scientific Benchmarking of Parallel Computing Systems", SC15).
 *
 * All functions are pure and thread-safe.
 */

typedef struct furrow_summary {
    size_t count;
    double minimum, maximum;
    double median;
    double low, high; /* the confidence interval of the median */
    double coverage;  /* its exact confidence; below the level asked for when samples are too few */
} furrow_summary;

/*
 * The narrowest symmetric ranks whose interval covers the median with at least `level` (0.95):
 * the 1-based ranks `*low` and `*high` = count + 1 - *low. Returns the exact coverage. With fewer
 * than 6 samples no interval reaches 95 %: then low is 1, high is count, and the coverage says so.
 * count 0 gives ranks 0, 0 and coverage 0.
 */
double furrow_stats_median_ranks(size_t *low, size_t *high, size_t count, double level);

/*
 * Summarises `count` samples with a 95 % interval. The samples stay as they are.
 * FURROW_EINVAL: count is 0 or a sample is not finite. FURROW_ENOMEM: no room for a sorted copy.
 */
int furrow_stats_summarise(furrow_summary *summary, const double *samples, size_t count);

/*
 * Summarises the ratios numerator[i] / denominator[i] of samples taken side by side: a slow drift
 * of the machine affects both of a pair and cancels. FURROW_EINVAL also when a ratio is not finite.
 */
int furrow_stats_ratio(furrow_summary *summary, const double *numerator, const double *denominator,
                       size_t count);

/*
 * The 95 % interval of a proportion, from `successes` in `trials` (E. B. Wilson, "Probable
 * inference, the law of succession, and statistical inference", 1927). It lies within [0, 1], and
 * holds also where nearly all or nearly no trials succeed. 0 trials give 0 and 1.
 */
void furrow_stats_proportion(double *low, double *high, size_t successes, size_t trials);

/* Speedups are given over the first and the second way of a measurement. */
#define FURROW_MEASURE_BASES 2

/* A way to do the work. */
typedef struct furrow_contender {
    const char *name;
    int (*prepare)(void *context); /* before each run, untimed; may be NULL */
    int (*run)(furrow_run_outcome *outcome,
               void *context); /* timed; fills the fields that it knows */
    void *context;
} furrow_contender;

/* {0} or NULL runs well. */
typedef struct furrow_measure_options {
    size_t rounds;    /* samples of each way; 0: as many as fit into `seconds`, 10 to 1000 */
    double seconds;   /* for all rounds together; 0: 2 */
    size_t warm_ups;  /* rounds before, not counted; they show how long a round takes */
    double rehearsed; /* seconds: ways that take less run once untimed before each sample, so that
                       * they find threads and caches in their own state, not in another way's */
    furrow_cancel *cancel;
} furrow_measure_options;

/* The samples of one way. */
typedef struct furrow_measurement {
    char name[64];
    size_t count; /* samples */
    double *wall; /* seconds from start to end, in the order taken */
    double *cpu;  /* CPU seconds that its workers spent in bodies; 0 where unknown */
    furrow_summary wall_time, cpu_time;
    furrow_summary speedup[FURROW_MEASURE_BASES]; /* wall of that base / wall of this */
    furrow_plan plan;                             /* of the last run */
    furrow_work work;     /* of every run; 0: not declared, or cut by max_items */
    size_t items, failed; /* of the last run: all, and those that failed */
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
 * Finds the way, of the first `count`, with the least median over the even rounds; of equal ones
 * the first. The least of many medians is lower than the true time of its way, the more so the more
 * ways there are. So the samples that chose the best must not be compared with;
 * furrow_measure_regret takes the samples of the odd rounds. FURROW_EINVAL: no ways, more than
 * measured, or no rounds. FURROW_ENOMEM.
 */
int furrow_measure_best(size_t *best, const furrow_measurements *measurements, size_t count);

/* How much longer `way` takes than `best`: the ratios of their neighbouring samples in the odd
 * rounds, which furrow_measure_best does not use. 1 is no regret. FURROW_EINVAL: no such way, or
 * fewer than 2 rounds. FURROW_ENOMEM. */
int furrow_measure_regret(furrow_summary *regret, const furrow_measurements *measurements,
                          size_t way, size_t best);

/* A way to run a kernel. */
typedef struct furrow_way {
    char name[64];
    furrow_plan plan; /* a request */
    const furrow_variant *variant;
    bool remembers; /* all runs share one history, of four runs before any is timed; otherwise each
                     * run begins without history */
} furrow_way;

/*
 * Times a kernel: way 0 is the serial loop, way 1 is one thread of the backend that ways[0] asks
 * for, or of `for`; the `count` ways follow. Before anything is timed each way runs once
 * completely: the kernel's verify must pass, and its records must have the same bytes as those of
 * the serial loop (variants emit no records). A run that max_items ends early is not verified. A
 * variant that returns FURROW_ENOTSUP is left out.
 *
 * The times include next, body and combine, but not setup, begin and emit. `run` (may be NULL)
 * holds what all ways share: cpus, thread_limit, costs, waits, max_items, cancel (variants ignore
 * the last three).
 *
 * Returns what furrow_measure returns; FURROW_EVERIFY: a way gave wrong results, the error says
 * which and how.
 */
int furrow_measure_kernel(furrow_measurements *measurements, const furrow_kernel *kernel,
                          const furrow_args *args, const furrow_way *ways, size_t count,
                          const furrow_run_options *run, const furrow_measure_options *options,
                          furrow_error *error);

#ifdef __cplusplus
}
#endif

#endif
