#include "imap.h"

#include <stdlib.h>
#include <string.h>

#include "stress.h"

#include <furrow/pool_async.h>

/* ---- on a worker, or in its place ---- */

static void run_items(furrow__batch *batch)
{
    furrow_imap *imap = batch->imap;
    const furrow_imap_options *options = &imap->options;
    if (options->result_size > 0)
        memset(batch->results, 0, batch->count * options->result_size);
    for (size_t i = 0; i < batch->count; i++)
        batch->statuses[i] =
            furrow_cancel_requested(&imap->cancel)
                ? FURROW_ECANCELED
                : imap->function(batch->results + i * options->result_size,
                                 batch->items + i * options->item_size, imap->context);
}

/* Nothing of the map is touched once its owner can know. */
static void finish(furrow__batch *batch)
{
    furrow_imap *imap = batch->imap;
    furrow__stress_point();
    pthread_mutex_lock(&imap->lock);
    batch->finished = true;
    batch->next = NULL;
    if (imap->options.unordered) {
        *(imap->finished ? &imap->last_finished->next : &imap->finished) = batch;
        imap->last_finished = batch;
    }
    pthread_cond_signal(&imap->changed);
    pthread_mutex_unlock(&imap->lock);
}

static void run_ticket(furrow__entry *entry, int worker)
{
    furrow__batch *batch = ((furrow__ticket *)entry)->batch;
    furrow_pool *pool = batch->imap->pool;
    run_items(batch);
    finish(batch);
    furrow__pool_count_end(pool, worker);
}

static void free_ticket(furrow__entry *entry)
{
    free(entry);
}

static const furrow__entry_kind tickets = {run_ticket, free_ticket};

/* ---- on the thread that asks ---- */

/* A place in the queue; NULL: no memory, no pool, or one that has been closed. */
static furrow__ticket *new_ticket(furrow__batch *batch)
{
    furrow_pool *pool = batch->imap->pool;
    furrow__ticket *ticket = pool ? calloc(1, sizeof *ticket) : NULL;
    if (!ticket)
        return NULL;
    ticket->entry.kind = &tickets;
    atomic_store_explicit(&ticket->entry.references, 2, memory_order_relaxed);
    ticket->batch = batch;
    if (furrow__pool_admit_more(pool))
        return ticket;
    free(ticket);
    return NULL;
}

/* Where it cannot go to a worker, it is run here. */
static void hand_in(furrow__batch *batch)
{
    furrow_pool *pool = batch->imap->pool;
    batch->finished = false;
    batch->ticket = new_ticket(batch);
    if (batch->ticket) {
        furrow__queue_push(&pool->queue, &batch->ticket->entry);
        furrow__pool_wake(pool);
    } else {
        run_items(batch);
        finish(batch);
    }
}

/* Fills a batch from the generator; false when nothing came. */
static bool pull(furrow__batch *batch)
{
    furrow_imap *imap = batch->imap;
    batch->first = imap->pulled;
    batch->count = 0;
    while (batch->count < imap->chunk && !imap->ended) {
        bool end = false;
        char *item = batch->items + batch->count * imap->options.item_size;
        imap->status = imap->generate(item, &end, imap->context);
        imap->ended = end || imap->status != FURROW_OK;
        batch->count += !imap->ended;
    }
    imap->pulled += batch->count;
    return batch->count > 0;
}

void furrow__batch_drop_ticket(furrow__batch *batch)
{
    if (batch->ticket)
        furrow__entry_release(&batch->ticket->entry);
    batch->ticket = NULL;
}

void furrow__imap_refill(furrow_imap *imap)
{
    for (furrow__batch *batch; (batch = imap->idle) != NULL && pull(batch);) {
        imap->idle = batch->next;
        hand_in(batch);
    }
}

static bool help_batch(furrow__batch *batch)
{
    if (!batch->ticket || !furrow__entry_take(&batch->ticket->entry))
        return false;
    run_ticket(&batch->ticket->entry, -1);
    if (furrow__queue_pass_over(&batch->imap->pool->queue))
        furrow__pool_wake(batch->imap->pool);
    return true;
}

/* Runs the batch that is due, or any that nobody has begun. */
static void help_any(furrow_imap *imap, furrow__batch *due)
{
    if (due) {
        help_batch(due);
        return;
    }
    for (size_t i = 0; i < imap->count; i++)
        if (help_batch(&imap->batches[i]))
            return;
}

void furrow__imap_help(furrow_imap *imap, furrow__batch *due, bool waits_for_ever)
{
    furrow_pool *pool = imap->pool;
    if (!pool)
        return;
    if (furrow__pool_here(pool) >= 0) {
        help_any(imap, due);
        return;
    }
    if (!waits_for_ever)
        return;
    furrow__pool_visit_again(pool);
    int worker = furrow__seat_borrow(pool);
    if (worker >= 0) {
        furrow__stay stay;
        furrow__stay_begin(&stay, pool, worker, false);
        help_any(imap, due);
        furrow__stay_end(&stay);
        furrow__seat_leave(pool, worker);
    }
    furrow__pool_visit_end(pool);
}

void furrow__imap_recall(furrow_imap *imap)
{
    for (size_t i = 0; i < imap->count; i++) {
        furrow__batch *batch = &imap->batches[i];
        if (!batch->ticket)
            continue;
        if (furrow__entry_take(&batch->ticket->entry)) {
            furrow__pool_count_end(imap->pool, -1);
            if (furrow__queue_pass_over(&imap->pool->queue))
                furrow__pool_wake(imap->pool);
        } else {
            pthread_mutex_lock(&imap->lock);
            while (!batch->finished)
                pthread_cond_wait(&imap->changed, &imap->lock);
            pthread_mutex_unlock(&imap->lock);
        }
        furrow__batch_drop_ticket(batch);
    }
}
