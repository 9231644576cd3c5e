#include <furrow/parallel.h>

#include <stdbool.h>
#include <stdint.h>

#include <furrow/clock.h>
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

/* What is asked for: by the caller, by the place of the call, by OMP_SCHEDULE. */
struct request {
    furrow_plan plan;
    furrow_cause cause; /* of a serial loop that nobody asked for; or FURROW_CAUSE_NONE */
};

static struct request request_of(const furrow_parallel_options *options)
{
    struct request request = {.plan = options->plan};
    furrow_plan *plan = &request.plan;
    bool valid = (unsigned)plan->backend <= FURROW_BACKEND_TASKLOOP;
    if (!valid || plan->backend == FURROW_BACKEND_SERIAL)
        return request;
    if (must_be_serial()) {
        plan->backend = FURROW_BACKEND_SERIAL;
        request.cause = FURROW__OPENMP ? FURROW_CAUSE_NESTED : FURROW_CAUSE_NO_OPENMP;
    } else if (plan->backend != FURROW_BACKEND_TASKLOOP && plan->chunk == 0 &&
               plan->schedule == FURROW_SCHEDULE_AUTO) {
        plan->schedule = furrow_cpu_schedule(&plan->chunk);
        plan->grounds.environment = plan->schedule != FURROW_SCHEDULE_AUTO;
    }
    return request;
}

static furrow_plan_facts facts_of(const furrow__job *job, const furrow_plan *request)
{
    furrow_plan_facts facts = job->options->facts;
    facts.items = job->items;
    bool serial = request->backend == FURROW_BACKEND_SERIAL;
    if (facts.cpus == 0 && !serial)
        facts.cpus = furrow_cpu_count();
    if (facts.thread_limit == 0 && !serial)
        facts.thread_limit = furrow_cpu_thread_limit();
    return facts;
}

/* The plan for the job, and from which item on; what the pilot took is added to the job's usage. */
static int make_plan(furrow_plan *plan, size_t *begin, furrow__job *job,
                     const struct request *request)
{
    furrow_site *site = job->options->site;
    furrow_plan_facts facts = facts_of(job, &request->plan);
    *begin = job->first;
    if (site) {
        const furrow_plan *known =
            furrow_site_plan(site, &request->plan, job->first, job->items, facts.cpus);
        if (known) {
            *plan = *known;
            return FURROW_OK;
        }
        furrow_site_recall(site, job->first, &facts);
        facts.traced = job->spans != NULL;
    }
    if (furrow_plan_needs_pilot(&request->plan, &facts)) {
        furrow_usage recent;
        *begin = furrow__pilot(job, &facts, &job->usage, &recent);
        facts.items -= *begin - job->first;
        facts.usage = furrow_plan_expect(&job->usage, &recent, facts.items);
    }
    int status = furrow_plan_choose(plan, &request->plan, &facts);
    if (request->cause)
        plan->grounds.cause = request->cause;
    return status;
}

static int run_planned(furrow__job *job, size_t begin, const furrow_plan *plan)
{
    if (plan->backend == FURROW_BACKEND_SERIAL) {
        furrow__serial(job, begin, plan);
        return furrow__job_status(job);
    }
    int status = furrow__job_cut(job, begin, plan);
    if (status)
        return status;
    while (furrow__job_next_turn(job, plan->threads))
        backends[plan->backend](job, plan);
    return furrow__job_status(job);
}

static int run(furrow__job *job, furrow_plan *plan, const struct request *request)
{
    size_t begin = 0;
    int status = reserve(job->options, 1);
    if (status == FURROW_OK)
        status = make_plan(plan, &begin, job, request);
    if (status == FURROW_OK)
        status = reserve(job->options, plan->threads);
    return status ? status : run_planned(job, begin, plan);
}

/* As run, for a site: timed, traced if it wants that, and remembered. */
static int run_at_site(furrow__job *job, furrow_plan *plan, const struct request *request)
{
    furrow_site *site = job->options->site;
    furrow_site_call call = {.first = job->first, .items = job->items, .request = request->plan};
    bool traced = furrow_site_wants_trace(site, job->first, job->items);
    bool timed = traced || furrow_site_wants_time(site);
    double start = timed ? furrow_clock_wall() : 0;
    if (traced)
        furrow__job_record(job);
    int status = run(job, plan, request);
    if (status)
        return status;
    call.plan = *plan;
    call.wall = timed ? furrow_clock_wall() - start : 0;
    if (job->metered) {
        call.usage = job->usage;
        call.usage.items = call.items;
    }
    call.spans = job->spans;
    call.span_count = job->span_count + job->dealt;
    furrow_site_learn(site, &call);
    return FURROW_OK;
}

int furrow_parallel_for(const furrow_parallel_options *options, size_t n, furrow_body body,
                        const void *context)
{
    static const furrow_parallel_options defaults = {0};
    if (!options)
        options = &defaults;
    furrow_plan plan = {0};
    size_t few_ends[FURROW__FEW_ENDS];
    furrow__job job = furrow__job_of(options, n, body, context);
    job.few_ends = few_ends;
    int status = FURROW_EINVAL;
    if (body && n <= SIZE_MAX - options->first) {
        struct request request = request_of(options);
        status = options->site ? run_at_site(&job, &plan, &request) : run(&job, &plan, &request);
    }
    furrow__job_clear(&job);
    if (options->outcome) {
        job.usage.items = status ? 0 : n;
        *options->outcome = (furrow_parallel_outcome){.plan = plan, .usage = job.usage};
    }
    return status;
}
