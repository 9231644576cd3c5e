#include "rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <furrow/site.h>
#include <furrow/status.h>

#include "regret.h"
#include "workload.h"

enum { MOST_ITEMS = 65536, CALLS = 4 };

/* What looking at the clock costs. */
static const double clock_cost = 26e-9;

static const int team_sizes[] = {2, 4, 8, 16, 64, 128};
enum { TEAM_SIZES = sizeof team_sizes / sizeof *team_sizes };

/* A workload on ideal threads. */
struct model {
    size_t items;
    int cpus;
    double until[MOST_ITEMS + 1];
    furrow_costs costs;
};

static void fill(struct model *model, size_t n, double mean, enum shape shape)
{
    static double costs[MOST_ITEMS];
    workload_costs(costs, n, mean, shape);
    model->items = n;
    for (size_t i = 0; i < n; i++)
        model->until[i + 1] = model->until[i] + costs[i];
}

/* Seconds that items [from, items) take by the plan. */
static double play(const struct model *model, size_t from, const furrow_plan *plan)
{
    size_t items = model->items - from;
    const furrow_profile profile = {items, items, model->until + from};
    furrow_simulation simulation;
    if (plan->threads == 1 || items == 0)
        return model->until[model->items] - model->until[from];
    if (furrow_schedule_simulate(&simulation, plan->schedule, plan->chunk, plan->threads, &profile,
                                 &model->costs)) {
        fprintf(stderr, "planner: cannot play a plan: out of memory\n");
        exit(1);
    }
    return simulation.makespan;
}

static double best_of_sweep(const struct model *model)
{
    double best = model->until[model->items];
    for (int t = 2; t <= model->cpus; t *= 2) {
        furrow_plan plan = {.threads = t, .schedule = FURROW_SCHEDULE_STATIC};
        best = fmin(best, play(model, 0, &plan));
        for (plan.schedule = FURROW_SCHEDULE_STATIC; plan.schedule <= FURROW_SCHEDULE_GUIDED;
             plan.schedule++)
            for (plan.chunk = 1; plan.chunk <= model->items; plan.chunk *= 2)
                best = fmin(best, play(model, 0, &plan));
    }
    return best;
}

/* What a site's trace has room for. */
struct tracing {
    furrow_span spans[2 * MOST_ITEMS];
    size_t count;
};

static void trace(struct tracing *tracing, const struct model *model, size_t begin, size_t end)
{
    tracing->spans[tracing->count++] = (furrow_span){
        .begin = begin, .end = end, .start = model->until[begin], .stop = model->until[end]};
}

static size_t play_pilot(const struct model *model, furrow_plan_facts *facts, double *time,
                         struct tracing *tracing)
{
    furrow_usage total = {0}, recent = {0};
    for (size_t step; (step = furrow_plan_pilot_step(facts, &total, &recent)) > 0;) {
        size_t begin = total.items, end = begin + step;
        double cost = model->until[end] - model->until[begin] + clock_cost;
        recent = (furrow_usage){.items = step, .wall = cost, .cpu = cost};
        total.items = end;
        total.wall = total.cpu += cost;
        trace(tracing, model, begin, end);
    }
    *time += total.wall;
    facts->items -= total.items;
    facts->usage = furrow_plan_expect(&total, &recent, facts->items);
    return total.items;
}

static void trace_chunks(struct tracing *tracing, const struct model *model, size_t from,
                         const furrow_plan *plan)
{
    for (size_t begin = from; begin < model->items;) {
        size_t remaining = model->items - begin;
        size_t size =
            plan->schedule == FURROW_SCHEDULE_GUIDED
                ? furrow_schedule_share(remaining, plan->threads, plan->chunk)
                : (plan->chunk ? plan->chunk : (model->items - from) / (size_t)plan->threads + 1);
        size_t end = begin + (size < remaining ? size : remaining);
        trace(tracing, model, begin, end);
        begin = end;
    }
}

/* A call as furrow_parallel_for makes it, at a site unless that is NULL. */
static double play_call(const struct model *model, furrow_site *site)
{
    static struct tracing tracing;
    tracing.count = 0;
    furrow_plan_facts facts = {.items = model->items, .cpus = model->cpus, .costs = model->costs};
    furrow_plan plan;
    double time = 0;
    size_t from = 0;
    if (site) {
        furrow_site_recall(site, 0, &facts);
        facts.traced = furrow_site_wants_trace(site, 0, model->items);
    }
    if (furrow_plan_needs_pilot(NULL, &facts))
        from = play_pilot(model, &facts, &time, &tracing);
    if (furrow_plan_choose(&plan, NULL, &facts)) {
        fprintf(stderr, "planner: cannot plan: out of memory\n");
        exit(1);
    }
    time += play(model, from, &plan);
    if (!site)
        return time;
    trace_chunks(&tracing, model, from, &plan);
    double work = model->until[model->items];
    furrow_site_call call = {
        .items = model->items,
        .plan = plan,
        .wall = time,
        .usage = {.items = model->items, .wall = work, .cpu = work},
        .spans = furrow_site_wants_trace(site, 0, model->items) ? tracing.spans : NULL,
        .span_count = tracing.count,
    };
    furrow_site_learn(site, &call);
    return time;
}

/* Chunks by a rule that knows n and p alone. */
static double play_rule(const struct model *model, furrow_schedule schedule, double chunk)
{
    furrow_plan plan = {.threads = model->cpus, .schedule = schedule};
    if ((size_t)plan.threads > model->items)
        plan.threads = (int)model->items;
    plan.chunk = schedule == FURROW_SCHEDULE_STATIC ? 0 : chunk >= 1 ? (size_t)chunk : 1;
    return play(model, 0, &plan);
}

/* The "expert chunk" of LB4OMP: n / (2^i p), i the golden section of what i may be (J. H. M.
 * Korndoerfer, A. Eleliemy, A. Mohammed and F. M. Ciorba, 2022). */
static double expert_chunk(double n, double p)
{
    const double golden = 0.6180339887;
    double i = floor(golden * log2(n / p));
    return i > 0 ? n / (exp2(i) * p) : 1;
}

static void judge(struct regrets *regrets, const struct model *model)
{
    size_t at = regrets->workload_count++;
    double n = (double)model->items, p = model->cpus;
    double best = best_of_sweep(model);
    furrow_site site = {0};
    double calls[CALLS];
    for (int i = 0; i < CALLS; i++)
        calls[i] = play_call(model, &site);
    double first = play_call(model, NULL);
    const double times[] = {
        first,
        calls[CALLS - 1],
        play_rule(model, FURROW_SCHEDULE_STATIC, 0),
        play_rule(model, FURROW_SCHEDULE_GUIDED, 1),
        play_rule(model, FURROW_SCHEDULE_DYNAMIC, n / (16 * p)),
        play_rule(model, FURROW_SCHEDULE_DYNAMIC, n / (4 * p)),
        play_rule(model, FURROW_SCHEDULE_DYNAMIC, expert_chunk(n, p)),
    };
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        regrets->regret[i][at] = times[i] / best - 1;
}

int row_model(const struct bench *bench)
{
    static struct model model;
    static struct regrets regrets = {
        .title = "the sweep",
        .contestants = {"first call", "fourth call", "static", "guided", "dynamic, n/16p",
                        "dynamic, n/4p", "dynamic, LB4OMP's chunk"},
        .contestant_count = 7,
    };
    const int team = bench->team;
    model.costs = bench->costs;
    for (int t = 0; t < (team > 0 ? 1 : TEAM_SIZES); t++)
        for (int i = 0; i < WORKLOAD_SIZES * WORKLOAD_MEANS * GRID_SHAPES; i++) {
            size_t n = workload_sizes[i / GRID_SHAPES / WORKLOAD_MEANS];
            double mean = workload_means[i / GRID_SHAPES % WORKLOAD_MEANS];
            enum shape shape = (enum shape)(i % GRID_SHAPES);
            model.cpus = team > 0 ? team : team_sizes[t];
            fill(&model, n, mean, shape);
            snprintf(regrets.workloads[regrets.workload_count], sizeof regrets.workloads[0],
                     "%3d threads, %5zu x %.3g us, %s", model.cpus, n, 1e6 * mean,
                     shape_names[shape]);
            judge(&regrets, &model);
        }
    regrets_print(&regrets, 2, bench->worst);
    return FURROW_OK;
}
