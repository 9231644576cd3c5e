/*
 * feed.h: items that a kernel feeds into its run, as bytes.
 *
 * A kernel's `next` adds the next items, from wherever it reads them:
 *
 *     while (count < capacity && !furrow_feed_full(feed) && read_line(&line))
 *         status = furrow_feed_add(feed, line, strlen(line) + 1, NULL);
 *
 * Bytes and labels are copied. The copies stay until the item's result has been emitted, or its
 * fault reported. The body gets them by furrow_range_item, and combine by furrow_batch_item. A body
 * thus finds all that it needs in its range, on any thread and in any process, whatever `next` has
 * read since.
 *
 * A feed is used by one thread at a time.
 */
#ifndef FURROW_FEED_H
#define FURROW_FEED_H

#include <stdbool.h>
#include <stddef.h>

#include <furrow/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The size of all bytes and labels of a feed. The item that exceeds it is the last. */
#define FURROW_FEED_BYTES ((size_t)8 << 20)

typedef struct furrow_feed furrow_feed;

/*
 * Adds an item of `size` bytes, which the body finds aligned for any type of that size. Size 0: the
 * item is its number alone. `label` names the item in messages; NULL: its bytes, if a zero byte
 * ends them, or else its number. FURROW_ERANGE (the feed is full) and FURROW_ENOMEM: nothing was
 * added.
 */
int furrow_feed_add(furrow_feed *feed, const void *bytes, size_t size, const char *label);

/* Adds an item that has failed already, with `fault`. The body never sees it. */
int furrow_feed_fail(furrow_feed *feed, const void *bytes, size_t size, const char *label,
                     const furrow_error *fault);

/* Whether the feed takes no further item: it has the items asked for, or FURROW_FEED_BYTES. */
bool furrow_feed_full(const furrow_feed *feed);

/* The number of items in the feed. */
size_t furrow_feed_count(const furrow_feed *feed);

#ifdef __cplusplus
}
#endif

#endif
