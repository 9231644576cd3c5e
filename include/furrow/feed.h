/*
 * feed.h: items on their way into a run, as bytes.
 *
 * A kernel's `next` adds what comes next, however it got it:
 *
 *     while (count < capacity && !furrow_feed_full(feed) && read_line(&line))
 *         status = furrow_feed_add(feed, line, strlen(line) + 1, NULL);
 *
 * Bytes and labels are copied. The copies stay until the item's result has been emitted, or its
 * fault reported; furrow_range_item gives them to the body, furrow_batch_item to combine. So a body
 * finds all that it needs in its range, whatever `next` has read since, and on whatever thread or
 * in whatever process it runs.
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

/* Of all bytes and labels of a feed; the item that passes it is the last. */
#define FURROW_FEED_BYTES ((size_t)8 << 20)

typedef struct furrow_feed furrow_feed;

/*
 * Adds an item of `size` bytes, which the body finds aligned for any type of that size. Size 0: its
 * number is all there is to it. `label` is what messages call it; NULL: its bytes, where a zero
 * byte ends them, else its number. FURROW_ERANGE: the feed is full; FURROW_ENOMEM. Nothing was
 * added then.
 */
int furrow_feed_add(furrow_feed *feed, const void *bytes, size_t size, const char *label);

/* The same for an item that has failed already, with `fault`: the body never sees it. */
int furrow_feed_fail(furrow_feed *feed, const void *bytes, size_t size, const char *label,
                     const furrow_error *fault);

/* Whether there is no room for one more: it has as many items as were asked for, or as many bytes
 * as it may hold. */
bool furrow_feed_full(const furrow_feed *feed);

/* How many items it has. */
size_t furrow_feed_count(const furrow_feed *feed);

#ifdef __cplusplus
}
#endif

#endif
