#include <furrow/plan.h>

#include <math.h>

#include <furrow/status.h>

#include "candidates.h"
#include "picture.h"

/* With no more items a CPU, running one first to see what it costs could double the time. */
static const size_t pilot_pays = 1;
/* A prediction is no better than this: within it, what copes with surprises is taken. What is dealt
 * beforehand copes with none, so it has to promise more. */
static const double precision = 0.02;
static const double precision_of_static = 0.05;

/* So many chunks a thread balance almost anything, where a chunk takes as long as so many
 * dispatches: 1 %. */
static const size_t fine_chunks = 64;
static const double chunk_dispatches = 100;
/* Seconds that a chunk lasts at most, however many items there are: what waits for it (results in
 * order, a cancel) need not wait longer. */
static const double soon_over = 0.01;

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

/* What the reason speaks of, whatever was chosen. */
static furrow_grounds grounds_of(const furrow_plan *request, const furrow__picture *picture)
{
    return (furrow_grounds){
        .environment = request->grounds.environment,
        .requested = request->schedule != FURROW_SCHEDULE_AUTO || request->chunk > 0,
        .cpus = picture->cpus,
        .asked = request->threads,
        .items = picture->items,
        .item = picture->item_time,
        .region = picture->costs.region,
        .serial = picture->item_time * (double)picture->items,
    };
}

/* Fixed beforehand, whatever items cost: the number of threads, and why; 0: it is open. */
static int fixed_threads(furrow_cause *cause, const furrow_plan *request,
                         const furrow__picture *picture)
{
    if (request->backend == FURROW_BACKEND_SERIAL) {
        *cause = FURROW_CAUSE_SERIAL;
        return 1;
    }
    if (request->threads > 0) {
        bool limited = request->threads > picture->most_threads;
        *cause = limited ? FURROW_CAUSE_LIMIT : FURROW_CAUSE_REQUEST;
        return limited ? picture->most_threads : request->threads;
    }
    *cause = picture->items == 1 ? FURROW_CAUSE_ONE_ITEM
             : picture->most_threads == 1 || (picture->cpus == 1 && !picture->waiting)
                 ? FURROW_CAUSE_ONE_CPU
                 : FURROW_CAUSE_NONE;
    return *cause ? 1 : 0;
}

static furrow_cause cause_of(const furrow__picture *picture, int threads)
{
    return threads == 1       ? FURROW_CAUSE_SMALL
           : picture->waiting ? FURROW_CAUSE_WAIT
                              : FURROW_CAUSE_WORK;
}

/* By the mean alone: the fewest threads of those that would take least. */
static int quickest_threads(furrow_cause *cause, const furrow__picture *picture)
{
    int best = 0, most = 0;
    double least = 0;
    for (int t = 0; (t = furrow__picture_next_threads(picture, t)) > 0; most = t) {
        double guided = furrow__picture_time(picture, t);
        double blocks = furrow__picture_blocks_time(picture, t);
        double time = blocks < guided ? blocks : guided;
        if (best == 0 || time < least) {
            best = t;
            least = time;
        }
    }
    *cause = picture->known ? cause_of(picture, best) : FURROW_CAUSE_UNKNOWN;
    return picture->known ? best : most;
}

/* Even chunks, so many that they balance almost anything. */
static size_t fine_chunk(const furrow__picture *picture, int threads)
{
    size_t even = picture->items / (fine_chunks * (size_t)threads);
    double soon = fmax(1, soon_over / picture->item_time);
    return soon < (double)even ? (size_t)soon : even;
}

/* Whether they are cheap to hand out. */
static bool fine_chunks_pay(const furrow__picture *picture, int threads, size_t chunk)
{
    double dispatches = (double)picture->items / (double)(chunk ? chunk : 1);
    bool cheap = (double)chunk * picture->item_time > chunk_dispatches * picture->costs.dispatch;
    return cheap &&
           dispatches * picture->costs.contended < 0.5 * furrow__picture_time(picture, threads);
}

/* Sets what is open of schedule and chunk, for unknown items of a known mean. */
static void schedule_by_mean(furrow_plan *plan, const furrow_plan *request,
                             const furrow__picture *picture)
{
    int threads = plan->threads;
    bool open = plan->backend == FURROW_BACKEND_FOR && request->schedule == FURROW_SCHEDULE_AUTO;
    bool unknown = picture->waiting || !picture->known;
    bool blocks = picture->items <= (size_t)threads ||
                  (!unknown && furrow__picture_blocks_time(picture, threads) <
                                   furrow__picture_time(picture, threads));
    if (open)
        plan->schedule = blocks && request->chunk == 0 ? FURROW_SCHEDULE_STATIC
                         : unknown                     ? FURROW_SCHEDULE_DYNAMIC
                                                       : FURROW_SCHEDULE_GUIDED;
    if (plan->backend == FURROW_BACKEND_SERIAL || request->chunk > 0)
        return;
    bool dealt = plan->schedule == FURROW_SCHEDULE_STATIC;
    size_t fine = fine_chunk(picture, threads);
    plan->chunk = dealt ? 0 : furrow__picture_chunk(picture, threads);
    if (open && plan->schedule == FURROW_SCHEDULE_GUIDED &&
        fine_chunks_pay(picture, threads, fine)) {
        plan->schedule = FURROW_SCHEDULE_DYNAMIC;
        plan->chunk = furrow__picture_grains(picture, threads, fine);
    }
}

static void choose_by_mean(furrow_plan *plan, const furrow_plan *request,
                           const furrow__picture *picture)
{
    furrow_grounds grounds = grounds_of(request, picture);
    int threads = fixed_threads(&grounds.cause, request, picture);
    if (threads == 0)
        threads = quickest_threads(&grounds.cause, picture);
    *plan = furrow__candidates_begun(request, threads);
    schedule_by_mean(plan, request, picture);
    bool dealt = plan->schedule == FURROW_SCHEDULE_STATIC;
    if (picture->known)
        grounds.predicted = dealt ? furrow__picture_blocks_time(picture, threads)
                                  : furrow__picture_time(picture, threads);
    plan->grounds = grounds;
}

/* Takes the best plan on so many threads if it beats `*best` by more than predictions are worth. */
static int improve(furrow_plan *best, const furrow_plan *request, const furrow__picture *picture,
                   const furrow_plan_facts *facts, int threads)
{
    furrow__candidates candidates;
    furrow__candidates_of(&candidates, request, picture, threads);
    double bound = furrow__candidates_bound(picture, facts, threads);
    for (size_t i = 0; i < candidates.count; i++) {
        furrow_plan *plan = &candidates.plans[i];
        bool first = best->threads == 0;
        bool dealt = plan->schedule == FURROW_SCHEDULE_STATIC;
        double beaten = (1 - (dealt ? precision_of_static : precision)) * best->grounds.predicted;
        if (!first && bound >= beaten)
            continue;
        int status = furrow__candidates_predict(plan, picture, facts);
        if (status)
            return status;
        if (first || plan->grounds.predicted < beaten)
            *best = *plan;
    }
    return FURROW_OK;
}

/* The next number of threads to look at after `threads`; 0 after the last. */
static int next_threads(const furrow__picture *picture, int fixed, int threads)
{
    if (fixed)
        return threads == 0 ? fixed : 0;
    return furrow__picture_next_threads(picture, threads);
}

static int choose_by_profile(furrow_plan *plan, const furrow_plan *request,
                             const furrow__picture *picture, const furrow_plan_facts *facts)
{
    furrow_grounds grounds = grounds_of(request, picture);
    int fixed = fixed_threads(&grounds.cause, request, picture);
    *plan = (furrow_plan){0};
    for (int t = 0; (t = next_threads(picture, fixed, t)) > 0;) {
        int status = improve(plan, request, picture, facts, t);
        if (status)
            return status;
    }
    if (!fixed)
        grounds.cause = cause_of(picture, plan->threads);
    grounds.calls = facts->calls;
    grounds.serial = furrow__candidates_bound(picture, facts, 1);
    grounds.predicted = plan->grounds.predicted;
    plan->grounds = grounds;
    return FURROW_OK;
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
        int status = choose_by_profile(plan, request, &picture, facts);
        if (status)
            return status;
    } else {
        choose_by_mean(plan, request, &picture);
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
    int fixed = fixed_threads(&cause, request, &picture);
    if (!picture.known || picture.items == 0)
        return FURROW_OK;
    for (int t = 0; (t = next_threads(&picture, fixed, t)) > 0;) {
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
