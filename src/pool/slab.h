/*
 * slab.h: memory for many small things of one short life: cut off large pieces, one after the
 * other, so that the next is in the cache before it is asked for; a piece is freed with the last of
 * them.
 */
#ifndef FURROW_POOL_SLAB_H
#define FURROW_POOL_SLAB_H

#include <stdatomic.h>
#include <stddef.h>

typedef struct furrow__slab furrow__slab;

/* Where a pool cuts off. {0} to start with. */
typedef struct furrow__slabs {
    atomic_bool locked;
    furrow__slab *current;
    size_t used; /* bytes of it */
    unsigned cut;
} furrow__slabs;

/* As malloc; from any thread. A thread that finds another cutting does not wait for it. */
void *furrow__slab_take(furrow__slabs *slabs, size_t size);

/* As free: from any thread, also after furrow__slabs_clear. */
void furrow__slab_give(void *memory);

/* Nothing further is taken. */
void furrow__slabs_clear(furrow__slabs *slabs);

#endif
