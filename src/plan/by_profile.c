#include <furrow/status.h>

#include "candidates.h"
#include "choice.h"

/* A prediction is no better than this: within it, what copes with surprises is taken. What is dealt
 * beforehand copes with none, so it has to promise more. */
static const double precision = 0.02;
static const double precision_of_static = 0.05;

/* Takes the best plan on that number of threads if it beats `*best` by more than predictions are
 * worth. */
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
