#include <furrow/range.h>

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "loop.h"

void *furrow_range_slot(const furrow_range *range, size_t i)
{
    assert(range->results && range->begin <= i && i < range->end);
    return (char *)range->results + (i - range->begin) * range->result_size;
}

furrow_item furrow_range_item(const furrow_range *range, size_t i)
{
    assert(range->begin <= i && i < range->end);
    if (!range->items)
        return (furrow_item){0};
    size_t at = i - range->begin;
    if (range->item_size == 0)
        return ((const furrow_item *)range->items)[at];
    return (furrow_item){(const char *)range->items + at * range->item_size, range->item_size};
}

bool furrow_range_claim(const furrow_range *range, size_t i)
{
    furrow_claim *claim = range->claim;
    if (i >= range->end)
        return false;
    if (!claim)
        return !furrow_cancel_requested(range->cancel);
    size_t at = i - claim->loop->first;
    claim->asked = true;
    return furrow__claim_items(claim, at, at + 1);
}

size_t furrow_range_claim_part(const furrow_range *range, size_t begin, size_t end)
{
    furrow_claim *claim = range->claim;
    size_t stop = end < range->end ? end : range->end;
    if (!claim)
        return furrow_cancel_requested(range->cancel) ? begin : stop;
    size_t first = claim->loop->first, own;
    claim->asked = true;
    while (begin < stop) {
        if (furrow__claim_items(claim, begin - first, stop - first))
            return stop;
        own = first + atomic_load_explicit(&claim->end, memory_order_relaxed);
        if (own >= stop)
            break;
        stop = own; /* other threads have taken the items above */
    }
    return begin;
}

size_t furrow_range_claimed(const furrow_range *range)
{
    const furrow_claim *claim = range->claim;
    if (!claim)
        return range->end;
    size_t next = claim->loop->first +
                  atomic_load_explicit(&((furrow_claim *)claim)->next, memory_order_relaxed);
    return next < range->end ? next : range->end;
}

void furrow_phase_add(const furrow_range *range, size_t phase, double seconds)
{
    if (!range->phases)
        return;
    range->phases[phase].seconds += seconds;
    range->phases[phase].count++;
}

int furrow_fail(const furrow_range *range, size_t item, int code, const char *format, ...)
{
    if (code == 0 || (!range->faults && !range->claim))
        return code;
    furrow_error fault = {.code = code, .item = item};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(fault.text, sizeof fault.text, format, arguments);
    va_end(arguments);
    if (range->faults)
        return furrow_faults_add(range->faults, &fault);
    furrow__loop_note_reason(range->claim->loop, &fault);
    return code;
}
