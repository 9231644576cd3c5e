#include <furrow/plan.h>

#include "picture.h"

/* A pilot that takes this share of what all of it will take costs little, however long it is; */
static const double share_of_time = 0.03;
/* longer than this it need not be: the clock's 0.05 us and the first item's cold caches are then
 * small; */
static const double long_enough = 20e-6;
/* shorter than this part of a region it should not be. */
static const double part_of_region = 0.5;
/* Costs that differ less from one step to the next do not rise: they differ. */
static const double rising = 1.2;
/* Each step is so many times the one before: more while it goes on because little seems left, but
 * not all of that at once, since items of which the first few were cheap may turn dear. */
static const size_t judging_growth = 2, inline_growth = 3;

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* A whole grain where there are many: a part of one costs as much, and would look too dear. */
static size_t first_step(const furrow_plan_facts *facts)
{
    return facts->grain > 1 && facts->grain <= facts->items / 8 ? facts->grain : 1;
}

furrow_usage furrow_plan_expect(const furrow_usage *total, const furrow_usage *recent, size_t left)
{
    furrow_usage expected = *recent;
    size_t before = total->items - recent->items;
    if (before == 0 || !(recent->wall > 0))
        return expected;
    double last = recent->wall / (double)recent->items;
    double first = (total->wall - recent->wall) / (double)before;
    if (last < rising * first)
        return expected;
    double slope = (last - first) / (0.5 * (double)total->items);
    double mean = last + slope * 0.5 * (double)(recent->items + left);
    expected.wall *= mean / last;
    expected.cpu *= mean / last;
    return expected;
}

/* The largest team that would have a CPU for each thread. */
static int team_of(const furrow_plan_facts *facts)
{
    int team = facts->cpus > 0 ? facts->cpus : 1;
    return facts->thread_limit > 0 && facts->thread_limit < team ? facts->thread_limit : team;
}

size_t furrow_plan_pilot_step(const furrow_plan_facts *facts, const furrow_usage *total,
                              const furrow_usage *recent)
{
    size_t left = facts->items - total->items;
    if (total->items == 0 || left == 0)
        return total->items == 0 ? smaller(first_step(facts), left) : 0;
    const furrow_costs costs = furrow__picture_costs(facts);
    furrow_usage expected = furrow_plan_expect(total, recent, left);
    double work = expected.wall / (double)expected.items * (double)left;
    int team = team_of(facts);
    double region = team > 1 ? furrow_costs_of_region(&costs, team) : 0;
    double enough = share_of_time * (work / team + region);
    double least = part_of_region * costs.region;
    enough = enough < least ? least : enough > long_enough ? long_enough : enough;
    /* One CPU has nothing to share, but waits are seen there too. */
    bool judging = team == 1 || work * (1 - 1.0 / team) >= costs.region;
    if (judging && total->wall >= enough)
        return 0;
    size_t growth = judging ? judging_growth : inline_growth;
    return recent->items <= left / growth ? growth * recent->items : left;
}
