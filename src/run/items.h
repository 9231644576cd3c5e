/*
 * items.h: the bodies that a run gives to its loops, and what each worker has for them.
 */
#ifndef FURROW_RUN_ITEMS_H
#define FURROW_RUN_ITEMS_H

#include <stdatomic.h>
#include <stdint.h>

#include <furrow/run.h>

#include "blocks.h"
#include "bytes.h"

/* ---- workers ---- */

/* What one worker has of its own: the scratch of the bodies below. */
typedef struct furrow__run_worker {
    struct furrow__run_worker *next;
    const furrow_kernel *kernel;
    void *scratch;        /* the kernel's */
    char *block;          /* result slots of a block, where blocks have their own; or NULL */
    furrow__buffer bytes; /* the output that the worker is making */
    furrow_phase phases[FURROW_MAX_PHASES];
} furrow__run_worker;

/* All workers of a run. The caller sets all fields but the list. */
typedef struct furrow__run_workers {
    const furrow_kernel *kernel;
    const void *state;
    size_t block_size; /* bytes of the result slots of a block; 0: blocks have none */
    furrow__run_worker *_Atomic list;
} furrow__run_workers;

/* A furrow_worker_new and a furrow_worker_free. The context is a furrow__run_workers. */
int furrow__run_worker_new(void **worker, const void *workers);
void furrow__run_worker_free(void *worker);

/* Adds up the phases of all workers. Called before any worker is freed. */
void furrow__run_workers_phases(furrow_phase phases[FURROW_MAX_PHASES],
                                const furrow__run_workers *workers);

/* ---- bodies ---- */

typedef struct furrow__items {
    const furrow_kernel *kernel;
    const void *state;
    const furrow_run_options *options;
    const furrow_feed *feed; /* NULL: items are numbers */
    furrow__blocks *blocks;
    size_t result_size;
    size_t first;         /* of the window */
    uint64_t *identities; /* of the window's items; NULL: not wanted */
} furrow__items;

/* The code of a body where a run halts at a failed item: no item above starts, and every item below
 * still runs. No kernel uses this code, and it never leaves the run. */
#define FURROW__HALTED (-4900)

/* A furrow_body over furrow__items: clears the slots and calls the kernel's body, item by item
 * where items wait or are reported one by one. */
int furrow__items_body(const furrow_range *range, const void *items);

/* A furrow_body over furrow__items: computes the identities of the items, which are digests of
 * their bytes, and of size and time of the files that these name. */
int furrow__items_identify(const furrow_range *range, const void *items);

/* A furrow_body over furrow__bytes: makes pieces of the output. */
int furrow__items_bytes_body(const furrow_range *range, const void *bytes);

/* The label of an item, or "". */
void furrow__items_label(const furrow__items *items, size_t item, char *text, size_t size);

#endif
