/*
 * pipe.h: messages between two processes, or threads: Python's multiprocessing.Pipe, for C.
 *
 *     furrow_pipe *a, *b;
 *     status = furrow_pipe_new(&a, &b, false);                  // b sends, a receives
 *     ... fork, or start a process (process.h); in it:
 *         furrow_pipe_free(a);                                  // it only sends
 *         furrow_pipe_send(b, text, strlen(text), FURROW_FOREVER);
 *         furrow_pipe_free(b);
 *     ... and in the parent:
 *     furrow_pipe_free(b);                                      // else the end is never seen
 *     while ((status = furrow_pipe_receive(&message, &size, a, FURROW_FOREVER)) == FURROW_OK) {
 *         use(message, size);
 *         free(message);
 *     }
 *     furrow_pipe_free(a);
 *
 * A message arrives whole, with its length, in the order in which it was sent; it may be of any
 * length, 0 included.
 *
 * Both ends are there in every process that was forked after furrow_pipe_new. Each process frees
 * the ends that it does not use: a receiver gets FURROW_END when the last process that has the
 * other end has freed it or has ended, in any way. A receiver that keeps a copy of the sending end
 * waits for ever, because it is such a process itself.
 *
 * An end is for one process at a time: bytes of messages that two processes send by one end would
 * mix. (Several producers share a queue: queue.h.) Threads of one process may share an end: they
 * take turns, senders and receivers each. Do not fork while another thread is in a call of an end
 * that the child is to use.
 *
 * Timeouts are in seconds: 0 looks and does not wait, FURROW_FOREVER waits. No call raises SIGPIPE.
 * Everything is thread-safe but _free.
 */
#ifndef FURROW_PIPE_H
#define FURROW_PIPE_H

#include <stdbool.h>
#include <stddef.h>

#include <furrow/clock.h>
#include <furrow/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One end of a pipe. */
typedef struct furrow_pipe furrow_pipe;

/* `duplex`: both ends send and receive; else `*b` sends what `*a` receives. FURROW_ENOMEM, or
 * another -errno of socketpair (-EMFILE: no more descriptors): both are NULL then. */
int furrow_pipe_new(furrow_pipe **a, furrow_pipe **b, bool duplex);

/*
 * Returns 0 when the system has taken the message, which the other end may not have received yet;
 * FURROW_EAGAIN: no room, and the timeout is 0; FURROW_ETIMEDOUT; FURROW_ECLOSED: nobody has the
 * other end any more; FURROW_EINVAL: an end that only receives, or the timeout is NaN; or another
 * -errno.
 *
 * A message larger than the system's room (some 200 KiB) is sent in pieces. When the time is over
 * between two, FURROW_EAGAIN or FURROW_ETIMEDOUT is returned, too: send the same message again, and
 * it goes on where it stopped. A message of another length is FURROW_EINVAL then. (The end that
 * receives returns FURROW_EIO if this one is freed instead.)
 */
int furrow_pipe_send(furrow_pipe *end, const void *message, size_t size, double timeout);

/*
 * Receives a message into memory of its own, `size` bytes and a '\0' behind them, which the caller
 * frees by free(). Returns 0; FURROW_EAGAIN: no whole message, and the timeout is 0;
 * FURROW_ETIMEDOUT: what has come of a message is kept, receive again; FURROW_END: nobody has the
 * other end any more, and nothing is left; FURROW_EIO: the same within a message; FURROW_ENOMEM: no
 * room for the message, which stays: receive again; FURROW_EINVAL: an end that only sends, or the
 * timeout is NaN; or another -errno. Unless it returns 0 `*message` is NULL and `*size` 0.
 */
int furrow_pipe_receive(void **message, size_t *size, furrow_pipe *end, double timeout);

/* Waits until there is something to receive: 0 for a message, the beginning of one, or FURROW_END;
 * FURROW_EAGAIN, FURROW_ETIMEDOUT, FURROW_EINVAL as above. */
int furrow_pipe_poll(furrow_pipe *end, double timeout);

/* Closes the end in the calling process. No other thread of it may use the end meanwhile. NULL does
 * nothing. */
void furrow_pipe_free(furrow_pipe *end);

#ifdef __cplusplus
}
#endif

#endif
