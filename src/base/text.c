#include "text.h"

#include <string.h>

#include <furrow/status.h>

#define LONGEST 63

static size_t minimum(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Counts insertions, deletions, replacements and swaps of neighbours, row by row of the matrix. */
static size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][LONGEST + 1];
    size_t *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_length; j++)
        last[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            row[j] =
                minimum(last[j - 1] + (a[i - 1] != b[j - 1]), 1 + minimum(last[j], row[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = minimum(row[j], 1 + before[j - 2]);
        }
        size_t *oldest = before;
        before = last;
        last = row;
        row = oldest;
    }
    return last[b_length];
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
