/* stream: items of 64 bytes from one producer to one consumer. */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <furrow/process.h>
#include <furrow/queue.h>

#include "rows.h"

enum { ITEMS = 200000, PIPE_ITEMS = 50000, PYTHON_ITEMS = 5000 };

struct flow {
    furrow_queue *queue;
    size_t times;
};

static int produce(void *context)
{
    const struct flow *flow = context;
    int status = 0;
    for (size_t i = 0; !status && i < flow->times; i++) {
        struct item item = {.number = i};
        status = furrow_queue_put(flow->queue, &item, FURROW_FOREVER);
    }
    return status;
}

static int consume(const struct flow *flow)
{
    int status = 0;
    for (size_t i = 0; !status && i < flow->times; i++) {
        struct item item;
        status = furrow_queue_get(&item, flow->queue, FURROW_FOREVER);
        must(status != 0 || item.number == i, "items out of order");
    }
    return status;
}

static int new_queue(struct flow *flow, size_t times)
{
    const furrow_queue_options options = {.item_size = sizeof(struct item)};
    flow->times = times;
    return furrow_queue_new(&flow->queue, &options);
}

static void *produce_on_thread(void *context)
{
    must(produce(context) == 0, "put");
    return NULL;
}

static int queue_between_threads(size_t times)
{
    struct flow flow;
    pthread_t producer;
    must(new_queue(&flow, times) == 0, "queue");
    must(pthread_create(&producer, NULL, produce_on_thread, &flow) == 0, "thread");
    int status = consume(&flow);
    pthread_join(producer, NULL);
    furrow_queue_free(flow.queue);
    return status;
}

static int queue_between_processes(size_t times)
{
    struct flow flow;
    furrow_process *producer;
    const furrow_process_options options = {.target = produce, .context = &flow};
    must(new_queue(&flow, times) == 0, "queue");
    int status = furrow_process_new(&producer, &options);
    if (!status)
        status = furrow_process_start(producer);
    if (!status)
        status = consume(&flow);
    if (!status)
        status = furrow_process_join(producer, FURROW_FOREVER);
    furrow_process_free(producer);
    furrow_queue_free(flow.queue);
    return status;
}

/* One write and one read an item; both are atomic up to PIPE_BUF. */
static int bare_pipe(size_t times)
{
    int ends[2];
    must(pipe(ends) == 0, "pipe");
    pid_t child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
        for (size_t i = 0; i < times; i++) {
            struct item item = {.number = i};
            if (write(ends[1], &item, sizeof item) != sizeof item)
                _exit(1);
        }
        _exit(0);
    }
    for (size_t i = 0; i < times; i++) {
        struct item item;
        must(read(ends[0], &item, sizeof item) == sizeof item && item.number == i, "read");
    }
    must(waitpid(child, NULL, 0) == child, "waitpid");
    close(ends[0]);
    close(ends[1]);
    return 0;
}

int stream(void)
{
    static struct way threads = {ITEMS, queue_between_threads},
                      processes = {ITEMS, queue_between_processes}, pipe = {PIPE_ITEMS, bare_pipe};
    furrow_contender contenders[] = {
        {.name = "queue, threads", .run = run_way, .context = &threads},
        {.name = "queue, processes", .run = run_way, .context = &processes},
        {.name = "bare pipe, processes", .run = run_way, .context = &pipe},
#ifdef HAS_PYTHON
        {.name = "Python's Queue, processes",
         .run = run_way,
         .context = &(struct way){PYTHON_ITEMS, python_stream}},
#endif
    };
    return compare("stream: an item of 64 bytes, one producer, one consumer", contenders,
                   sizeof contenders / sizeof *contenders, 10);
}
