#include "call_queue.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/tsan.h"

/* A result that is kept holds its whole slab. With 2 KB handing in takes 1.05 times as long as with
 * 8 KB, with 1 KB 1.1 times. */
enum { SLAB = 2048, LARGEST = 512, LINE = 64 };

/* Counted for a slab that is being cut: more than the things that fit on it, so that it is not
 * freed. */
static const unsigned open = 1u << 30;

struct furrow__slab {
    atomic_uint live; /* things that have not been given back, and `open` while it is being cut */
    _Alignas(max_align_t) char memory[];
};

/* Before each thing: the slab that it is on; NULL: it has memory of its own. */
struct slab_header {
    _Alignas(max_align_t) furrow__slab *slab;
};

static void give_back(furrow__slab *slab, unsigned count)
{
    furrow__tsan_release(slab);
    if (atomic_fetch_sub(&slab->live, count) == count) {
        furrow__tsan_acquire(slab);
        free(slab);
    }
}

static void close_current(furrow__slabs *slabs)
{
    if (slabs->current)
        give_back(slabs->current, open - slabs->cut);
    slabs->current = NULL;
}

static bool renew(furrow__slabs *slabs)
{
    close_current(slabs);
    slabs->current = malloc(sizeof(furrow__slab) + SLAB);
    slabs->used = slabs->cut = 0;
    if (slabs->current)
        atomic_init(&slabs->current->live, open);
    return slabs->current != NULL;
}

/* By the thread that has set `locked`. */
static struct slab_header *cut(furrow__slabs *slabs, size_t size)
{
    if ((!slabs->current || slabs->used + size > SLAB) && !renew(slabs))
        return NULL;
    char *thing = slabs->current->memory + slabs->used;
    slabs->used += size;
    slabs->cut++;
    for (size_t i = 0; i < size; i += LINE)
        __builtin_prefetch(thing + size + i, 1);
    struct slab_header *header = (struct slab_header *)(void *)thing;
    header->slab = slabs->current;
    return header;
}

void *furrow__slab_take(furrow__slabs *slabs, size_t size)
{
    struct slab_header *header = NULL;
    size = sizeof *header + furrow__aligned(size);
    if (size <= LARGEST && !atomic_load_explicit(&slabs->locked, memory_order_relaxed) &&
        !atomic_exchange_explicit(&slabs->locked, true, memory_order_acquire)) {
        furrow__tsan_acquire(slabs);
        header = cut(slabs, size);
        furrow__tsan_release(slabs);
        atomic_store_explicit(&slabs->locked, false, memory_order_release);
        return header ? header + 1 : NULL;
    }
    header = malloc(size);
    if (!header)
        return NULL;
    header->slab = NULL;
    return header + 1;
}

void furrow__slab_give(void *memory)
{
    struct slab_header *header = (struct slab_header *)memory - 1;
    if (header->slab)
        give_back(header->slab, 1);
    else
        free(header);
}

void furrow__slabs_clear(furrow__slabs *slabs)
{
    close_current(slabs);
}
