#include "direct.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <furrow/clock.h>

#include "bar.h"
#include "driver.h"
#include "prefix.h"
#include "signals.h"

/* A part: small enough to be written from the second level cache in which it was made. */
static const uint64_t part_size = (uint64_t)256 << 10;
/* Making is so much quicker than writing that more threads only wait for one another. */
static const int most_ordered = 3;

struct buffer {
    char *bytes;
    size_t capacity;
};

/* A document while it is written, in parts of equal numbers of items. */
struct writing {
    const furrow_document *document;
    void *state;
    struct output *output;
    size_t items, parts, part_items;
    uint64_t size, start; /* start: where in the output it begins */
    bool anywhere;        /* at exact offsets, else in order */
    bool checks;
    struct buffer *buffers; /* one a thread */

    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t turn;
    struct prefix prefix; /* parts that are written */
    bool failed;
    furrow_progress progress; /* in items */
    furrow_bar *bar;
    furrow_error error; /* the first */
};

static size_t item_of(const struct writing *writing, size_t part)
{
    return part < writing->parts ? part * writing->part_items : writing->items;
}

static int reserve(struct buffer *buffer, size_t size)
{
    if (size <= buffer->capacity)
        return FURROW_OK;
    free(buffer->bytes);
    buffer->capacity = 0;
    buffer->bytes = malloc(size + size / 8);
    if (!buffer->bytes)
        return FURROW_ENOMEM;
    buffer->capacity = size + size / 8;
    return FURROW_OK;
}

/* Part `part`, which lies at [*offset, *offset + *size). */
static int make(const struct writing *writing, struct buffer *buffer, size_t part, uint64_t *offset,
                size_t *size, furrow_error *error)
{
    const furrow_document *document = writing->document;
    size_t begin = item_of(writing, part), end = item_of(writing, part + 1);
    uint64_t behind;
    int status = document->offset(offset, writing->state, begin);
    if (status == FURROW_OK)
        status = document->offset(&behind, writing->state, end);
    if (status)
        return status;
    if (writing->items == 0) /* all there is stands before the items */
        *offset = 0;
    *size = (size_t)(behind - *offset);
    status = reserve(buffer, *size + 1);
    if (status == FURROW_OK)
        status = document->write(buffer->bytes, writing->state, begin, end);
    if (status == FURROW_OK && writing->checks)
        status = document->check(buffer->bytes, writing->state, begin, end, error);
    return status;
}

/* Waits until all parts before this one are written; FURROW_ECANCELED when they will not be. The
 * thread that was to write one may never have begun, so a wish to stop is looked for. */
static int wait_for_turn(struct writing *writing, size_t part, const furrow_cancel *cancel)
{
    int status = FURROW_OK;
    pthread_mutex_lock(&writing->lock);
    while (writing->prefix.finished != part && !status) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += 50000000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&writing->turn, &writing->lock, &until);
        if (writing->failed || furrow_cancel_requested(cancel))
            status = FURROW_ECANCELED;
    }
    pthread_mutex_unlock(&writing->lock);
    return status;
}

static int deliver(struct writing *writing, const char *bytes, size_t size, uint64_t offset,
                   size_t part, const furrow_cancel *cancel, furrow_error *error)
{
    struct output *output = writing->output;
    int status = writing->anywhere ? FURROW_OK : wait_for_turn(writing, part, cancel);
    if (status)
        return status;
    if (writing->anywhere)
        return output_write_at(output, bytes, size, writing->start + offset, error);
    status = output_write(output, bytes, size);
    if (status)
        *error = output->error;
    return status;
}

/* Says that a part is written, or that it will not be. */
static int conclude(struct writing *writing, size_t part, int status, const furrow_error *error)
{
    pthread_mutex_lock(&writing->lock);
    if (status == FURROW_OK)
        status = prefix_add(&writing->prefix, part);
    if (status && status != FURROW_ECANCELED && error->text[0] && !writing->failed)
        writing->error = *error;
    writing->failed |= status != FURROW_OK;
    writing->progress.done += status ? 0 : item_of(writing, part + 1) - item_of(writing, part);
    if (writing->bar)
        furrow_bar_show(&writing->progress, writing->bar);
    pthread_cond_broadcast(&writing->turn);
    pthread_mutex_unlock(&writing->lock);
    return status;
}

static int write_part(const furrow_range *range, const void *context)
{
    struct writing *writing = (struct writing *)(uintptr_t)context;
    struct buffer *buffer = &writing->buffers[range->worker];
    int status = FURROW_OK;
    for (size_t part = range->begin; part < range->end && !status; part++) {
        furrow_error error = {0};
        uint64_t offset;
        size_t size = 0;
        status = make(writing, buffer, part, &offset, &size, &error);
        if (status == FURROW_OK)
            status = deliver(writing, buffer->bytes, size, offset, part, range->cancel, &error);
        status = conclude(writing, part, status, &error);
    }
    return status;
}

/* In order the parts go round the threads: part i is begun before part i+1 is. */
static int write_parts(struct writing *writing, const struct options *options,
                       furrow_parallel_outcome *done)
{
    int threads = options->plan.threads > 0 ? options->plan.threads : options->cpus.usable;
    /* In order one writes while others make; who reads a pipe needs a CPU too. */
    if (!writing->anywhere && !writing->checks && options->plan.threads == 0)
        threads = threads > most_ordered ? most_ordered : threads - 1;
    if (options->plan.backend == FURROW_BACKEND_SERIAL || threads < 1)
        threads = 1;
    if ((size_t)threads > writing->parts)
        threads = (int)writing->parts;
    furrow_parallel_options parallel = {
        .plan = {.threads = threads, .schedule = FURROW_SCHEDULE_DYNAMIC, .chunk = 1},
        .facts = {.cpus = options->cpus.usable, .thread_limit = options->cpus.thread_limit},
        .cancel = signals_cancel(),
        .outcome = done,
    };
    writing->buffers = calloc((size_t)threads, sizeof *writing->buffers);
    if (!writing->buffers)
        return FURROW_ENOMEM;
    int status = furrow_parallel_for(&parallel, writing->parts, write_part, writing);
    for (int i = 0; i < threads; i++)
        free(writing->buffers[i].bytes);
    free(writing->buffers);
    return status;
}

/* Leaves whole items, and says how to get the others. */
static void cut(struct writing *writing, const char *kernel)
{
    size_t items = item_of(writing, writing->prefix.finished);
    char text[128] = "";
    uint64_t size = 0;
    if (items > 0 && writing->document->offset(&size, writing->state, items))
        return;
    output_cut(writing->output, writing->start, size);
    if (writing->document->resume && items > 0)
        writing->document->resume(writing->state, items, text, sizeof text);
    if (text[0])
        fprintf(stderr, "furrow: %s: %zu of %zu items are written; the others: %s\n", kernel, items,
                writing->items, text);
}

static int run(struct writing *writing, struct session *session, furrow_run_outcome *outcome)
{
    const struct options *options = session->options;
    furrow_parallel_outcome done = {0};
    double start = furrow_clock_wall();
    pthread_mutex_init(&writing->lock, NULL);
    pthread_cond_init(&writing->turn, NULL);
    writing->progress.total = writing->items;
    writing->bar = bar_open(options);
    int status = write_parts(writing, options, &done);
    writing->progress.ended = true;
    if (writing->bar)
        furrow_bar_show(&writing->progress, writing->bar);
    furrow_bar_free(writing->bar);
    if (status && status != -EPIPE) {
        writing->error.code = status;
        talk_error(session->kernel->name, &writing->error);
        cut(writing, session->kernel->name);
    }
    *outcome = (furrow_run_outcome){.items = item_of(writing, writing->prefix.finished),
                                    .whole = status == FURROW_OK,
                                    .plan = {.threads = done.plan.threads,
                                             .backend = done.plan.backend,
                                             .schedule = done.plan.schedule,
                                             .chunk = done.plan.chunk},
                                    .usage = done.usage,
                                    .wall = furrow_clock_wall() - start};
    prefix_clear(&writing->prefix);
    pthread_cond_destroy(&writing->turn);
    pthread_mutex_destroy(&writing->lock);
    return driver_code(status);
}

/* Cuts the items into parts of about part_size. */
static void cut_parts(struct writing *writing)
{
    uint64_t parts = writing->size / part_size + 1;
    writing->part_items = writing->items > parts ? (size_t)(writing->items / parts) : 1;
    writing->parts = writing->items / writing->part_items +
                     (writing->items % writing->part_items != 0 || writing->items == 0);
}

int direct_run(struct session *session, furrow_run_outcome *outcome, struct output *output,
               uint64_t size, bool *checked)
{
    const struct options *options = session->options;
    const furrow_document *document = session->kernel->document;
    struct writing writing = {
        .document = document,
        .state = session->state,
        .output = output,
        .items = furrow_kernel_shape(session->kernel, session->state).items,
        .size = size,
        .start = output_position(output),
        .anywhere = output_at_any_place(output),
        .checks = *checked = options->verify && document->check,
    };
    cut_parts(&writing);
    return run(&writing, session, outcome);
}
