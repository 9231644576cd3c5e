#include <furrow/parallel.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <furrow/cpu.h>

#include "backends.h"
#include "openmp.h"
#include "pilot.h"
#include "serial.h"
#include "trace.h"
#include "workers.h"

typedef void backend(furrow__job *job, const furrow_plan *plan);

static backend *const backends[] = {
    [FURROW_BACKEND_FOR] = furrow__backend_for,
    [FURROW_BACKEND_TASKLOOP] = furrow__backend_taskloop,
};

/* Room for what each worker has of its own, before any of them runs. */
static int reserve(const furrow_parallel_options *options, int threads)
{
    int status = furrow__trace_reserve(options->trace, (size_t)threads);
    return status ? status : furrow__workers_reserve(options->workers, (size_t)threads);
}

/* A region inside a region gets one thread: known before it is paid for. */
static bool must_be_serial(void)
{
    return omp_get_active_level() >= omp_get_max_active_levels();
}

/* The plan for the job, and from which item on; what the pilot took is added to the job's usage. */
static int make_plan(furrow_plan *plan, size_t *begin, furrow__job *job)
{
    const furrow_parallel_options *options = job->options;
    furrow_plan request = options->plan;
    furrow_plan_facts facts = options->facts;
    facts.items = job->items;
    bool inside = must_be_serial() && request.backend != FURROW_BACKEND_SERIAL;
    if (inside && (unsigned)request.backend <= FURROW_BACKEND_TASKLOOP)
        request.backend = FURROW_BACKEND_SERIAL;
    else if (facts.cpus == 0 && request.threads == 0)
        facts.cpus = furrow_cpu_count();
    if (facts.thread_limit == 0 && request.backend != FURROW_BACKEND_SERIAL)
        facts.thread_limit = furrow_cpu_thread_limit();
    *begin = job->first;
    if (furrow_plan_needs_pilot(&request, &facts)) {
        *begin = furrow__pilot(job, &job->usage, &facts.usage);
        facts.items -= *begin - job->first;
    }
    int status = furrow_plan_choose(plan, &request, &facts);
    if (inside)
        snprintf(plan->reason, sizeof plan->reason, "1 thread: %s",
                 FURROW__OPENMP ? "OpenMP nests no region here" : "built without OpenMP");
    return status;
}

static int run(furrow__job *job, furrow_plan *plan)
{
    size_t begin = 0;
    int status = reserve(job->options, 1);
    if (status == FURROW_OK)
        status = make_plan(plan, &begin, job);
    if (status == FURROW_OK)
        status = reserve(job->options, plan->threads);
    if (status)
        return status;
    if (plan->backend == FURROW_BACKEND_SERIAL) {
        furrow__serial(job, begin, job->options->plan.chunk);
        return furrow__job_status(job);
    }
    furrow__job_cut(job, begin, plan);
    while (furrow__job_next_turn(job, plan->threads))
        backends[plan->backend](job, plan);
    return furrow__job_status(job);
}

int furrow_parallel_for(const furrow_parallel_options *options, size_t n, furrow_body body,
                        const void *context)
{
    static const furrow_parallel_options defaults = {0};
    if (!options)
        options = &defaults;
    furrow_plan plan = {0};
    furrow__job job = furrow__job_of(options, n, body, context);
    bool possible = body && n <= SIZE_MAX - options->first;
    int status = possible ? run(&job, &plan) : FURROW_EINVAL;
    if (options->outcome) {
        job.usage.items = status ? 0 : n;
        *options->outcome = (furrow_parallel_outcome){.plan = plan, .usage = job.usage};
    }
    return status;
}
