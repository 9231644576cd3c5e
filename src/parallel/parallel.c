#include <furrow/parallel.h>

#include <stdint.h>

#include <furrow/clock.h>
#include <furrow/cpu.h>

#include "base/openmp.h"
#include "cpu/threads.h"
#include "loop/loop.h"
#include "plan/history.h"
#include "pool/backend.h"

/* ---- the backends ---- */

struct backend {
    const char *name;
    bool is_openmp;                                    /* it opens a parallel region */
    int (*run)(furrow__loop *loop, furrow_plan *plan); /* 0, or what kept it from running */
};

static const struct backend backends[FURROW_BACKENDS] = {
    [FURROW_BACKEND_AUTO] = {"auto", false, NULL},
    [FURROW_BACKEND_SERIAL] = {"serial", false, furrow__backend_serial},
    [FURROW_BACKEND_FOR] = {"for", true, furrow__backend_for},
    [FURROW_BACKEND_TASKLOOP] = {"taskloop", true, furrow__backend_taskloop},
    [FURROW_BACKEND_POOL] = {"pool", false, furrow__backend_pool},
};

const char *furrow_backend_name(furrow_backend backend)
{
    return (unsigned)backend < FURROW_BACKENDS ? backends[backend].name : "unknown";
}

/* ---- the request ---- */

/* Whether a region would get one thread, because it lies inside another. Furrow's own threads open
 * no region either: the others are at work, and libomp 14 breaks where threads end that ran
 * tasks. */
static bool must_be_serial(void)
{
    return FURROW__OPENMP && omp_get_active_level() >= omp_get_max_active_levels();
}

/* Whether the plan asks for what only a region can do. */
static bool wants_region(const furrow_plan *plan)
{
    bool scheduled =
        plan->schedule != FURROW_SCHEDULE_AUTO && plan->schedule != FURROW_SCHEDULE_ADAPTIVE;
    return backends[plan->backend].is_openmp || (plan->backend == FURROW_BACKEND_AUTO && scheduled);
}

static void make_serial(furrow_plan *plan)
{
    plan->backend = FURROW_BACKEND_SERIAL;
    if (plan->schedule == FURROW_SCHEDULE_ADAPTIVE) /* only a pool has it */
        plan->schedule = FURROW_SCHEDULE_AUTO;
}

/* What the caller, the place of the call and OMP_SCHEDULE ask for. */
struct parallel_request {
    furrow_plan plan;
    furrow_cause cause; /* why the loop has to be serial; or FURROW_CAUSE_NONE */
};

static struct parallel_request request_of(const furrow_parallel_options *options)
{
    struct parallel_request request = {.plan = options->plan};
    furrow_plan *plan = &request.plan;
    bool valid = (unsigned)plan->backend < FURROW_BACKENDS;
    if (!valid || plan->backend == FURROW_BACKEND_SERIAL)
        return request;
    bool open = plan->chunk == 0 && plan->schedule == FURROW_SCHEDULE_AUTO;
    if (must_be_serial() || (wants_region(plan) && furrow__team_is_own())) {
        make_serial(plan);
        request.cause = FURROW_CAUSE_NESTED;
    } else if (!FURROW__OPENMP && wants_region(plan)) {
        make_serial(plan);
        request.cause = FURROW_CAUSE_NO_OPENMP;
    } else if (open && FURROW__OPENMP &&
               (plan->backend == FURROW_BACKEND_AUTO || plan->backend == FURROW_BACKEND_FOR)) {
        plan->schedule = furrow__cpu_schedule(&plan->chunk);
        plan->reason.environment = plan->schedule != FURROW_SCHEDULE_AUTO;
    }
    return request;
}

static furrow_plan_facts facts_of(const furrow_parallel_options *options, size_t n,
                                  const furrow_plan *request, const furrow_history *history)
{
    furrow_plan_facts facts = options->facts;
    facts.items = n;
    facts.no_openmp = !FURROW__OPENMP;
    bool serial = request->backend == FURROW_BACKEND_SERIAL;
    if (facts.cpus == 0 && !serial)
        facts.cpus = furrow_cpu_count();
    if (facts.thread_limit == 0 && !serial)
        facts.thread_limit = furrow_cpu_thread_limit();
    if (history && facts.usage.items == 0)
        facts.history = furrow__history_read(history);
    return facts;
}

static void describe(furrow__loop *loop, const furrow_parallel_options *options, size_t n,
                     furrow_body body, const void *context)
{
    furrow__loop_init(loop, options->first, n, options->cancel);
    loop->body = body;
    loop->context = (void *)context;
    loop->items = options->items;
    loop->item_size = options->item_size;
    loop->results = options->results;
    loop->result_size = options->result_size;
    loop->grain = options->facts.wait > 0 ? 1 : options->facts.grain;
    loop->faults = options->faults;
    loop->scratch = options->scratch;
    loop->pool = options->pool;
    loop->trace = options->trace;
    loop->finished = options->finished;
    loop->finished_context = options->finished_context;
    loop->wants_usage = options->outcome != NULL;
}

/* The reason of a plan that has run has the measured figures. */
static void fill_outcome(furrow_parallel_outcome *outcome, const furrow_plan *plan,
                         const furrow__loop *loop, double took)
{
    *outcome = (furrow_parallel_outcome){.plan = *plan, .usage = loop->usage};
    furrow_reason *reason = &outcome->plan.reason;
    reason->items = loop->n;
    if (loop->status || loop->n == 0)
        return;
    reason->serial = loop->usage.wall;
    reason->item = loop->usage.wall / (double)loop->n;
    reason->took = took;
}

static int run_planned(furrow__loop *loop, furrow_plan *plan)
{
    furrow_history *history = loop->history;
    if (furrow__backend_pool_runs(plan, loop->pool))
        return furrow__backend_pool(loop, plan);
    int status = furrow__loop_reserve(loop, plan->threads);
    if (status)
        return status;
    double begun = history ? furrow_clock_wall() : 0;
    status = backends[plan->backend].run(loop, plan);
    if (status || !history || furrow__loop_is_stopped(loop))
        return status;
    double each = (furrow_clock_wall() - begun) / (double)loop->n;
    const furrow__observation observed = {.alone = plan->threads == 1 ? each : 0,
                                          .shared = plan->threads > 1 ? each : 0};
    furrow__history_learn(history, &observed);
    return status;
}

static int run(furrow__loop *loop, const furrow_parallel_options *options, furrow_plan *plan)
{
    struct parallel_request request = request_of(options);
    if (loop->n > 1 && request.plan.backend != FURROW_BACKEND_SERIAL)
        loop->history = options->site ? furrow__site_history(options->site, loop->n)
                                      : furrow__backend_pool_history(options->pool, loop);
    furrow_plan_facts facts = facts_of(options, loop->n, &request.plan, loop->history);
    if (request.plan.backend != FURROW_BACKEND_SERIAL)
        facts.readiness = furrow__backend_pool_readiness(options->pool);
    int status = furrow_plan_choose(plan, &request.plan, &facts);
    if (status)
        return status;
    if (request.cause)
        plan->reason.cause = request.cause;
    status = run_planned(loop, plan);
    return status ? status : furrow__loop_settle(loop, loop->n, options->error);
}

int furrow_parallel_for(const furrow_parallel_options *options, size_t n, furrow_body body,
                        const void *context)
{
    static const furrow_parallel_options defaults = {0};
    if (!options)
        options = &defaults;
    furrow_plan plan = {0};
    furrow__loop loop;
    describe(&loop, options, n, body, context);
    double begun = options->outcome ? furrow_clock_wall() : 0;
    int status = FURROW_EINVAL;
    bool sized = !options->results || options->result_size > 0;
    if (body && sized && n <= SIZE_MAX - options->first)
        status = run(&loop, options, &plan);
    if (options->outcome)
        fill_outcome(options->outcome, &plan, &loop, furrow_clock_wall() - begun);
    return status;
}
