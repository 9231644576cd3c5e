/* text.h: numbers in text whatever the locale, and "did you mean ...?". */
#ifndef FURROW_BASE_TEXT_H
#define FURROW_BASE_TEXT_H

#include <locale.h>
#include <stddef.h>

/*
 * A decimal point in every locale: in a German one snprintf writes "0,5", which is neither CSV nor
 * JSON.
 *
 *     locale_t before = furrow__point_begin();
 *     snprintf(...); strtod(...);
 *     furrow__point_end(before);
 */

/* Affects the calling thread only. The C locale is built in, so nothing is allocated. */
static inline locale_t furrow__point_begin(void)
{
    return uselocale(newlocale(LC_ALL_MASK, "C", (locale_t)0));
}

static inline void furrow__point_end(locale_t before)
{
    locale_t own = uselocale(before);
    if (own != before)
        freelocale(own);
}

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
