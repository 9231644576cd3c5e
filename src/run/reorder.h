/*
 * reorder.h: a reorder buffer: ranges that finished out of order, the lowest first.
 */
#ifndef FURROW_RUN_REORDER_H
#define FURROW_RUN_REORDER_H

#include <stdbool.h>
#include <stddef.h>

typedef struct furrow__reorder_range {
    size_t begin, end;
    char *bytes; /* the owner's bytes of the range; or NULL */
    size_t size, room;
} furrow__reorder_range;

/* A binary heap by `begin` (J. W. J. Williams, 1964). {0} is empty. */
typedef struct furrow__reorder {
    furrow__reorder_range *heap;
    size_t count, capacity;
} furrow__reorder;

void furrow__reorder_clear(furrow__reorder *reorder);

/* Adds a range. FURROW_ENOMEM: nothing was added. */
int furrow__reorder_push(furrow__reorder *reorder, const furrow__reorder_range *range);

/* Removes the lowest range if it begins at `begin`, and returns where it ends in `*end`. */
bool furrow__reorder_take(furrow__reorder *reorder, size_t begin, size_t *end);

/* Removes the lowest range. False when there is none. */
bool furrow__reorder_pop(furrow__reorder *reorder, furrow__reorder_range *lowest);

#endif
