#include "choice.h"

/* Whether chunk or schedule are as requested. A schedule that the backend does not have is not. */
static bool is_cut_as_asked(const furrow_plan *request)
{
    bool open =
        request->backend == FURROW_BACKEND_TASKLOOP ||
        (request->backend == FURROW_BACKEND_POOL && request->schedule != FURROW_SCHEDULE_ADAPTIVE);
    return request->chunk > 0 || (request->schedule != FURROW_SCHEDULE_AUTO && !open);
}

furrow_reason furrow__choice_reason(const furrow_plan *request, const furrow__cost_model *model)
{
    return (furrow_reason){
        .environment = request->reason.environment,
        .requested = is_cut_as_asked(request),
        .cpus = model->cpus,
        .asked = request->threads,
        .items = model->items,
        .item = model->known ? model->item_time : 0,
        .region = model->costs.region,
        .serial = model->known ? model->item_time * (double)model->items : 0,
    };
}

int furrow__choice_fixed(furrow_cause *cause, const furrow_plan *request,
                         const furrow__cost_model *model)
{
    if (request->backend == FURROW_BACKEND_SERIAL) {
        *cause = FURROW_CAUSE_SERIAL;
        return 1;
    }
    if (request->threads > 0) {
        bool limited = request->threads > model->max_threads;
        *cause = limited ? FURROW_CAUSE_LIMIT : FURROW_CAUSE_REQUEST;
        return limited ? model->max_threads : request->threads;
    }
    *cause = model->items == 1 ? FURROW_CAUSE_ONE_ITEM
             : model->max_threads == 1 || (model->cpus == 1 && !model->waiting)
                 ? FURROW_CAUSE_ONE_CPU
                 : FURROW_CAUSE_NONE;
    return *cause ? 1 : 0;
}

furrow_cause furrow__choice_cause(const furrow__cost_model *model, int threads)
{
    return threads == 1     ? FURROW_CAUSE_SMALL
           : model->waiting ? FURROW_CAUSE_WAIT
                            : FURROW_CAUSE_WORK;
}

int furrow__choice_next(const furrow__cost_model *model, int fixed, int threads)
{
    if (fixed)
        return threads == 0 ? fixed : 0;
    return furrow__cost_model_next_threads(model, threads);
}
