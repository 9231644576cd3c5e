/*
 * 002: a greeting through a pipe, from a process to another, and there and back.
 *
 *     parent_conn, child_conn = multiprocessing.Pipe()
 *     sender_process = multiprocessing.Process(target=send_message, args=(parent_conn,))
 *     receiver_process = multiprocessing.Process(target=receive_message, args=(child_conn,))
 *
 * Each process frees the end that it does not use: then a receiver whose sender has ended sees the
 * end (FURROW_END) rather than wait for ever. The original never looks for it.
 */
#include <stdlib.h>
#include <string.h>

#include <furrow/pipe.h>

#include "processes.h"

struct pipe {
    furrow_pipe *parent_conn, *child_conn;
};

static int send_text(furrow_pipe *conn, const char *message)
{
    int status = furrow_pipe_send(conn, message, strlen(message), FURROW_FOREVER);
    if (!status)
        printf("Sent: %s\n", message);
    return status;
}

static int receive_text(furrow_pipe *conn)
{
    void *message;
    size_t size;
    int status = furrow_pipe_receive(&message, &size, conn, FURROW_FOREVER);
    if (!status)
        printf("Received: %s\n", (const char *)message);
    free(message);
    return status;
}

static int send_message(void *context)
{
    const struct pipe *pipe = context;
    furrow_pipe_free(pipe->parent_conn);
    int status = send_text(pipe->child_conn, "Hello, team!");
    furrow_pipe_free(pipe->child_conn);
    return status;
}

static int receive_message(void *context)
{
    const struct pipe *pipe = context;
    furrow_pipe_free(pipe->child_conn);
    int status = receive_text(pipe->parent_conn);
    furrow_pipe_free(pipe->parent_conn);
    return status;
}

static int ask(void *context)
{
    const struct pipe *pipe = context;
    furrow_pipe_free(pipe->parent_conn);
    int status = send_text(pipe->child_conn, "How are you?");
    if (!status)
        status = receive_text(pipe->child_conn);
    furrow_pipe_free(pipe->child_conn);
    return status;
}

static int answer(void *context)
{
    const struct pipe *pipe = context;
    furrow_pipe_free(pipe->child_conn);
    int status = receive_text(pipe->parent_conn);
    if (!status)
        status = send_text(pipe->parent_conn, "Fine, thanks.");
    furrow_pipe_free(pipe->parent_conn);
    return status;
}

/* Both processes are started before the parent frees its ends. */
static int talk(bool duplex, furrow_process_target first, furrow_process_target second)
{
    struct pipe pipe;
    int status = furrow_pipe_new(&pipe.parent_conn, &pipe.child_conn, duplex);
    const furrow_process_options processes[] = {{.target = first, .context = &pipe},
                                                {.target = second, .context = &pipe}};
    if (!status)
        status = run_as_processes(processes, 2);
    furrow_pipe_free(pipe.parent_conn);
    furrow_pipe_free(pipe.child_conn);
    return status;
}

int main(void)
{
    int status = talk(false, send_message, receive_message);
    if (!status)
        status = talk(true, ask, answer);
    if (!status)
        printf("done.\n");
    return finish(status);
}
