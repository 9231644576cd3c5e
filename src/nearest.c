#include "nearest.h"

#include <string.h>

#include <furrow/status.h>

#define LONGEST 63

static size_t minimum(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t row[LONGEST + 1];
    for (size_t j = 0; j <= b_length; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t above = row[j];
            size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
            row[j] = minimum(replaced, 1 + minimum(above, row[j - 1]));
            diagonal = above;
        }
    }
    return row[b_length];
}

void furrow__nearest(const char **nearest, size_t *distance, const char *name,
                     const char *candidate)
{
    size_t name_length = strlen(name);
    size_t candidate_length = strlen(candidate);
    if (name_length > LONGEST || candidate_length > LONGEST)
        return;
    size_t away = edit_distance(name, name_length, candidate, candidate_length);
    size_t near = name_length / 3 > 1 ? name_length / 3 : 1;
    if (away <= near && away < *distance) {
        *nearest = candidate;
        *distance = away;
    }
}

const char *furrow_error_suggest(const char *name, const char *const *candidates)
{
    const char *nearest = NULL;
    size_t distance = FURROW__NEAREST_NONE;
    for (; *candidates; candidates++)
        furrow__nearest(&nearest, &distance, name, *candidates);
    return nearest;
}
