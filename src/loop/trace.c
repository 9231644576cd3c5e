#include "loop.h"

#include <stdlib.h>

/* The spans of one worker, on cache lines of its own: while a loop runs, no other worker uses
 * them. */
struct lane {
    furrow_span *spans;
    size_t count, capacity, lost;
    char padding[32];
};

struct furrow_trace {
    struct lane *lanes;
    size_t lane_count;
    furrow_span *sorted; /* the spans collected from all lanes */
    size_t count, capacity;
};

int furrow_trace_new(furrow_trace **trace)
{
    *trace = calloc(1, sizeof **trace);
    return *trace ? FURROW_OK : FURROW_ENOMEM;
}

void furrow_trace_free(furrow_trace *trace)
{
    if (!trace)
        return;
    for (size_t i = 0; i < trace->lane_count; i++)
        free(trace->lanes[i].spans);
    free(trace->lanes);
    free(trace->sorted);
    free(trace);
}

int furrow__trace_reserve(furrow_trace *trace, size_t count)
{
    if (!trace || count <= trace->lane_count)
        return FURROW_OK;
    struct lane *grown = realloc(trace->lanes, count * sizeof *grown);
    if (!grown)
        return FURROW_ENOMEM;
    trace->lanes = grown;
    for (size_t i = trace->lane_count; i < count; i++)
        trace->lanes[i] = (struct lane){0};
    trace->lane_count = count;
    return FURROW_OK;
}

void furrow__trace_add(furrow_trace *trace, const furrow_span *span)
{
    struct lane *own = &trace->lanes[span->worker];
    if (own->count == own->capacity) {
        size_t capacity = own->capacity ? 2 * own->capacity : 64;
        furrow_span *grown = realloc(own->spans, capacity * sizeof *grown);
        if (!grown) {
            own->lost++;
            return;
        }
        own->spans = grown;
        own->capacity = capacity;
    }
    own->spans[own->count++] = *span;
}

static int by_start(const void *left, const void *right)
{
    const furrow_span *a = left;
    const furrow_span *b = right;
    if (a->start < b->start || a->start > b->start)
        return a->start < b->start ? -1 : 1;
    return (a->begin > b->begin) - (a->begin < b->begin);
}

static size_t total(const furrow_trace *trace)
{
    size_t count = trace->count;
    for (size_t i = 0; i < trace->lane_count; i++)
        count += trace->lanes[i].count;
    return count;
}

static int collect(furrow_trace *trace)
{
    size_t count = total(trace);
    if (count > trace->capacity) {
        furrow_span *grown = realloc(trace->sorted, count * sizeof *grown);
        if (!grown)
            return FURROW_ENOMEM;
        trace->sorted = grown;
        trace->capacity = count;
    }
    for (size_t i = 0; i < trace->lane_count; i++) {
        struct lane *own = &trace->lanes[i];
        for (size_t j = 0; j < own->count; j++)
            trace->sorted[trace->count++] = own->spans[j];
        own->count = 0;
    }
    qsort(trace->sorted, trace->count, sizeof *trace->sorted, by_start);
    return FURROW_OK;
}

const furrow_span *furrow_trace_spans(furrow_trace *trace, size_t *count)
{
    *count = 0;
    if (total(trace) == 0 || collect(trace))
        return NULL;
    *count = trace->count;
    return trace->sorted;
}

size_t furrow_trace_lost(const furrow_trace *trace)
{
    size_t lost = 0;
    for (size_t i = 0; i < trace->lane_count; i++)
        lost += trace->lanes[i].lost;
    return lost;
}

void furrow_trace_clear(furrow_trace *trace)
{
    trace->count = 0;
    for (size_t i = 0; i < trace->lane_count; i++)
        trace->lanes[i].count = trace->lanes[i].lost = 0;
}
