#include "window.h"

#include <stdint.h>
#include <stdlib.h>

#include <furrow/clock.h>

#include "base/align.h"
#include "feed.h"

/* The results of one window: see run.h. */
static const size_t max_result_bytes = (size_t)32 << 20;
/* Output is flushed this often: slow items appear soon, quick ones are written many at once. */
static const double flush_interval = 0.1;

int furrow__window_init(furrow__window *window, const furrow_kernel *kernel, void *state,
                        size_t result_size, furrow__recorder *recorder)
{
    *window = (furrow__window){
        .kernel = kernel,
        .state = state,
        .result_size = result_size,
        .max_bytes = max_result_bytes,
        .recorder = recorder,
    };
    recorder->result_size = window->result_size;
    pthread_mutex_init(&window->lock, NULL);
    return furrow_faults_new(&window->faults);
}

void furrow__window_clear(furrow__window *window)
{
    furrow_faults_free(window->faults);
    free(window->results);
    free(window->identities);
    furrow__reorder_clear(&window->reorder);
    pthread_mutex_destroy(&window->lock);
}

bool furrow__window_streams(const furrow__window *window)
{
    return !(window->kernel->flags & FURROW_KERNEL_ITERATES);
}

/* Whether finished items are handed on while others run, and anything takes them. */
static bool streams(const furrow__window *window)
{
    bool wanted =
        window->kernel->combine || window->format || window->bytes || window->recorder->journal;
    return wanted && furrow__window_streams(window);
}

size_t furrow__window_max_items(const furrow__window *window)
{
    size_t each = window->result_size;
    each += window->recorder->journal ? sizeof *window->identities : 0;
    if (each == 0)
        return SIZE_MAX;
    size_t most = window->max_bytes / each;
    return most ? most : 1;
}

/* Identities are zero where items have none. */
static int reserve_identities(furrow__window *window, size_t count)
{
    if (!window->recorder->journal || count <= window->identities_capacity)
        return FURROW_OK;
    free(window->identities);
    window->identities = calloc(count, sizeof *window->identities);
    window->identities_capacity = window->identities ? count : 0;
    return window->identities ? FURROW_OK : FURROW_ENOMEM;
}

int furrow__window_open(furrow__window *window, size_t first, size_t count)
{
    window->first = window->finished = window->handed = window->emitted = window->replayed = first;
    window->count = count;
    window->handing = false;
    window->reorder.count = 0;
    if (window->result_size != 0 && count > SIZE_MAX / window->result_size)
        return FURROW_ENOMEM;
    int status = reserve_identities(window, count);
    size_t bytes = count * window->result_size;
    if (status || bytes <= window->results_capacity)
        return status;
    free(window->results); /* not realloc: the contents are not needed */
    window->results = furrow__aligned_new(bytes);
    window->results_capacity = window->results ? bytes : 0;
    return window->results ? FURROW_OK : FURROW_ENOMEM;
}

static furrow_batch batch_of(furrow__window *window, size_t begin, size_t end)
{
    const furrow_item *items = window->feed ? furrow__feed_items(window->feed) : NULL;
    return (furrow_batch){
        .begin = begin,
        .end = end,
        .items = items ? items + (begin - window->first) : NULL,
        .results = window->result_size
                       ? window->results + (begin - window->first) * window->result_size
                       : NULL,
        .result_size = window->result_size,
        .faults = window->faults,
        .error = &window->error,
    };
}

furrow_batch furrow__window_batch(furrow__window *window)
{
    return batch_of(window, window->first, window->first + window->count);
}

static int flush(furrow__window *window)
{
    double now = furrow_clock_wall();
    if (now - window->flushed_at < flush_interval)
        return FURROW_OK;
    window->flushed_at = now;
    return furrow_writer_flush(window->writer);
}

/* Writes finished items to the journal, before they are combined and emitted. */
static int record(const furrow__window *window, const furrow_batch *batch)
{
    size_t begin = batch->begin > window->replayed ? batch->begin : window->replayed;
    if (!window->recorder->journal || begin >= batch->end)
        return FURROW_OK;
    furrow_batch rest = *batch;
    rest.begin = begin;
    if (batch->results)
        rest.results = furrow_batch_slot(batch, begin);
    return furrow__recorder_append(window->recorder, &rest,
                                   window->identities + (begin - window->first));
}

static int emit(const furrow__window *window, const furrow_batch *batch)
{
    int status = FURROW_OK;
    for (size_t i = batch->begin; i < batch->end && !status; i++) {
        furrow_error fault;
        const furrow_record record = {
            .number = i,
            .item = furrow_batch_item(batch, i),
            .result = batch->results ? furrow_batch_slot(batch, i) : NULL,
            .fault = furrow_faults_find(batch->faults, i, &fault) ? &fault : NULL,
        };
        status = window->format->emit(window->state, &record, window->writer);
    }
    return status;
}

static int hand_on(furrow__window *window, size_t begin, size_t end)
{
    const furrow_kernel *kernel = window->kernel;
    if (window->bytes)
        return furrow__bytes_hand_on(window->bytes, end);
    furrow_batch batch = batch_of(window, begin, end);
    int status = record(window, &batch);
    if (status == FURROW_OK && kernel->combine)
        status = kernel->combine(window->state, &batch);
    if (status || !window->format)
        return status;
    status = emit(window, &batch);
    return status ? status : flush(window);
}

/* Adds a finished range to the finished prefix, and the ranges that follow it. Under the lock. */
static int extend(furrow__window *window, size_t begin, size_t end)
{
    const furrow__reorder_range range = {.begin = begin, .end = end};
    if (begin != window->finished)
        return furrow__reorder_push(&window->reorder, &range);
    window->finished = end;
    while (furrow__reorder_take(&window->reorder, window->finished, &end))
        window->finished = end;
    return FURROW_OK;
}

/* Hands on the finished prefix, and what is added to it meanwhile. Under the lock, which is
 * released during the work. */
static int hand_on_prefix(furrow__window *window)
{
    int status = FURROW_OK;
    window->handing = true;
    while (status == FURROW_OK && window->finished > window->handed) {
        size_t from = window->handed;
        size_t to = window->handed = window->finished;
        pthread_mutex_unlock(&window->lock);
        status = hand_on(window, from, to);
        pthread_mutex_lock(&window->lock);
        if (status == FURROW_OK)
            window->emitted = to;
    }
    window->handing = status != FURROW_OK; /* after a failure no worker goes on */
    return status;
}

/* Hands on a range, or leaves it to the worker that is handing on, so that no worker waits for the
 * writer. Under the lock, which is released during the work. */
static int hand_on_next(furrow__window *window, size_t begin, size_t end)
{
    furrow__reorder_range next = {.begin = begin, .end = end};
    int status = furrow__reorder_push(&window->reorder, &next);
    if (window->handing)
        return status;
    window->handing = true;
    while (status == FURROW_OK && furrow__reorder_pop(&window->reorder, &next)) {
        pthread_mutex_unlock(&window->lock);
        status = hand_on(window, next.begin, next.end);
        pthread_mutex_lock(&window->lock);
        if (status == FURROW_OK)
            window->emitted += next.end - next.begin;
    }
    window->handing = status != FURROW_OK; /* after a failure no worker goes on */
    return status;
}

int furrow__window_finished(size_t begin, size_t end, void *context)
{
    furrow__window *window = context;
    if (!streams(window))
        return FURROW_OK;
    pthread_mutex_lock(&window->lock);
    int status = window->unordered ? hand_on_next(window, begin, end) : extend(window, begin, end);
    if (status == FURROW_OK && !window->unordered && !window->handing)
        status = hand_on_prefix(window);
    pthread_mutex_unlock(&window->lock);
    return status;
}

int furrow__window_close(furrow__window *window)
{
    if (streams(window))
        return FURROW_OK;
    return hand_on(window, window->first, window->first + window->count);
}

size_t furrow__window_emitted(const furrow__window *window)
{
    const size_t written = window->bytes ? window->bytes->written : 0;
    return written > window->emitted ? written : window->emitted;
}

int furrow__window_close_before(furrow__window *window, size_t end)
{
    size_t begin = streams(window) ? window->handed : window->first;
    return begin < end ? hand_on(window, begin, end) : FURROW_OK;
}
