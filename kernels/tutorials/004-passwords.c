/*
 * 004: eight processes put a password each into a queue.
 *
 *     def create_password(length):
 *         cipher = ''.join(random.SystemRandom().choice(ascii_uppercase + digits) ...)
 *         queue.put(cipher)
 *
 *     to_process = [Process(target=create_password, args=(i,)) for i in range(5,13)]
 *     output = [queue.get() for _ in to_process]
 *
 * Items of this queue have lengths of their own. The passwords go to stderr, for they differ from
 * run to run; stdout has their lengths, which come in any order.
 */
#include <stdlib.h>
#include <sys/random.h>

#include <furrow/queue.h>

#include "processes.h"

enum { SHORTEST = 5, LONGEST = 12, PASSWORDS = LONGEST - SHORTEST + 1 };

struct request {
    furrow_queue *queue;
    size_t length;
};

/* The system's secure source; bytes from 252 on are drawn again, so that all 36 are as likely. */
static int create_password(void *context)
{
    static const char characters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    const struct request *request = context;
    char cipher[LONGEST];
    for (size_t i = 0; i < request->length;) {
        unsigned char byte;
        if (getrandom(&byte, 1, 0) != 1)
            return FURROW_EIO;
        if (byte < 252)
            cipher[i++] = characters[byte % 36];
    }
    return furrow_queue_put_bytes(request->queue, cipher, request->length, FURROW_FOREVER);
}

static int print_output(furrow_queue *queue)
{
    int status = FURROW_OK;
    for (int i = 0; !status && i < PASSWORDS; i++) {
        char cipher[LONGEST + 1];
        size_t length;
        status = furrow_queue_get_bytes(cipher, &length, LONGEST, queue, FURROW_FOREVER);
        cipher[length] = '\0';
        fprintf(stderr, "%s\n", cipher);
        printf("a password of %zu characters\n", length);
    }
    return status;
}

int main(void)
{
    struct request requests[PASSWORDS];
    furrow_process_options processes[PASSWORDS];
    furrow_queue *queue;
    int status = furrow_queue_new(&queue, NULL);
    for (size_t i = 0; i < PASSWORDS; i++) {
        requests[i] = (struct request){queue, SHORTEST + i};
        processes[i] = (furrow_process_options){.target = create_password, .context = &requests[i]};
    }
    if (!status)
        status = run_as_processes(processes, PASSWORDS);
    if (!status)
        status = print_output(queue);
    furrow_queue_free(queue);
    return finish(status);
}
