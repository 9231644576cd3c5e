#include "slot.h"

#include <stdint.h>
#include <stdlib.h>

int furrow__slot_new(void **made, const void *context)
{
    furrow__slots *slots = (furrow__slots *)(uintptr_t)context;
    furrow__slot *slot = calloc(1, sizeof *slot);
    if (!slot)
        return FURROW_ENOMEM;
    slot->kernel = slots->kernel;
    int status = FURROW_OK;
    if (slots->block_size > 0 && !(slot->block = malloc(slots->block_size)))
        status = FURROW_ENOMEM;
    if (!status && slots->kernel->worker_new)
        status = slots->kernel->worker_new(&slot->scratch, slots->state);
    if (status) {
        free(slot->block);
        free(slot);
        return status;
    }
    slot->next = atomic_load(&slots->list);
    while (!atomic_compare_exchange_weak(&slots->list, &slot->next, slot))
        ;
    *made = slot;
    return FURROW_OK;
}

void furrow__slot_free(void *made)
{
    furrow__slot *slot = made;
    if (slot->kernel->worker_free)
        slot->kernel->worker_free(slot->scratch);
    free(slot->block);
    free(slot->bytes.bytes);
    free(slot);
}

void furrow__slots_phases(furrow_phase phases[FURROW_MOST_PHASES], const furrow__slots *slots)
{
    for (const furrow__slot *slot = atomic_load(&slots->list); slot; slot = slot->next)
        for (size_t i = 0; i < FURROW_MOST_PHASES; i++) {
            phases[i].seconds += slot->phases[i].seconds;
            phases[i].count += slot->phases[i].count;
        }
}
