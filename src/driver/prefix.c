#include "prefix.h"

#include <stdlib.h>

#include <furrow/status.h>

static int grow(struct prefix *prefix, size_t capacity)
{
    unsigned char *seen = calloc(capacity, 1);
    if (!seen)
        return FURROW_ENOMEM;
    for (size_t i = 0; i < prefix->capacity; i++) {
        size_t part = prefix->finished + i;
        seen[part % capacity] = prefix->seen[part % prefix->capacity];
    }
    free(prefix->seen);
    prefix->seen = seen;
    prefix->capacity = capacity;
    return FURROW_OK;
}

int prefix_add(struct prefix *prefix, size_t part)
{
    size_t capacity = prefix->capacity ? prefix->capacity : 256;
    while (part - prefix->finished >= capacity)
        capacity *= 2;
    int status = capacity > prefix->capacity ? grow(prefix, capacity) : FURROW_OK;
    if (status)
        return status;
    prefix->seen[part % capacity] = 1;
    while (prefix->seen[prefix->finished % capacity]) {
        prefix->seen[prefix->finished % capacity] = 0;
        prefix->finished++;
    }
    return FURROW_OK;
}

void prefix_clear(struct prefix *prefix)
{
    free(prefix->seen);
    *prefix = (struct prefix){0};
}
