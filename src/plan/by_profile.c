#include <furrow/status.h>

#include "choice.h"

/* Predictions are no more precise than this. Of plans within it, the one that suffers least from
 * surprises is taken. A static schedule cannot react to any, so it has to be better by more. */
static const double precision = 0.02;
static const double precision_of_static = 0.05;

/* Replaces `*best` by the best plan on this number of threads, if that is better by more than the
 * precision of predictions. */
static int improve(furrow_plan *best, const furrow_plan *request, const furrow__cost_model *model,
                   const furrow_plan_facts *facts, int threads)
{
    furrow__candidates candidates;
    furrow__candidates_of(&candidates, request, model, threads);
    double bound = furrow__candidates_bound(model, facts, threads);
    for (size_t i = 0; i < candidates.count; i++) {
        furrow_plan *plan = &candidates.plans[i];
        bool first = best->threads == 0;
        bool dealt = plan->schedule == FURROW_SCHEDULE_STATIC;
        double beaten = (1 - (dealt ? precision_of_static : precision)) * best->reason.predicted;
        if (!first && bound >= beaten)
            continue;
        int status = furrow__candidates_predict(plan, model, facts);
        if (status)
            return status;
        if (first || plan->reason.predicted < beaten)
            *best = *plan;
    }
    return FURROW_OK;
}

int furrow__choose_by_profile(furrow_plan *plan, const furrow_plan *request,
                              const furrow__cost_model *model, const furrow_plan_facts *facts)
{
    furrow_reason reason = furrow__choice_reason(request, model);
    int fixed = furrow__choice_fixed(&reason.cause, request, model);
    *plan = (furrow_plan){0};
    for (int t = 0; (t = furrow__choice_next(model, fixed, t)) > 0;) {
        int status = improve(plan, request, model, facts, t);
        if (status)
            return status;
    }
    if (!fixed)
        reason.cause = furrow__choice_cause(model, plan->threads);
    reason.calls = facts->calls;
    reason.serial = furrow__candidates_bound(model, facts, 1);
    reason.predicted = plan->reason.predicted;
    plan->reason = reason;
    return FURROW_OK;
}
