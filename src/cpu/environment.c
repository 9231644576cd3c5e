#include "internal.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Not isspace and tolower: a locale must not change the meaning of a variable. */
static void skip_spaces(const char **text)
{
    *text += strspn(*text, " \t\n\v\f\r");
}

static bool take_character(const char **text, char character)
{
    if (**text != character)
        return false;
    ++*text;
    return true;
}

/* 1 to INT_MAX in decimal digits, and the spaces around them. */
static bool take_positive(int *value, const char **text)
{
    skip_spaces(text);
    long long number = 0;
    for (; **text >= '0' && **text <= '9'; ++*text)
        if ((number = 10 * number + (**text - '0')) > INT_MAX)
            return false;
    skip_spaces(text);
    *value = (int)number;
    return number > 0; /* 0 also when there was no digit */
}

static size_t lower_case_word(char *word, size_t size, const char *text)
{
    size_t length = 0;
    for (; length + 1 < size; length++) {
        char letter = text[length];
        if (letter >= 'A' && letter <= 'Z')
            letter = (char)(letter - 'A' + 'a');
        if (letter < 'a' || letter > 'z')
            break;
        word[length] = letter;
    }
    word[length] = '\0';
    return length;
}

/* One of `words` (NULL-ended) in any case, and the spaces around it; NULL for anything else. */
static const char *take_word(const char *const *words, const char **text)
{
    skip_spaces(text);
    char word[16];
    *text += lower_case_word(word, sizeof word, *text);
    skip_spaces(text);
    for (; *words; words++)
        if (strcmp(word, *words) == 0)
            return *words;
    return NULL;
}

static bool parse_num_threads(furrow_cpus *cpus, const char *text)
{
    int first, nested;
    if (!take_positive(&first, &text))
        return false;
    while (take_character(&text, ','))
        if (!take_positive(&nested, &text))
            return false;
    if (*text)
        return false;
    cpus->num_threads = first;
    return true;
}

static bool parse_thread_limit(furrow_cpus *cpus, const char *text)
{
    int limit;
    if (!take_positive(&limit, &text) || *text)
        return false;
    cpus->thread_limit = limit;
    return true;
}

/* [monotonic:|nonmonotonic:]kind[,chunk] */
static bool parse_schedule(furrow_cpus *cpus, const char *text)
{
    static const char *const modifiers[] = {"monotonic", "nonmonotonic", NULL};
    static const char *const kinds[] = {"static", "dynamic", "guided", "auto", NULL};
    bool modified = strchr(text, ':');
    const char *modifier = modified ? take_word(modifiers, &text) : "";
    if (modified && (!modifier || !take_character(&text, ':')))
        return false;
    const char *kind = take_word(kinds, &text);
    int chunk = 0;
    if (!kind || (take_character(&text, ',') && !take_positive(&chunk, &text)) || *text)
        return false;
    int length = snprintf(cpus->schedule, sizeof cpus->schedule, "%s%s%s", modifier,
                          modified ? ":" : "", kind);
    if (chunk > 0)
        snprintf(cpus->schedule + length, sizeof cpus->schedule - (size_t)length, ",%d", chunk);
    return true;
}

static const char *const truths[] = {"true", "false", NULL};

static bool parse_dynamic(furrow_cpus *cpus, const char *text)
{
    const char *truth = take_word(truths, &text);
    if (!truth || *text)
        return false;
    snprintf(cpus->dynamic, sizeof cpus->dynamic, "%s", truth);
    return true;
}

/* A policy for each level of nesting, separated by commas. `list` keeps those that fit. */
static bool take_policies(char *list, size_t size, const char **text)
{
    static const char *const policies[] = {"primary", "master", "close", "spread", NULL};
    size_t length = 0;
    do {
        const char *policy = take_word(policies, text);
        if (!policy)
            return false;
        if (length < size)
            length += (size_t)snprintf(list + length, size - length, "%s%s", length > 0 ? "," : "",
                                       policy);
    } while (take_character(text, ','));
    return true;
}

static bool parse_proc_bind(furrow_cpus *cpus, const char *text)
{
    char policies[sizeof cpus->proc_bind];
    const char *rest = text;
    const char *value = take_word(truths, &rest);
    if (!value) {
        rest = text;
        value = take_policies(policies, sizeof policies, &rest) ? policies : NULL;
    }
    if (!value || *rest)
        return false;
    snprintf(cpus->proc_bind, sizeof cpus->proc_bind, "%s", value);
    return true;
}

static bool parse_places(furrow_cpus *cpus, const char *text)
{
    furrow__cpu_print(cpus->places, sizeof cpus->places, text);
    return true;
}

/* A number with a unit: B, K (the default), M or G. */
static bool parse_stack_size(furrow_cpus *cpus, const char *text)
{
    static const char units[] = "bkmg";
    int number;
    if (!take_positive(&number, &text))
        return false;
    size_t shift = 10;
    const char *unit = *text ? strchr(units, *text | 0x20) : NULL;
    if (unit) {
        shift = 10 * (size_t)(unit - units);
        text++;
        skip_spaces(&text);
    }
    if (*text || (size_t)number > SIZE_MAX >> 1 >> shift)
        return false;
    cpus->stack_size = (size_t)number << shift;
    return true;
}

static const struct variable {
    const char *name;
    bool (*parse)(furrow_cpus *cpus, const char *text); /* sets nothing when it returns false */
    const char *expected;
    const char *example;
} variables[] = {
    {"OMP_NUM_THREADS", parse_num_threads, "positive integers separated by commas", "4"},
    {"OMP_THREAD_LIMIT", parse_thread_limit, "a positive integer", "64"},
    {"OMP_SCHEDULE", parse_schedule, "static, dynamic, guided or auto, then perhaps a chunk",
     "dynamic,4"},
    {"OMP_DYNAMIC", parse_dynamic, "true or false", "false"},
    {"OMP_PROC_BIND", parse_proc_bind, "true, false, or a list of primary, close and spread",
     "close"},
    {"OMP_PLACES", parse_places, "places", "cores"},
    {"OMP_STACKSIZE", parse_stack_size, "a number, then perhaps B, K, M or G", "16M"},
};

static const char *value_of(const char *const *environment, const char *name)
{
    if (!environment)
        return getenv(name);
    size_t length = strlen(name);
    for (; *environment; environment++)
        if (strncmp(*environment, name, length) == 0 && (*environment)[length] == '=')
            return *environment + length + 1;
    return NULL;
}

static int refuse(const struct variable *variable, const char *value, furrow_error *error)
{
    char got[48];
    furrow__cpu_print(got, sizeof got, value);
    return furrow_error_set(
        error, FURROW_EINVAL, "%s: expected %s, got \"%s\"; unset it or set e.g. %s=%s",
        variable->name, variable->expected, got, variable->name, variable->example);
}

int furrow__cpu_read_environment(furrow_cpus *cpus, const char *const *environment,
                                 furrow_error *error)
{
    int status = FURROW_OK;
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *value = value_of(environment, variables[i].name);
        if (!value)
            continue;
        const char *text = value;
        skip_spaces(&text);
        if (*text && !variables[i].parse(cpus, text) && !status)
            status = refuse(&variables[i], value, error);
    }
    return status;
}
