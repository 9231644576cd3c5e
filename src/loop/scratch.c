#include "loop.h"

#include <stdbool.h>
#include <stdlib.h>

struct scratch_slot {
    void *scratch;
    bool made;
};

struct furrow_scratch {
    furrow_worker_new make;
    furrow_worker_free release;
    const void *context;
    struct scratch_slot *places;
    size_t count;
};

int furrow_scratch_new(furrow_scratch **scratch, furrow_worker_new make, furrow_worker_free release,
                       const void *context)
{
    *scratch = calloc(1, sizeof **scratch);
    if (!*scratch)
        return FURROW_ENOMEM;
    **scratch = (furrow_scratch){.make = make, .release = release, .context = context};
    return FURROW_OK;
}

void furrow_scratch_free(furrow_scratch *scratch)
{
    if (!scratch)
        return;
    for (size_t i = 0; i < scratch->count; i++)
        if (scratch->places[i].made && scratch->release)
            scratch->release(scratch->places[i].scratch);
    free(scratch->places);
    free(scratch);
}

int furrow__scratch_reserve(furrow_scratch *scratch, size_t count)
{
    if (!scratch || count <= scratch->count)
        return FURROW_OK;
    struct scratch_slot *grown = realloc(scratch->places, count * sizeof *grown);
    if (!grown)
        return FURROW_ENOMEM;
    for (size_t i = scratch->count; i < count; i++)
        grown[i] = (struct scratch_slot){0};
    scratch->places = grown;
    scratch->count = count;
    return FURROW_OK;
}

int furrow__scratch_of(void **own, furrow_scratch *scratch, int worker)
{
    *own = NULL;
    if (!scratch || !scratch->make)
        return FURROW_OK;
    struct scratch_slot *place = &scratch->places[worker];
    if (!place->made) {
        int status = scratch->make(&place->scratch, scratch->context);
        if (status)
            return status;
        place->made = true;
    }
    *own = place->scratch;
    return FURROW_OK;
}
