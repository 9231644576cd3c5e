#include <furrow/pool_imap.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/clock.h>

#include "state.h"
#include "stress.h"

struct batch;

/* A batch's place in the pool's queue; may outlive it there, but then somebody has taken it. */
struct ticket {
    furrow__entry entry; /* first */
    struct batch *batch;
};

/* Items that go to a worker together. */
struct batch {
    furrow_imap *imap;
    struct ticket *ticket; /* NULL: not handed in */
    char *items, *results;
    int *statuses;
    size_t first, count;
    bool finished; /* under the lock */
    struct batch *next;
};

struct furrow_imap {
    furrow_pool *pool; /* NULL: none */
    furrow_imap_options options;
    furrow_generator generate;
    furrow_function function;
    void *context;
    furrow_cancel cancel;

    struct batch *batches;
    size_t count, chunk;
    size_t pulled;         /* items */
    size_t next;           /* ordered: the number of the batch that is due */
    struct batch *current; /* whose items are being given back */
    size_t given;          /* of these */
    struct batch *idle;
    bool ended;
    int status; /* of the generator */
    furrow_progress progress;

    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct batch *finished, *last_finished; /* unordered; under the lock */
    char *memory;
};

/* ---- on a worker, or in its place ---- */

static void run_items(struct batch *batch)
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
static void finish(struct batch *batch)
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
    struct batch *batch = ((struct ticket *)entry)->batch;
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
static struct ticket *new_ticket(struct batch *batch)
{
    furrow_pool *pool = batch->imap->pool;
    struct ticket *ticket = pool ? calloc(1, sizeof *ticket) : NULL;
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
static void hand_in(struct batch *batch)
{
    furrow_pool *pool = batch->imap->pool;
    batch->finished = false;
    batch->ticket = new_ticket(batch);
    if (batch->ticket) {
        furrow__queue_push(&pool->queue, &batch->ticket->entry);
        furrow__pool_rouse(pool);
    } else {
        run_items(batch);
        finish(batch);
    }
}

/* Fills a batch from the generator; false when nothing came. */
static bool pull(struct batch *batch)
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

static void drop_ticket(struct batch *batch)
{
    if (batch->ticket)
        furrow__entry_release(&batch->ticket->entry);
    batch->ticket = NULL;
}

static void refill(furrow_imap *imap)
{
    for (struct batch *batch; (batch = imap->idle) != NULL && pull(batch);) {
        imap->idle = batch->next;
        hand_in(batch);
    }
}

static bool help_batch(struct batch *batch)
{
    if (!batch->ticket || !furrow__entry_take(&batch->ticket->entry))
        return false;
    run_ticket(&batch->ticket->entry, -1);
    if (furrow__queue_pass_over(&batch->imap->pool->queue))
        furrow__pool_rouse(batch->imap->pool);
    return true;
}

/* Runs the batch that is due, or any that nobody has begun. */
static void help_any(furrow_imap *imap, struct batch *due)
{
    if (due) {
        help_batch(due);
        return;
    }
    for (size_t i = 0; i < imap->count; i++)
        if (help_batch(&imap->batches[i]))
            return;
}

static void help(furrow_imap *imap, struct batch *due, bool waits_for_ever)
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

/* The batch that is due, taken off the list of finished ones; NULL: not yet. Under the lock. */
static struct batch *take_finished(furrow_imap *imap, struct batch *due)
{
    if (due)
        return due->finished ? due : NULL;
    struct batch *batch = imap->finished;
    if (batch)
        imap->finished = batch->next;
    return batch;
}

static struct batch *look(furrow_imap *imap, struct batch *due)
{
    pthread_mutex_lock(&imap->lock);
    struct batch *batch = take_finished(imap, due);
    pthread_mutex_unlock(&imap->lock);
    return batch;
}

static struct batch *wait(furrow_imap *imap, struct batch *due, double deadline)
{
    struct batch *batch;
    pthread_mutex_lock(&imap->lock);
    while (!(batch = take_finished(imap, due)) && furrow_clock_wall() < deadline)
        furrow__condition_wait(&imap->changed, &imap->lock, deadline);
    pthread_mutex_unlock(&imap->lock);
    return batch;
}

/* The next batch to give back: found, helped along or waited for. */
static struct batch *next_batch(furrow_imap *imap, double timeout)
{
    struct batch *due = imap->options.unordered ? NULL : &imap->batches[imap->next % imap->count];
    struct batch *batch = look(imap, due);
    if (batch || timeout == 0)
        return batch;
    double deadline = furrow__deadline(timeout);
    help(imap, due, timeout < 0);
    return wait(imap, due, deadline);
}

static void retire_current(furrow_imap *imap)
{
    struct batch *batch = imap->current;
    drop_ticket(batch);
    batch->finished = false;
    batch->next = imap->idle;
    imap->idle = batch;
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
    struct batch *batch = imap->current;
    size_t at = imap->given++;
    *item = (furrow_imap_item){
        .index = batch->first + at,
        .result = batch->results + at * imap->options.result_size,
        .status = batch->statuses[at],
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
    refill(imap);
    if (imap->ended && imap->progress.done == imap->pulled)
        return end(imap);
    imap->current = next_batch(imap, timeout);
    imap->given = 0;
    return imap->current ? give(item, imap) : FURROW_ETIMEDOUT;
}

/* ---- its life ---- */

static size_t padded(size_t size)
{
    const size_t unit = _Alignof(max_align_t);
    return (size + unit - 1) / unit * unit;
}

/* All batches, with their items, results and statuses, in one piece. */
static int make_batches(furrow_imap *imap)
{
    const furrow_imap_options *options = &imap->options;
    size_t items = padded(imap->chunk * options->item_size);
    size_t results = padded(imap->chunk * options->result_size);
    size_t each = items + results + padded(imap->chunk * sizeof(int));
    imap->batches = calloc(imap->count, sizeof *imap->batches);
    imap->memory = calloc(imap->count, each);
    if (!imap->batches || !imap->memory)
        return FURROW_ENOMEM;
    for (size_t i = imap->count; i-- > 0;) {
        char *memory = imap->memory + i * each;
        imap->batches[i] = (struct batch){
            .imap = imap,
            .items = memory,
            .results = memory + items,
            .statuses = (int *)(void *)(memory + items + results),
            .next = imap->idle,
        };
        imap->idle = &imap->batches[i];
    }
    return FURROW_OK;
}

/* How many batches may be pulled and not given back. */
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
    imap->chunk = chunk;
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
    if (pool && atomic_load(&pool->closed) && furrow__pool_here(pool) < 0)
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
        status = make_batches(imap);
    if (status)
        furrow_imap_free(imap);
    else
        *out = imap;
    return status;
}

/* Takes back what nobody has begun, and waits for the rest. */
static void recall(furrow_imap *imap)
{
    for (size_t i = 0; i < imap->count; i++) {
        struct batch *batch = &imap->batches[i];
        if (!batch->ticket)
            continue;
        if (furrow__entry_take(&batch->ticket->entry)) {
            furrow__pool_count_end(imap->pool, -1);
            if (furrow__queue_pass_over(&imap->pool->queue))
                furrow__pool_rouse(imap->pool);
        } else {
            pthread_mutex_lock(&imap->lock);
            while (!batch->finished)
                pthread_cond_wait(&imap->changed, &imap->lock);
            pthread_mutex_unlock(&imap->lock);
        }
        drop_ticket(batch);
    }
}

void furrow_imap_free(furrow_imap *imap)
{
    if (!imap)
        return;
    bool alive = !imap->pool || furrow__pool_is_alive(imap->pool);
    furrow_cancel_request(&imap->cancel);
    bool begun = imap->batches && imap->memory;
    if (alive && begun)
        recall(imap);
    if (begun && !imap->progress.ended)
        tell(imap, true);
    if (alive) {
        pthread_mutex_destroy(&imap->lock);
        pthread_cond_destroy(&imap->changed);
    }
    free(imap->batches);
    free(imap->memory);
    free(imap);
}
