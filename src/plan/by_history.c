#include "choice.h"

/* A late thread has waited for its CPU for some milliseconds: as long as the kernel lets another
 * thread run. A loop of this many seconds loses under 1 % by that. */
static const double long_loop = 0.4;
/* If all threads took part in a call, it took at most this many times an even share of the work. */
static const double even = 1.1;

static int max_threads(const furrow__cost_model *model)
{
    int most = model->waiting ? FURROW_PLAN_MAX_THREADS : model->cpus;
    if (model->items < (size_t)most)
        most = model->items > 0 ? (int)model->items : 1;
    return most < model->max_threads ? most : model->max_threads;
}

/* The number of threads on which waiting items take the least time; otherwise one a CPU. */
static int open_threads(const furrow__cost_model *model)
{
    int best = max_threads(model);
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

static bool is_long_and_even(const furrow_plan_history *history, size_t items, int threads)
{
    return history->shared * (double)items >= long_loop &&
           history->shared * threads <= even * history->alone;
}

static furrow_sharing sharing_of(const furrow_plan *request, const furrow_plan_facts *facts,
                                 int threads)
{
    if (threads < 2)
        return FURROW_SHARING_NONE;
    if (request->threads > 1 || request->chunk > 0 || facts->wait > 0)
        return FURROW_SHARING_NOW;
    const furrow_plan_history history = furrow__cost_model_history(facts);
    return furrow_plan_sharing(&history, facts->items, threads, facts->readiness);
}

static void choose_serial(furrow_plan *plan, const furrow_plan *request, furrow_cause cause)
{
    const furrow_plan serial = {
        .backend = FURROW_BACKEND_SERIAL, .schedule = request->schedule, .chunk = request->chunk};
    furrow_reason reason = plan->reason;
    reason.cause = cause;
    *plan = furrow__candidates_begun(&serial, 1);
    plan->reason = reason;
}

/* Why one thread is enough. UNKNOWN: the call measures what one thread takes. */
static furrow_cause cause_of_rest(const furrow__cost_model *model, const furrow_plan_facts *facts)
{
    const furrow_plan_history *history = &facts->history;
    bool small = furrow__choice_is_small(history, facts->items, facts->readiness);
    return !small && furrow__choice_is_loss(history) ? FURROW_CAUSE_LOSS
           : model->known                            ? FURROW_CAUSE_SMALL
                                                     : FURROW_CAUSE_UNKNOWN;
}

/* Chooses the number of threads, and whether to share at all, where nothing fixes it. */
static void choose_open(furrow_plan *plan, const furrow_plan *request,
                        const furrow__cost_model *model, const furrow_plan_facts *facts)
{
    furrow_reason *reason = &plan->reason;
    plan->threads = open_threads(model);
    reason->sharing = sharing_of(request, facts, plan->threads);
    bool known = model->known || model->waiting;
    reason->cause = known ? furrow__choice_cause(model, 2) : FURROW_CAUSE_UNKNOWN;
    if (reason->sharing == FURROW_SHARING_NONE && request->backend == FURROW_BACKEND_AUTO)
        choose_serial(plan, request, cause_of_rest(model, facts));
}

bool furrow__choose_by_history(furrow_plan *plan, const furrow_plan *request,
                               const furrow__cost_model *model, const furrow_plan_facts *facts)
{
    furrow_cause cause;
    int fixed = furrow__choice_fixed(&cause, request, model);
    bool open = request->backend == FURROW_BACKEND_AUTO;
    bool may_use_openmp = open && request->schedule == FURROW_SCHEDULE_AUTO && !facts->no_openmp;
    if (may_use_openmp && !fixed && !model->waiting &&
        is_long_and_even(&facts->history, facts->items, model->cpus))
        return false;
    const furrow_plan pool = {.backend = FURROW_BACKEND_POOL, .chunk = request->chunk};
    *plan = furrow__candidates_begun(&pool, fixed ? fixed : 1);
    plan->reason = furrow__choice_reason(request, model);
    plan->reason.cause = cause;
    plan->reason.sharing = sharing_of(request, facts, plan->threads);
    bool may_wait = cause == FURROW_CAUSE_ONE_CPU && model->max_threads > 1 && !model->known;
    if (fixed == 1 && open && !may_wait)
        choose_serial(plan, request, cause);
    else if (!fixed)
        choose_open(plan, request, model, facts);
    return true;
}
