#include "duration.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* One duration, up to a comma or the end; returns where it ends, or NULL. */
static const char *parse(double *seconds, const char *text)
{
    static const struct {
        const char *name;
        double seconds;
    } units[] = {{"us", 1e-6}, {"ms", 1e-3}, {"s", 1}, {"min", 60}, {"", 1}};
    char *end;
    double value = strtod(text, &end);
    if (end == text || !isfinite(value) || value < 0)
        return NULL;
    size_t length = strcspn(end, ",");
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strlen(units[i].name) == length && strncmp(end, units[i].name, length) == 0) {
            *seconds = value * units[i].seconds;
            return end + length;
        }
    return NULL;
}

int duration_parse_list(double **seconds, size_t *count, const char *text, furrow_error *error)
{
    size_t commas = 0;
    for (const char *at = text; *at; at++)
        commas += *at == ',';
    *count = 0;
    *seconds = calloc(commas + 1, sizeof **seconds);
    if (!*seconds)
        return furrow_error_set(error, FURROW_ENOMEM, "out of memory");
    const char *at = text;
    for (bool more = true; more; at++) {
        at = parse(&(*seconds)[*count], at);
        if (!at) {
            free(*seconds);
            *seconds = NULL;
            return furrow_error_set(error, FURROW_EINVAL,
                                    "expected durations such as 50ms or 1s,2s,3s, got \"%s\"",
                                    text);
        }
        ++*count;
        more = *at == ',';
    }
    return FURROW_OK;
}
