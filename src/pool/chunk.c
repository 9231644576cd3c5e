#include <stdint.h>
#include <stdio.h>

#include <furrow/clock.h>

#include "job.h"
#include "stress.h"
#include "trace.h"

static void lock(furrow__pool_job *job)
{
    if (job->pool)
        furrow__pool_lock(job->pool);
}

static void unlock(furrow__pool_job *job)
{
    if (job->pool)
        furrow__pool_unlock(job->pool);
}

static void stop(furrow__pool_job *job, size_t item)
{
    size_t at = atomic_load(&job->stop_at);
    while (item < at && !atomic_compare_exchange_weak(&job->stop_at, &at, item))
        ;
}

void furrow__pool_job_fail(furrow__pool_job *job, size_t item, int status, bool stops)
{
    if (stops)
        stop(job, item);
    lock(job);
    if (item < job->failed_at) {
        job->failed_at = item;
        job->status = status;
    }
    unlock(job);
}

static size_t planned_size(const furrow__pool_job *job, size_t left, size_t last)
{
    if (job->alone)
        return last ? left : 1;
    double pace =
        (double)atomic_load_explicit(&((furrow__pool_job *)job)->pace, memory_order_relaxed);
    return furrow__pace(left, job->workers, 1e-12 * pace, last);
}

/* While nobody else can be inside, without the cost of an atomic operation. */
static bool take(furrow__pool_job *job, size_t *next, size_t end)
{
    if (job->shared)
        return atomic_compare_exchange_weak_explicit(&job->next, next, end, memory_order_relaxed,
                                                     memory_order_relaxed);
    atomic_store_explicit(&job->next, end, memory_order_relaxed);
    return true;
}

bool furrow__chunk_next(furrow__pool_job *job, size_t *begin, size_t *size)
{
    size_t next = atomic_load_explicit(&job->next, memory_order_relaxed);
    size_t last = *size;
    do {
        if (next >= job->n || next > atomic_load(&job->stop_at))
            return false;
        if (furrow_cancel_requested(&job->cancel)) {
            furrow__pool_job_fail(job, next, FURROW_ECANCELED, true);
            return false;
        }
        size_t left = job->n - next;
        size_t chunk = job->options->chunk;
        *size = chunk ? (chunk < left ? chunk : left) : planned_size(job, left, last);
        furrow__stress_point();
    } while (!take(job, &next, next + *size));
    *begin = next;
    if (job->shared && next + *size == job->n)
        furrow__pool_job_close(job); /* now, when others are busy */
    return true;
}

static void set_statuses(furrow__pool_job *job, size_t begin, size_t end, int status)
{
    int *statuses = job->options->statuses;
    for (size_t i = begin; statuses && i < end; i++)
        statuses[i] = status;
}

/* An item's function has failed. */
static void fail_item(furrow__pool_job *job, size_t item, int status)
{
    const furrow_map_options *options = job->options;
    furrow__pool_job_fail(job, item, status, !options->collect);
    atomic_fetch_add(&job->failed, 1);
    if (!options->collect || !options->faults)
        return;
    furrow_error fault = {.code = status, .item = options->first + item};
    snprintf(fault.text, sizeof fault.text, "%s", furrow_status_text(status));
    if (furrow_faults_add(options->faults, &fault))
        furrow__pool_job_fail(job, item, FURROW_ENOMEM, true);
}

/* The one place where a function becomes a body: between two items it looks whether one below has
 * failed and, where a chunk may take long, whether the call is cancelled. */
static void run_function(furrow__pool_job *job, size_t begin, size_t end)
{
    const furrow_map_options *options = job->options;
    const furrow_function function = job->function;
    void *context = job->context;
    const size_t item_size = options->items ? options->item_size : 0;
    const size_t result_size = options->results ? options->result_size : 0;
    const bool asked = options->chunk > 1;
    uintptr_t item = (uintptr_t)options->items + begin * item_size;
    uintptr_t result = (uintptr_t)options->results + begin * result_size;
    int *statuses = options->statuses;
    size_t i = begin;
    for (; i < end; i++, item += item_size, result += result_size) {
        if (i > atomic_load_explicit(&job->stop_at, memory_order_relaxed))
            break;
        if (asked && i > begin && furrow_cancel_requested(&job->cancel)) {
            furrow__pool_job_fail(job, i, FURROW_ECANCELED, true);
            break;
        }
        int status = function((void *)result, (const void *)item, context);
        if (statuses)
            statuses[i] = status;
        if (status)
            fail_item(job, i, status);
    }
    set_statuses(job, i, end, FURROW_ECANCELED);
}

static void run_body(furrow__pool_job *job, size_t begin, size_t end, int worker)
{
    const furrow_map_options *options = job->options;
    furrow_range range = {
        .begin = options->first + begin,
        .end = options->first + end,
        .worker = worker,
        .result_size = options->result_size,
        .scratch = job->pool ? job->pool->seats[worker].scratch : job->scratch,
        .faults = options->faults,
        .cancel = &job->cancel,
    };
    if (options->results)
        range.results = (char *)options->results + begin * options->result_size;
    if (options->items) {
        range.items = (const char *)options->items + begin * options->item_size;
        range.item_size = options->item_size;
    }
    int status = job->body(&range, job->context);
    if (status == FURROW_OK && options->finished)
        status = options->finished(range.begin, range.end, options->finished_context);
    set_statuses(job, begin, end, status);
    if (status == FURROW_OK)
        return;
    atomic_fetch_add(&job->failed, end - begin);
    furrow__pool_job_fail(job, begin, status, !options->collect);
}

static void run(furrow__pool_job *job, size_t begin, size_t end, int worker)
{
    if (job->body)
        run_body(job, begin, end, worker);
    else
        run_function(job, begin, end);
}

static void run_traced(furrow__pool_job *job, size_t begin, size_t end, int worker)
{
    size_t first = job->options->first;
    furrow_span span = {.begin = first + begin, .end = first + end, .worker = worker};
    span.start = furrow_clock_wall();
    double cpu = furrow_clock_thread_cpu();
    run(job, begin, end, worker);
    span.cpu = furrow_clock_thread_cpu() - cpu;
    span.stop = furrow_clock_wall();
    furrow__trace_add(job->options->trace, &span);
}

void furrow__chunk_run(furrow__pool_job *job, size_t begin, size_t end, int worker)
{
    if (job->options->trace)
        run_traced(job, begin, end, worker);
    else
        run(job, begin, end, worker);
    if (job->options->progress)
        furrow__pool_job_report(job, end - begin);
}

static void tell(furrow__pool_job *job, bool ended)
{
    furrow_progress progress = {
        .done = atomic_load(&job->done),
        .failed = atomic_load(&job->failed),
        .total = job->n,
        .ended = ended,
    };
    if (progress.done > job->reported || ended)
        job->options->progress(&progress, job->options->progress_context);
    job->reported = progress.done;
}

/* Who finds another at it leaves it to him, or to who comes next. */
void furrow__pool_job_report(furrow__pool_job *job, size_t count)
{
    atomic_fetch_add(&job->done, count);
    if (atomic_flag_test_and_set(&job->reporting))
        return;
    tell(job, false);
    atomic_flag_clear(&job->reporting);
}

/* The slots of items that furrow_fail named. */
static void set_faults(furrow__pool_job *job)
{
    const furrow_map_options *options = job->options;
    furrow_error fault;
    for (size_t i = 0; furrow_faults_at(options->faults, i, &fault); i++)
        if (fault.item >= options->first && fault.item - options->first < job->n)
            options->statuses[fault.item - options->first] = fault.code;
}

void furrow__pool_job_settle(furrow__pool_job *job)
{
    const furrow_map_options *options = job->options;
    set_statuses(job, atomic_load(&job->next), job->n, FURROW_ECANCELED);
    if (options->statuses && options->faults && job->body)
        set_faults(job);
    if (options->progress)
        tell(job, true);
}

void furrow__pool_job_refuse(furrow__pool_job *job)
{
    set_statuses(job, 0, job->n, FURROW_ECANCELED);
}
