/*
 * point.h: a decimal point in every locale: in a German one snprintf writes "0,5", which is neither
 * CSV nor JSON.
 *
 *     locale_t before = furrow__point_begin();
 *     snprintf(...); strtod(...);
 *     furrow__point_end(before);
 */
#ifndef FURROW_BASE_POINT_H
#define FURROW_BASE_POINT_H

#include <locale.h>

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

#endif
