/* image_ways.h: compares the quick decoder for plain files with libpng. */
#ifndef FURROW_TESTS_IMAGE_WAYS_H
#define FURROW_TESTS_IMAGE_WAYS_H

#include <stddef.h>

typedef enum image_ways_verdict {
    IMAGE_WAYS_LEFT,  /* the quick decoder left the file to libpng */
    IMAGE_WAYS_EQUAL, /* both read the same samples */
    IMAGE_WAYS_DIFFER /* the quick decoder accepts what libpng refuses, or reads other samples */
} image_ways_verdict;

/* All calls share the quick decoder's memory, until image_ways_clear. */
image_ways_verdict image_ways_compare(const void *bytes, size_t size);
void image_ways_clear(void);

#endif
