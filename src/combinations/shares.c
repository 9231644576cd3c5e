#include <furrow/cpu.h>
#include <furrow/parallel.h>

#include "internal.h"

enum { SHARES_OF_THREAD = 16, ROWS_OF_LINE = 64 };

int furrow__threads_of(const furrow_plan *plan)
{
    if (plan && plan->backend == FURROW_BACKEND_SERIAL)
        return 1;
    return plan && plan->threads > 0 ? plan->threads : furrow_cpu_count();
}

furrow__shares furrow__shares_of(uint64_t count, uint64_t first, uint64_t min, int threads)
{
    uint64_t size = count / ((uint64_t)threads * SHARES_OF_THREAD);
    if (size < min)
        size = min;
    size += ROWS_OF_LINE - 1;
    size -= size % ROWS_OF_LINE;
    furrow__shares shares = {.count = count, .first = first < count ? first : 0, .size = size};
    uint64_t rest = count - shares.first;
    shares.ranges = (size_t)(rest / size + (rest % size != 0));
    if (shares.ranges == 0)
        shares.ranges = count > 0;
    return shares;
}

uint64_t furrow__share_begin(const furrow__shares *shares, size_t index)
{
    if (index == 0)
        return 0;
    return index < shares->ranges ? shares->first + index * shares->size : shares->count;
}

int furrow__shares_run(const furrow__shares *shares, const furrow_plan *plan, furrow_body body,
                       const void *context)
{
    furrow_parallel_options options = {
        .plan = {.threads = furrow__threads_of(plan),
                 .schedule = FURROW_SCHEDULE_DYNAMIC,
                 .chunk = 1},
    };
    if ((size_t)options.plan.threads > shares->ranges && shares->ranges > 0)
        options.plan.threads = (int)shares->ranges;
    return furrow_parallel_for(&options, shares->ranges, body, context);
}
