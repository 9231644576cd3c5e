/*
 * loop.h: the types that all ways to run a loop share, and traces: which thread ran what, when.
 */
#ifndef FURROW_LOOP_H
#define FURROW_LOOP_H

#include <stddef.h>

#include <furrow/plan.h>
#include <furrow/range.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The inside of a loop, one item at a time. `result` is the item's slot and `item` its input; each
 * is NULL where the call has none. Nonzero: the item failed with this code. */
typedef int (*furrow_function)(void *result, const void *item, void *context);

/* Inside a function: the number of the item that it runs, counted from furrow_map_options.first
 * where the call has one. If functions nest, the innermost counts. Elsewhere FURROW_NO_ITEM. */
size_t furrow_function_item(void);

/*
 * Inside a function: says why its item fails, as furrow_fail does for bodies. To be used as
 *
 *     return furrow_function_fail(FURROW_EFORMAT, "%s: expected a number", text);
 *
 * Returns `code`. The text goes where the call reports failures: to its faults, its error, or the
 * error of its result. An imap keeps codes only.
 */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
int furrow_function_fail(int code, const char *format, ...);

/* Adds `partial` to `*into`. Called serially, in item order. Nonzero stops the call with it. */
typedef int (*furrow_fold)(void *into, const void *partial, const void *context);

/* Called on the worker after each range that succeeded. Nonzero stops the call with that code. */
typedef int (*furrow_finished)(size_t begin, size_t end, void *context);

/* Scratch memory of the workers, kept from call to call. Each worker makes its own, on its thread,
 * when it first needs it. */
typedef struct furrow_scratch furrow_scratch;

typedef int (*furrow_worker_new)(void **scratch, const void *context);
typedef void (*furrow_worker_free)(void *scratch);

/* `make` and `release` may be NULL. `make` is called with `context`. FURROW_ENOMEM. */
int furrow_scratch_new(furrow_scratch **scratch, furrow_worker_new make, furrow_worker_free release,
                       const void *context);
void furrow_scratch_free(furrow_scratch *scratch);

/* What a call did. */
typedef struct furrow_parallel_outcome {
    furrow_plan plan;   /* the plan that ran, and why, with measured figures */
    furrow_usage usage; /* what the items took; usage.items is 0 after a stop */
} furrow_parallel_outcome;

/* ---- traces: which thread ran which chunk, and when ---- */

/* One chunk. Times are readings of furrow_clock_wall. */
typedef struct furrow_span {
    size_t begin, end; /* its items */
    int worker;
    double start, stop; /* wall */
    double cpu;         /* CPU seconds of the worker in that time */
} furrow_span;

typedef struct furrow_trace furrow_trace;

/* Makes an empty trace. Each call or run that it is given to adds its spans. Never give it to two
 * at once. Costs about 1 us a chunk. FURROW_ENOMEM. */
int furrow_trace_new(furrow_trace **trace);
void furrow_trace_free(furrow_trace *trace);

/* All spans, sorted by start, valid until the trace is next used, cleared or freed. NULL and count
 * 0 when there are no spans, or no memory to sort them (then call again later: none is lost). */
const furrow_span *furrow_trace_spans(furrow_trace *trace, size_t *count);

/* The number of spans for which there was no memory. A trace that cannot grow stops no run. */
size_t furrow_trace_lost(const furrow_trace *trace);

/* Forgets all spans; keeps the memory. */
void furrow_trace_clear(furrow_trace *trace);

#ifdef __cplusplus
}
#endif

#endif
