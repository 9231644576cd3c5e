/*
 * pace.h: what items cost, as far as earlier ones have shown, and how many to hand out at a time.
 */
#ifndef FURROW_POOL_PACE_H
#define FURROW_POOL_PACE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FURROW__PACES = 64 };

/* What an item of a function costs, for the functions that a pool has run last. A hint: two
 * functions with the same hash forget each other, and no result depends on it. */
typedef struct furrow__paces {
    atomic_uint_least64_t known[FURROW__PACES]; /* half a hash, picoseconds; 0: nothing */
} furrow__paces;

/* Seconds of an item; false when not known. `key` stands for the function. */
bool furrow__paces_look_up(furrow__paces *paces, uintptr_t key, double *seconds);
void furrow__paces_remember(furrow__paces *paces, uintptr_t key, double seconds);

/* How many of `left` items to hand out next to one of `workers`, when an item takes `seconds` and
 * the last time it was `last` (0: this is the first). */
size_t furrow__pace(size_t left, int workers, double seconds, size_t last);

#endif
