/* nearest.h: the nearest of several names, for "did you mean ...?". */
#ifndef FURROW_BASE_NEAREST_H
#define FURROW_BASE_NEAREST_H

#include <stddef.h>

#define FURROW__NEAREST_NONE ((size_t)-1)

/*
 * Call it for each candidate in turn, at first with *nearest NULL and *distance
 * FURROW__NEAREST_NONE. It keeps the candidate with the smallest edit distance (F. J. Damerau,
 * 1964) to `name`, if that is at most a third of the name, or 1: a typing error. Names longer than
 * 63 characters have none.
 */
void furrow__nearest(const char **nearest, size_t *distance, const char *name,
                     const char *candidate);

#endif
