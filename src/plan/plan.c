#include <furrow/plan.h>

#include <furrow/status.h>

#include "candidates.h"
#include "choice.h"

/* With no more items a CPU, running one first to see what it costs could double the time. */
static const size_t pilot_pays = 1;
/* A trace of so many chunks shows where costs lie; each as long as so many dispatches, or tracing
 * would be all that it shows. */
static const size_t traced_chunks = 64, traced_chunks_each = 8;
static const double traced_dispatches = 10;

/* What NULL asks for. */
static const furrow_plan everything = {0};

const char *furrow_backend_name(furrow_backend backend)
{
    static const char *const names[] = {"auto", "serial", "for", "taskloop"};
    return (unsigned)backend < sizeof names / sizeof *names ? names[backend] : "unknown";
}

static bool can_be(const furrow_plan *request, const furrow_plan_facts *facts)
{
    return facts->cpus >= 0 && facts->thread_limit >= 0 && request->threads >= 0 &&
           (unsigned)request->backend <= FURROW_BACKEND_TASKLOOP &&
           (unsigned)request->schedule <= FURROW_SCHEDULE_GUIDED;
}

/* Many even chunks for a trace, of at least a few dispatches each, but no more than a share. */
static void cut_for_trace(furrow_plan *plan, const furrow_plan *request,
                          const furrow__picture *picture)
{
    bool open = request->schedule == FURROW_SCHEDULE_AUTO && request->chunk == 0;
    if (!open || picture->waiting || !picture->known || plan->backend != FURROW_BACKEND_FOR)
        return;
    double least = traced_dispatches * picture->costs.dispatch / picture->item_time;
    size_t share = picture->items / (size_t)plan->threads;
    size_t even = picture->items / traced_chunks;
    if (even > share / traced_chunks_each)
        even = share / traced_chunks_each;
    size_t chunk = least > (double)share ? share : (size_t)least;
    if (chunk < even)
        chunk = even;
    plan->schedule = FURROW_SCHEDULE_DYNAMIC;
    plan->chunk = furrow__picture_grains(picture, plan->threads, chunk ? chunk : 1);
}

/* A pilot that has done everything was quick: so is what is said of it. */
static void choose_nothing(furrow_plan *plan, const furrow_plan *request,
                           const furrow_plan_facts *facts)
{
    bool known = facts->usage.items > 0 || facts->wait > 0;
    *plan = furrow__candidates_begun(request, 1);
    plan->grounds = (furrow_grounds){
        .cause = known ? FURROW_CAUSE_DONE : FURROW_CAUSE_EMPTY,
        .environment = request->grounds.environment,
        .requested = request->schedule != FURROW_SCHEDULE_AUTO || request->chunk > 0,
        .cpus = facts->cpus > 0 ? facts->cpus : 1,
    };
}

int furrow_plan_choose(furrow_plan *plan, const furrow_plan *request,
                       const furrow_plan_facts *facts)
{
    if (!request)
        request = &everything;
    *plan = (furrow_plan){.backend = request->backend, .schedule = request->schedule};
    if (!can_be(request, facts))
        return FURROW_EINVAL;
    if (facts->items == 0 && request->threads == 0 && request->backend != FURROW_BACKEND_SERIAL) {
        choose_nothing(plan, request, facts);
        return FURROW_OK;
    }
    furrow__picture picture = furrow__picture_of(facts);
    if (facts->profile.parts && picture.items > 0) {
        int status = furrow__choose_by_profile(plan, request, &picture, facts);
        if (status)
            return status;
    } else {
        furrow__choose_by_mean(plan, request, &picture);
    }
    if (facts->traced)
        cut_for_trace(plan, request, &picture);
    return FURROW_OK;
}

int furrow_plan_candidates(furrow_plan *plans, size_t capacity, size_t *count,
                           const furrow_plan *request, const furrow_plan_facts *facts)
{
    if (!request)
        request = &everything;
    *count = 0;
    if (!can_be(request, facts))
        return FURROW_EINVAL;
    furrow__picture picture = furrow__picture_of(facts);
    furrow_cause cause;
    int fixed = furrow__choice_fixed(&cause, request, &picture);
    if (!picture.known || picture.items == 0)
        return FURROW_OK;
    for (int t = 0; (t = furrow__choice_next(&picture, fixed, t)) > 0;) {
        furrow__candidates candidates;
        furrow__candidates_of(&candidates, request, &picture, t);
        for (size_t i = 0; i < candidates.count; i++) {
            int status = furrow__candidates_predict(&candidates.plans[i], &picture, facts);
            if (status)
                return status;
            if (*count < capacity)
                plans[*count] = candidates.plans[i];
            ++*count;
        }
    }
    return FURROW_OK;
}

bool furrow_plan_needs_pilot(const furrow_plan *request, const furrow_plan_facts *facts)
{
    if (!request)
        request = &everything;
    bool known = facts->usage.items > 0 || facts->wait > 0 || facts->profile.parts > 0;
    if (!can_be(request, facts) || known || facts->items <= 1 || facts->thread_limit == 1 ||
        request->backend == FURROW_BACKEND_SERIAL)
        return false;
    if (request->threads == 0)
        return facts->items > pilot_pays * (size_t)(facts->cpus > 0 ? facts->cpus : 1);
    if (request->threads == 1 || request->chunk || request->schedule == FURROW_SCHEDULE_STATIC)
        return false;
    size_t most = facts->items / (16 * (size_t)request->threads);
    return most > 1 || facts->grain > 1;
}
