#include "items.h"

#include <stdbool.h>
#include <string.h>

void furrow__items_label(const furrow__items *items, size_t item, char *text, size_t size)
{
    text[0] = '\0';
    if (items->kernel->label)
        items->kernel->label(items->state, item, text, size);
}

static void announce(const furrow__items *items, furrow_item_event event, size_t item, int worker)
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
    for (size_t i = range->begin; i < range->end; i++)
        items->identities[i - items->first] = items->kernel->identity(items->state, i);
    return FURROW_OK;
}

/* The kernel's body, and what is to be known of its items besides. */
static int run(const furrow_range *range, const furrow__items *items)
{
    /* Before the items are read: one that changes meanwhile then differs from what is recorded. */
    if (items->identities && items->kernel->identity)
        furrow__items_identify(range, items);
    int status = items->kernel->body(range, items->state);
    if (status)
        return status;
    bool failed = false;
    for (size_t i = range->begin; items->options->halt && i < range->end && !failed; i++)
        failed = furrow_faults_find(range->faults, i, NULL);
    return failed ? FURROW__HALTED : FURROW_OK;
}

static int one_by_one(const furrow_range *range, const furrow__items *items)
{
    const furrow_run_options *options = items->options;
    furrow_range one = *range;
    one.claim = NULL;
    for (size_t i = range->begin; furrow_range_claim(range, i); i++) {
        one.begin = i;
        one.end = i + 1;
        if (range->results)
            one.results = (char *)range->results + (i - range->begin) * items->result_size;
        announce(items, options->item_started, i, range->worker);
        int status = run(&one, items);
        if (status)
            return status;
        if (options->wait_count > 0)
            status = furrow_cancel_sleep(options->cancel, options->waits[i % options->wait_count]);
        if (status)
            return status;
        announce(items, options->item_ended, i, range->worker);
    }
    return FURROW_OK;
}

int furrow__items_body(const furrow_range *range, const void *context)
{
    const furrow__items *items = context;
    if (range->results)
        memset(range->results, 0, (range->end - range->begin) * items->result_size);
    const furrow_run_options *options = items->options;
    if (options->wait_count > 0 || options->item_started || options->item_ended)
        return one_by_one(range, items);
    return run(range, items);
}
