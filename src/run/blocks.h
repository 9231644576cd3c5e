/*
 * blocks.h: the blocks of a window's items, each of which has a partial (furrow_partial).
 *
 * The worker that finishes the last item of a block makes its partial. Results are in the window's
 * slots; or, where only partials use them, in slots of the block's own. A worker that runs a whole
 * block uses the same slots again for its next block; workers that run parts of a block share
 * slots.
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
    const furrow_partial *partial; /* NULL: there are no partials, and the calls do nothing */
    const void *state;
    const furrow_faults *faults;
    size_t items;       /* of a block */
    size_t result_size; /* of an item */
    bool own_slots;     /* results are in the block's own slots ... */
    bool fills;         /* ... which need not be zero */
    size_t first, end;  /* the window's items */
    furrow__block *table;
    char *partials;
    size_t count, room;
} furrow__blocks;

/* Makes room for a window, whose items are all still to run. FURROW_ENOMEM. */
int furrow__blocks_open(furrow__blocks *blocks, size_t first, size_t count);
void furrow__blocks_clear(furrow__blocks *blocks);

/* The number of items of a block, for results of this size. */
size_t furrow__blocks_items(size_t result_size);

/* The most items that a window may have: partials take memory. */
size_t furrow__blocks_max_items(const furrow__blocks *blocks);

/* The end of the block that `item` is in, at most `end`. */
size_t furrow__blocks_end(const furrow__blocks *blocks, size_t item, size_t end);

/* Called on any worker when the items [begin, end) have finished. `window` is the batch of all
 * items of the whole window. Returns what `add` returned. */
int furrow__blocks_finished(furrow__blocks *blocks, size_t begin, size_t end,
                            const furrow_batch *window);

/* The slots for the items [begin, end), all of one block, where `own_slots` is set. `own`: the
 * slots of the worker, room for a block. NULL: no memory. */
char *furrow__blocks_slots(furrow__blocks *blocks, size_t begin, size_t end, char *own);

/* Called when the items [begin, end) have finished in `slots`. */
int furrow__blocks_done(furrow__blocks *blocks, size_t begin, size_t end, char *slots, char *own);

/* Folds the partials of all items below `end`, in order. The partial of a block that `end` cuts is
 * made again. Called after the window, on one thread. */
int furrow__blocks_fold(furrow__blocks *blocks, void *state, size_t end,
                        const furrow_batch *window);

#endif
