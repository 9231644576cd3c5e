#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/parallel.h>

#include "base/align.h"

/* Enough blocks to even out 64 threads, few enough that their partials stay small. */
static const size_t max_blocks = 1024;

/* A reduction as a loop over blocks: block i folds its items into partial i. */
struct reduction {
    size_t n, block;
    size_t first;
    size_t size;
    furrow_body body;
    const void *context;
};

static int fold_blocks(const furrow_range *blocks, const void *context)
{
    const struct reduction *reduction = context;
    for (size_t i = blocks->begin; furrow_range_claim(blocks, i); i++) {
        size_t begin = i * reduction->block;
        size_t end =
            reduction->n - begin < reduction->block ? reduction->n : begin + reduction->block;
        furrow_range range = *blocks;
        range.begin = reduction->first + begin;
        range.end = reduction->first + end;
        range.items = NULL;
        range.results = furrow_range_slot(blocks, i);
        range.claim = NULL;
        int status = reduction->body(&range, reduction->context);
        if (status)
            return status;
    }
    return FURROW_OK;
}

static int fold_partials(void *into, const char *partials, size_t count, size_t size,
                         furrow_fold fold, const void *context)
{
    for (size_t i = 0; i < count; i++) {
        int status = fold(into, partials + i * size, context);
        if (status)
            return status;
    }
    return FURROW_OK;
}

/* What is known of items, restated for blocks of them. */
static furrow_plan_facts facts_of_blocks(const furrow_plan_facts *of_items, size_t block)
{
    furrow_plan_facts facts = *of_items;
    facts.grain = 0;
    facts.profile = (furrow_profile){0};
    facts.wait *= (double)block;
    facts.usage.wall *= (double)block;
    facts.usage.cpu *= (double)block;
    facts.usage.waits *= block;
    return facts;
}

/* The caller knows of items, not of blocks. */
static void tell_in_items(furrow_parallel_outcome *outcome, const struct reduction *reduction)
{
    furrow_reason *reason = &outcome->plan.reason;
    outcome->usage.items = reduction->n;
    reason->items = reduction->n;
    if (reduction->n > 0)
        reason->item = reason->serial / (double)reduction->n;
}

static int run_blocks(const struct reduction *reduction, const furrow_parallel_options *options,
                      char *partials, size_t blocks)
{
    furrow_parallel_options of_blocks = *options;
    of_blocks.first = 0;
    of_blocks.results = partials;
    of_blocks.result_size = reduction->size;
    of_blocks.facts = facts_of_blocks(&options->facts, reduction->block);
    of_blocks.finished = NULL;
    of_blocks.items = NULL;
    int status = furrow_parallel_for(&of_blocks, blocks, fold_blocks, reduction);
    if (options->outcome && status == FURROW_OK)
        tell_in_items(options->outcome, reduction);
    return status;
}

int furrow_parallel_reduce(void *into, size_t size, const furrow_parallel_options *options,
                           size_t n, furrow_body body, furrow_fold fold, const void *context)
{
    static const furrow_parallel_options defaults = {0};
    if (!options)
        options = &defaults;
    if (!body || !fold || size == 0 || n > SIZE_MAX - options->first)
        return FURROW_EINVAL;
    struct reduction reduction = {
        .n = n,
        .block = n > 0 ? (n - 1) / max_blocks + 1 : 1,
        .first = options->first,
        .size = size,
        .body = body,
        .context = context,
    };
    if (options->outcome)
        *options->outcome = (furrow_parallel_outcome){0};
    size_t blocks = n / reduction.block + (n % reduction.block != 0);
    char *partials = size <= PTRDIFF_MAX / (blocks + 1) ? furrow__aligned_new(blocks * size) : NULL;
    if (!partials)
        return FURROW_ENOMEM;
    memset(partials, 0, blocks * size);
    int status = run_blocks(&reduction, options, partials, blocks);
    if (status == FURROW_OK)
        status = fold_partials(into, partials, blocks, size, fold, context);
    free(partials);
    return status;
}
