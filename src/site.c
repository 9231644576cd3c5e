#include <furrow/site.h>

#include <math.h>

/* So many calls are traced before a plan stands. */
static const size_t learned = FURROW_SITE_TRACES;
/* A call that is over sooner is timed only now and then: reading the clock would show. */
static const double short_call = 5e-6;
static const size_t now_and_then = 16;
/* A call is a surprise beyond these parts of what the plan has taken at best. */
static const double much_less = 0.5, much_more = 1.5;
static const unsigned surprises_before_anew = 3;

static bool is_same(const furrow_site *site, size_t first, size_t items)
{
    return site->traces > 0 && site->first == first && site->items == items;
}

void furrow_site_count_in(furrow_site *site, size_t unit)
{
    if (site->unit == unit)
        return;
    furrow_usage usage = {0};
    if (site->unit > 0) {
        double ratio = (double)unit / (double)site->unit;
        double waits = ratio * (double)site->usage.waits;
        usage = site->usage;
        usage.wall *= ratio;
        usage.cpu *= ratio;
        usage.waits = waits < (double)usage.items ? (size_t)waits : usage.items;
    }
    *site = (furrow_site){.calls = site->calls, .unit = unit, .usage = usage};
}

bool furrow_site_wants_trace(const furrow_site *site, size_t first, size_t items)
{
    if (is_same(site, first, items))
        return site->traces < learned;
    bool again = site->last_first == first && site->last_items == items;
    return items > 1 && (again || site->calls == 0);
}

bool furrow_site_wants_time(const furrow_site *site)
{
    return site->wall <= 0 || site->wall >= short_call || site->calls % now_and_then == 0;
}

static bool is_same_plan(const furrow_plan *a, const furrow_plan *b)
{
    return a->threads == b->threads && a->backend == b->backend && a->schedule == b->schedule &&
           a->chunk == b->chunk;
}

const furrow_plan *furrow_site_plan(const furrow_site *site, const furrow_plan *request,
                                    size_t first, size_t items, int cpus)
{
    bool stands = site->traces >= learned && is_same(site, first, items) &&
                  site->plan.grounds.calls == learned &&
                  site->plan.grounds.cpus == (cpus > 0 ? cpus : 1);
    return stands && is_same_plan(&site->request, request) ? &site->plan : NULL;
}

void furrow_site_recall(const furrow_site *site, size_t first, furrow_plan_facts *facts)
{
    if (facts->usage.items == 0)
        facts->usage = site->usage;
    if (!is_same(site, first, facts->items))
        return;
    facts->profile = (furrow_profile){site->items, site->parts, site->until};
    facts->calls = site->traces;
    double work = site->until[site->parts];
    for (int i = 0; i < FURROW_PLAN_CLASSES; i++)
        facts->inflation[i] = work > 0 ? site->work[i] / work : 0;
}

/* Spreads the seconds of [begin, end) of `items` over the parts that it covers. */
static void spread(double *parts, size_t count, size_t items, size_t begin, size_t end,
                   double seconds)
{
    double scale = (double)count / (double)items;
    double from = scale * (double)begin, to = scale * (double)end;
    if (!(from < to)) /* beyond 2^53 items, neighbours are one number */
        return;
    for (size_t i = (size_t)from; i < count && (double)i < to; i++) {
        double low = fmax(from, (double)i), high = fmin(to, (double)(i + 1));
        parts[i] += seconds * (high - low) / (to - from);
    }
}

static double median(const double *values, size_t stride, size_t count)
{
    double a = values[0];
    if (count == 1)
        return a;
    double b = values[stride];
    if (count == 2)
        return fmin(a, b);
    double c = values[2 * stride];
    return fmax(fmin(a, b), fmin(fmax(a, b), c));
}

static void sum_up(furrow_site *site)
{
    for (size_t i = 0; i < site->parts; i++)
        site->until[i + 1] =
            site->until[i] + median(&site->seconds[0][i], FURROW_SITE_PARTS, site->traces);
}

static void learn_trace(furrow_site *site, const furrow_site_call *call)
{
    double *parts = site->seconds[site->traces];
    for (size_t i = 0; i < call->span_count; i++) {
        const furrow_span *span = &call->spans[i];
        if (span->end > span->begin)
            spread(parts, site->parts, site->items, span->begin - call->first,
                   span->end - call->first, fmax(0, span->stop - span->start));
    }
    site->traces++;
    sum_up(site);
    double work = 0;
    for (size_t i = 0; i < site->parts; i++)
        work += parts[i];
    double *least = &site->work[furrow_plan_class(call->plan.threads)];
    *least = *least > 0 ? fmin(*least, work) : work;
}

static void begin_anew(furrow_site *site, const furrow_site_call *call)
{
    *site = (furrow_site){
        .calls = site->calls,
        .unit = site->unit,
        .first = call->first,
        .items = call->items,
        .parts = call->items < FURROW_SITE_PARTS ? call->items : FURROW_SITE_PARTS,
        .usage = site->usage,
    };
}

/* Of the items that the traces are of; without traces, of those of the last call. */
static bool compares(const furrow_site *site, const furrow_site_call *call)
{
    if (site->traces > 0)
        return is_same(site, call->first, call->items);
    return site->calls == 0 || (site->last_first == call->first && site->last_items == call->items);
}

/* Traced calls take longer, and tell nothing of how long others do. */
static void learn_time(furrow_site *site, const furrow_site_call *call)
{
    if (!is_same_plan(&site->plan, &call->plan)) {
        site->wall = 0;
        site->surprises = 0;
    }
    if (call->wall <= 0 || call->spans)
        return;
    double best = site->wall > 0 ? site->wall : call->wall;
    bool surprise = call->wall > much_more * best || call->wall < much_less * best;
    site->surprises = surprise ? site->surprises + 1 : 0;
    site->wall = fmin(best, call->wall);
}

void furrow_site_learn(furrow_site *site, const furrow_site_call *call)
{
    if (call->items == 0)
        return;
    if (call->spans && !is_same(site, call->first, call->items))
        begin_anew(site, call);
    if (call->usage.items > 0)
        site->usage = call->usage;
    if (call->spans && site->traces < learned)
        learn_trace(site, call);
    if (compares(site, call)) {
        learn_time(site, call);
        site->request = call->request;
        site->plan = call->plan;
    }
    site->last_first = call->first;
    site->last_items = call->items;
    site->calls++;
    if (site->surprises >= surprises_before_anew)
        *site = (furrow_site){0};
}
