/*
 * wake: from a put to the return of a get that was asleep for about a millisecond. Each sample of
 * the queue stands beside one of a bare futex, and of a bare pipe, in any of the six orders: where
 * the system puts a thread that it wakes depends on the wake before.
 */
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <furrow/process.h>
#include <furrow/queue.h>

#include "rows.h"

enum { SAMPLES = 1000, WARM_UPS = 20, WAYS = 3 };

static const double asleep = 1e-3;

enum sleep { FUTEX, QUEUE, PIPE };

/* The same for who sends and who sleeps. */
static const enum sleep *order_of(uint32_t sample)
{
    static const enum sleep orders[6][WAYS] = {{FUTEX, QUEUE, PIPE}, {QUEUE, PIPE, FUTEX},
                                               {PIPE, FUTEX, QUEUE}, {FUTEX, PIPE, QUEUE},
                                               {PIPE, QUEUE, FUTEX}, {QUEUE, FUTEX, PIPE}};
    return orders[(sample * 2654435761u >> 16) % 6];
}

/* In shared memory: the sleeper is a thread, or a process. */
struct bed {
    furrow_queue *queue;
    int pipe[2];
    _Atomic uint32_t word; /* the bare futex: samples that were sent */
    double sent;           /* of it */
    double took[WAYS][SAMPLES];
};

static double wait_for_queue(struct bed *bed)
{
    struct item item;
    must(furrow_queue_get(&item, bed->queue, FURROW_FOREVER) == 0, "get");
    return item.sent;
}

static double wait_for_futex(struct bed *bed, uint32_t sample)
{
    while (atomic_load_explicit(&bed->word, memory_order_acquire) <= sample)
        syscall(SYS_futex, &bed->word, FUTEX_WAIT, sample, NULL, NULL, 0);
    return bed->sent;
}

static double wait_for_pipe(struct bed *bed)
{
    struct item item;
    must(read(bed->pipe[0], &item, sizeof item) == sizeof item, "read");
    return item.sent;
}

static int sleeper(void *context)
{
    struct bed *bed = context;
    for (uint32_t i = 0; i < SAMPLES + WARM_UPS; i++)
        for (int turn = 0; turn < WAYS; turn++) {
            enum sleep way = order_of(i)[turn];
            double sent = way == FUTEX   ? wait_for_futex(bed, i)
                          : way == QUEUE ? wait_for_queue(bed)
                                         : wait_for_pipe(bed);
            double took = furrow_clock_wall() - sent;
            if (i >= WARM_UPS)
                bed->took[way][i - WARM_UPS] = took;
        }
    return 0;
}

static void *sleeper_on_thread(void *context)
{
    sleeper(context);
    return NULL;
}

static void send_all(struct bed *bed)
{
    for (uint32_t i = 0; i < SAMPLES + WARM_UPS; i++)
        for (int turn = 0; turn < WAYS; turn++) {
            enum sleep way = order_of(i)[turn];
            furrow_clock_sleep(asleep);
            struct item item = {.number = i, .sent = furrow_clock_wall()};
            if (way == FUTEX) {
                bed->sent = item.sent;
                atomic_store_explicit(&bed->word, i + 1, memory_order_release);
                syscall(SYS_futex, &bed->word, FUTEX_WAKE, 1, NULL, NULL, 0);
            } else if (way == QUEUE) {
                must(furrow_queue_put(bed->queue, &item, FURROW_FOREVER) == 0, "put");
            } else {
                must(write(bed->pipe[1], &item, sizeof item) == sizeof item, "write");
            }
        }
}

static struct bed *new_bed(void)
{
    const furrow_queue_options options = {.item_size = sizeof(struct item)};
    struct bed *bed =
        mmap(NULL, sizeof *bed, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(bed != MAP_FAILED, "mmap");
    must(furrow_queue_new(&bed->queue, &options) == 0, "queue");
    must(pipe(bed->pipe) == 0, "pipe");
    return bed;
}

static int print_and_free(const char *title, struct bed *bed)
{
    static const char *const names[WAYS] = {"bare futex", "queue", "bare pipe"};
    int status = 0;
    printf("wake: %s, %d samples\n", title, SAMPLES);
    for (int way = 0; !status && way < WAYS; way++) {
        furrow_summary time, ratio = {0};
        status = furrow_stats_summarise(&time, bed->took[way], SAMPLES);
        if (!status)
            status = furrow_stats_ratio(&ratio, bed->took[way], bed->took[0], SAMPLES);
        if (!status)
            printf("  %-32s %10.3f us (%.3f to %.3f) %8.2f x (%.2f to %.2f)\n", names[way],
                   1e6 * time.median, 1e6 * time.low, 1e6 * time.high, ratio.median, ratio.low,
                   ratio.high);
    }
    furrow_queue_free(bed->queue);
    close(bed->pipe[0]);
    close(bed->pipe[1]);
    munmap(bed, sizeof *bed);
    return status;
}

int wake(void)
{
    struct bed *bed = new_bed();
    pthread_t thread;
    must(pthread_create(&thread, NULL, sleeper_on_thread, bed) == 0, "thread");
    send_all(bed);
    pthread_join(thread, NULL);
    int status = print_and_free("a thread", bed);
    if (status)
        return status;

    bed = new_bed();
    furrow_process *process;
    const furrow_process_options options = {.target = sleeper, .context = bed};
    must(furrow_process_new(&process, &options) == 0, "process");
    must(furrow_process_start(process) == 0, "start");
    send_all(bed);
    furrow_process_join(process, FURROW_FOREVER);
    furrow_process_free(process);
    return print_and_free("a process", bed);
}
