#include "workers.h"

#include <stdbool.h>
#include <stdlib.h>

struct place {
    void *scratch;
    bool made;
};

struct furrow_workers {
    furrow_worker_new make;
    furrow_worker_free release;
    const void *context;
    struct place *places;
    size_t count;
};

int furrow_workers_new(furrow_workers **workers, furrow_worker_new make, furrow_worker_free release,
                       const void *context)
{
    *workers = calloc(1, sizeof **workers);
    if (!*workers)
        return FURROW_ENOMEM;
    **workers = (furrow_workers){.make = make, .release = release, .context = context};
    return FURROW_OK;
}

void furrow_workers_free(furrow_workers *workers)
{
    if (!workers)
        return;
    for (size_t i = 0; i < workers->count; i++)
        if (workers->places[i].made && workers->release)
            workers->release(workers->places[i].scratch);
    free(workers->places);
    free(workers);
}

int furrow__workers_reserve(furrow_workers *workers, size_t count)
{
    if (!workers || count <= workers->count)
        return FURROW_OK;
    struct place *grown = realloc(workers->places, count * sizeof *grown);
    if (!grown)
        return FURROW_ENOMEM;
    for (size_t i = workers->count; i < count; i++)
        grown[i] = (struct place){0};
    workers->places = grown;
    workers->count = count;
    return FURROW_OK;
}

int furrow__workers_scratch(void **scratch, furrow_workers *workers, int worker)
{
    *scratch = NULL;
    if (!workers || !workers->make)
        return FURROW_OK;
    struct place *own = &workers->places[worker];
    if (!own->made) {
        int status = workers->make(&own->scratch, workers->context);
        if (status)
            return status;
        own->made = true;
    }
    *scratch = own->scratch;
    return FURROW_OK;
}
