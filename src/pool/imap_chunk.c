#include <stdlib.h>
#include <string.h>

#include "base/rounding.h"
#include "imap.h"
#include "loop/loop.h"
#include "stress.h"
#include "team.h"

void furrow__imap_append(furrow__imap_chunks *chunks, furrow__imap_chunk *chunk)
{
    chunk->next = NULL;
    *(chunks->first ? &chunks->last->next : &chunks->first) = chunk;
    chunks->last = chunk;
}

furrow__imap_chunk *furrow__imap_remove_first(furrow__imap_chunks *chunks)
{
    furrow__imap_chunk *chunk = chunks->first;
    if (chunk)
        chunks->first = chunk->next;
    return chunk;
}

/* Fills a chunk from the generator. By one thread at a time. */
static void pull(furrow_imap *imap, furrow__imap_chunk *chunk)
{
    bool end = false;
    int status = FURROW_OK;
    chunk->count = 0;
    while (chunk->count < imap->chunk_size && !end && status == FURROW_OK &&
           !furrow_cancel_requested(&imap->cancel)) {
        status = imap->generate(chunk->items + chunk->count * imap->options.item_size, &end,
                                imap->context);
        chunk->count += !end && status == FURROW_OK;
    }
    pthread_mutex_lock(&imap->lock);
    chunk->first = imap->pulled;
    imap->pulled += chunk->count;
    imap->status = status;
    imap->ended = end || status != FURROW_OK;
    imap->pulling = false;
    furrow__imap_hand_in(imap);
    pthread_mutex_unlock(&imap->lock);
}

static void run_items(furrow_imap *imap, furrow__imap_chunk *chunk)
{
    const furrow_imap_options *options = &imap->options;
    if (options->result_size > 0)
        memset(chunk->results, 0, chunk->count * options->result_size);
    furrow__function_scope here = {0};
    furrow__function_begin(&here);
    for (size_t i = 0; i < chunk->count; i++) {
        here.item = chunk->first + i;
        chunk->statuses[i] =
            furrow_cancel_requested(&imap->cancel)
                ? FURROW_ECANCELED
                : imap->function(chunk->results + i * options->result_size,
                                 chunk->items + i * options->item_size, imap->context);
    }
    furrow__function_end(&here);
}

/* Nothing of the map is touched once its owner can know. */
static void finish(furrow_imap *imap, furrow__imap_chunk *chunk)
{
    furrow__stress_point();
    pthread_mutex_lock(&imap->lock);
    chunk->finished = chunk->count > 0;
    if (chunk->finished && imap->options.unordered)
        furrow__imap_append(&imap->finished, chunk);
    imap->running--;
    pthread_cond_signal(&imap->changed);
    pthread_mutex_unlock(&imap->lock);
}

/* The next chunk, by who has begun it. */
static void run_chunk(furrow_imap *imap, furrow__imap_chunk *chunk)
{
    int before = furrow__round(imap->rounding);
    pull(imap, chunk);
    run_items(imap, chunk);
    furrow__round_back(before, imap->rounding);
    finish(imap, chunk);
}

/* ---- tickets ---- */

static void run_ticket(furrow__entry *entry, int worker)
{
    const furrow__ticket *ticket = (furrow__ticket *)entry;
    furrow_imap *imap = ticket->imap;
    furrow__imap_chunk *chunk = ticket->chunk;
    furrow_pool *pool = imap->pool;
    pthread_mutex_lock(&imap->lock);
    imap->ticket = NULL;
    imap->running++;
    pthread_mutex_unlock(&imap->lock);
    furrow__entry_release(entry); /* the map's reference; the queue's may be gone already */
    run_chunk(imap, chunk);
    furrow__pool_count_end(pool, worker);
}

static void free_ticket(furrow__entry *entry)
{
    free(entry);
}

static const furrow__entry_kind tickets = {run_ticket, free_ticket};

/* References: the queue's and the map's. */
static furrow__ticket *new_ticket(furrow_imap *imap)
{
    furrow__ticket *ticket = imap->pool ? calloc(1, sizeof *ticket) : NULL;
    if (!ticket)
        return NULL;
    ticket->entry.kind = &tickets;
    atomic_store_explicit(&ticket->entry.references, 2, memory_order_relaxed);
    ticket->imap = imap;
    if (furrow__pool_admit_more(imap->pool))
        return ticket;
    free(ticket);
    return NULL;
}

void furrow__imap_hand_in(furrow_imap *imap)
{
    bool may = !imap->pulling && !imap->ended && imap->idle.first;
    furrow__ticket *ticket =
        may && !furrow_cancel_requested(&imap->cancel) ? new_ticket(imap) : NULL;
    if (!ticket)
        return;
    ticket->chunk = furrow__imap_remove_first(&imap->idle);
    imap->ticket = ticket;
    imap->pulling = true;
    furrow__call_queue_push(&imap->pool->queue, &ticket->entry);
    furrow__pool_wake(imap->pool);
}

/* Its entry, taken by this thread from wherever it is; NULL: another has it. Under the lock. */
static furrow__ticket *take_ticket(furrow_imap *imap)
{
    furrow__ticket *ticket = imap->ticket;
    return ticket && furrow__entry_take(&ticket->entry) ? ticket : NULL;
}

static void pass_over(furrow_pool *pool)
{
    if (furrow__call_queue_count_stale(&pool->queue))
        furrow__pool_wake(pool);
}

/* On a worker slot where one is free, so that items find their scratch. */
static void run_chunk_here(furrow_imap *imap, furrow__imap_chunk *chunk)
{
    furrow_pool *pool = imap->pool;
    bool visits = pool && furrow__pool_current_worker(pool) < 0;
    int slot = visits ? furrow__slot_borrow(pool) : -1;
    furrow__role role;
    if (slot >= 0)
        furrow__role_begin(&role, pool, slot, false);
    run_chunk(imap, chunk);
    if (slot >= 0) {
        furrow__role_end(&role);
        furrow__slot_return(pool, slot);
    }
}

bool furrow__imap_run_here(furrow_imap *imap, int worker, bool takes_ticket)
{
    furrow__imap_chunk *chunk = NULL;
    pthread_mutex_lock(&imap->lock);
    furrow__ticket *ticket = takes_ticket ? take_ticket(imap) : NULL;
    if (!imap->pulling && !imap->ended && (chunk = furrow__imap_remove_first(&imap->idle))) {
        imap->pulling = true;
        imap->running++;
    }
    pthread_mutex_unlock(&imap->lock);
    if (ticket) {
        run_ticket(&ticket->entry, worker);
        pass_over(imap->pool);
    } else if (chunk) {
        run_chunk_here(imap, chunk);
    }
    return ticket || chunk;
}

void furrow__imap_recall(furrow_imap *imap)
{
    pthread_mutex_lock(&imap->lock);
    furrow__ticket *ticket = take_ticket(imap);
    if (ticket)
        imap->ticket = NULL;
    while (imap->ticket || imap->running > 0) /* whoever took the ticket is about to begin */
        furrow__condition_wait(&imap->changed, &imap->lock, furrow__deadline(FURROW_FOREVER));
    pthread_mutex_unlock(&imap->lock);
    if (ticket) {
        furrow__entry_release(&ticket->entry);
        furrow__pool_count_end(imap->pool, -1);
        pass_over(imap->pool);
    }
}
