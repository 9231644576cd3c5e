#include "call_queue.h"

#include "base/tsan.h"
#include "stress.h"

/* Up to this number stale entries are not worth a sweep. */
static const ptrdiff_t few_stale = 64;

void furrow__call_queue_init(furrow__call_queue *queue)
{
    for (size_t i = 0; i < FURROW__QUEUE_RING; i++)
        atomic_init(&queue->ring[i].sequence, i);
    pthread_mutex_init(&queue->lock, NULL);
}

bool furrow__entry_take(furrow__entry *entry)
{
    bool taken = !atomic_load_explicit(&entry->taken, memory_order_relaxed) &&
                 !atomic_exchange(&entry->taken, true);
    if (taken)
        furrow__tsan_acquire(entry);
    return taken;
}

void furrow__entry_release(furrow__entry *entry)
{
    furrow__tsan_release(entry);
    if (atomic_load_explicit(&entry->references, memory_order_acquire) == 1 ||
        atomic_fetch_sub(&entry->references, 1) == 1) {
        furrow__tsan_acquire(entry);
        entry->kind->free(entry);
    }
}

static bool push_ring(furrow__call_queue *queue, furrow__entry *entry)
{
    size_t position = atomic_load_explicit(&queue->tail, memory_order_relaxed);
    for (;;) {
        furrow__cell *cell = &queue->ring[position % FURROW__QUEUE_RING];
        size_t sequence = atomic_load_explicit(&cell->sequence, memory_order_acquire);
        if (sequence == position) {
            if (atomic_compare_exchange_weak(&queue->tail, &position, position + 1)) {
                furrow__stress_point();
                cell->entry = entry;
                atomic_store_explicit(&cell->sequence, position + 1, memory_order_release);
                return true;
            }
        } else if (sequence < position) {
            return false; /* it still holds the entry of the round before */
        } else {
            position = atomic_load_explicit(&queue->tail, memory_order_relaxed);
        }
    }
}

static furrow__entry *pop_ring(furrow__call_queue *queue)
{
    size_t position = atomic_load_explicit(&queue->head, memory_order_relaxed);
    for (;;) {
        furrow__cell *cell = &queue->ring[position % FURROW__QUEUE_RING];
        size_t sequence = atomic_load_explicit(&cell->sequence, memory_order_acquire);
        if (sequence == position + 1) {
            if (atomic_compare_exchange_weak(&queue->head, &position, position + 1)) {
                furrow__stress_point();
                furrow__entry *entry = cell->entry;
                atomic_store_explicit(&cell->sequence, position + FURROW__QUEUE_RING,
                                      memory_order_release);
                return entry;
            }
        } else if (sequence <= position) {
            return NULL;
        } else {
            position = atomic_load_explicit(&queue->head, memory_order_relaxed);
        }
    }
}

/* Under the lock. */
static void append(furrow__call_queue *queue, furrow__entry *entry)
{
    entry->next = NULL;
    if (queue->last)
        queue->last->next = entry;
    else
        queue->first = entry;
    queue->last = entry;
    atomic_fetch_add(&queue->overflow, 1);
}

/* Under the lock. */
static void prepend(furrow__call_queue *queue, furrow__entry *entry)
{
    entry->next = queue->first;
    if (!queue->first)
        queue->last = entry;
    queue->first = entry;
}

/* Under the lock. It stays counted as overflow. */
static furrow__entry *unlink_first(furrow__call_queue *queue)
{
    furrow__entry *entry = queue->first;
    if (!entry)
        return NULL;
    queue->first = entry->next;
    if (!queue->first)
        queue->last = NULL;
    return entry;
}

void furrow__call_queue_push(furrow__call_queue *queue, furrow__entry *entry)
{
    furrow__tsan_release(entry);
    if (atomic_load_explicit(&queue->overflow, memory_order_relaxed) == 0 &&
        push_ring(queue, entry))
        return;
    pthread_mutex_lock(&queue->lock);
    append(queue, entry);
    pthread_mutex_unlock(&queue->lock);
}

/* Pops the first entry of the list. The entries behind it move up into the ring, which has run
 * empty. While one moves it stays counted, so that a thread that pushes does not overtake it. */
static furrow__entry *pop_list(furrow__call_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    furrow__entry *entry = pop_ring(queue); /* other threads may have filled it since */
    if (entry || !(entry = unlink_first(queue))) {
        pthread_mutex_unlock(&queue->lock);
        return entry;
    }
    for (int i = 0; i < FURROW__QUEUE_RING / 2; i++) {
        furrow__entry *next = unlink_first(queue); /* in the ring others may free it at once */
        if (!next)
            break;
        if (!push_ring(queue, next)) {
            prepend(queue, next);
            break;
        }
        atomic_fetch_sub(&queue->overflow, 1);
    }
    atomic_fetch_sub(&queue->overflow, 1);
    pthread_mutex_unlock(&queue->lock);
    return entry;
}

static furrow__entry *pop_any(furrow__call_queue *queue)
{
    furrow__entry *entry = pop_ring(queue);
    if (!entry && atomic_load(&queue->overflow) > 0)
        entry = pop_list(queue);
    return entry;
}

furrow__entry *furrow__call_queue_pop(furrow__call_queue *queue)
{
    for (furrow__entry *entry; (entry = pop_any(queue)) != NULL;) {
        if (furrow__entry_take(entry))
            return entry;
        atomic_fetch_sub(&queue->stale, 1);
        furrow__entry_release(entry);
    }
    return NULL;
}

bool furrow__call_queue_is_empty(furrow__call_queue *queue)
{
    return atomic_load(&queue->head) == atomic_load(&queue->tail) &&
           atomic_load(&queue->overflow) == 0;
}

static size_t length(furrow__call_queue *queue)
{
    size_t head = atomic_load(&queue->head);
    return atomic_load(&queue->tail) - head + atomic_load(&queue->overflow);
}

/* Pops all entries, and pushes those that are not stale again, in order. */
static void sweep(furrow__call_queue *queue)
{
    for (size_t left = length(queue); left > 0; left--) {
        furrow__entry *entry = pop_any(queue);
        if (!entry)
            return;
        if (!atomic_load(&entry->taken)) {
            furrow__call_queue_push(queue, entry);
            continue;
        }
        atomic_fetch_sub(&queue->stale, 1);
        furrow__entry_release(entry);
    }
}

bool furrow__call_queue_count_stale(furrow__call_queue *queue)
{
    ptrdiff_t stale = atomic_fetch_add(&queue->stale, 1) + 1;
    if (stale <= few_stale || (size_t)stale <= length(queue) / 2)
        return false;
    sweep(queue);
    return true;
}

void furrow__call_queue_clear(furrow__call_queue *queue)
{
    for (furrow__entry *entry; (entry = pop_any(queue)) != NULL;)
        furrow__entry_release(entry);
    pthread_mutex_destroy(&queue->lock);
}
