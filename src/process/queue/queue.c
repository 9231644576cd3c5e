#include <furrow/queue.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "shared.h"

static const size_t default_items = 1024, default_bytes = (size_t)16 << 20;
static const size_t max_units = (size_t)1 << 31;

static size_t units_of(size_t bytes)
{
    return bytes / FURROW__UNIT + (bytes % FURROW__UNIT != 0);
}

static int lay_out(furrow_queue *queue, const furrow_queue_options *options)
{
    size_t size = options->item_size, capacity = options->capacity;
    size_t each = size > 0 ? units_of(size) : 1;
    size_t count = size > 0       ? (capacity > 0 ? capacity : default_items)
                   : capacity > 0 ? units_of(capacity)
                                  : default_bytes / FURROW__UNIT;
    if (each > max_units || count > max_units / each)
        return FURROW_EFBIG;
    size_t ring = 1;
    while (ring < each * count)
        ring *= 2;
    *queue = (furrow_queue){.item_size = size,
                            .mapped = sizeof *queue->shared + ring * FURROW__UNIT,
                            .mask = (uint32_t)(ring - 1),
                            .limit = (uint32_t)(each * count)};
    return FURROW_OK;
}

static int map(furrow_queue *queue)
{
    void *memory = mmap(NULL, queue->mapped, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        return -errno;
    queue->shared = memory;
    queue->ring = (unsigned char *)memory + sizeof *queue->shared;
    int status = furrow__line_init(&queue->shared->sides[FURROW__TAIL]);
    if (!status)
        status = furrow__line_init(&queue->shared->sides[FURROW__HEAD]);
    if (status)
        munmap(memory, queue->mapped);
    return status;
}

int furrow_queue_new(furrow_queue **queue, const furrow_queue_options *options)
{
    const furrow_queue_options none = {0};
    *queue = NULL;
    furrow_queue *made = malloc(sizeof *made);
    if (!made)
        return FURROW_ENOMEM;
    int status = lay_out(made, options ? options : &none);
    if (!status)
        status = map(made);
    if (status) {
        free(made);
        return status;
    }
    *queue = made;
    return FURROW_OK;
}

void furrow_queue_free(furrow_queue *queue)
{
    if (!queue)
        return;
    munmap(queue->shared, queue->mapped);
    free(queue);
}

/* Where the ring ends the bytes go on at its beginning. */
static size_t bytes_before_the_end(const furrow_queue *queue, size_t offset, size_t size)
{
    size_t before = ((size_t)queue->mask + 1) * FURROW__UNIT - offset;
    return before < size ? before : size;
}

static void copy_in(furrow_queue *queue, uint32_t unit, const void *bytes, size_t size)
{
    size_t offset = (size_t)(unit & queue->mask) * FURROW__UNIT;
    size_t before = bytes_before_the_end(queue, offset, size);
    if (size > 0)
        memcpy(queue->ring + offset, bytes, before);
    if (before < size)
        memcpy(queue->ring, (const unsigned char *)bytes + before, size - before);
}

static void copy_out(void *bytes, const furrow_queue *queue, uint32_t unit, size_t size)
{
    size_t offset = (size_t)(unit & queue->mask) * FURROW__UNIT;
    size_t before = bytes_before_the_end(queue, offset, size);
    if (size > 0)
        memcpy(bytes, queue->ring + offset, before);
    if (before < size)
        memcpy((unsigned char *)bytes + before, queue->ring, size - before);
}

static furrow__position position_of(const furrow_queue *queue, furrow__end end)
{
    return furrow__position_of(&queue->shared->sides[end]);
}

static int enter(furrow_queue *queue, furrow__end end, size_t units, double timeout)
{
    furrow__timeout deadline;
    int status = furrow__timeout_set(&deadline, timeout);
    return status ? status : furrow__line_enter(queue, end, (uint32_t)units, &deadline);
}

/* Puts the length before the item where items have lengths of their own. */
static int put(furrow_queue *queue, const void *item, uint64_t size, double timeout)
{
    uint32_t prefix = queue->item_size == 0;
    size_t units = prefix + units_of(size);
    if (units > queue->limit)
        return FURROW_EFBIG;
    int status = enter(queue, FURROW__TAIL, units, timeout);
    if (status)
        return status;
    furrow__position tail = position_of(queue, FURROW__TAIL);
    if (prefix)
        copy_in(queue, furrow__units(tail), &size, sizeof size);
    copy_in(queue, furrow__units(tail) + prefix, item, size);
    status = furrow__line_move(queue, FURROW__TAIL, furrow__position_after(tail, (uint32_t)units));
    furrow__line_leave(queue, FURROW__TAIL);
    return status;
}

static int get(void *item, size_t *size, size_t capacity, furrow_queue *queue, double timeout)
{
    uint32_t prefix = queue->item_size == 0;
    uint64_t length = queue->item_size;
    int status = enter(queue, FURROW__HEAD, 1, timeout);
    if (status)
        return status;
    furrow__position head = position_of(queue, FURROW__HEAD);
    if (prefix)
        copy_out(&length, queue, furrow__units(head), sizeof length);
    *size = (size_t)length;
    if (length > capacity) {
        furrow__line_leave(queue, FURROW__HEAD);
        return FURROW_EFBIG;
    }
    copy_out(item, queue, furrow__units(head) + prefix, *size);
    uint32_t units = prefix + (uint32_t)units_of(*size);
    status = furrow__line_move(queue, FURROW__HEAD, furrow__position_after(head, units));
    furrow__line_leave(queue, FURROW__HEAD);
    return status;
}

int furrow_queue_put(furrow_queue *queue, const void *item, double timeout)
{
    return queue->item_size == 0 ? FURROW_EINVAL : put(queue, item, queue->item_size, timeout);
}

int furrow_queue_get(void *item, furrow_queue *queue, double timeout)
{
    size_t size;
    return queue->item_size == 0 ? FURROW_EINVAL
                                 : get(item, &size, queue->item_size, queue, timeout);
}

int furrow_queue_put_bytes(furrow_queue *queue, const void *bytes, size_t size, double timeout)
{
    return queue->item_size > 0 ? FURROW_EINVAL : put(queue, bytes, size, timeout);
}

int furrow_queue_get_bytes(void *bytes, size_t *size, size_t capacity, furrow_queue *queue,
                           double timeout)
{
    *size = 0;
    return queue->item_size > 0 ? FURROW_EINVAL : get(bytes, size, capacity, queue, timeout);
}

void furrow_queue_close(furrow_queue *queue)
{
    furrow__line_close(queue);
}

size_t furrow_queue_drain(furrow_queue *queue)
{
    const furrow__timeout look = {.look = true};
    if (furrow__line_enter(queue, FURROW__HEAD, 1, &look))
        return 0;
    furrow__position tail = position_of(queue, FURROW__TAIL);
    size_t count = furrow__items(tail) - furrow__items(position_of(queue, FURROW__HEAD));
    furrow__line_move(queue, FURROW__HEAD, tail);
    furrow__line_leave(queue, FURROW__HEAD);
    return count;
}

size_t furrow_queue_count(const furrow_queue *queue)
{
    furrow__position before, tail, head = position_of(queue, FURROW__HEAD);
    do {
        before = head;
        tail = position_of(queue, FURROW__TAIL);
        head = position_of(queue, FURROW__HEAD);
    } while (head != before);
    return furrow__items(tail) - furrow__items(head);
}
