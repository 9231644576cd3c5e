#include "job.h"

#include <stdint.h>

#include <furrow/clock.h>

#include "trace.h"
#include "workers.h"

/* Of one turn: a region each is far below 1 % of what handing out so many costs. */
static const size_t most_chunks = 65536;

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

furrow__job furrow__job_of(const furrow_parallel_options *options, size_t n, furrow_body body,
                           const void *context)
{
    furrow__job job = {
        .options = options,
        .body = body,
        .context = context,
        .first = options->first,
        .items = n,
        .stop_at = SIZE_MAX,
        .metered = options->outcome != NULL,
    };
    return job;
}

void furrow__job_cut(furrow__job *job, size_t begin, const furrow_plan *plan)
{
    job->items -= begin - job->first;
    job->first = begin;
    job->chunk = plan->chunk;
    size_t threads = (size_t)plan->threads;
    if (job->chunk == 0)
        job->chunks = job->items < threads ? job->items : threads;
    else
        job->chunks = job->items / job->chunk + (job->items % job->chunk != 0);
}

/* A multiple of the threads, so that static goes on dealing in turn. */
bool furrow__job_next_turn(furrow__job *job, int threads)
{
    size_t team = (size_t)threads;
    size_t most = most_chunks > team ? most_chunks - most_chunks % team : team;
    job->dealt += job->turn;
    job->turn = smaller(most, job->chunks - job->dealt);
    return job->turn > 0 && !furrow__job_stopped(job);
}

furrow__meter furrow__job_enter(const furrow__job *job)
{
    if (!job->metered)
        return (furrow__meter){0};
    return (furrow__meter){
        .waits = furrow_clock_thread_waits(),
        .cpu = furrow_clock_thread_cpu(),
        .wall = furrow_clock_wall(),
    };
}

void furrow__job_leave(furrow__job *job, const furrow__meter *meter)
{
    if (!job->metered)
        return;
    double wall = furrow_clock_wall() - meter->wall;
    double cpu = furrow_clock_thread_cpu() - meter->cpu;
    size_t waits = furrow_clock_thread_waits() - meter->waits;
#pragma omp critical(furrow_job)
    {
        job->usage.wall += wall;
        job->usage.cpu += cpu;
        job->usage.waits += waits;
    }
}

/* After this no range above `begin` starts. The lowest stop wins: what the serial loop returns. */
static void stop(furrow__job *job, size_t begin, int status)
{
#pragma omp critical(furrow_job)
    if (begin < atomic_load(&job->stop_at)) {
        job->status = status;
        atomic_store(&job->stop_at, begin);
    }
}

static int call_body(furrow__job *job, size_t begin, size_t end, int worker)
{
    const furrow_parallel_options *options = job->options;
    furrow_range range = {
        .begin = begin,
        .end = end,
        .worker = worker,
        .faults = options->faults,
        .cancel = options->cancel,
    };
    if (options->results)
        range.results = (char *)options->results + (begin - options->first) * options->result_size;
    int status = furrow__workers_scratch(&range.scratch, options->workers, worker);
    if (status == FURROW_OK)
        status = job->body(&range, job->context);
    if (status == FURROW_OK && options->finished)
        status = options->finished(begin, end, options->finished_context);
    return status;
}

static int call_body_traced(furrow__job *job, size_t begin, size_t end, int worker)
{
    furrow_span span = {.begin = begin, .end = end, .worker = worker};
    span.start = furrow_clock_wall();
    double cpu = furrow_clock_thread_cpu();
    int status = call_body(job, begin, end, worker);
    span.cpu = furrow_clock_thread_cpu() - cpu;
    span.stop = furrow_clock_wall();
    furrow__trace_add(job->options->trace, &span);
    return status;
}

void furrow__job_range(furrow__job *job, size_t begin, size_t end, int worker)
{
    if (begin > atomic_load_explicit(&job->stop_at, memory_order_relaxed))
        return;
    if (furrow_cancel_requested(job->options->cancel)) {
        stop(job, begin, FURROW_ECANCELED);
        return;
    }
    int status = job->options->trace ? call_body_traced(job, begin, end, worker)
                                     : call_body(job, begin, end, worker);
    if (status)
        stop(job, begin, status);
}

void furrow__job_chunk(furrow__job *job, size_t index, int worker)
{
    size_t begin, size;
    index += job->dealt;
    if (job->chunk == 0) {
        size_t whole = job->items / job->chunks;
        size_t rest = job->items % job->chunks;
        begin = index * whole + smaller(index, rest);
        size = whole + (index < rest);
    } else {
        begin = index * job->chunk;
        size = smaller(job->chunk, job->items - begin);
    }
    furrow__job_range(job, job->first + begin, job->first + begin + size, worker);
}

bool furrow__job_stopped(const furrow__job *job)
{
    return atomic_load(&job->stop_at) != SIZE_MAX;
}

int furrow__job_status(const furrow__job *job)
{
    return job->status;
}
