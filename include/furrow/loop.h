/*
 * loop.h: what all ways to run a loop share: its pieces, and what became of it.
 */
#ifndef FURROW_LOOP_H
#define FURROW_LOOP_H

#include <stddef.h>

#include <furrow/plan.h>
#include <furrow/range.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The inside of a loop, an item at a time. `result` is the item's slot, `item` its input; each is
 * NULL where the call has none. Nonzero is this item's status: its failure. */
typedef int (*furrow_function)(void *result, const void *item, void *context);

/* Inside a function: the number of the item that it runs (furrow_map_options.first and so on), also
 * where it gets neither item nor slot; the innermost function's. Elsewhere FURROW_NO_ITEM. */
size_t furrow_function_item(void);

/*
 * Inside a function: says why its item fails, as furrow_fail does for bodies. To be used as
 *
 *     return furrow_function_fail(FURROW_EFORMAT, "%s: expected a number", text);
 *
 * Returns `code`. The text is kept where failures are: in the call's faults, its error, or that of
 * its result. An imap keeps statuses alone.
 */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
int furrow_function_fail(int code, const char *format, ...);

/* Adds `partial` to `*into`; called serially, in item order. Nonzero stops with that code. */
typedef int (*furrow_fold)(void *into, const void *partial, const void *context);

/* Called on the worker after each range that succeeded; nonzero stops the run with that code. */
typedef int (*furrow_finished)(size_t begin, size_t end, void *context);

/* The workers' scratch, kept from call to call, each made on its own worker when first needed. */
typedef struct furrow_workers furrow_workers;

typedef int (*furrow_worker_new)(void **scratch, const void *context);
typedef void (*furrow_worker_free)(void *scratch);

/* `make` and `release` may be NULL; `context` is passed to make. FURROW_ENOMEM. */
int furrow_workers_new(furrow_workers **workers, furrow_worker_new make, furrow_worker_free release,
                       const void *context);
void furrow_workers_free(furrow_workers *workers);

/* What became of a call. */
typedef struct furrow_parallel_outcome {
    furrow_plan plan;   /* what was done, and why; its grounds were measured */
    furrow_usage usage; /* what the items took; after a stop items is 0 */
} furrow_parallel_outcome;

/* ---- which thread ran which chunk, and when ---- */

/* One chunk. Times are readings of furrow_clock_wall. */
typedef struct furrow_span {
    size_t begin, end; /* its items */
    int worker;
    double start, stop; /* wall */
    double cpu;         /* CPU seconds of its worker in between */
} furrow_span;

typedef struct furrow_trace furrow_trace;

/* An empty trace. Give it to one parallel call or run after the other, never to two at once; each
 * adds its spans. Costs about 1 us a chunk. FURROW_ENOMEM. */
int furrow_trace_new(furrow_trace **trace);
void furrow_trace_free(furrow_trace *trace);

/* All spans, sorted by start; valid until the trace is next given away, cleared or freed. NULL and
 * count 0 when there are none, or no memory to sort them in: then nothing is lost. */
const furrow_span *furrow_trace_spans(furrow_trace *trace, size_t *count);

/* Spans for which there was no memory: a trace that cannot grow never stops the run it watches. */
size_t furrow_trace_lost(const furrow_trace *trace);

/* Forgets all spans; keeps the memory. */
void furrow_trace_clear(furrow_trace *trace);

#ifdef __cplusplus
}
#endif

#endif
