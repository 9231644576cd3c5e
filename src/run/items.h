/* items.h: the body that a run really gives to its backend. */
#ifndef FURROW_RUN_ITEMS_H
#define FURROW_RUN_ITEMS_H

#include <stdint.h>

#include <furrow/run.h>

#include "blocks.h"

typedef struct furrow__items {
    const furrow_kernel *kernel;
    const void *state;
    const furrow_run_options *options;
    const furrow_feed *feed; /* NULL: items are numbers */
    furrow__blocks *blocks;
    size_t result_size;
    size_t first;         /* of the window */
    uint64_t *identities; /* of the window's items; NULL: nobody asks */
} furrow__items;

/* What the body below returns where a run halts at failed items: nothing above starts, and
 * everything below still runs. No kernel's code; it never leaves the run. */
#define FURROW__HALTED (-4900)

/* A furrow_body over furrow__items, whose scratch is a furrow__run_worker: clears the slots and
 * calls the kernel's body, item by item where items wait or are watched. */
int furrow__items_body(const furrow_range *range, const void *items);

/* A furrow_body over furrow__items: the identities of items alone, digests of what is known of them
 * before they run: their bytes, and of the files that these name size and time. */
int furrow__items_identify(const furrow_range *range, const void *items);

/* What messages call an item, or "". */
void furrow__items_label(const furrow__items *items, size_t item, char *text, size_t size);

#endif
