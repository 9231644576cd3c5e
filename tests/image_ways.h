/*
 * image_ways.h: a picture decoded by libpng and, where that is taken, by the quick way for plain
 * files: do they agree?
 */
#ifndef FURROW_TESTS_IMAGE_WAYS_H
#define FURROW_TESTS_IMAGE_WAYS_H

#include <stddef.h>

typedef enum image_ways_verdict {
    IMAGE_WAYS_LEFT,  /* the quick way left it to libpng */
    IMAGE_WAYS_EQUAL, /* both have the same samples */
    IMAGE_WAYS_DIFFER /* the quick way accepts what libpng refuses, or reads something else */
} image_ways_verdict;

/* All calls share what the quick way keeps from picture to picture, until image_ways_clear. */
image_ways_verdict image_ways_compare(const void *bytes, size_t size);
void image_ways_clear(void);

#endif
