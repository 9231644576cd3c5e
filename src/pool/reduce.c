#include "base/align.h"
#include "job.h"

#include <stdlib.h>
#include <string.h>

/* Results that wait to be folded take at most this memory. It fits in the cache, and is enough for
 * maps that are worth sharing. */
static const size_t max_bytes = (size_t)4 << 20;

struct reduction {
    void *into;
    size_t size, groups;
    furrow_group group; /* NULL: one group */
    furrow_fold fold;
    const void *context;
};

static int fold_one(const struct reduction *reduction, const void *result)
{
    size_t group = 0;
    int status =
        reduction->group ? reduction->group(&group, result, reduction->context) : FURROW_OK;
    if (status)
        return status;
    if (group >= reduction->groups)
        return FURROW_ERANGE;
    return reduction->fold((char *)reduction->into + group * reduction->size, result,
                           reduction->context);
}

static int fold_all(const struct reduction *reduction, const char *results, size_t result_size,
                    size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int status = fold_one(reduction, results + i * result_size);
        if (status)
            return status;
    }
    return FURROW_OK;
}

/* Counts the items before the first that failed: the serial loop would have folded these. */
static size_t count_good(const int *statuses, size_t n)
{
    size_t good = 0;
    while (good < n && statuses[good] == FURROW_OK)
        good++;
    return good;
}

/* Maps one block, and folds its results up to the first failure. */
static int map_and_fold(const struct reduction *reduction, furrow_pool *pool,
                        furrow_map_options *options, size_t n, furrow_function function,
                        void *context)
{
    int status = furrow_pool_map(pool, options, n, function, context);
    size_t good = status ? count_good(options->statuses, n) : n;
    int folded = fold_all(reduction, options->results, options->result_size, good);
    return folded ? folded : status;
}

/* The progress of one block, reported as that of all items. */
struct total_progress {
    const furrow_map_options *options;
    furrow_progress before, now;
};

static void report_total(const furrow_progress *part, void *context)
{
    struct total_progress *total = context;
    total->now.done = total->before.done + part->done;
    total->now.failed = total->before.failed + part->failed;
    if (part->ended)
        total->before = total->now;
    else
        total->options->progress(&total->now, total->options->progress_context);
}

/* After the last block, or the one that failed. */
static void report_end(struct total_progress *total)
{
    total->now.ended = true;
    if (total->options->progress)
        total->options->progress(&total->now, total->options->progress_context);
}

static size_t block_size(const furrow_pool *pool, const furrow_map_options *options, size_t n)
{
    size_t workers = (size_t)furrow_pool_workers(pool);
    size_t each = options->result_size ? options->result_size : 1;
    size_t fits = max_bytes / each;
    size_t block = options->results ? n : fits > workers ? fits : workers;
    return block < n ? block : n;
}

static int reduce(const struct reduction *reduction, furrow_pool *pool,
                  const furrow_map_options *options, size_t n, furrow_function function,
                  void *context)
{
    if (!function || furrow__map_check(options, n))
        return FURROW_EINVAL;
    size_t block = block_size(pool, options, n);
    furrow_map_options each = *options;
    each.collect = false;
    each.outcome = NULL;
    each.statuses = malloc(block * sizeof(int) + 1);
    char *own = options->results ? NULL : malloc(block * options->result_size + 1);
    if (own)
        each.results = own;
    if (own && options->result_size == 0)
        each.result_size = 1;
    struct total_progress total = {.options = options, .before = {.total = n}, .now = {.total = n}};
    if (options->progress) {
        each.progress = report_total;
        each.progress_context = &total;
    }
    int status = each.statuses && (own || options->results) ? FURROW_OK : FURROW_ENOMEM;
    for (size_t begin = 0; begin < n && status == FURROW_OK; begin += block) {
        size_t count = n - begin < block ? n - begin : block;
        each.first = options->first + begin;
        if (own)
            memset(own, 0, count * options->result_size);
        status = map_and_fold(reduction, pool, &each, count, function, context);
        if (options->items)
            each.items = (const char *)each.items + count * options->item_size;
    }
    report_end(&total);
    free(each.statuses);
    free(own);
    return status;
}

static const furrow_map_options defaults = {0};

int furrow_pool_map_reduce(void *into, furrow_pool *pool, const furrow_map_options *options,
                           size_t n, furrow_function function, furrow_fold fold, void *context)
{
    if (!fold)
        return FURROW_EINVAL;
    const struct reduction reduction = {
        .into = into, .groups = 1, .fold = fold, .context = context};
    return reduce(&reduction, pool, options ? options : &defaults, n, function, context);
}

int furrow_pool_map_reduce_by(void *into, size_t size, size_t groups, furrow_pool *pool,
                              const furrow_map_options *options, size_t n, furrow_function function,
                              furrow_group group, furrow_fold fold, void *context)
{
    if (!fold || !group)
        return FURROW_EINVAL;
    const struct reduction reduction = {into, size, groups, group, fold, context};
    return reduce(&reduction, pool, options ? options : &defaults, n, function, context);
}
