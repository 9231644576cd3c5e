/* nearest.h: "did you mean ...?" */
#ifndef FURROW_NEAREST_H
#define FURROW_NEAREST_H

#include <stddef.h>

#define FURROW__NEAREST_NONE ((size_t)-1)

/*
 * Called for each candidate in turn, with *nearest NULL and *distance FURROW__NEAREST_NONE to
 * start: keeps the candidate with the smallest edit distance (F. J. Damerau, 1964) to `name`,
 * if it is small enough to be a slip of the finger: at most a third of the name, or 1. Names longer
 * than 63 characters have none near.
 */
void furrow__nearest(const char **nearest, size_t *distance, const char *name,
                     const char *candidate);

#endif
