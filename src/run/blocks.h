/*
 * blocks.h: the blocks of a window's items, of which each has a partial (furrow_partial).
 *
 * Results are in the window's slots, and whoever finishes the last item of a block makes its
 * partial; or, where nobody else wants them, in slots of the block's own: those of a worker that
 * runs it whole, which are used again for its next, or such that all share who run a part of it.
 */
#ifndef FURROW_RUN_BLOCKS_H
#define FURROW_RUN_BLOCKS_H

#include <stdatomic.h>
#include <stdbool.h>

#include <furrow/kernel.h>

typedef struct furrow__block {
    atomic_size_t left;   /* items that have not finished */
    char *_Atomic shared; /* slots of a block that ranges cut, while it runs; or NULL */
} furrow__block;

typedef struct furrow__blocks {
    const furrow_partial *partial; /* NULL: there are none, and all below does nothing */
    const void *state;
    const furrow_faults *faults;
    size_t items, result_size; /* of a block; of an item */
    bool own_slots;            /* results are in the block's own slots ... */
    bool fills;                /* ... which need not be zero */
    size_t first, end;         /* the window's items */
    furrow__block *table;
    char *partials;
    size_t count, room;
} furrow__blocks;

/* Room for a window, all of whose items are still to run. FURROW_ENOMEM. */
int furrow__blocks_open(furrow__blocks *blocks, size_t first, size_t count);
void furrow__blocks_clear(furrow__blocks *blocks);

/* Items of a block whose results have this size. */
size_t furrow__blocks_items(size_t result_size);

/* How many items a window may have for its partials to take little memory. */
size_t furrow__blocks_max_items(const furrow__blocks *blocks);

/* The end of the block that `item` is in, at most `end`. */
size_t furrow__blocks_end(const furrow__blocks *blocks, size_t item, size_t end);

/* The items [begin, end) have finished; their results and those of their blocks are in `window`
 * (its batch, begin to end). On any worker. What add returns. */
int furrow__blocks_finished(furrow__blocks *blocks, size_t begin, size_t end,
                            const furrow_batch *window);

/* The slots for the items [begin, end), all of one block; `own`: those of a worker, room
 * for a block. NULL: no memory. Where `own_slots` is set. */
char *furrow__blocks_slots(furrow__blocks *blocks, size_t begin, size_t end, char *own);

/* These items have finished, in those slots. */
int furrow__blocks_done(furrow__blocks *blocks, size_t begin, size_t end, char *slots, char *own);

/* Folds the partials of all items below `end`, in order; made anew of a block that this cuts. After
 * the window, on one thread. */
int furrow__blocks_fold(furrow__blocks *blocks, void *state, size_t end,
                        const furrow_batch *window);

#endif
