/*
 * site.h: what a place in a program remembers of its parallel calls.
 *
 * A loop that runs again costs about what it cost before. A site, a plain value that the caller
 * keeps beside the loop, lets furrow_parallel_for see that: the first call is planned from a pilot
 * and traced; calls two and three are played beforehand on the trace, and traced as well; from the
 * fourth on the plan stands, at the price of reading the clock now and then to see whether the loop
 * still takes what it took.
 *
 *     static furrow_site site;                       // zero: nothing remembered
 *     furrow_parallel_options options = {.site = &site};
 *     for (int step = 0; step < steps; step++)
 *         furrow_parallel_for(&options, n, body, state);
 *
 * A site may serve one call at a time, and belongs to one body: what it says of others is noise,
 * never an error. It holds no memory of its own and nothing outside it is remembered. All functions
 * are pure: times come in as arguments.
 */
#ifndef FURROW_SITE_H
#define FURROW_SITE_H

#include <stdbool.h>
#include <stddef.h>

#include <furrow/plan.h>
#include <furrow/trace.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How finely costs along the index are remembered, and of how many calls: of each part the median
 * counts, so that one disturbed call does no harm. */
#define FURROW_SITE_PARTS  64
#define FURROW_SITE_TRACES 3

/* {0} is a site that knows nothing. To be read, not written. */
typedef struct furrow_site {
    size_t calls;                  /* seen since it began, or began anew */
    size_t last_first, last_items; /* of the last call */
    size_t unit;                   /* items that count as one; 0: each is one */
    size_t traces;                 /* calls traced */
    size_t first, items;           /* of the calls that the traces are of */
    size_t parts;                  /* of the traces: min(items, FURROW_SITE_PARTS) */
    furrow_usage usage;            /* of the last call whose usage is known */
    furrow_plan request;           /* of the last call of those items, */
    furrow_plan plan;              /* and its answer */
    double wall;        /* seconds that the quickest untraced call by this plan took; 0: unknown */
    unsigned surprises; /* calls in a row that took much more, or much less */
    double work[FURROW_PLAN_CLASSES]; /* least seconds in bodies, by class of thread count */
    double seconds[FURROW_SITE_TRACES][FURROW_SITE_PARTS];
    double until[FURROW_SITE_PARTS + 1]; /* the medians, summed up */
} furrow_site;

/* One call, to be learned from. */
typedef struct furrow_site_call {
    size_t first, items;
    furrow_plan request; /* what was asked for */
    furrow_plan plan;
    double wall;              /* seconds, planning included; 0: not read */
    furrow_usage usage;       /* items 0: not known */
    const furrow_span *spans; /* who ran what: only begin, end, start and stop count; or NULL */
    size_t span_count;
} furrow_site_call;

/* Says that what the next calls count as one item are `unit` of them: a reduction counts blocks,
 * which are larger where there are more items. When that is new, only the mean is kept, told of the
 * new unit. */
void furrow_site_count_in(furrow_site *site, size_t unit);

/* Whether the next call over `items` items from `first` should be traced. Not when the calls are
 * all of different items: then there is nothing to be learned but their mean. */
bool furrow_site_wants_trace(const furrow_site *site, size_t first, size_t items);

/* Whether the next call should at least be timed. */
bool furrow_site_wants_time(const furrow_site *site);

/* The plan that stands for such a call, with such a request; NULL: there is none. */
const furrow_plan *furrow_site_plan(const furrow_site *site, const furrow_plan *request,
                                    size_t first, size_t items, int cpus);

/* Adds what the site knows to what is known: usage, if facts have none, and the profile, which is
 * lent. Of other items than those remembered only the mean is told. */
void furrow_site_recall(const furrow_site *site, size_t first, furrow_plan_facts *facts);

/* Remembers a call that succeeded. When three in a row took more than half as long again as the
 * best by the same plan over the same items, or less than half, it begins anew. */
void furrow_site_learn(furrow_site *site, const furrow_site_call *call);

#ifdef __cplusplus
}
#endif

#endif
