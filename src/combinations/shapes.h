/*
 * shapes.h: the shapes (n, k) of many small inputs, each worked out once.
 */
#ifndef FURROW__COMBINATIONS_SHAPES_H
#define FURROW__COMBINATIONS_SHAPES_H

#include "isa.h"

enum { FURROW__SMALL = 33 };

/* Where in an input the elements of all rows of one shape stand. */
typedef struct furrow__shape {
    uint32_t n, k;
    size_t rows, length; /* length = rows * k */
    uint32_t *places;    /* padded as isa.h asks for; NULL: too many */
} furrow__shape;

/* The shapes of all inputs: small ones by n and k, each once; large ones have no places and are
 * worked out where they stand. */
typedef struct furrow__shapes {
    furrow__shape *small[FURROW__SMALL][FURROW__SMALL];
    const furrow__combinations_isa *isa;
    size_t element_size;
} furrow__shapes;

/* NULL: no memory. */
furrow__shapes *furrow__shapes_new(size_t element_size);
void furrow__shapes_clear(furrow__shapes *shapes);

/* FURROW_EOVERFLOW, FURROW_ENOMEM. */
int furrow__shapes_make(furrow__shapes *shapes, uint32_t n, uint32_t k);

/* The same for a shape that may be there, or be too large to be kept. */
static inline int furrow__shapes_add(furrow__shapes *shapes, uint32_t n, uint32_t k)
{
    bool kept = n < FURROW__SMALL && k < FURROW__SMALL;
    return kept && !shapes->small[n][k] ? furrow__shapes_make(shapes, n, k) : 0;
}

/* NULL: its places are not known. */
static inline const furrow__shape *furrow__shape_of(const furrow__shapes *shapes, uint32_t n,
                                                    uint32_t k)
{
    const furrow__shape *shape =
        n < FURROW__SMALL && k < FURROW__SMALL ? shapes->small[n][k] : NULL;
    return shape && shape->places ? shape : NULL;
}

#endif
