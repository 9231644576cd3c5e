#include "items.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/align.h"
#include "base/digest.h"

#include "feed.h"

/* ---- workers ---- */

int furrow__run_worker_new(void **made, const void *context)
{
    furrow__run_workers *workers = (furrow__run_workers *)(uintptr_t)context;
    furrow__run_worker *worker = calloc(1, sizeof *worker);
    if (!worker)
        return FURROW_ENOMEM;
    worker->kernel = workers->kernel;
    int status = FURROW_OK;
    if (workers->block_size > 0 && !(worker->block = furrow__aligned_new(workers->block_size)))
        status = FURROW_ENOMEM;
    if (!status && workers->kernel->worker_new)
        status = workers->kernel->worker_new(&worker->scratch, workers->state);
    if (status) {
        free(worker->block);
        free(worker);
        return status;
    }
    worker->next = atomic_load(&workers->list);
    while (!atomic_compare_exchange_weak(&workers->list, &worker->next, worker))
        ;
    *made = worker;
    return FURROW_OK;
}

void furrow__run_worker_free(void *made)
{
    furrow__run_worker *worker = made;
    if (worker->kernel->worker_free)
        worker->kernel->worker_free(worker->scratch);
    free(worker->block);
    free(worker->bytes.bytes);
    free(worker);
}

void furrow__run_workers_phases(furrow_phase phases[FURROW_MAX_PHASES],
                                const furrow__run_workers *workers)
{
    for (const furrow__run_worker *worker = atomic_load(&workers->list); worker;
         worker = worker->next)
        for (size_t i = 0; i < FURROW_MAX_PHASES; i++) {
            phases[i].seconds += worker->phases[i].seconds;
            phases[i].count += worker->phases[i].count;
        }
}

/* ---- bodies ---- */

void furrow__items_label(const furrow__items *items, size_t item, char *text, size_t size)
{
    text[0] = '\0';
    if (items->feed)
        furrow__feed_label(items->feed, item, text, size);
}

static void report(const furrow__items *items, furrow_item_event event, size_t item, int worker)
{
    if (!event)
        return;
    char label[256];
    furrow__items_label(items, item, label, sizeof label);
    event(item, label, worker, items->options->context);
}

int furrow__items_identify(const furrow_range *range, const void *context)
{
    const furrow__items *items = context;
    const furrow_item *fed = items->feed ? furrow__feed_items(items->feed) : NULL;
    for (size_t i = range->begin - items->first; fed && i < range->end - items->first; i++) {
        uint64_t digest = furrow__digest_bytes(FURROW__DIGEST_START, fed[i].bytes, fed[i].size);
        if (items->kernel->flags & FURROW_KERNEL_READS_FILES && fed[i].size > 0)
            digest = furrow__digest_file(digest, fed[i].bytes);
        items->identities[i] = digest;
    }
    return FURROW_OK;
}

static furrow_range part_of(const furrow_range *range, size_t begin, size_t end)
{
    furrow_range part = *range;
    size_t offset = begin - range->begin;
    part.begin = begin;
    part.end = end;
    if (range->results)
        part.results = (char *)range->results + offset * range->result_size;
    if (range->items)
        part.items = (const furrow_item *)range->items + offset;
    return part;
}

/* Runs the kernel's body on all items but those that failed in `next`. */
static int call_body(const furrow_range *range, const furrow__items *items)
{
    for (size_t at = range->begin, stop, end; at < range->end; at = stop + 1) {
        stop = items->feed ? furrow__feed_failed(items->feed, at, range->end) : range->end;
        end = items->feed ? furrow_range_claim_part(range, at, stop) : stop;
        const furrow_range part = part_of(range, at, end);
        int status = at < end ? items->kernel->body(&part, items->state) : FURROW_OK;
        if (status || end < stop || stop == range->end ||
            furrow_range_claim_part(range, stop, stop + 1) == stop)
            return status;
    }
    return FURROW_OK;
}

/* Runs the kernel's body, identifies the items, and finds the first fault of a run that halts. */
static int run(const furrow_range *range, const furrow__items *items)
{
    /* Before the items are read: an item that changes meanwhile then differs from its record. */
    if (items->identities)
        furrow__items_identify(range, items);
    int status = call_body(range, items);
    if (status)
        return status;
    bool failed = false;
    size_t end = items->options->halt ? furrow_range_claimed(range) : range->begin;
    for (size_t i = range->begin; i < end && !failed; i++)
        failed = furrow_faults_find(range->faults, i, NULL);
    return failed ? FURROW__HALTED : FURROW_OK;
}

static int one_by_one(const furrow_range *range, const furrow__items *items)
{
    const furrow_run_options *options = items->options;
    for (size_t i = range->begin; furrow_range_claim(range, i); i++) {
        furrow_range one = part_of(range, i, i + 1);
        one.claim = NULL;
        report(items, options->item_started, i, range->worker);
        int status = run(&one, items);
        if (status)
            return status;
        if (options->wait_count > 0)
            status = furrow_cancel_sleep(options->cancel, options->waits[i % options->wait_count]);
        if (status)
            return status;
        report(items, options->item_ended, i, range->worker);
    }
    return FURROW_OK;
}

static int run_as_asked(const furrow_range *range, const furrow__items *items)
{
    const furrow_run_options *options = items->options;
    if (options->wait_count > 0 || options->item_started || options->item_ended)
        return one_by_one(range, items);
    return run(range, items);
}

/* Runs blocks one by one, each in its own slots. A block runs whole: no other thread takes over its
 * tail. */
static int run_blocks(const furrow_range *range, const furrow__items *items, char *own)
{
    furrow__blocks *blocks = items->blocks;
    int status = FURROW_OK;
    for (size_t at = range->begin, end; at < range->end && !status; at = end) {
        end = furrow__blocks_end(blocks, at, range->end);
        furrow_range part = part_of(range, at, end);
        part.claim = NULL;
        part.results = furrow__blocks_slots(blocks, at, end, own);
        status = part.results ? run_as_asked(&part, items) : FURROW_ENOMEM;
        if (status == FURROW_OK)
            status = furrow__blocks_done(blocks, at, end, part.results, own);
    }
    return status;
}

int furrow__items_body(const furrow_range *range, const void *context)
{
    const furrow__items *items = context;
    furrow__run_worker *worker = range->scratch;
    const furrow_item *fed = items->feed ? furrow__feed_items(items->feed) : NULL;
    furrow_range own = *range;
    own.items = fed ? fed + (range->begin - items->first) : NULL;
    own.result_size = items->result_size;
    own.scratch = worker->scratch;
    own.phases = worker->phases;
    if (own.results)
        memset(own.results, 0, (own.end - own.begin) * own.result_size);
    return items->blocks->own_slots ? run_blocks(&own, items, worker->block)
                                    : run_as_asked(&own, items);
}

int furrow__items_bytes_body(const furrow_range *range, const void *context)
{
    furrow__run_worker *worker = range->scratch;
    return furrow__bytes_make((furrow__bytes *)(uintptr_t)context, range, &worker->bytes);
}
