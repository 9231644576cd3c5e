/* prefix.h: which parts, that end in any order, are finished from the first on without a gap. */
#ifndef FURROW_DRIVER_PREFIX_H
#define FURROW_DRIVER_PREFIX_H

#include <stddef.h>

struct prefix {
    size_t finished;     /* the parts [0, finished) are */
    unsigned char *seen; /* of part i at [i % capacity]: it is finished, and above that */
    size_t capacity;
};

/* Adds a part, once each. FURROW_ENOMEM; the part then counts as not finished. */
int prefix_add(struct prefix *prefix, size_t part);
void prefix_clear(struct prefix *prefix);

#endif
