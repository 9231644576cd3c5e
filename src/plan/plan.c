#include <furrow/plan.h>

#include <furrow/status.h>

#include "choice.h"

/* The request of NULL: everything is open. */
static const furrow_plan everything = {0};

/* Whether a pool may run the request. OpenMP's schedules rule it out. */
static bool is_for_pool(const furrow_plan *request)
{
    return request->backend == FURROW_BACKEND_POOL ||
           (request->backend == FURROW_BACKEND_AUTO &&
            (request->schedule == FURROW_SCHEDULE_AUTO ||
             request->schedule == FURROW_SCHEDULE_ADAPTIVE));
}

static bool is_valid(const furrow_plan *request, const furrow_plan_facts *facts)
{
    return facts->cpus >= 0 && facts->thread_limit >= 0 && request->threads >= 0 &&
           (unsigned)request->backend < FURROW_BACKENDS &&
           (unsigned)request->schedule <= FURROW_SCHEDULE_ADAPTIVE &&
           (request->schedule != FURROW_SCHEDULE_ADAPTIVE || is_for_pool(request));
}

static void choose_empty(furrow_plan *plan, const furrow_plan *request,
                         const furrow__cost_model *model)
{
    *plan = furrow__candidates_begun(request, 1);
    plan->reason = furrow__choice_reason(request, model);
    plan->reason.cause = FURROW_CAUSE_EMPTY;
}

/* Plans a loop that is known to be small, without a cost model: that would take as long as the
 * loop. */
static bool choose_small(furrow_plan *plan, const furrow_plan *request,
                         const furrow_plan_facts *facts)
{
    bool open = request->threads == 0 && request->chunk == 0 &&
                request->backend == FURROW_BACKEND_AUTO &&
                request->schedule == FURROW_SCHEDULE_AUTO;
    if (!open || facts->items < 2 || facts->cpus < 2 || facts->thread_limit == 1 ||
        facts->wait > 0 || facts->usage.items > 0 || facts->profile.parts > 0 ||
        !furrow__choice_is_small(&facts->history, facts->items, facts->readiness))
        return false;
    *plan = (furrow_plan){
        .threads = 1,
        .backend = FURROW_BACKEND_SERIAL,
        .schedule = FURROW_SCHEDULE_DYNAMIC,
        .reason = {.cause = FURROW_CAUSE_SMALL,
                   .sharing = FURROW_SHARING_NONE,
                   .environment = request->reason.environment,
                   .cpus = facts->cpus,
                   .items = facts->items,
                   .item = facts->history.alone,
                   .region = furrow__cost_model_costs(facts).region,
                   .serial = facts->history.alone * (double)facts->items},
    };
    return true;
}

int furrow_plan_choose(furrow_plan *plan, const furrow_plan *request,
                       const furrow_plan_facts *facts)
{
    if (!request)
        request = &everything;
    *plan = (furrow_plan){.backend = request->backend, .schedule = request->schedule};
    if (!is_valid(request, facts))
        return FURROW_EINVAL;
    if (choose_small(plan, request, facts))
        return FURROW_OK;
    furrow__cost_model model = furrow__cost_model_of(facts);
    if (facts->items == 0 && request->threads == 0 && request->backend != FURROW_BACKEND_SERIAL) {
        choose_empty(plan, request, &model);
        return FURROW_OK;
    }
    if (is_for_pool(request) && furrow__choose_by_history(plan, request, &model, facts))
        return FURROW_OK;
    if (facts->profile.parts && model.items > 0)
        return furrow__choose_by_profile(plan, request, &model, facts);
    furrow__choose_by_mean(plan, request, &model);
    return FURROW_OK;
}

int furrow_plan_candidates(furrow_plan *plans, size_t capacity, size_t *count,
                           const furrow_plan *request, const furrow_plan_facts *facts)
{
    if (!request)
        request = &everything;
    *count = 0;
    if (!is_valid(request, facts))
        return FURROW_EINVAL;
    furrow__cost_model model = furrow__cost_model_of(facts);
    furrow_cause cause;
    int fixed = furrow__choice_fixed(&cause, request, &model);
    if (!model.known || model.items == 0)
        return FURROW_OK;
    for (int t = 0; (t = furrow__choice_next(&model, fixed, t)) > 0;) {
        furrow__candidates candidates = {0};
        if (t == 1 || !facts->no_openmp || request->backend == FURROW_BACKEND_POOL)
            furrow__candidates_of(&candidates, request, &model, t);
        furrow__candidates_add_pool(&candidates, request, t);
        for (size_t i = 0; i < candidates.count; i++) {
            int status = furrow__candidates_predict(&candidates.plans[i], &model, facts);
            if (status)
                return status;
            if (*count < capacity)
                plans[*count] = candidates.plans[i];
            ++*count;
        }
    }
    return FURROW_OK;
}
