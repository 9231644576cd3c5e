#include <furrow/status.h>

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
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
    return strerror(-code); /* a constant string for the codes of the system */
}

/* Whether the byte continues a character of UTF-8. */
static bool goes_on(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

/* Keeps the beginning, which names a thing, and the end, which says what is wrong with it. Does not
 * cut characters of UTF-8. */
static void shorten(char text[FURROW_ERROR_TEXT_SIZE], const char *whole, size_t length)
{
    static const char dots[] = "...";
    static const size_t head_size = 80, longest = 3;
    size_t head = head_size;
    while (head > head_size - longest && goes_on(whole[head]))
        head--;
    size_t tail = length - (FURROW_ERROR_TEXT_SIZE - sizeof dots - head), at = tail;
    while (at < tail + longest && goes_on(whole[at]))
        at++;
    memcpy(text, whole, head);
    memcpy(text + head, dots, sizeof dots - 1);
    memcpy(text + head + sizeof dots - 1, whole + at, length - at + 1);
}

int furrow_error_set(furrow_error *error, int code, const char *format, ...)
{
    if (!error)
        return code;
    error->code = code;
    error->item = FURROW_NO_ITEM;
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(error->text, sizeof error->text, format, arguments);
    char *whole = length >= (int)sizeof error->text ? malloc((size_t)length + 1) : NULL;
    if (whole) {
        vsnprintf(whole, (size_t)length + 1, format, again);
        shorten(error->text, whole, (size_t)length);
        free(whole);
    }
    va_end(again);
    va_end(arguments);
    return code;
}
