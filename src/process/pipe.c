#include <furrow/pipe.h>

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "timeout.h"

/* Each message goes behind its length. */
typedef uint64_t furrow__length;

struct furrow_pipe {
    int socket;
    bool sends, receives;

    pthread_mutex_t sending; /* held for a whole call */
    furrow__length sent;    /* bytes of a message that was given up half-way, its length included */
    furrow__length sent_of; /* its length */

    pthread_mutex_t receiving;
    furrow__length length, received; /* likewise; the length itself is complete after 8 bytes */
    unsigned char *message;          /* NULL before that */
};

static furrow_pipe *new_end(bool sends, bool receives)
{
    furrow_pipe *end = calloc(1, sizeof *end);
    if (!end)
        return NULL;
    end->sends = sends;
    end->receives = receives;
    end->socket = -1;
    pthread_mutex_init(&end->sending, NULL);
    pthread_mutex_init(&end->receiving, NULL);
    return end;
}

int furrow_pipe_new(furrow_pipe **a, furrow_pipe **b, bool duplex)
{
    int sockets[2];
    *a = new_end(duplex, true);
    *b = new_end(true, duplex);
    int status = !*a || !*b ? FURROW_ENOMEM : FURROW_OK;
    if (!status && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
        status = -errno;
    if (status) {
        furrow_pipe_free(*a);
        furrow_pipe_free(*b);
        *a = *b = NULL;
        return status;
    }
    (*a)->socket = sockets[0];
    (*b)->socket = sockets[1];
    return FURROW_OK;
}

void furrow_pipe_free(furrow_pipe *end)
{
    if (!end)
        return;
    if (end->socket >= 0)
        close(end->socket);
    pthread_mutex_destroy(&end->sending);
    pthread_mutex_destroy(&end->receiving);
    free(end->message);
    free(end);
}

/* One piece: the bytes that were taken, or 0 where there is no room, or -errno. */
static ssize_t send_piece(const furrow_pipe *end, const furrow__length *size, const void *message)
{
    struct iovec parts[2];
    size_t before = end->sent < sizeof *size ? (size_t)end->sent : sizeof *size;
    size_t of_message = (size_t)end->sent - before;
    parts[0] = (struct iovec){(char *)size + before, sizeof *size - before};
    parts[1] = (struct iovec){(char *)message + of_message, (size_t)*size - of_message};
    struct msghdr header = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t sent = sendmsg(end->socket, &header, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0)
        return sent;
    if (errno == EPIPE || errno == ECONNRESET)
        return FURROW_ECLOSED;
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : -errno;
}

static int send_message(furrow_pipe *end, const void *message, furrow__length size,
                        const furrow__timeout *deadline)
{
    if (end->sent > 0 && end->sent_of != size)
        return FURROW_EINVAL;
    end->sent_of = size;
    while (end->sent < sizeof size + size) {
        ssize_t sent = send_piece(end, &size, message);
        int status = sent > 0    ? FURROW_OK
                     : sent == 0 ? furrow__timeout_poll(end->socket, POLLOUT, deadline)
                                 : (int)sent;
        if (status)
            return status;
        end->sent += (furrow__length)sent;
    }
    end->sent = 0;
    return FURROW_OK;
}

int furrow_pipe_send(furrow_pipe *end, const void *message, size_t size, double timeout)
{
    furrow__timeout deadline;
    int status = furrow__timeout_set(&deadline, timeout);
    if (!status && !end->sends)
        status = FURROW_EINVAL;
    if (!status)
        status = furrow__timeout_lock(&end->sending, &deadline);
    if (status)
        return status;
    status = send_message(end, message, size, &deadline);
    pthread_mutex_unlock(&end->sending);
    return status;
}

/* Receives until `*received` is `size`. */
static int fill(furrow_pipe *end, unsigned char *to, furrow__length *received, furrow__length size,
                const furrow__timeout *deadline)
{
    while (*received < size) {
        ssize_t got = recv(end->socket, to + *received, (size_t)(size - *received), MSG_DONTWAIT);
        int status = FURROW_OK;
        if (got > 0)
            *received += (furrow__length)got;
        else if (got == 0 || errno == ECONNRESET)
            status = FURROW_END;
        else if (errno == EAGAIN || errno == EWOULDBLOCK)
            status = furrow__timeout_poll(end->socket, POLLIN, deadline);
        else if (errno != EINTR)
            status = -errno;
        if (status)
            return status;
    }
    return FURROW_OK;
}

static int receive_message(furrow_pipe *end, const furrow__timeout *deadline)
{
    int status = FURROW_OK;
    if (!end->message) {
        status =
            fill(end, (unsigned char *)&end->length, &end->received, sizeof end->length, deadline);
        if (status)
            return status == FURROW_END && end->received > 0 ? FURROW_EIO : status;
        end->message = end->length < SIZE_MAX ? malloc((size_t)end->length + 1) : NULL;
        if (!end->message)
            return FURROW_ENOMEM;
        end->received = 0;
    }
    status = fill(end, end->message, &end->received, end->length, deadline);
    if (status == FURROW_END)
        return FURROW_EIO;
    if (!status)
        end->message[end->length] = '\0';
    return status;
}

int furrow_pipe_receive(void **message, size_t *size, furrow_pipe *end, double timeout)
{
    furrow__timeout deadline;
    *message = NULL;
    *size = 0;
    int status = furrow__timeout_set(&deadline, timeout);
    if (!status && !end->receives)
        status = FURROW_EINVAL;
    if (!status)
        status = furrow__timeout_lock(&end->receiving, &deadline);
    if (status)
        return status;
    status = receive_message(end, &deadline);
    if (!status) {
        *message = end->message;
        *size = (size_t)end->length;
        end->message = NULL;
        end->received = 0;
    }
    pthread_mutex_unlock(&end->receiving);
    return status;
}

int furrow_pipe_poll(furrow_pipe *end, double timeout)
{
    furrow__timeout deadline;
    int status = furrow__timeout_set(&deadline, timeout);
    if (status || !end->receives)
        return FURROW_EINVAL;
    return furrow__timeout_poll(end->socket, POLLIN, &deadline);
}
