#include <math.h>

#include "choice.h"

/* This number of chunks for each thread balances almost any items. They pay where a chunk takes as
 * long as this number of dispatches: 1 %. */
static const size_t fine_chunks = 64;
static const double chunk_dispatches = 100;
/* The most seconds of a chunk, however many items there are: results in order, or a cancel, need
 * not wait longer. */
static const double soon_over = 0.01;

/* The number of threads that takes the least time by the mean; the smallest of several. */
static int quickest_threads(furrow_cause *cause, const furrow__cost_model *model)
{
    int best = 0, most = 0;
    double least = 0;
    for (int t = 0; (t = furrow__cost_model_next_threads(model, t)) > 0; most = t) {
        double guided = furrow__cost_model_time(model, t);
        double blocks = furrow__cost_model_blocks_time(model, t);
        double time = blocks < guided ? blocks : guided;
        if (best == 0 || time < least) {
            best = t;
            least = time;
        }
    }
    *cause = model->known ? furrow__choice_cause(model, best) : FURROW_CAUSE_UNKNOWN;
    return model->known ? best : most;
}

/* The size of even chunks that balance almost any items. */
static size_t fine_chunk(const furrow__cost_model *model, int threads)
{
    size_t even = model->items / (fine_chunks * (size_t)threads);
    double soon = fmax(1, soon_over / model->item_time);
    return soon < (double)even ? (size_t)soon : even;
}

/* Whether even chunks of this size are cheap to hand out. */
static bool fine_chunks_pay(const furrow__cost_model *model, int threads, size_t chunk)
{
    double dispatches = (double)model->items / (double)(chunk ? chunk : 1);
    bool cheap = (double)chunk * model->item_time > chunk_dispatches * model->costs.dispatch;
    return cheap &&
           dispatches * model->costs.contended < 0.5 * furrow__cost_model_time(model, threads);
}

/* Chooses schedule and chunk, where they are open, by the mean cost of an item. */
static void schedule_by_mean(furrow_plan *plan, const furrow_plan *request,
                             const furrow__cost_model *model)
{
    int threads = plan->threads;
    bool open = plan->backend == FURROW_BACKEND_FOR && request->schedule == FURROW_SCHEDULE_AUTO;
    bool unknown = model->waiting || !model->known;
    bool blocks = model->items <= (size_t)threads ||
                  (!unknown && furrow__cost_model_blocks_time(model, threads) <
                                   furrow__cost_model_time(model, threads));
    if (open)
        plan->schedule = blocks && request->chunk == 0 ? FURROW_SCHEDULE_STATIC
                         : unknown                     ? FURROW_SCHEDULE_DYNAMIC
                                                       : FURROW_SCHEDULE_GUIDED;
    if (plan->backend == FURROW_BACKEND_SERIAL || request->chunk > 0)
        return;
    bool dealt = plan->schedule == FURROW_SCHEDULE_STATIC;
    size_t fine = fine_chunk(model, threads);
    plan->chunk = dealt ? 0 : furrow__cost_model_chunk(model, threads);
    if (open && plan->schedule == FURROW_SCHEDULE_GUIDED && fine_chunks_pay(model, threads, fine)) {
        plan->schedule = FURROW_SCHEDULE_DYNAMIC;
        plan->chunk = furrow__cost_model_grains(model, threads, fine);
    }
}

void furrow__choose_by_mean(furrow_plan *plan, const furrow_plan *request,
                            const furrow__cost_model *model)
{
    furrow_reason reason = furrow__choice_reason(request, model);
    int threads = furrow__choice_fixed(&reason.cause, request, model);
    if (threads == 0)
        threads = quickest_threads(&reason.cause, model);
    *plan = furrow__candidates_begun(request, threads);
    schedule_by_mean(plan, request, model);
    bool dealt = plan->schedule == FURROW_SCHEDULE_STATIC;
    if (model->known)
        reason.predicted = dealt ? furrow__cost_model_blocks_time(model, threads)
                                 : furrow__cost_model_time(model, threads);
    plan->reason = reason;
}
