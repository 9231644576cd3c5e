/* embedded.h: data/digits.model within the library; the array is made by cmake/embed.cmake. */
#ifndef FURROW_DIGITS_NET_EMBEDDED_H
#define FURROW_DIGITS_NET_EMBEDDED_H

#include <stddef.h>

extern const unsigned char furrow__digits_embedded[];
extern const size_t furrow__digits_embedded_size;

#endif
