#include "choice.h"

furrow_grounds furrow__choice_grounds(const furrow_plan *request, const furrow__picture *picture)
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
