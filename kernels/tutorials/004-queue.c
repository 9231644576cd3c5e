/*
 * 004: a process loads a queue, and another computes the sigmoid of what comes out.
 *
 *     process_1 = Process(target=load_queue, args=(data, q))
 *     process_2 = Process(target=process_queue, args=(data, q))
 *     process_1.start(); process_2.start()
 *     q.close(); q.join_thread()
 *     process_1.join(); process_2.join()
 *
 * The original's consumer counts its items; here the producer closes the queue and the consumer
 * gets until the end. There is nothing like join_thread: an item that was put is in the queue.
 * Lines of the two come in any order.
 */
#include <math.h>
#include <stdlib.h>

#include <furrow/queue.h>

#include "processes.h"

enum { NUMBERS = 9 };

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

/* With as few digits as say it exactly, as Python prints numbers. */
static const char *digits_of(char text[static 32], double x)
{
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, 32, "%.*g", digits, x);
        if (strtod(text, NULL) == x)
            break;
    }
    return text;
}

static int load_queue(void *context)
{
    furrow_queue *q = context;
    int status = FURROW_OK;
    for (int i = 0; !status && i < NUMBERS; i++) {
        char text[32];
        double item = 0.1 + i * 0.1;
        printf("Placing %s in queue\n", digits_of(text, item));
        status = furrow_queue_put(q, &item, FURROW_FOREVER);
    }
    furrow_queue_close(q);
    return status;
}

static int process_queue(void *context)
{
    furrow_queue *q = context;
    double data;
    int status;
    while ((status = furrow_queue_get(&data, q, FURROW_FOREVER)) == FURROW_OK) {
        char text[32], result[32];
        digits_of(text, data);
        printf("currently processing %s\n", text);
        printf("Result for %s is %s\n", text, digits_of(result, sigmoid(data)));
    }
    return status == FURROW_END ? FURROW_OK : status;
}

int main(void)
{
    const furrow_queue_options options = {.item_size = sizeof(double)};
    furrow_queue *q;
    int status = furrow_queue_new(&q, &options);
    const furrow_process_options processes[] = {{.target = load_queue, .context = q},
                                                {.target = process_queue, .context = q}};
    if (!status)
        status = run_as_processes(processes, 2);
    furrow_queue_free(q);
    return finish(status);
}
