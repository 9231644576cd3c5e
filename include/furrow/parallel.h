/*
 * parallel.h: a loop over independent items on an OpenMP team.
 *
 * A thin shell over `omp parallel` with `for schedule(...)` or `taskloop`: what it adds is the
 * planning, and errors that read as the serial loop's. What it costs over raw OpenMP is a figure of
 * bench/overhead. Called inside another parallel region it runs on the calling thread alone, unless
 * the program has raised OpenMP's max-active-levels.
 */
#ifndef FURROW_PARALLEL_H
#define FURROW_PARALLEL_H

#include <stddef.h>

#include <furrow/cancel.h>
#include <furrow/plan.h>
#include <furrow/range.h>
#include <furrow/site.h>
#include <furrow/trace.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The workers' scratch, kept from call to call, each made on its own worker when first needed. */
typedef struct furrow_workers furrow_workers;

typedef int (*furrow_worker_new)(void **scratch, const void *context);
typedef void (*furrow_worker_free)(void *scratch);

/* `make` and `release` may be NULL; `context` is passed to make. FURROW_ENOMEM. */
int furrow_workers_new(furrow_workers **workers, furrow_worker_new make, furrow_worker_free release,
                       const void *context);
void furrow_workers_free(furrow_workers *workers);

/* Called on the worker after each range that succeeded; nonzero stops the run with that code. */
typedef int (*furrow_finished)(size_t begin, size_t end, void *context);

/* What became of a call. */
typedef struct furrow_parallel_outcome {
    furrow_plan plan;   /* what was done, and why */
    furrow_usage usage; /* what the items took, pilot included; after a stop items is 0 */
} furrow_parallel_outcome;

/* {0} or NULL runs well. Pointers are lent for the call. */
typedef struct furrow_parallel_options {
    furrow_plan plan;        /* a request: what is 0 is planned */
    furrow_plan_facts facts; /* what the caller knows; items is set, cpus and thread_limit if 0 */
    size_t first;            /* the number of the first item */
    void *results;           /* the slot of the first item; or NULL */
    size_t result_size;      /* from one slot to the next */
    furrow_faults *faults;   /* where bodies record failed items */
    furrow_workers *workers; /* scratch */
    furrow_cancel *cancel;
    furrow_trace *trace;
    furrow_site *site;        /* what this loop remembers from call to call */
    furrow_finished finished; /* after each range */
    void *finished_context;
    furrow_parallel_outcome *outcome; /* filled on every return but FURROW_EINVAL; costs 2 us */
} furrow_parallel_options;

/*
 * The serial loop
 *
 *     for (size_t i = first; i < first + n; i++)
 *         if ((status = body({i, i + 1}, context)) != 0)
 *             return status;
 *     return 0;
 *
 * except that ranges may be longer than one item and run at the same time. After a body stopped at
 * item f no range above f starts and all below f still run, so the code that comes back is the one
 * that the serial loop would have returned; a range that does not start because of `cancel` counts
 * as one that stopped with FURROW_ECANCELED. Faults (furrow_fail) stop nothing. More than 65536
 * chunks are run in as many regions as that takes, so that a stop returns soon however many remain.
 * Where the plan leaves schedule and chunk open, OMP_SCHEDULE decides, if it is set.
 *
 * Returns 0, the body's code, FURROW_ECANCELED, FURROW_ENOMEM, or FURROW_EINVAL for a plan that
 * cannot be and for items numbered beyond SIZE_MAX. Thread-safe: callers share nothing but what
 * their options point to.
 */
int furrow_parallel_for(const furrow_parallel_options *options, size_t n, furrow_body body,
                        const void *context);

/* Adds `partial` to `*into`; called serially, in item order. Nonzero stops with that code. */
typedef int (*furrow_fold)(void *into, const void *partial, const void *context);

/*
 * The serial loop
 *
 *     for (size_t i = 0; i < n; i++)
 *         fold(into, value_of(i), context);
 *
 * for folds that are associative: `body` folds the items of its range into one zeroed partial of
 * `size` bytes at range->results, and `fold` adds the partials to `*into` in item order. The bounds
 * of the ranges depend on n only, so the result does not depend on the number of threads, to the
 * last bit, even in floating point. options->results, result_size, finished and facts.grain are
 * not used; a chunk, and the spans of the trace, count blocks of ceil(n / 1024) items. Otherwise as
 * furrow_parallel_for.
 */
int furrow_parallel_reduce(void *into, size_t size, const furrow_parallel_options *options,
                           size_t n, furrow_body body, furrow_fold fold, const void *context);

#ifdef __cplusplus
}
#endif

#endif
