/*
 * pool_imap.h: a map over items that come one at a time, of which only a few are held at once.
 *
 *     furrow_imap *imap;
 *     furrow_imap_item item;
 *     furrow_imap_new(&imap, pool, &options, generate, function, context);
 *     while ((status = furrow_imap_next(&item, imap, FURROW_FOREVER)) == FURROW_OK)
 *         use(item.index, item.result, item.status);
 *     furrow_imap_free(imap);                                   // also half-way
 *     return status == FURROW_END ? FURROW_OK : status;
 *
 * is the serial program
 *
 *     for (size_t i = 0; generate(&item, &end, context) == 0 && !end; i++)
 *         use(i, result, function(&result, &item, context));
 *
 * with functions running ahead of `use`: at most workers + buffer items are ever pulled that have
 * not been given back. `generate` is called only inside furrow_imap_new and furrow_imap_next, by
 * their caller, so it need not be thread-safe.
 */
#ifndef FURROW_POOL_IMAP_H
#define FURROW_POOL_IMAP_H

#include <furrow/pool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct furrow_imap furrow_imap;

/* Writes the next item to `item` (item_size bytes), or sets `*end` (which comes false). Nonzero:
 * the input is broken; furrow_imap_next returns that code once, after all items before it. */
typedef int (*furrow_generator)(void *item, bool *end, void *context);

/* Zero is a good default for all but the sizes. */
typedef struct furrow_imap_options {
    size_t item_size, result_size;
    size_t buffer;  /* items that may have been pulled beyond one a worker; 0: one more a worker */
    size_t chunk;   /* items that a worker takes at a time; then workers * chunk + buffer are pulled
                     * ahead at most; 0: 1 */
    bool unordered; /* imap_unordered: as they end, not as they were pulled */
    furrow_cancel *cancel;
    furrow_progress_event progress; /* of items given back, by furrow_imap_next; total unknown; its
                                     * end by furrow_imap_free where there was more to come */
    void *progress_context;
} furrow_imap_options;

typedef struct furrow_imap_item {
    size_t index; /* in which it was pulled, from 0 */
    void *result; /* until the next call of furrow_imap_next or _free */
    int status;   /* of this item alone; those after it go on */
} furrow_imap_item;

/* Starts; nothing is pulled yet. `context` goes to both callbacks. FURROW_ENOMEM, FURROW_ECLOSED;
 * FURROW_EINVAL as furrow_pool_map. With a NULL pool items run as they are asked for. */
int furrow_imap_new(furrow_imap **imap, furrow_pool *pool, const furrow_imap_options *options,
                    furrow_generator generate, furrow_function function, void *context);

/* The next item, in order unless `unordered`. 0; FURROW_END: there are no more, and so for every
 * further call; FURROW_ETIMEDOUT: ask again; FURROW_ECANCELED: the cancel, or
 * furrow_pool_terminate; the generator's own code. By one thread at a time; a worker of the pool
 * may be it. */
int furrow_imap_next(furrow_imap_item *item, furrow_imap *imap, double timeout);

/* Gives up what is left: items that have not started will not; those that run are waited for.
 * Before the pool is freed. */
void furrow_imap_free(furrow_imap *imap);

#ifdef __cplusplus
}
#endif

#endif
