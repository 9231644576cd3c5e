/*
 * queue.h: a bounded queue, first in, first out, between threads and between processes: Python's
 * multiprocessing.Queue, for C.
 *
 *     furrow_queue *queue;
 *     furrow_queue_options options = {.item_size = sizeof(double)};
 *     status = furrow_queue_new(&queue, &options);
 *     ... fork, or start processes (process.h) and threads ...
 *     furrow_queue_put(queue, &x, FURROW_FOREVER);                       // producers
 *     furrow_queue_close(queue);                                         // when no more will come
 *     while ((status = furrow_queue_get(&x, queue, FURROW_FOREVER)) == FURROW_OK)
 *         use(x);                                                        // consumers
 *     furrow_queue_free(queue);                                          // each process its own
 *
 * is, with one producer and one consumer, the serial loop
 *
 *     for each x that the producer puts
 *         use(x);
 *
 * The queue lies in an anonymous shared mapping: make it before the fork. It has no name, in
 * /dev/shm or elsewhere, and its memory goes back to the system when the last process that has it
 * has freed it or ended. Items are copied in and out as bytes, so a pointer in an item means
 * something only to the process that put it, and to those forked after what it points to was made.
 *
 * Any number of threads of any of the processes may put and get. Items of one producer come out in
 * the order in which it put them. A put whose item fits is over when the item is in the shared
 * mapping: no thread sends it on later, so a process that has put may end at once, and there is
 * nothing that Python's join_thread would wait for.
 *
 * Waiting. A call that has to wait looks around for 3 us, if that has been worth it lately, then
 * sleeps on a futex and uses no CPU time. One getter and one putter sleep at the queue itself; the
 * others stand in line behind them, and calls are served about in the order in which they came. A
 * putter that found the queue full is woken when an eighth of it is free, or after a millisecond
 * when its item fits: woken at each single get it would sleep again at once.
 *
 * Death. A process may be killed at any point of any call. Its item is then either in the queue,
 * whole, or it is not; what it was getting is either still in the queue, or gone with it. Others go
 * on as before: locks are robust, and an item is put and its getter woken in one step. A process
 * that is stopped (SIGSTOP) inside a call may hold the others up until it goes on.
 *
 * Timeouts are in seconds: 0 looks and does not wait, FURROW_FOREVER waits. Everything is
 * thread-safe and process-safe but _free; nothing here is safe in a signal handler.
 */
#ifndef FURROW_QUEUE_H
#define FURROW_QUEUE_H

#include <stddef.h>

#include <furrow/clock.h>
#include <furrow/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct furrow_queue furrow_queue;

/* {0} or NULL: items of any length, 16 MiB of them. */
typedef struct furrow_queue_options {
    size_t item_size; /* of every item, in bytes; 0: each item has a length of its own */
    size_t capacity;  /* items that fit, or bytes where item_size is 0; 0: 1024 items, or 16 MiB */
} furrow_queue_options;

/*
 * An item takes its bytes, rounded up to a multiple of 8; one with a length of its own takes 8
 * more. Pages of the mapping take memory once they have been used. FURROW_ENOMEM, or another -errno
 * of mmap; FURROW_EFBIG: more than 16 GiB. On failure `*queue` is NULL.
 */
int furrow_queue_new(furrow_queue **queue, const furrow_queue_options *options);

/*
 * Copies item_size bytes to the end of the queue. Returns 0; FURROW_EAGAIN: full, and the timeout
 * is 0; FURROW_ETIMEDOUT: full until the time was over; FURROW_ECLOSED; FURROW_EINVAL: the timeout
 * is NaN, or the queue's items have lengths of their own. Unless it returns 0 nothing was put.
 * While a putter waits, the queue counts as full for every put with timeout 0, and while a getter
 * waits, as empty for every get.
 */
int furrow_queue_put(furrow_queue *queue, const void *item, double timeout);

/*
 * Copies the first item out of the queue. Returns 0; FURROW_EAGAIN: empty, and the timeout is 0;
 * FURROW_ETIMEDOUT: empty until the time was over; FURROW_END: closed, and nothing is left, now and
 * ever after; FURROW_EINVAL as above.
 */
int furrow_queue_get(void *item, furrow_queue *queue, double timeout);

/* The same for items of lengths of their own, 0 included; FURROW_EINVAL where all have one size.
 * FURROW_EFBIG: the item is larger than the whole queue, and would never fit. */
int furrow_queue_put_bytes(furrow_queue *queue, const void *bytes, size_t size, double timeout);

/* `*size` becomes the item's length. FURROW_EFBIG: it is larger than `capacity`, and stays first;
 * get it with more room. */
int furrow_queue_get_bytes(void *bytes, size_t *size, size_t capacity, furrow_queue *queue,
                           double timeout);

/* No more will be put, by anybody: puts return FURROW_ECLOSED, those that wait included, and gets
 * return FURROW_END when nothing is left. As often as wished. */
void furrow_queue_close(furrow_queue *queue);

/* Throws away what is in the queue now. Returns how many items these were. Waits where a getter
 * is just taking its item, no longer. */
size_t furrow_queue_drain(furrow_queue *queue);

/* Items in the queue now; others may put and get meanwhile. */
size_t furrow_queue_count(const furrow_queue *queue);

/* Gives the queue back in the calling process; no thread of this process may use it any more. Items
 * stay for the other processes. NULL does nothing. */
void furrow_queue_free(furrow_queue *queue);

#ifdef __cplusplus
}
#endif

#endif
