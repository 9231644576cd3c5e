#include <furrow/range.h>

#include <stdarg.h>
#include <stdio.h>

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
