#include "backend.h"

#include <furrow/cpu.h>

#include "job.h"
#include "team.h"

static furrow_pool *pool_or_own(furrow_pool *pool)
{
    return pool ? pool : furrow__pool_of_process();
}

bool furrow__backend_pool_runs(const furrow_plan *plan, const furrow_pool *pool)
{
    bool may_be_more =
        plan->backend == FURROW_BACKEND_SERIAL &&
        (plan->reason.cause == FURROW_CAUSE_SMALL || plan->reason.cause == FURROW_CAUSE_LOSS ||
         plan->reason.cause == FURROW_CAUSE_UNKNOWN);
    return plan->backend == FURROW_BACKEND_POOL || may_be_more ||
           (pool && plan->backend != FURROW_BACKEND_SERIAL);
}

furrow_history *furrow__backend_pool_history(furrow_pool *pool, const furrow__loop *loop)
{
    furrow_pool *own = pool_or_own(pool);
    return own ? furrow__histories_of(&own->histories, (uintptr_t)loop->body, loop->n) : NULL;
}

furrow_readiness furrow__backend_pool_readiness(furrow_pool *pool)
{
    furrow_pool *own = pool_or_own(pool);
    return own ? furrow__pool_readiness(own) : FURROW_READY_ASLEEP;
}

/* The most threads that the process's pool may give to this loop. Where the items are not known,
 * that is enough for items that block. */
static int limit_of(const furrow_plan *plan, size_t n)
{
    int limit = furrow_cpu_thread_limit();
    int most = plan->reason.cause == FURROW_CAUSE_REQUEST ? plan->threads : FURROW_PLAN_MAX_THREADS;
    if (most < plan->threads)
        most = plan->threads;
    if (limit > 0 && most > limit)
        most = limit;
    if (n < (size_t)most)
        most = n > 0 ? (int)n : 1;
    return most;
}

static void limit_threads(furrow__pool_job *job, const furrow_plan *plan)
{
    furrow_pool *pool = job->pool;
    int most = 64 * FURROW__NUMBER_WORDS;
    job->limit = limit_of(plan, job->loop->n);
    if (job->limit > most)
        job->limit = most;
    job->expected = plan->threads < job->limit ? plan->threads : job->limit;
    if (plan->backend == FURROW_BACKEND_SERIAL)
        job->expected = pool->cpus < job->limit ? pool->cpus : job->limit;
    furrow__pool_job_allow(job, job->expected, job->expected > pool->cpus);
}

/* The plan becomes what has run, rather than what was planned. */
static void report_what_ran(furrow_plan *plan, const furrow__pool_job *job)
{
    int max_inside = atomic_load_explicit(&job->max_inside, memory_order_relaxed);
    bool asked = plan->reason.cause == FURROW_CAUSE_REQUEST;
    if (!job->pool->of_process)
        plan->reason.cause = FURROW_CAUSE_POOL;
    if (plan->backend == FURROW_BACKEND_SERIAL && max_inside > 1) { /* it was longer than planned */
        plan->backend = FURROW_BACKEND_POOL;
        plan->schedule = FURROW_SCHEDULE_ADAPTIVE;
        plan->reason.cause = FURROW_CAUSE_UNKNOWN;
    }
    if (!asked)
        plan->threads = max_inside;
}

int furrow__backend_pool(furrow__loop *loop, furrow_plan *plan)
{
    furrow_pool *pool = pool_or_own(loop->pool);
    if (!pool) { /* no memory, so no threads */
        int status = furrow__loop_reserve(loop, 1);
        return status ? status : furrow__backend_serial(loop, plan);
    }
    furrow__pool_job job;
    furrow__pool_job_init(&job, pool, loop);
    if (pool->of_process)
        limit_threads(&job, plan);
    loop->chunk = plan->chunk ? plan->chunk : plan->backend == FURROW_BACKEND_POOL && job.waits;
    job.sharing = plan->reason.sharing;
    job.history = loop->history;
    int status = furrow__pool_job_run(&job);
    if (pool->of_process)
        furrow__pool_job_allow(&job, 0, false);
    if (status == FURROW_OK)
        report_what_ran(plan, &job);
    return status;
}
