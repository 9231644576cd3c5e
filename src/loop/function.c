#include "loop.h"

#include <stdarg.h>
#include <stdio.h>

static _Thread_local furrow__function_scope *innermost;

void furrow__function_begin(furrow__function_scope *function)
{
    function->outer = innermost;
    innermost = function;
}

void furrow__function_end(const furrow__function_scope *function)
{
    innermost = function->outer;
}

size_t furrow_function_item(void)
{
    const furrow__function_scope *function = innermost;
    if (!function)
        return FURROW_NO_ITEM;
    if (!function->claim)
        return function->item;
    size_t next = atomic_load_explicit(&function->claim->next, memory_order_relaxed);
    return function->claim->loop->first + next - 1;
}

int furrow_function_fail(int code, const char *format, ...)
{
    const furrow__function_scope *function = innermost;
    if (code == 0 || !function)
        return code;
    furrow_error fault = {.code = code, .item = furrow_function_item()};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(fault.text, sizeof fault.text, format, arguments);
    va_end(arguments);
    if (function->error)
        *function->error = fault;
    if (!function->claim)
        return code;
    furrow__loop *loop = function->claim->loop;
    if (loop->collect && loop->faults)
        furrow_faults_add(loop->faults, &fault); /* without memory the function's code stays */
    else
        furrow__loop_note_reason(loop, &fault);
    return code;
}
