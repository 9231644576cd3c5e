/* worker.h: what each worker of a run has of its own. */
#ifndef FURROW_RUN_WORKER_H
#define FURROW_RUN_WORKER_H

#include <stdatomic.h>

#include <furrow/kernel.h>

#include "bytes.h"

typedef struct furrow__run_worker {
    struct furrow__run_worker *next;
    const furrow_kernel *kernel;
    void *scratch;        /* the kernel's */
    char *block;          /* result slots of a block, where blocks have their own; or NULL */
    furrow__buffer bytes; /* of the output that it is making */
    furrow_phase phases[FURROW_MAX_PHASES];
} furrow__run_worker;

/* All workers of a run; all but the list is set to start with. Its workers' scratch is one of them
 * each.
 */
typedef struct furrow__run_workers {
    const furrow_kernel *kernel;
    const void *state;
    size_t block_size; /* bytes of the result slots of a block; 0: blocks have none */
    furrow__run_worker *_Atomic list;
} furrow__run_workers;

/* A furrow_worker_new and a furrow_worker_free; context is a furrow__run_workers. */
int furrow__run_worker_new(void **worker, const void *workers);
void furrow__run_worker_free(void *worker);

/* What the bodies of all workers took, phase by phase. Before any is freed. */
void furrow__run_workers_phases(furrow_phase phases[FURROW_MAX_PHASES],
                                const furrow__run_workers *workers);

#endif
