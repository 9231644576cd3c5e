/* slot.h: what each worker slot of a run has of its own. */
#ifndef FURROW_RUN_SLOT_H
#define FURROW_RUN_SLOT_H

#include <stdatomic.h>

#include <furrow/kernel.h>

#include "bytes.h"

typedef struct furrow__slot {
    struct furrow__slot *next;
    const furrow_kernel *kernel;
    void *scratch;        /* the kernel's */
    char *block;          /* result slots of a block, where blocks have their own; or NULL */
    furrow__buffer bytes; /* of the output that it is making */
    furrow_phase phases[FURROW_MOST_PHASES];
} furrow__slot;

/* All slots of a run; all but the list is set to start with. Its workers' scratch is a slot each.
 */
typedef struct furrow__slots {
    const furrow_kernel *kernel;
    const void *state;
    size_t block_size; /* bytes of the result slots of a block; 0: blocks have none */
    furrow__slot *_Atomic list;
} furrow__slots;

/* A furrow_worker_new and a furrow_worker_free; context is a furrow__slots. */
int furrow__slot_new(void **slot, const void *slots);
void furrow__slot_free(void *slot);

/* What the bodies of all slots took, phase by phase. Before any is freed. */
void furrow__slots_phases(furrow_phase phases[FURROW_MOST_PHASES], const furrow__slots *slots);

#endif
