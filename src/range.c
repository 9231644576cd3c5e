#include <furrow/range.h>

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

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

/* Nobody takes items over yet: what ends a range early is a cancel. */
bool furrow_range_claim(const furrow_range *range, size_t i)
{
    return i < range->end;
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
    if (!range->faults || code == 0)
        return code;
    furrow_error fault = {.code = code, .item = item};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(fault.text, sizeof fault.text, format, arguments);
    va_end(arguments);
    return furrow_faults_add(range->faults, &fault);
}
