/*
 * trace.h: who ran which chunk, and when.
 */
#ifndef FURROW_TRACE_H
#define FURROW_TRACE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

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
