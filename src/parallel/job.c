#include "job.h"

#include <stdint.h>
#include <stdlib.h>

#include <furrow/clock.h>

#include "trace.h"
#include "workers.h"

/* Of one turn: a region each is far below 1 % of what handing out so many costs. */
static const size_t most_chunks = 65536;

/* What a site's trace may hold: chunks beyond are far below its resolution. */
static const size_t most_spans = 2048;

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

/* The pieces of a guided schedule, of which the first `room` are written down; returns how many
 * there are. */
static size_t cut_guided(size_t *ends, size_t room, size_t items, size_t chunk, int threads)
{
    size_t count = 0;
    for (size_t end = 0; end < items; count++) {
        end += furrow_schedule_share(items - end, threads, chunk);
        if (count < room)
            ends[count] = end;
    }
    return count;
}

static int cut_pieces(furrow__job *job, const furrow_plan *plan)
{
    job->ends = job->few_ends;
    job->chunks = cut_guided(job->ends, FURROW__FEW_ENDS, job->items, plan->chunk, plan->threads);
    if (job->chunks <= FURROW__FEW_ENDS)
        return FURROW_OK;
    job->ends = malloc(job->chunks * sizeof *job->ends);
    if (!job->ends)
        return FURROW_ENOMEM;
    cut_guided(job->ends, job->chunks, job->items, plan->chunk, plan->threads);
    return FURROW_OK;
}

/* A site can use a whole trace, or none. */
static void forget_spans(furrow__job *job)
{
    free(job->spans);
    job->spans = NULL;
}

int furrow__job_cut(furrow__job *job, size_t begin, const furrow_plan *plan)
{
    job->items -= begin - job->first;
    job->first = begin;
    job->chunk = plan->chunk;
    size_t threads = (size_t)plan->threads;
    int status = FURROW_OK;
    if (plan->schedule == FURROW_SCHEDULE_GUIDED && plan->backend == FURROW_BACKEND_FOR)
        status = cut_pieces(job, plan);
    else if (job->chunk == 0)
        job->chunks = job->items < threads ? job->items : threads;
    else
        job->chunks = job->items / job->chunk + (job->items % job->chunk != 0);
    if (job->chunks > job->span_capacity - job->span_count)
        forget_spans(job);
    return status;
}

void furrow__job_record(furrow__job *job)
{
    job->spans = malloc(most_spans * sizeof *job->spans);
    job->span_capacity = job->spans ? most_spans : 0;
    job->metered = true; /* the profile is of wall time; how much of it waited is told beside it */
}

void furrow__job_clear(furrow__job *job)
{
    free(job->spans);
    if (job->ends != job->few_ends)
        free(job->ends);
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
        .result_size = options->result_size,
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

/* Runs a range unless nothing above some item below it should start. */
static void run_range(furrow__job *job, size_t begin, size_t end, int worker)
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

static void run_recorded(furrow__job *job, furrow_span *span, size_t begin, size_t end, int worker)
{
    double start = furrow_clock_wall();
    run_range(job, begin, end, worker);
    *span = (furrow_span){begin, end, worker, start, furrow_clock_wall(), 0};
}

void furrow__job_range(furrow__job *job, size_t begin, size_t end)
{
    if (job->spans && job->span_count == job->span_capacity)
        forget_spans(job);
    if (job->spans)
        run_recorded(job, &job->spans[job->span_count++], begin, end, 0);
    else
        run_range(job, begin, end, 0);
}

/* The items of chunk `index`, from job->first. */
static void bounds_of(size_t *begin, size_t *end, const furrow__job *job, size_t index)
{
    if (job->ends) {
        *begin = index > 0 ? job->ends[index - 1] : 0;
        *end = job->ends[index];
    } else if (job->chunk == 0) {
        size_t whole = job->items / job->chunks;
        size_t rest = job->items % job->chunks;
        *begin = index * whole + smaller(index, rest);
        *end = *begin + whole + (index < rest);
    } else {
        *begin = index * job->chunk;
        *end = *begin + smaller(job->chunk, job->items - *begin);
    }
}

void furrow__job_chunk(furrow__job *job, size_t index, int worker)
{
    size_t begin, end;
    index += job->dealt;
    bounds_of(&begin, &end, job, index);
    begin += job->first;
    end += job->first;
    if (job->spans)
        run_recorded(job, &job->spans[job->span_count + index], begin, end, worker);
    else
        run_range(job, begin, end, worker);
}

bool furrow__job_stopped(const furrow__job *job)
{
    return atomic_load(&job->stop_at) != SIZE_MAX;
}

int furrow__job_status(const furrow__job *job)
{
    return job->status;
}
