#include <furrow/status.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *furrow_status_name(int code)
{
    switch (code) {
#define NAME(name, value, text)                                                                    \
    case FURROW_##name:                                                                            \
        return "FURROW_" #name;
        FURROW_STATUS_MAP(NAME)
#undef NAME
    default:
        return "unknown";
    }
}

const char *furrow_status_text(int code)
{
    switch (code) {
#define TEXT(name, value, text)                                                                    \
    case FURROW_##name:                                                                            \
        return text;
        FURROW_STATUS_MAP(TEXT)
#undef TEXT
    default:
        break;
    }
    if (code > 0)
        return "a callback's own code";
    return strerror(-code); /* for the codes that the system knows, a constant string */
}

int furrow_error_set(furrow_error *error, int code, const char *format, ...)
{
    if (!error)
        return code;
    error->code = code;
    error->item = FURROW_NO_ITEM;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    return code;
}
