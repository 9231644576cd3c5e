#include "window.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/clock.h>

/* The results of one window; see run.h. */
static const size_t most_result_bytes = (size_t)32 << 20;
/* Slow items show within this time of being finished, quick ones are written many at once. */
static const double flush_interval = 0.1;

int furrow__window_init(furrow__window *window, const furrow_kernel *kernel, const void *state,
                        furrow_writer *writer)
{
    *window = (furrow__window){
        .kernel = kernel,
        .state = state,
        .writer = kernel->emit ? writer : NULL,
        .result_size = kernel->result_size ? kernel->result_size(state) : 0,
        .most_bytes = most_result_bytes,
    };
    pthread_mutex_init(&window->lock, NULL);
    return furrow_faults_new(&window->faults);
}

void furrow__window_clear(furrow__window *window)
{
    furrow_faults_free(window->faults);
    free(window->results);
    free(window->ends);
    pthread_mutex_destroy(&window->lock);
}

size_t furrow__window_most(const furrow__window *window)
{
    size_t of_item = window->result_size + (window->writer ? sizeof *window->ends : 0);
    if (of_item == 0)
        return SIZE_MAX;
    size_t most = window->most_bytes / of_item;
    return most ? most : 1;
}

/* Contents are not kept: a batch starts from nothing. */
static int reserve(void **memory, size_t *capacity, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return FURROW_ENOMEM;
    if (count * size <= *capacity)
        return FURROW_OK;
    free(*memory);
    *memory = malloc(count * size);
    *capacity = *memory ? count * size : 0;
    return *memory ? FURROW_OK : FURROW_ENOMEM;
}

/* Whether finished items are emitted while others run. */
static bool streams(const furrow__window *window)
{
    return window->writer && !window->kernel->combine;
}

int furrow__window_open(furrow__window *window, size_t first, size_t count)
{
    window->first = first;
    window->count = count;
    window->emitted = first;
    window->emitting = false;
    void *results = window->results;
    int status = reserve(&results, &window->results_capacity, count, window->result_size);
    window->results = results;
    if (status || !streams(window))
        return status;
    void *ends = window->ends;
    status = reserve(&ends, &window->ends_capacity, count, sizeof *window->ends);
    window->ends = ends;
    if (status == FURROW_OK)
        memset(window->ends, 0, count * sizeof *window->ends);
    return status;
}

furrow_batch furrow__window_batch(const furrow__window *window, size_t begin, size_t end)
{
    return (furrow_batch){
        .begin = begin,
        .end = end,
        .results = window->result_size
                       ? window->results + (begin - window->first) * window->result_size
                       : NULL,
        .result_size = window->result_size,
        .faults = window->faults,
    };
}

static int emit(furrow__window *window, size_t begin, size_t end)
{
    furrow_batch batch = furrow__window_batch(window, begin, end);
    int status = window->kernel->emit(window->state, &batch, window->writer);
    if (status)
        return status;
    double now = furrow_clock_wall();
    if (now - window->flushed_at < flush_interval)
        return FURROW_OK;
    window->flushed_at = now;
    return furrow_writer_flush(window->writer);
}

/* Where the finished prefix ends now. Under the lock. */
static size_t finished_prefix(const furrow__window *window)
{
    size_t end = window->emitted;
    while (end < window->first + window->count && window->ends[end - window->first] != 0)
        end = window->ends[end - window->first];
    return end;
}

int furrow__window_finished(size_t begin, size_t end, void *context)
{
    furrow__window *window = context;
    if (!streams(window))
        return FURROW_OK;
    int status = FURROW_OK;
    pthread_mutex_lock(&window->lock);
    window->ends[begin - window->first] = end;
    if (!window->emitting) {
        window->emitting = true;
        size_t prefix;
        while (status == FURROW_OK && (prefix = finished_prefix(window)) > window->emitted) {
            size_t from = window->emitted;
            window->emitted = prefix;
            pthread_mutex_unlock(&window->lock);
            status = emit(window, from, prefix);
            pthread_mutex_lock(&window->lock);
        }
        window->emitting = status != FURROW_OK; /* after a failure nobody emits again */
    }
    pthread_mutex_unlock(&window->lock);
    return status;
}

int furrow__window_emit_all(furrow__window *window)
{
    if (!window->writer || streams(window))
        return FURROW_OK;
    return emit(window, window->first, window->first + window->count);
}
