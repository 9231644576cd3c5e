/*
 * parallel.h: a loop over independent items, shared by threads where that pays.
 *
 * The items are handed out by the process's own threads (a pool), by OpenMP's `for` or `taskloop`,
 * or by the serial loop. The planner chooses which, from what earlier calls of the loop have
 * shown (plan.h). A loop fails as the serial loop would. bench/overhead measures what a loop costs
 * over raw OpenMP.
 *
 * The process's threads are started by the first loop that is worth it, sleep while there is
 * nothing to do, and end with the process. A forked child starts its own. Their stacks, places and
 * number follow OMP_STACKSIZE, OMP_PROC_BIND with OMP_PLACES, OMP_NUM_THREADS and OMP_THREAD_LIMIT,
 * as in an OpenMP team. A region that an item opens on one of these threads gets one thread, since
 * the others are at work; an item on the calling thread finds that thread's own setting. pool.h
 * says more about threads, their signals and their CPUs. A loop inside another parallel region runs
 * on the calling thread alone, unless the program has raised OpenMP's max-active-levels.
 *
 * While half of the running items wait for something other than a CPU (a disk, a server, a lock),
 * more threads than CPUs take part: twice as many after a millisecond, and again twice as many, up
 * to FURROW_PLAN_MAX_THREADS, as long as more items then begin in a second. A loop that is known to
 * wait begins with the number of threads that should take the least time. Where a number of threads
 * is asked for, this number takes part.
 */
#ifndef FURROW_PARALLEL_H
#define FURROW_PARALLEL_H

#include <stddef.h>

#include <furrow/cancel.h>
#include <furrow/loop.h>
#include <furrow/plan.h>
#include <furrow/range.h>

#ifdef __cplusplus
extern "C" {
#endif

struct furrow_pool;

/* All options. {0} or NULL runs well. Pointers are lent for the call. */
typedef struct furrow_parallel_options {
    furrow_plan plan;        /* a request: fields that are 0 are planned */
    furrow_plan_facts facts; /* what the caller knows; the call sets items, and cpus and
                              * thread_limit if they are 0 */
    size_t first;            /* the number of the first item */
    const void *items;       /* the first item: see furrow_range_item; or NULL */
    size_t item_size;        /* from one item to the next; 0: `items` is an array of furrow_item */
    void *results;           /* the slot of the first item; or NULL */
    size_t result_size;      /* from one slot to the next */
    furrow_faults *faults;   /* where bodies record failed items */
    furrow_scratch *scratch; /* makes range->scratch; or NULL */
    furrow_cancel *cancel;
    furrow_trace *trace;
    furrow_site *site;        /* the history of this loop; NULL: that of the body */
    struct furrow_pool *pool; /* runs the loop on its workers, whatever plan.threads; or NULL */
    furrow_finished finished; /* called after each range; or NULL */
    void *finished_context;
    furrow_error *error;              /* why the loop failed, and at which item; or NULL */
    furrow_parallel_outcome *outcome; /* filled unless FURROW_EINVAL comes back; costs 2 us */
} furrow_parallel_options;

/* "auto", "serial", "for", "taskloop", "pool"; "unknown" for any other value. Never NULL. */
const char *furrow_backend_name(furrow_backend backend);

/*
 * The serial loop
 *
 *     for (size_t i = first; i < first + n; i++)
 *         if ((status = body({i, i + 1}, context)) != 0)
 *             return status;
 *     return 0;
 *
 * except that ranges may be longer than one item and run at the same time. After a body stopped at
 * item f, no range above f starts and all below f still run, so the code that comes back is the one
 * that the serial loop would have returned. A range that does not start because of `cancel` counts
 * as one that stopped with FURROW_ECANCELED. Faults (furrow_fail) stop nothing. OpenMP's constructs
 * open a new region after every 65536 chunks, so that a stop returns soon however many remain.
 * Where the plan leaves schedule and chunk open, OMP_SCHEDULE decides, if it is set.
 *
 * A body that claims its items one by one (furrow_range_claim) need not run its whole range: while
 * one item takes long, other threads take over the items above.
 *
 * Returns 0, the body's code, FURROW_ECANCELED, FURROW_ENOMEM, or FURROW_EINVAL for an impossible
 * plan, results without a size, and items numbered beyond SIZE_MAX. Thread-safe: callers share only
 * what their options point to.
 */
int furrow_parallel_for(const furrow_parallel_options *options, size_t n, furrow_body body,
                        const void *context);

/*
 * The serial loop
 *
 *     for (size_t i = 0; i < n; i++)
 *         fold(into, value_of(i), context);
 *
 * for an associative fold: `body` folds the items of its range into one zeroed partial of `size`
 * bytes at range->results, and `fold` adds the partials to `*into` in item order. The bounds of the
 * ranges depend on n alone, so the result does not depend on the number of threads, to the last
 * bit, even in floating point. options->items, results, result_size, finished and facts.grain are
 * not used. A chunk, and the spans of the trace, count blocks of ceil(n / 1024) items. Otherwise as
 * furrow_parallel_for.
 */
int furrow_parallel_reduce(void *into, size_t size, const furrow_parallel_options *options,
                           size_t n, furrow_body body, furrow_fold fold, const void *context);

#ifdef __cplusplus
}
#endif

#endif
