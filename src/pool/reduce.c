#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/align.h"
#include "map.h"

/* Of results that wait to be folded: they stay in the cache, and no map is too short to share. */
static const size_t most_bytes = (size_t)4 << 20;

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

/* The items that the serial loop would have folded before it stopped at the one that failed. */
static size_t count_good(const int *statuses, size_t n)
{
    size_t good = 0;
    while (good < n && statuses[good] == FURROW_OK)
        good++;
    return good;
}

/* One stretch: mapped, then folded, as far as it came. */
static int map_and_fold(const struct reduction *reduction, furrow_pool *pool,
                        furrow_map_options *options, size_t n, furrow_function function,
                        void *context)
{
    int status = furrow_pool_map(pool, options, n, function, context);
    size_t good = status ? count_good(options->statuses, n) : n;
    int folded = fold_all(reduction, options->results, options->result_size, good);
    return folded ? folded : status;
}

/* Progress of one stretch, told as that of all. */
struct whole {
    const furrow_map_options *options;
    furrow_progress before, now;
};

static void tell_whole(const furrow_progress *part, void *context)
{
    struct whole *whole = context;
    whole->now.done = whole->before.done + part->done;
    whole->now.failed = whole->before.failed + part->failed;
    if (part->ended)
        whole->before = whole->now;
    else
        whole->options->progress(&whole->now, whole->options->progress_context);
}

/* After the last stretch, or the one that failed or whose results could not be folded. */
static void tell_end(struct whole *whole)
{
    whole->now.ended = true;
    if (whole->options->progress)
        whole->options->progress(&whole->now, whole->options->progress_context);
}

static size_t stretch_of(const furrow_pool *pool, const furrow_map_options *options, size_t n)
{
    size_t workers = (size_t)furrow_pool_workers(pool);
    size_t each = options->result_size ? options->result_size : 1;
    size_t fits = most_bytes / each;
    size_t stretch = options->results ? n : fits > workers ? fits : workers;
    return stretch < n ? stretch : n;
}

static int reduce(const struct reduction *reduction, furrow_pool *pool,
                  const furrow_map_options *options, size_t n, furrow_function function,
                  void *context)
{
    if (!function || furrow__map_check(options, n))
        return FURROW_EINVAL;
    size_t stretch = stretch_of(pool, options, n);
    furrow_map_options each = *options;
    each.collect = false;
    each.outcome = NULL;
    each.statuses = malloc(stretch * sizeof(int) + 1);
    char *own = options->results ? NULL : furrow__aligned_new(stretch * options->result_size);
    if (own)
        each.results = own;
    if (own && options->result_size == 0)
        each.result_size = 1;
    struct whole whole = {.options = options, .before = {.total = n}, .now = {.total = n}};
    if (options->progress) {
        each.progress = tell_whole;
        each.progress_context = &whole;
    }
    int status = each.statuses && (own || options->results) ? FURROW_OK : FURROW_ENOMEM;
    for (size_t begin = 0; begin < n && status == FURROW_OK; begin += stretch) {
        size_t count = n - begin < stretch ? n - begin : stretch;
        each.first = options->first + begin;
        if (own)
            memset(own, 0, count * options->result_size);
        status = map_and_fold(reduction, pool, &each, count, function, context);
        if (options->items)
            each.items = (const char *)each.items + count * options->item_size;
    }
    tell_end(&whole);
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
