#include "candidates.h"
#include "choice.h"

/* A thread that comes late has waited for its CPU as long as the kernel lets another run: some
 * milliseconds. A loop this much longer loses under 1 % by one. */
static const double long_loop = 0.4;
/* Calls whose threads were all there are this near to an even share of the work. */
static const double even = 1.1;

static int most_threads(const furrow__cost_model *model)
{
    int most = model->waiting ? FURROW_PLAN_MOST_THREADS : model->cpus;
    if (model->items < (size_t)most)
        most = model->items > 0 ? (int)model->items : 1;
    return most < model->most_threads ? most : model->most_threads;
}

/* How many threads make waiting items take the least time, or one a CPU. */
static int open_threads(const furrow__cost_model *model)
{
    int best = most_threads(model);
    double least = furrow__cost_model_time(model, best);
    for (int t = 0; model->waiting && (t = furrow__cost_model_next_threads(model, t)) > 0;) {
        double time = furrow__cost_model_time(model, t);
        if (time < least || (time <= least && t < best)) {
            best = t;
            least = time;
        }
    }
    return best;
}

static bool is_long_and_even(const furrow_plan_known *known, size_t items, int threads)
{
    return known->shared * (double)items >= long_loop &&
           known->shared * threads <= even * known->alone;
}

static furrow_sharing sharing_of(const furrow_plan *request, const furrow_plan_facts *facts,
                                 int threads)
{
    if (threads < 2)
        return FURROW_SHARING_NONE;
    if (request->threads > 1 || request->chunk > 0 || facts->wait > 0)
        return FURROW_SHARING_NOW;
    const furrow_plan_known known = furrow__cost_model_known(facts);
    return furrow_plan_sharing(&known, facts->items, threads, facts->readiness);
}

static void choose_serial(furrow_plan *plan, const furrow_plan *request, furrow_cause cause)
{
    const furrow_plan serial = {
        .backend = FURROW_BACKEND_SERIAL, .schedule = request->schedule, .chunk = request->chunk};
    furrow_grounds grounds = plan->grounds;
    grounds.cause = cause;
    *plan = furrow__candidates_begun(&serial, 1);
    plan->grounds = grounds;
}

/* Why one thread is enough; UNKNOWN: to see what it takes. */
static furrow_cause cause_of_rest(const furrow__cost_model *model, const furrow_plan_facts *facts)
{
    const furrow_plan_known *known = &facts->known;
    bool little = furrow__choice_is_little(known, facts->items, facts->readiness);
    return !little && furrow__choice_is_loss(known) ? FURROW_CAUSE_LOSS
           : model->known                           ? FURROW_CAUSE_SMALL
                                                    : FURROW_CAUSE_UNKNOWN;
}

/* Nothing was found to be fixed: the number of threads, and whether they pay. */
static void choose_open(furrow_plan *plan, const furrow_plan *request,
                        const furrow__cost_model *model, const furrow_plan_facts *facts)
{
    furrow_grounds *grounds = &plan->grounds;
    plan->threads = open_threads(model);
    grounds->sharing = sharing_of(request, facts, plan->threads);
    bool seen = model->known || model->waiting;
    grounds->cause = seen ? furrow__choice_cause(model, 2) : FURROW_CAUSE_UNKNOWN;
    if (grounds->sharing == FURROW_SHARING_NONE && request->backend == FURROW_BACKEND_AUTO)
        choose_serial(plan, request, cause_of_rest(model, facts));
}

bool furrow__choose_by_known(furrow_plan *plan, const furrow_plan *request,
                             const furrow__cost_model *model, const furrow_plan_facts *facts)
{
    furrow_cause cause;
    int fixed = furrow__choice_fixed(&cause, request, model);
    bool open = request->backend == FURROW_BACKEND_AUTO;
    bool may_team = open && request->schedule == FURROW_SCHEDULE_AUTO && !facts->no_openmp;
    if (may_team && !fixed && !model->waiting &&
        is_long_and_even(&facts->known, facts->items, model->cpus))
        return false;
    const furrow_plan pool = {.backend = FURROW_BACKEND_POOL, .chunk = request->chunk};
    *plan = furrow__candidates_begun(&pool, fixed ? fixed : 1);
    plan->grounds = furrow__choice_grounds(request, model);
    plan->grounds.cause = cause;
    plan->grounds.sharing = sharing_of(request, facts, plan->threads);
    bool may_wait = cause == FURROW_CAUSE_ONE_CPU && model->most_threads > 1 && !model->known;
    if (fixed == 1 && open && !may_wait)
        choose_serial(plan, request, cause);
    else if (!fixed)
        choose_open(plan, request, model, facts);
    return true;
}
