#include "worker.h"
#include "base/align.h"

#include <stdint.h>
#include <stdlib.h>

int furrow__run_worker_new(void **made, const void *context)
{
    furrow__run_workers *workers = (furrow__run_workers *)(uintptr_t)context;
    furrow__run_worker *worker = calloc(1, sizeof *worker);
    if (!worker)
        return FURROW_ENOMEM;
    worker->kernel = workers->kernel;
    int status = FURROW_OK;
    if (workers->block_size > 0 && !(worker->block = furrow__aligned_new(workers->block_size)))
        status = FURROW_ENOMEM;
    if (!status && workers->kernel->worker_new)
        status = workers->kernel->worker_new(&worker->scratch, workers->state);
    if (status) {
        free(worker->block);
        free(worker);
        return status;
    }
    worker->next = atomic_load(&workers->list);
    while (!atomic_compare_exchange_weak(&workers->list, &worker->next, worker))
        ;
    *made = worker;
    return FURROW_OK;
}

void furrow__run_worker_free(void *made)
{
    furrow__run_worker *worker = made;
    if (worker->kernel->worker_free)
        worker->kernel->worker_free(worker->scratch);
    free(worker->block);
    free(worker->bytes.bytes);
    free(worker);
}

void furrow__run_workers_phases(furrow_phase phases[FURROW_MOST_PHASES],
                                const furrow__run_workers *workers)
{
    for (const furrow__run_worker *worker = atomic_load(&workers->list); worker;
         worker = worker->next)
        for (size_t i = 0; i < FURROW_MOST_PHASES; i++) {
            phases[i].seconds += worker->phases[i].seconds;
            phases[i].count += worker->phases[i].count;
        }
}
