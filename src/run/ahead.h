/* ahead.h: ranges that finished out of order, the lowest first. */
#ifndef FURROW_RUN_AHEAD_H
#define FURROW_RUN_AHEAD_H

#include <stdbool.h>
#include <stddef.h>

typedef struct furrow__stretch {
    size_t begin, end;
    char *bytes; /* what is kept of it, the owner's; or NULL */
    size_t size, room;
} furrow__stretch;

/* A binary heap by `begin` (J. W. J. Williams, 1964). {0} to start with. */
typedef struct furrow__ahead {
    furrow__stretch *heap;
    size_t count, capacity;
} furrow__ahead;

void furrow__ahead_clear(furrow__ahead *ahead);

/* FURROW_ENOMEM: nothing was added. */
int furrow__ahead_push(furrow__ahead *ahead, const furrow__stretch *stretch);

/* If the lowest range begins at `begin`, removes it and says where it ends. */
bool furrow__ahead_take(furrow__ahead *ahead, size_t begin, size_t *end);

/* Removes the lowest range, whatever it is; false when there is none. */
bool furrow__ahead_pop(furrow__ahead *ahead, furrow__stretch *lowest);

#endif
