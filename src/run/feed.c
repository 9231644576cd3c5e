#include "feed.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Copies lie in blocks, which never move, so that pointers to them stay valid. */
struct block {
    struct block *next;
    size_t room, used;
    alignas(max_align_t) char bytes[];
};

struct furrow_feed {
    size_t first, capacity;
    size_t count, room;
    furrow_item *items;
    const char **labels;  /* of items, each may be NULL; NULL: no label was given yet */
    size_t bytes;         /* of all copies */
    struct block *blocks; /* the first is being filled, the others are empty */
    struct block *full;
    size_t *failed; /* items, in order */
    size_t failed_count, failed_room;
    furrow_faults *faults;
};

int furrow__feed_new(furrow_feed **feed, furrow_faults *faults)
{
    *feed = calloc(1, sizeof **feed);
    if (!*feed)
        return FURROW_ENOMEM;
    (*feed)->faults = faults;
    return FURROW_OK;
}

static void free_blocks(struct block *block)
{
    while (block) {
        struct block *next = block->next;
        free(block);
        block = next;
    }
}

void furrow__feed_free(furrow_feed *feed)
{
    if (!feed)
        return;
    free_blocks(feed->blocks);
    free_blocks(feed->full);
    free(feed->items);
    free(feed->labels);
    free(feed->failed);
    free(feed);
}

/* Frees the blocks of single large items. */
void furrow__feed_open(furrow_feed *feed, size_t first, size_t capacity)
{
    while (feed->full) {
        struct block *block = feed->full;
        feed->full = block->next;
        block->next = feed->blocks;
        feed->blocks = block;
    }
    for (struct block **at = &feed->blocks; *at;) {
        struct block *block = *at;
        block->used = 0;
        if (block->room <= FURROW_FEED_BYTES) {
            at = &block->next;
            continue;
        }
        *at = block->next;
        free(block);
    }
    feed->first = first;
    feed->capacity = capacity;
    feed->count = feed->bytes = feed->failed_count = 0;
}

static struct block *new_block(size_t size)
{
    const size_t usual = (size_t)64 << 10;
    size_t room = size > usual ? size : usual;
    struct block *block = malloc(sizeof *block + room);
    if (block)
        *block = (struct block){.room = room};
    return block;
}

/* The bytes to skip in a block, so that an item is aligned for any type of its size: a size is a
 * multiple of the alignment. */
static size_t gap_before(const struct block *block, size_t size)
{
    size_t step = size & (~size + 1);
    if (step > alignof(max_align_t))
        step = alignof(max_align_t);
    return (step - block->used % step) % step;
}

static void *reserve(furrow_feed *feed, size_t size)
{
    if (size > SIZE_MAX / 2)
        return NULL;
    struct block *block;
    while ((block = feed->blocks) != NULL &&
           size + gap_before(block, size) > block->room - block->used) {
        feed->blocks = block->next;
        block->next = feed->full;
        feed->full = block;
    }
    if (!block)
        block = feed->blocks = new_block(size);
    if (!block)
        return NULL;
    char *bytes = block->bytes + block->used + gap_before(block, size);
    block->used = (size_t)(bytes - block->bytes) + size;
    return bytes;
}

static int grow(furrow_feed *feed)
{
    size_t room = feed->room ? 2 * feed->room : 64;
    furrow_item *items = realloc(feed->items, room * sizeof *items);
    if (!items)
        return FURROW_ENOMEM;
    feed->items = items;
    if (feed->labels) {
        const char **labels = realloc(feed->labels, room * sizeof *labels);
        if (!labels)
            return FURROW_ENOMEM;
        feed->labels = labels;
    }
    feed->room = room;
    return FURROW_OK;
}

/* Most feeds have no labels, and no memory for them. */
static int label_last(furrow_feed *feed, const char *label)
{
    if (label && !feed->labels)
        feed->labels = calloc(feed->room, sizeof *feed->labels);
    if (feed->labels)
        feed->labels[feed->count] = label;
    return label && !feed->labels ? FURROW_ENOMEM : FURROW_OK;
}

static void *copy(furrow_feed *feed, const void *bytes, size_t size)
{
    void *own = size > 0 ? reserve(feed, size) : NULL;
    if (own)
        memcpy(own, bytes, size);
    return own;
}

int furrow_feed_add(furrow_feed *feed, const void *bytes, size_t size, const char *label)
{
    if (furrow_feed_full(feed))
        return FURROW_ERANGE;
    if (feed->count == feed->room && grow(feed))
        return FURROW_ENOMEM;
    size_t length = label ? strlen(label) + 1 : 0;
    void *own = copy(feed, bytes, size), *named = copy(feed, label, length);
    if ((size > 0 && !own) || (label && !named) || label_last(feed, named))
        return FURROW_ENOMEM;
    feed->items[feed->count++] = (furrow_item){own, size};
    feed->bytes += size + length;
    return FURROW_OK;
}

int furrow_feed_fail(furrow_feed *feed, const void *bytes, size_t size, const char *label,
                     const furrow_error *fault)
{
    furrow_error own = *fault;
    own.item = feed->first + feed->count;
    if (feed->failed_count == feed->failed_room) {
        size_t room = feed->failed_room ? 2 * feed->failed_room : 16;
        size_t *grown = realloc(feed->failed, room * sizeof *grown);
        if (!grown)
            return FURROW_ENOMEM;
        feed->failed = grown;
        feed->failed_room = room;
    }
    int status = furrow_feed_add(feed, bytes, size, label);
    if (status == FURROW_OK && furrow_faults_add(feed->faults, &own)) {
        feed->count--;
        status = FURROW_ENOMEM;
    }
    if (status == FURROW_OK)
        feed->failed[feed->failed_count++] = own.item;
    return status;
}

bool furrow_feed_full(const furrow_feed *feed)
{
    return feed->count >= feed->capacity || feed->bytes >= FURROW_FEED_BYTES;
}

size_t furrow_feed_count(const furrow_feed *feed)
{
    return feed->count;
}

const furrow_item *furrow__feed_items(const furrow_feed *feed)
{
    return feed->bytes > 0 ? feed->items : NULL;
}

void furrow__feed_label(const furrow_feed *feed, size_t item, char *text, size_t size)
{
    const furrow_item *own = &feed->items[item - feed->first];
    const char *label = feed->labels ? feed->labels[item - feed->first] : NULL;
    if (!label && own->size > 0 && ((const char *)own->bytes)[own->size - 1] == '\0')
        label = own->bytes;
    snprintf(text, size, "%s", label ? label : "");
}

size_t furrow__feed_failed(const furrow_feed *feed, size_t begin, size_t end)
{
    size_t low = 0, high = feed->failed_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (feed->failed[middle] < begin)
            low = middle + 1;
        else
            high = middle;
    }
    return low < feed->failed_count && feed->failed[low] < end ? feed->failed[low] : end;
}
