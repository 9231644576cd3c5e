/*
 * feed.h: a feed inside a run, which opens it again for each window.
 */
#ifndef FURROW_RUN_FEED_H
#define FURROW_RUN_FEED_H

#include <furrow/feed.h>
#include <furrow/range.h>

/* Makes an empty feed, which adds its failed items to `faults` (lent). FURROW_ENOMEM. */
int furrow__feed_new(furrow_feed **feed, furrow_faults *faults);
void furrow__feed_free(furrow_feed *feed);

/* Forgets all items and keeps the memory. The next item has the number `first`, and there is room
 * for `capacity` items. */
void furrow__feed_open(furrow_feed *feed, size_t first, size_t capacity);

/* The items, from the first on. NULL when no item has bytes. */
const furrow_item *furrow__feed_items(const furrow_feed *feed);

/* The label of an item for messages, or "". */
void furrow__feed_label(const furrow_feed *feed, size_t item, char *text, size_t size);

/* The first item of [begin, end) that failed in `next`; `end` when there is none. */
size_t furrow__feed_failed(const furrow_feed *feed, size_t begin, size_t end);

#endif
