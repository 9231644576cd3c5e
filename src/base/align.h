/*
 * align.h: memory for values of the caller's types, of which only the size is known. A type's
 * alignment divides its size, so that the largest power of two that does is enough; beyond a cache
 * line no type of C asks for more by itself.
 */
#ifndef FURROW_BASE_ALIGN_H
#define FURROW_BASE_ALIGN_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

enum { FURROW__MOST_ALIGNED = 64 };

/* At least malloc's. */
static inline size_t furrow__align_of(size_t size)
{
    size_t align = size & -size;
    if (align > FURROW__MOST_ALIGNED)
        return FURROW__MOST_ALIGNED;
    return align > _Alignof(max_align_t) ? align : _Alignof(max_align_t);
}

/* The next multiple of `align`, a power of two. */
static inline size_t furrow__align_up(size_t size, size_t align)
{
    return (size + align - 1) & ~(align - 1);
}

static inline void *furrow__align_pointer(void *memory, size_t align)
{
    return (char *)memory + (-(uintptr_t)memory & (align - 1));
}

/* Memory for any values, `size` bytes in all, to be freed by free(); NULL: there is none. */
static inline void *furrow__aligned_new(size_t size)
{
    return aligned_alloc(FURROW__MOST_ALIGNED,
                         furrow__align_up(size ? size : 1, FURROW__MOST_ALIGNED));
}

#endif
