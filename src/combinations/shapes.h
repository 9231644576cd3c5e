/*
 * shapes.h: the shapes (n, k) of many small inputs, each worked out once.
 */
#ifndef FURROW__COMBINATIONS_SHAPES_H
#define FURROW__COMBINATIONS_SHAPES_H

#include "isa.h"

enum { FURROW__SMALL = 33 };

/* The position in an input of each element of all rows. */
typedef struct furrow__shape {
    uint32_t n, k;
    size_t rows, length; /* length = rows * k */
    uint32_t *places;    /* padded as isa.h requires; NULL: there are too many */
} furrow__shape;

/* The shapes of all inputs, each small one once, by n and k. Large shapes are not kept. */
typedef struct furrow__shapes {
    furrow__shape *small[FURROW__SMALL][FURROW__SMALL];
    const furrow__combinations_isa *isa;
    size_t element_size;
} furrow__shapes;

/* NULL: there is no memory. */
furrow__shapes *furrow__shapes_new(size_t element_size);
void furrow__shapes_clear(furrow__shapes *shapes);

/* FURROW_EOVERFLOW, FURROW_ENOMEM. */
int furrow__shapes_make(furrow__shapes *shapes, uint32_t n, uint32_t k);

/* The same, unless the shape is kept already or too large to be kept. */
static inline int furrow__shapes_add(furrow__shapes *shapes, uint32_t n, uint32_t k)
{
    bool kept = n < FURROW__SMALL && k < FURROW__SMALL;
    return kept && !shapes->small[n][k] ? furrow__shapes_make(shapes, n, k) : 0;
}

/* NULL: the places of the shape are not known. */
static inline const furrow__shape *furrow__shape_of(const furrow__shapes *shapes, uint32_t n,
                                                    uint32_t k)
{
    const furrow__shape *shape =
        n < FURROW__SMALL && k < FURROW__SMALL ? shapes->small[n][k] : NULL;
    return shape && shape->places ? shape : NULL;
}

#endif
