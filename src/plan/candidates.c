#include "choice.h"
#include "simulate.h"

#include <math.h>

#include <furrow/status.h>

/* Adds a plan to the candidates, unless it is among them. */
static void add(furrow__candidates *candidates, const furrow_plan *plan)
{
    for (size_t i = 0; i < candidates->count; i++) {
        const furrow_plan *other = &candidates->plans[i];
        if (other->backend == plan->backend && other->schedule == plan->schedule &&
            other->chunk == plan->chunk)
            return;
    }
    candidates->plans[candidates->count++] = *plan;
}

static bool is_open(const furrow_plan *request, furrow_schedule schedule)
{
    return request->schedule == FURROW_SCHEDULE_AUTO || request->schedule == schedule;
}

static void add_guided(furrow__candidates *candidates, furrow_plan plan, const furrow_plan *request,
                       const furrow__cost_model *model)
{
    size_t least = furrow__cost_model_chunk(model, plan.threads);
    size_t one = furrow__cost_model_grains(model, plan.threads, 1);
    plan.schedule = FURROW_SCHEDULE_GUIDED;
    plan.chunk = request->chunk ? request->chunk : least;
    add(candidates, &plan);
    plan.chunk = request->chunk ? request->chunk : one;
    add(candidates, &plan);
}

static void add_dynamic(furrow__candidates *candidates, furrow_plan plan,
                        const furrow_plan *request, const furrow__cost_model *model)
{
    static const size_t chunks_each[] = {16, 32, 64, 8, 4, 2};
    plan.schedule = FURROW_SCHEDULE_DYNAMIC;
    for (size_t i = 0; i < sizeof chunks_each / sizeof *chunks_each; i++) {
        size_t chunk = model->items / (chunks_each[i] * (size_t)plan.threads);
        chunk = furrow__cost_model_grains(model, plan.threads, chunk ? chunk : 1);
        plan.chunk = request->chunk ? request->chunk : chunk;
        add(candidates, &plan);
    }
}

/* Adds cycles of small blocks, which balance costs that rise or fall; then one block for each
 * thread. A request for "static" is one block for each thread, as with OpenMP. */
static void add_static(furrow__candidates *candidates, furrow_plan plan, const furrow_plan *request,
                       const furrow__cost_model *model)
{
    bool may_cycle = request->schedule == FURROW_SCHEDULE_AUTO && request->chunk == 0;
    plan.schedule = FURROW_SCHEDULE_STATIC;
    for (size_t each = 32; each >= 8 && may_cycle; each /= 4) {
        size_t chunk = model->items / (each * (size_t)plan.threads);
        plan.chunk = furrow__cost_model_grains(model, plan.threads, chunk ? chunk : 1);
        add(candidates, &plan);
    }
    plan.chunk = request->chunk;
    add(candidates, &plan);
}

static void add_for(furrow__candidates *candidates, const furrow_plan *plan,
                    const furrow_plan *request, const furrow__cost_model *model)
{
    if (is_open(request, FURROW_SCHEDULE_GUIDED))
        add_guided(candidates, *plan, request, model);
    if (is_open(request, FURROW_SCHEDULE_DYNAMIC))
        add_dynamic(candidates, *plan, request, model);
    if (is_open(request, FURROW_SCHEDULE_STATIC))
        add_static(candidates, *plan, request, model);
}

static furrow_backend backend_of(const furrow_plan *request, int threads)
{
    if (request->backend)
        return request->backend;
    return threads == 1                                    ? FURROW_BACKEND_SERIAL
           : request->schedule == FURROW_SCHEDULE_ADAPTIVE ? FURROW_BACKEND_POOL
                                                           : FURROW_BACKEND_FOR;
}

/* Tasks and pools have one schedule each. */
static furrow_schedule schedule_of(const furrow_plan *request, furrow_backend backend)
{
    if (backend == FURROW_BACKEND_POOL && request->chunk == 0)
        return FURROW_SCHEDULE_ADAPTIVE;
    bool open = request->schedule == FURROW_SCHEDULE_AUTO || backend == FURROW_BACKEND_POOL ||
                backend == FURROW_BACKEND_TASKLOOP;
    return open ? FURROW_SCHEDULE_DYNAMIC : request->schedule;
}

furrow_plan furrow__candidates_begun(const furrow_plan *request, int threads)
{
    furrow_backend backend = backend_of(request, threads);
    return (furrow_plan){
        .threads = threads,
        .backend = backend,
        .schedule = schedule_of(request, backend),
        .chunk = request->chunk,
    };
}

void furrow__candidates_of(furrow__candidates *candidates, const furrow_plan *request,
                           const furrow__cost_model *model, int threads)
{
    const furrow_plan plan = furrow__candidates_begun(request, threads);
    candidates->count = 0;
    if (plan.backend == FURROW_BACKEND_FOR)
        add_for(candidates, &plan, request, model);
    else if (plan.backend == FURROW_BACKEND_TASKLOOP) /* tasks have no schedule */
        add_dynamic(candidates, plan, request, model);
    else
        add(candidates, &plan);
}

void furrow__candidates_add_pool(furrow__candidates *candidates, const furrow_plan *request,
                                 int threads)
{
    const furrow_plan pool = {.backend = FURROW_BACKEND_POOL, .chunk = request->chunk};
    const furrow_plan plan = furrow__candidates_begun(&pool, threads);
    if (request->backend == FURROW_BACKEND_AUTO && request->schedule == FURROW_SCHEDULE_AUTO &&
        threads > 1)
        add(candidates, &plan);
}

static double work_of(const furrow__cost_model *model, const furrow_plan_facts *facts)
{
    const furrow_profile *profile = &facts->profile;
    return profile->parts ? profile->until[profile->parts] - profile->until[0]
                          : model->item_time * (double)model->items;
}

double furrow__candidates_bound(const furrow__cost_model *model, const furrow_plan_facts *facts,
                                int threads)
{
    double work = work_of(model, facts);
    double computed = model->item_cpu * (double)model->items / model->cpus;
    return fmax(work / threads, model->waiting ? computed : 0) +
           furrow__cost_model_region(model, threads);
}

/* Whether a plan has so small chunks that they balance any items, and that simulating them would
 * take as long as running them. Only requests have such chunks. */
static bool is_too_fine(const furrow_plan *plan, const furrow_profile *profile)
{
    static const size_t max_simulated = 65536;
    bool blocks = plan->schedule == FURROW_SCHEDULE_STATIC && plan->chunk == 0;
    size_t chunk = plan->chunk ? plan->chunk : 1;
    return plan->schedule != FURROW_SCHEDULE_GUIDED && !blocks &&
           profile->items / chunk > max_simulated;
}

/* The plan to simulate. A pool cuts chunks as it goes, which comes to small dynamic chunks. */
static furrow_plan simulated_plan(const furrow_plan *plan, const furrow__cost_model *model)
{
    furrow_plan simulated = *plan;
    if (plan->backend == FURROW_BACKEND_POOL) {
        simulated.schedule = FURROW_SCHEDULE_DYNAMIC;
        simulated.chunk =
            plan->chunk ? plan->chunk : furrow__cost_model_chunk(model, plan->threads);
    }
    return simulated;
}

static void predict_on_average(furrow__simulation *simulation, const furrow_plan *plan,
                               const furrow_profile *profile, const furrow_costs *costs)
{
    double chunks = (double)profile->items / (double)(plan->chunk ? plan->chunk : 1);
    double work = profile->until[profile->parts] - profile->until[0];
    bool dealt = plan->schedule == FURROW_SCHEDULE_STATIC;
    double each = dealt ? costs->deal : costs->dispatch;
    simulation->makespan = (work + chunks * each) / plan->threads;
    if (!dealt && plan->threads > 1)
        simulation->makespan = fmax(simulation->makespan, chunks * costs->contended);
    if (!dealt)
        simulation->makespan += costs->share;
}

int furrow__candidates_predict(furrow_plan *plan, const furrow__cost_model *model,
                               const furrow_plan_facts *facts)
{
    double flat[2] = {0, model->item_time * (double)model->items};
    const furrow_profile even = {model->items, model->items ? 1 : 0, flat};
    const furrow_profile *profile = facts->profile.parts ? &facts->profile : &even;
    double bound = furrow__candidates_bound(model, facts, plan->threads);
    plan->reason.predicted = bound;
    if (plan->backend == FURROW_BACKEND_SERIAL || model->items == 0)
        return FURROW_OK;
    const furrow_plan simulated = simulated_plan(plan, model);
    furrow_costs costs = model->costs;
    costs.region = costs.thread = 0;
    furrow__simulation simulation;
    int status = FURROW_OK;
    if (is_too_fine(&simulated, profile))
        predict_on_average(&simulation, &simulated, profile, &costs);
    else
        status = furrow__schedule_simulate(&simulation, simulated.schedule, simulated.chunk,
                                           simulated.threads, profile, &costs);
    if (status)
        return status;
    double takes = simulation.makespan + furrow__cost_model_region(model, plan->threads);
    plan->reason.predicted = fmax(takes, bound);
    return FURROW_OK;
}
