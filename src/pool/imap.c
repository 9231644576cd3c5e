#include "imap.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include <furrow/clock.h>
#include <furrow/pool_async.h>

/* ---- the next item ---- */

static furrow__imap_chunk *take_finished(furrow_imap *imap, furrow__imap_chunk *due)
{
    if (due)
        return due->finished ? due : NULL;
    furrow__imap_chunk *chunk = imap->finished;
    if (chunk)
        imap->finished = chunk->next;
    return chunk;
}

static furrow__imap_chunk *look(furrow_imap *imap, furrow__imap_chunk *due)
{
    pthread_mutex_lock(&imap->lock);
    furrow__imap_chunk *chunk = take_finished(imap, due);
    pthread_mutex_unlock(&imap->lock);
    return chunk;
}

static furrow__imap_chunk *wait(furrow_imap *imap, furrow__imap_chunk *due, double deadline)
{
    furrow__imap_chunk *chunk;
    pthread_mutex_lock(&imap->lock);
    while (!(chunk = take_finished(imap, due)) && furrow_clock_wall() < deadline)
        furrow__condition_wait(&imap->changed, &imap->lock, deadline);
    pthread_mutex_unlock(&imap->lock);
    return chunk;
}

/* The next chunk to give back. This thread may run it, or waits for it. */
static furrow__imap_chunk *next_chunk(furrow_imap *imap, double timeout)
{
    furrow__imap_chunk *due =
        imap->options.unordered ? NULL : &imap->chunks[imap->next % imap->count];
    furrow__imap_chunk *chunk = look(imap, due);
    if (chunk || timeout == 0)
        return chunk;
    double deadline = furrow__deadline(timeout);
    furrow__imap_help(imap, due, timeout < 0);
    return wait(imap, due, deadline);
}

static void recycle_current(furrow_imap *imap)
{
    furrow__imap_chunk *chunk = imap->current;
    furrow__imap_chunk_drop_ticket(chunk);
    chunk->finished = false;
    chunk->next = imap->idle;
    imap->idle = chunk;
    imap->current = NULL;
    imap->next++;
}

static void tell(furrow_imap *imap, bool ended)
{
    imap->progress.ended = ended;
    if (imap->options.progress)
        imap->options.progress(&imap->progress, imap->options.progress_context);
}

static int give(furrow_imap_item *item, furrow_imap *imap)
{
    furrow__imap_chunk *chunk = imap->current;
    size_t at = imap->items_given++;
    *item = (furrow_imap_item){
        .index = chunk->first + at,
        .result = chunk->results + at * imap->options.result_size,
        .status = chunk->statuses[at],
    };
    imap->progress.done++;
    imap->progress.failed += item->status != FURROW_OK;
    tell(imap, false);
    return FURROW_OK;
}

/* The generator's code is returned once, after all items; then FURROW_END. */
static int end(furrow_imap *imap)
{
    int status = imap->status ? imap->status : FURROW_END;
    imap->status = FURROW_OK;
    if (!imap->progress.ended)
        tell(imap, true);
    return status;
}

int furrow_imap_next(furrow_imap_item *item, furrow_imap *imap, double timeout)
{
    if (isnan(timeout))
        return FURROW_EINVAL;
    if (imap->pool && !furrow__pool_is_alive(imap->pool))
        return FURROW_ECANCELED;
    if (imap->current && imap->items_given == imap->current->count)
        recycle_current(imap);
    if (furrow_cancel_requested(&imap->cancel))
        return FURROW_ECANCELED;
    if (imap->current)
        return give(item, imap);
    furrow__imap_refill(imap);
    if (imap->input_ended && imap->progress.done == imap->pulled)
        return end(imap);
    imap->current = next_chunk(imap, timeout);
    imap->items_given = 0;
    return imap->current ? give(item, imap) : FURROW_ETIMEDOUT;
}

/* ---- making and freeing ---- */

/* Makes all chunks, with their items, results and statuses in one piece of memory. */
static int make_chunks(furrow_imap *imap)
{
    const furrow_imap_options *options = &imap->options;
    size_t items = furrow__aligned(imap->chunk_size * options->item_size);
    size_t results = furrow__aligned(imap->chunk_size * options->result_size);
    size_t each = items + results + furrow__aligned(imap->chunk_size * sizeof(int));
    imap->chunks = calloc(imap->count, sizeof *imap->chunks);
    imap->memory = calloc(imap->count, each);
    if (!imap->chunks || !imap->memory)
        return FURROW_ENOMEM;
    for (size_t i = imap->count; i-- > 0;) {
        char *memory = imap->memory + i * each;
        imap->chunks[i] = (furrow__imap_chunk){
            .imap = imap,
            .items = memory,
            .results = memory + items,
            .statuses = (int *)(void *)(memory + items + results),
            .next = imap->idle,
        };
        imap->idle = &imap->chunks[i];
    }
    return FURROW_OK;
}

/* Decides how many chunks there are: the items that are pulled and not given back. */
static int cut(furrow_imap *imap)
{
    const furrow_imap_options *options = &imap->options;
    size_t workers = imap->pool ? (size_t)imap->pool->workers : 1;
    size_t chunk = imap->pool && options->chunk ? options->chunk : 1;
    size_t buffer = options->buffer ? options->buffer : workers;
    const size_t most = PTRDIFF_MAX / 16;
    if (options->chunk > PTRDIFF_MAX || buffer > most || chunk > most / workers ||
        options->item_size > most || options->result_size > most)
        return FURROW_EINVAL;
    imap->chunk_size = chunk;
    imap->count = imap->pool ? (workers * chunk + buffer) / chunk : 1;
    size_t each = options->item_size + options->result_size + 64;
    return imap->count * chunk > most / each ? FURROW_EINVAL : FURROW_OK;
}

int furrow_imap_new(furrow_imap **out, furrow_pool *pool, const furrow_imap_options *options,
                    furrow_generator generate, furrow_function function, void *context)
{
    static const furrow_imap_options defaults = {0};
    *out = NULL;
    if (!generate || !function)
        return FURROW_EINVAL;
    if (!furrow__pool_is_alive(pool))
        pool = NULL;
    if (pool && atomic_load(&pool->closed) && furrow__pool_current_worker(pool) < 0)
        return FURROW_ECLOSED;
    furrow_imap *imap = calloc(1, sizeof *imap);
    if (!imap)
        return FURROW_ENOMEM;
    imap->pool = pool;
    imap->options = options ? *options : defaults;
    imap->generate = generate;
    imap->function = function;
    imap->context = context;
    imap->cancel = (furrow_cancel){.others = {pool ? &pool->cancel : NULL, imap->options.cancel}};
    pthread_mutex_init(&imap->lock, NULL);
    furrow__condition_init(&imap->changed);
    int status = cut(imap);
    if (status == FURROW_OK)
        status = make_chunks(imap);
    if (status)
        furrow_imap_free(imap);
    else
        *out = imap;
    return status;
}

void furrow_imap_free(furrow_imap *imap)
{
    if (!imap)
        return;
    bool alive = !imap->pool || furrow__pool_is_alive(imap->pool);
    furrow_cancel_request(&imap->cancel);
    bool begun = imap->chunks && imap->memory;
    if (alive && begun)
        furrow__imap_stop(imap);
    if (begun && !imap->progress.ended)
        tell(imap, true);
    if (alive) {
        pthread_mutex_destroy(&imap->lock);
        pthread_cond_destroy(&imap->changed);
    }
    free(imap->chunks);
    free(imap->memory);
    free(imap);
}
