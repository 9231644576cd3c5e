#include "words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/writer.h>

enum { COLUMNS = 79 };

const char *words_of_bytes(char text[32], double bytes)
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
    size_t unit = 0;
    for (; bytes >= 999.5 && unit < 6; unit++)
        bytes /= 1000;
    snprintf(text, 32, bytes < 9.995 && unit > 0 ? "%.2f %s" : "%.0f %s", bytes, units[unit]);
    return text;
}

/* One duration, up to a comma or the end; returns where it ends, or NULL. */
static const char *parse_duration(double *seconds, const char *text)
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

int words_parse_durations(double **seconds, size_t *count, const char *text, furrow_error *error)
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
        at = parse_duration(&(*seconds)[*count], at);
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

const char *words_join(char *text, size_t size, const char *const *names)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; names[i]; i++) {
        const char *before = i == 0 ? "" : names[i + 1] ? ", " : " or ";
        int length = snprintf(text + used, size - used, "%s%s", before, names[i]);
        used += (size_t)length < size - used ? (size_t)length : size - used - 1;
    }
    return text;
}

size_t words_of_formats(const char *names[WORDS_MAX], bool with_list)
{
    const char *name;
    size_t count = 0;
    for (int i = 0; (name = furrow_format_name((furrow_format)i)) && count + 1 < WORDS_MAX; i++)
        if (with_list || i != FURROW_FORMAT_LIST)
            names[count++] = name;
    names[count] = NULL;
    return count;
}

/* How much of a text fits into `columns`: up to its last space there, or up to its first space. */
static size_t fitting(const char *text, size_t columns)
{
    size_t length = strlen(text), fits = 0;
    if (length <= columns)
        return length;
    for (size_t at = strcspn(text, " "); at < length; at += 1 + strcspn(text + at + 1, " "))
        if (at <= columns || fits == 0)
            fits = at;
    return fits ? fits : length;
}

void words_print_wrapped(FILE *stream, const char *text, size_t used, size_t indent,
                         const char *more)
{
    for (;;) {
        size_t left = used + strlen(more) < COLUMNS ? COLUMNS - used - strlen(more) : 1;
        size_t size = used + strlen(text) <= COLUMNS ? strlen(text) : fitting(text, left);
        fprintf(stream, "%.*s", (int)size, text);
        text += size + (text[size] == ' ');
        if (!*text)
            break;
        fprintf(stream, "%s\n%*s", more, (int)indent, "");
        used = indent;
    }
    fprintf(stream, "\n");
}
