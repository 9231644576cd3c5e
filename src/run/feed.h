/* feed.h: a feed as the run has it: who fills it empties it, over and over. */
#ifndef FURROW__FEED_H
#define FURROW__FEED_H

#include <furrow/faults.h>
#include <furrow/feed.h>
#include <furrow/range.h>

/* An empty feed, whose failed items go to `faults` (lent). FURROW_ENOMEM. */
int furrow__feed_new(furrow_feed **feed, furrow_faults *faults);
void furrow__feed_free(furrow_feed *feed);

/* Forgets all items and keeps the memory; the next is number `first`, and `capacity` may come. */
void furrow__feed_open(furrow_feed *feed, size_t first, size_t capacity);

/* The items, from the first on; NULL when none has bytes. */
const furrow_item *furrow__feed_items(const furrow_feed *feed);

/* What messages call item `item`; "" where nobody said. */
void furrow__feed_label(const furrow_feed *feed, size_t item, char *text, size_t size);

/* The first item of [begin, end) that had failed before it could run; `end` when there is none. */
size_t furrow__feed_failed(const furrow_feed *feed, size_t begin, size_t end);

#endif
