#include "shapes.h"

#include <stdlib.h>
#include <string.h>

#include <furrow/combinations/selection.h>
#include <furrow/status.h>

furrow__shapes *furrow__shapes_new(size_t element_size)
{
    furrow__shapes *shapes = calloc(1, sizeof *shapes);
    if (!shapes)
        return NULL;
    shapes->isa = furrow__combinations_isa_find(NULL);
    shapes->element_size = element_size;
    return shapes;
}

/* Longer outputs are made row by row, since their places would not stay in the cache. */
static const size_t max_places = 65536;

static int shape_init(furrow__shape *shape, uint32_t n, uint32_t k)
{
    furrow_selection selection = {.n = n, .k = k};
    furrow_wide rows;
    *shape = (furrow__shape){.n = n, .k = k};
    int status = furrow_selection_count(&rows, &selection);
    if (status || rows.high || (k > 0 && rows.low > SIZE_MAX / k))
        return FURROW_EOVERFLOW;
    shape->rows = rows.low;
    shape->length = rows.low * k;
    if (shape->length == 0 || shape->length > max_places)
        return FURROW_OK;
    shape->places =
        calloc(shape->length + FURROW__LINE / sizeof *shape->places, sizeof *shape->places);
    if (!shape->places)
        return FURROW_ENOMEM;
    uint32_t *row = shape->places;
    furrow_selection_unrank(row, &selection, (furrow_wide){0});
    for (size_t i = 1; i < shape->rows; i++, row += k) {
        memcpy(row + k, row, k * sizeof *row);
        furrow_selection_next(row + k, &selection);
    }
    return FURROW_OK;
}

int furrow__shapes_make(furrow__shapes *shapes, uint32_t n, uint32_t k)
{
    furrow__shape *shape = malloc(sizeof *shape);
    if (!shape)
        return FURROW_ENOMEM;
    int status = shape_init(shape, n, k);
    shapes->small[n][k] = shape;
    return status;
}

void furrow__shapes_clear(furrow__shapes *shapes)
{
    for (size_t n = 0; n < FURROW__SMALL; n++)
        for (size_t k = 0; k < FURROW__SMALL; k++)
            if (shapes->small[n][k]) {
                free(shapes->small[n][k]->places);
                free(shapes->small[n][k]);
            }
    free(shapes);
}
