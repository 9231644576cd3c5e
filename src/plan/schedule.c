#include <furrow/plan.h>

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "simulate.h"

static const char *const names[] = {"auto", "static", "dynamic", "guided", "adaptive"};

const char *furrow_schedule_name(furrow_schedule schedule)
{
    return (unsigned)schedule < sizeof names / sizeof *names ? names[schedule] : "unknown";
}

static bool parse_chunk(size_t *chunk, const char *text)
{
    if (*text < '0' || *text > '9')
        return false;
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno || *end || value == 0 || value > SIZE_MAX)
        return false;
    *chunk = (size_t)value;
    return true;
}

bool furrow_schedule_parse(furrow_schedule *schedule, size_t *chunk, const char *text)
{
    static const char *const modifiers[] = {"monotonic:", "nonmonotonic:"};
    for (size_t i = 0; i < sizeof modifiers / sizeof *modifiers; i++)
        if (strncmp(text, modifiers[i], strlen(modifiers[i])) == 0) {
            text += strlen(modifiers[i]);
            break;
        }
    size_t length = strcspn(text, ",");
    size_t size = 0;
    if (text[length] == ',' && !parse_chunk(&size, text + length + 1))
        return false;
    for (size_t i = 0; i <= FURROW_SCHEDULE_GUIDED; i++)
        if (strlen(names[i]) == length && strncmp(text, names[i], length) == 0) {
            *schedule = (furrow_schedule)i;
            *chunk = size;
            return true;
        }
    return false;
}

size_t furrow__schedule_share(size_t remaining, int threads, size_t chunk)
{
    if (remaining <= chunk || remaining <= 1)
        return remaining;
    size_t chunks = chunk > 1 ? (remaining - 1) / chunk + 1 : remaining;
    size_t share = (chunks - 1) / (2 * (size_t)threads) + 1;
    if (chunk <= 1)
        return share;
    return share < chunks ? share * chunk : remaining;
}
