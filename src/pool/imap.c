#include "imap.h"

#include <fenv.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include <furrow/clock.h>
#include <furrow/pool_async.h>

#include "base/align.h"

/* A request to cancel wakes nobody: a thread that waits looks for one this often, in seconds. */
static const double look_for_cancel = 0.01;

/* ---- the next item ---- */

/* Under the lock: a chunk that has run and is due. */
static furrow__imap_chunk *take_finished(furrow_imap *imap)
{
    if (imap->options.unordered)
        return furrow__imap_remove_first(&imap->finished);
    furrow__imap_chunk *due = &imap->chunks[imap->next % imap->count];
    return due->finished ? due : NULL;
}

/* Under the lock: everything that was pulled has been given back, and there is no more. */
static bool is_over(const furrow_imap *imap)
{
    return imap->ended && imap->running == 0 && imap->progress.done == imap->pulled;
}

/* Pulls and runs the next chunk here: a worker does so rather than wait for another, and every
 * thread does if there is no pool, or if the pool's threads have left it. */
static bool run_next(furrow_imap *imap, double timeout)
{
    int worker = imap->pool ? furrow__pool_current_worker(imap->pool) : -1;
    return furrow__imap_run_here(imap, worker, worker >= 0 && timeout != 0);
}

/* Under the lock: until something has changed, or it is time to look for a request to cancel. */
static void wait_a_while(furrow_imap *imap, double deadline)
{
    double now = furrow_clock_wall();
    furrow__condition_wait(&imap->changed, &imap->lock, fmin(deadline, now + look_for_cancel));
}

/* The next chunk to give back. FURROW_END, FURROW_ETIMEDOUT, FURROW_ECANCELED. */
static int next_chunk(furrow__imap_chunk **chunk, furrow_imap *imap, double timeout)
{
    double deadline = timeout != 0 ? furrow__deadline(timeout) : 0;
    bool runs = true;
    int status = FURROW_OK;
    pthread_mutex_lock(&imap->lock);
    while (status == FURROW_OK) {
        furrow__imap_hand_in(imap);
        /* First, for items that the cancel kept from running are no results. */
        if (furrow_cancel_requested(&imap->cancel)) {
            status = FURROW_ECANCELED;
        } else if ((*chunk = take_finished(imap)) != NULL) {
            break;
        } else if (is_over(imap)) {
            status = FURROW_END;
        } else if (runs) {
            pthread_mutex_unlock(&imap->lock);
            runs = run_next(imap, timeout);
            pthread_mutex_lock(&imap->lock);
        } else if (furrow_clock_wall() >= deadline) {
            status = FURROW_ETIMEDOUT;
        } else {
            wait_a_while(imap, deadline);
            runs = true;
        }
    }
    pthread_mutex_unlock(&imap->lock);
    return status;
}

static void retire_current(furrow_imap *imap)
{
    pthread_mutex_lock(&imap->lock);
    imap->current->finished = false;
    furrow__imap_append(&imap->idle, imap->current);
    imap->current = NULL;
    imap->next++;
    furrow__imap_hand_in(imap);
    pthread_mutex_unlock(&imap->lock);
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
    size_t at = imap->given++;
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

/* The generator's code comes once, after all items before it; then there are no more. */
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
    if (imap->current && imap->given == imap->current->count)
        retire_current(imap);
    if (furrow_cancel_requested(&imap->cancel))
        return FURROW_ECANCELED;
    if (imap->current)
        return give(item, imap);
    imap->given = 0;
    int before;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
    int status = next_chunk(&imap->current, imap, timeout);
    pthread_setcancelstate(before, NULL);
    return status == FURROW_OK ? give(item, imap) : status == FURROW_END ? end(imap) : status;
}

/* ---- its life ---- */

/* All chunks, with their items, results and statuses, in one piece. */
static int make_chunks(furrow_imap *imap)
{
    const furrow_imap_options *options = &imap->options;
    const size_t unit = FURROW__MOST_ALIGNED;
    size_t items = furrow__align_up(imap->chunk_size * options->item_size, unit);
    size_t results = furrow__align_up(imap->chunk_size * options->result_size, unit);
    size_t each = items + results + furrow__align_up(imap->chunk_size * sizeof(int), unit);
    imap->chunks = calloc(imap->count, sizeof *imap->chunks);
    imap->memory = furrow__aligned_new(imap->count * each);
    if (!imap->chunks || !imap->memory)
        return FURROW_ENOMEM;
    for (size_t i = 0; i < imap->count; i++) {
        char *memory = imap->memory + i * each;
        imap->chunks[i] = (furrow__imap_chunk){
            .items = memory,
            .results = memory + items,
            .statuses = (int *)(void *)(memory + items + results),
        };
        furrow__imap_append(&imap->idle, &imap->chunks[i]);
    }
    return FURROW_OK;
}

/* How many chunks may be pulled and not given back. */
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
    size_t each = options->item_size + options->result_size + 4 * FURROW__MOST_ALIGNED;
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
    imap->rounding = fegetround();
    imap->progress.total = imap->options.total;
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
        furrow__imap_recall(imap);
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
