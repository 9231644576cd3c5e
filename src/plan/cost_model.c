#include "cost_model.h"
#include "simulate.h"

#include <limits.h>
#include <math.h>

/* Dispatching a chunk may cost this share of its time. */
static const double dispatch_share = 0.01;
/* A thread's share has at least this number of chunks, so that the last ones balance threads. */
static const size_t chunks_per_thread = 16;

/* Blocks of unknown items may take this much longer than an even share. */
static const double uneven = 1.25;

bool furrow_plan_waits(const furrow_usage *usage)
{
    return 2 * usage->waits >= usage->items && usage->items > 0 && usage->cpu < 0.5 * usage->wall;
}

/* Seconds for each of `count` items; 0 where that is unknown or not positive. */
static double mean(double seconds, size_t count)
{
    double each = count > 0 ? seconds / (double)count : 0;
    return each > 0 ? each : 0;
}

static double known_or(double cost, double typical)
{
    return cost > 0 ? cost : typical;
}

furrow_costs furrow__cost_model_costs(const furrow_plan_facts *facts)
{
    const furrow_costs *costs = &facts->costs;
    const furrow_costs typical = FURROW_PLAN_TYPICAL_COSTS;
    return (furrow_costs){
        .region = known_or(costs->region, typical.region),
        .thread = known_or(costs->thread, typical.thread),
        .extra = known_or(costs->extra, typical.extra),
        .share = known_or(costs->share, typical.share),
        .deal = known_or(costs->deal, typical.deal),
        .dispatch = known_or(costs->dispatch, typical.dispatch),
        .contended = known_or(costs->contended, typical.contended),
    };
}

/* Seconds of an item that waits. Where calls have only been shared, an item took longer than its
 * part of the call; its CPU time is too small by the same factor. */
static double waiting_item(const furrow_plan_history *history)
{
    return history->alone > 0         ? history->alone
           : history->first_items > 0 ? history->first_items
                                      : history->shared;
}

/* CPU seconds of an item: of the usage, else of the profile, else of earlier calls. */
static double item_cpu(const furrow_plan_facts *facts)
{
    const furrow_profile *profile = &facts->profile;
    const furrow_plan_history *history = &facts->history;
    if (facts->usage.items > 0)
        return mean(facts->usage.cpu, facts->usage.items);
    if (profile->parts == 0)
        return furrow_plan_history_waits(history) ? history->on_cpu * waiting_item(history)
                                                  : history->alone;
    return mean(profile->until[profile->parts] - profile->until[0], profile->items);
}

furrow_plan_history furrow__cost_model_history(const furrow_plan_facts *facts)
{
    const furrow_usage *usage = &facts->usage;
    furrow_plan_history history = facts->history;
    if (history.alone > 0 || history.shared > 0 || (usage->items == 0 && facts->profile.parts == 0))
        return history;
    bool waits = furrow_plan_waits(usage);
    history.calls = 1;
    history.alone = waits ? mean(usage->wall, usage->items) : item_cpu(facts);
    history.on_cpu = waits && usage->wall > 0 ? usage->cpu / usage->wall : 1;
    history.waits = mean((double)usage->waits, usage->items);
    if (!(history.alone > 0))
        history.alone = 1e-12;
    return history;
}

furrow__cost_model furrow__cost_model_of(const furrow_plan_facts *facts)
{
    furrow__cost_model model = {
        .items = facts->items,
        .grain = facts->grain,
        .cpus = facts->cpus > 0 ? facts->cpus : 1,
        .max_threads = facts->thread_limit > 0 ? facts->thread_limit : INT_MAX,
        .known = facts->usage.items > 0 || facts->wait > 0 || facts->profile.parts > 0 ||
                 facts->history.alone > 0,
        .costs = furrow__cost_model_costs(facts),
    };
    model.item_cpu = item_cpu(facts);
    model.waiting = facts->wait > 0 || furrow_plan_waits(&facts->usage) ||
                    furrow_plan_history_waits(&facts->history);
    if (facts->wait > 0)
        model.item_time = facts->wait + model.item_cpu;
    else if (model.waiting && facts->usage.items > 0)
        model.item_time = mean(facts->usage.wall, facts->usage.items);
    else if (model.waiting)
        model.item_time = waiting_item(&facts->history);
    else
        model.item_time = model.item_cpu;
    return model;
}

double furrow__cost_model_region(const furrow__cost_model *model, int threads)
{
    if (threads <= 1)
        return 0;
    if (threads <= model->cpus)
        return furrow__costs_of_region(&model->costs, threads);
    return furrow__costs_of_region(&model->costs, model->cpus) +
           (threads - model->cpus) * model->costs.extra;
}

static size_t divide_up(size_t a, size_t b)
{
    return a / b + (a % b != 0);
}

/* The approximate number of pieces of a guided schedule: each piece takes 1 / (2 threads) of the
 * items that remain, the last pieces are one chunk. */
static double guided_pieces(const furrow__cost_model *model, int threads)
{
    double chunks = (double)model->items / (double)furrow__cost_model_chunk(model, threads);
    double twice = 2.0 * threads;
    return chunks <= twice ? chunks : twice * (1 + log(chunks / twice));
}

/* Seconds of the thread with the most items; or of all CPUs for all items, if that is longer. */
static double longest(const furrow__cost_model *model, int threads)
{
    double rounds = (double)divide_up(model->items, (size_t)threads);
    double shared = model->item_cpu * (double)model->items / model->cpus;
    return fmax(rounds * model->item_time, shared);
}

double furrow__cost_model_time(const furrow__cost_model *model, int threads)
{
    if (threads <= 1)
        return longest(model, 1);
    double pieces = guided_pieces(model, threads);
    return fmax(longest(model, threads), pieces * model->costs.contended) +
           pieces * model->costs.dispatch / threads + model->costs.share +
           furrow__cost_model_region(model, threads);
}

double furrow__cost_model_blocks_time(const furrow__cost_model *model, int threads)
{
    return uneven * longest(model, threads) + furrow__cost_model_region(model, threads);
}

/* The fewest threads that need fewer rounds than `threads` for all items. */
static int for_fewer_rounds(const furrow__cost_model *model, int threads)
{
    size_t rounds = divide_up(model->items, (size_t)threads);
    /* Of many rounds, single ones are skipped. */
    size_t fewer = rounds - (rounds > 16 ? rounds / 16 : 1);
    return fewer > 0 ? (int)divide_up(model->items, fewer) : INT_MAX;
}

int furrow__cost_model_next_threads(const furrow__cost_model *model, int threads)
{
    int most = model->waiting ? FURROW_PLAN_MAX_THREADS : model->cpus;
    if (model->items < (size_t)most)
        most = model->items ? (int)model->items : 1;
    if (model->max_threads < most)
        most = model->max_threads;
    if (threads >= most)
        return 0;
    if (threads == 0)
        return 1;
    int next = threads >= model->cpus      ? for_fewer_rounds(model, threads)
               : threads > model->cpus / 2 ? model->cpus
                                           : 2 * threads;
    return next < most ? next : most;
}

size_t furrow__cost_model_chunk(const furrow__cost_model *model, int threads)
{
    if (model->waiting)
        return 1;
    size_t most = model->items / (chunks_per_thread * (size_t)threads);
    double least = ceil(model->costs.dispatch / (dispatch_share * model->item_time));
    size_t chunk = least < (double)most ? (size_t)least : most;
    return furrow__cost_model_grains(model, threads, chunk ? chunk : 1);
}

size_t furrow__cost_model_grains(const furrow__cost_model *model, int threads, size_t chunk)
{
    size_t share = divide_up(model->items, (size_t)threads);
    size_t rest = model->grain ? chunk % model->grain : 0;
    size_t missing = rest ? model->grain - rest : 0;
    if (chunk >= share)
        return chunk;
    return missing < share - chunk ? chunk + missing : share;
}
