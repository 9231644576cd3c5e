#include "bytes.h"

#include <stddef.h>
#include <stdio.h>

const char *bytes_text(char text[32], double bytes)
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
    size_t unit = 0;
    for (; bytes >= 999.5 && unit < 6; unit++)
        bytes /= 1000;
    snprintf(text, 32, bytes < 9.995 && unit > 0 ? "%.2f %s" : "%.0f %s", bytes, units[unit]);
    return text;
}
