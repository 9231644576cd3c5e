#include "imap.h"

#include <stdlib.h>
#include <string.h>

#include "stress.h"
#include "team.h"

#include <furrow/pool_async.h>

/* ---- on a worker, or in its place ---- */

static void run_items(furrow__imap_chunk *chunk)
{
    furrow_imap *imap = chunk->imap;
    const furrow_imap_options *options = &imap->options;
    if (options->result_size > 0)
        memset(chunk->results, 0, chunk->count * options->result_size);
    for (size_t i = 0; i < chunk->count; i++)
        chunk->statuses[i] =
            furrow_cancel_requested(&imap->cancel)
                ? FURROW_ECANCELED
                : imap->function(chunk->results + i * options->result_size,
                                 chunk->items + i * options->item_size, imap->context);
}

/* Nothing of the map is touched once its owner can know that the chunk is finished. */
static void finish(furrow__imap_chunk *chunk)
{
    furrow_imap *imap = chunk->imap;
    furrow__stress_point();
    pthread_mutex_lock(&imap->lock);
    chunk->finished = true;
    chunk->next = NULL;
    if (imap->options.unordered) {
        *(imap->finished ? &imap->last_finished->next : &imap->finished) = chunk;
        imap->last_finished = chunk;
    }
    pthread_cond_signal(&imap->changed);
    pthread_mutex_unlock(&imap->lock);
}

static void run_ticket(furrow__entry *entry, int worker)
{
    furrow__imap_chunk *chunk = ((furrow__ticket *)entry)->chunk;
    furrow_pool *pool = chunk->imap->pool;
    run_items(chunk);
    finish(chunk);
    furrow__pool_count_end(pool, worker);
}

static void free_ticket(furrow__entry *entry)
{
    free(entry);
}

static const furrow__entry_kind tickets = {run_ticket, free_ticket};

/* ---- on the thread that asks ---- */

/* An entry for the queue. NULL: no memory, no pool, or the pool is closed. */
static furrow__ticket *new_ticket(furrow__imap_chunk *chunk)
{
    furrow_pool *pool = chunk->imap->pool;
    furrow__ticket *ticket = pool ? calloc(1, sizeof *ticket) : NULL;
    if (!ticket)
        return NULL;
    ticket->entry.kind = &tickets;
    atomic_store_explicit(&ticket->entry.references, 2, memory_order_relaxed);
    ticket->chunk = chunk;
    if (furrow__pool_admit_more(pool))
        return ticket;
    free(ticket);
    return NULL;
}

/* Gives the chunk to the queue, or runs it here if there can be no ticket. */
static void hand_in(furrow__imap_chunk *chunk)
{
    furrow_pool *pool = chunk->imap->pool;
    chunk->finished = false;
    chunk->ticket = new_ticket(chunk);
    if (chunk->ticket) {
        furrow__queue_push(&pool->queue, &chunk->ticket->entry);
        furrow__pool_wake(pool);
    } else {
        run_items(chunk);
        finish(chunk);
    }
}

/* Fills a chunk from the generator. False: it gave no item. */
static bool pull(furrow__imap_chunk *chunk)
{
    furrow_imap *imap = chunk->imap;
    chunk->first = imap->pulled;
    chunk->count = 0;
    while (chunk->count < imap->chunk_size && !imap->input_ended) {
        bool end = false;
        char *item = chunk->items + chunk->count * imap->options.item_size;
        imap->status = imap->generate(item, &end, imap->context);
        imap->input_ended = end || imap->status != FURROW_OK;
        chunk->count += !imap->input_ended;
    }
    imap->pulled += chunk->count;
    return chunk->count > 0;
}

void furrow__imap_chunk_drop_ticket(furrow__imap_chunk *chunk)
{
    if (chunk->ticket)
        furrow__entry_release(&chunk->ticket->entry);
    chunk->ticket = NULL;
}

void furrow__imap_refill(furrow_imap *imap)
{
    for (furrow__imap_chunk *chunk; (chunk = imap->idle) != NULL && pull(chunk);) {
        imap->idle = chunk->next;
        hand_in(chunk);
    }
}

static bool help_with(furrow__imap_chunk *chunk)
{
    if (!chunk->ticket || !furrow__entry_take(&chunk->ticket->entry))
        return false;
    run_ticket(&chunk->ticket->entry, -1);
    if (furrow__queue_count_stale(&chunk->imap->pool->queue))
        furrow__pool_wake(chunk->imap->pool);
    return true;
}

/* Runs the chunk that is due, or (NULL) any that no thread has begun. */
static void help_any(furrow_imap *imap, furrow__imap_chunk *due)
{
    if (due) {
        help_with(due);
        return;
    }
    for (size_t i = 0; i < imap->count; i++)
        if (help_with(&imap->chunks[i]))
            return;
}

void furrow__imap_help(furrow_imap *imap, furrow__imap_chunk *due, bool waits_for_ever)
{
    furrow_pool *pool = imap->pool;
    if (!pool)
        return;
    if (furrow__pool_current_worker(pool) >= 0) {
        help_any(imap, due);
        return;
    }
    if (!waits_for_ever)
        return;
    furrow__pool_visit_resume(pool);
    int worker = furrow__slot_borrow(pool);
    if (worker >= 0) {
        furrow__role role;
        furrow__role_begin(&role, pool, worker, false);
        help_any(imap, due);
        furrow__role_end(&role);
        furrow__slot_return(pool, worker);
    }
    furrow__pool_visit_end(pool);
}

void furrow__imap_stop(furrow_imap *imap)
{
    for (size_t i = 0; i < imap->count; i++) {
        furrow__imap_chunk *chunk = &imap->chunks[i];
        if (!chunk->ticket)
            continue;
        if (furrow__entry_take(&chunk->ticket->entry)) {
            furrow__pool_count_end(imap->pool, -1);
            if (furrow__queue_count_stale(&imap->pool->queue))
                furrow__pool_wake(imap->pool);
        } else {
            pthread_mutex_lock(&imap->lock);
            while (!chunk->finished)
                pthread_cond_wait(&imap->changed, &imap->lock);
            pthread_mutex_unlock(&imap->lock);
        }
        furrow__imap_chunk_drop_ticket(chunk);
    }
}
