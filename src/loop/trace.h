/* trace.h: how a running team writes a trace. */
#ifndef FURROW_TRACE_INTERNAL_H
#define FURROW_TRACE_INTERNAL_H

#include <furrow/loop.h>

/* Room for the spans of workers 0 ... workers - 1, before their region starts. NULL is fine. */
int furrow__trace_reserve(furrow_trace *trace, size_t workers);

/* Adds a span on the thread of its worker. */
void furrow__trace_add(furrow_trace *trace, const furrow_span *span);

#endif
