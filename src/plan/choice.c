#include "choice.h"

/* Not a schedule that the backend does not have. */
static bool is_cut_as_asked(const furrow_plan *request)
{
    bool open =
        request->backend == FURROW_BACKEND_TASKLOOP ||
        (request->backend == FURROW_BACKEND_POOL && request->schedule != FURROW_SCHEDULE_ADAPTIVE);
    return request->chunk > 0 || (request->schedule != FURROW_SCHEDULE_AUTO && !open);
}

furrow_grounds furrow__choice_grounds(const furrow_plan *request, const furrow__picture *picture)
{
    return (furrow_grounds){
        .environment = request->grounds.environment,
        .requested = is_cut_as_asked(request),
        .cpus = picture->cpus,
        .asked = request->threads,
        .items = picture->items,
        .item = picture->known ? picture->item_time : 0,
        .region = picture->costs.region,
        .serial = picture->known ? picture->item_time * (double)picture->items : 0,
    };
}

int furrow__choice_fixed(furrow_cause *cause, const furrow_plan *request,
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

furrow_cause furrow__choice_cause(const furrow__picture *picture, int threads)
{
    return threads == 1       ? FURROW_CAUSE_SMALL
           : picture->waiting ? FURROW_CAUSE_WAIT
                              : FURROW_CAUSE_WORK;
}

int furrow__choice_next(const furrow__picture *picture, int fixed, int threads)
{
    if (fixed)
        return threads == 0 ? fixed : 0;
    return furrow__picture_next_threads(picture, threads);
}
