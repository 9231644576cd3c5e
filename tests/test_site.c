#include "harness.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include <furrow/site.h>

enum { SPANS = 8, CPUS = 2 };

static const furrow_plan no_request = {0};

/* A call over n items of so many seconds each, as a parallel loop makes it. */
struct visit {
    size_t first, items;
    double item; /* seconds */
    furrow_plan request;
    int cpus;
    double wall; /* 0: what the items take on the threads of the plan */
};

/* What became of it. */
struct told {
    bool traced, stood;
    furrow_plan plan;
};

static void span_evenly(furrow_span *spans, const struct visit *visit)
{
    for (size_t i = 0; i < SPANS; i++) {
        size_t begin = visit->items * i / SPANS, end = visit->items * (i + 1) / SPANS;
        double start = visit->item * (double)begin;
        spans[i] = (furrow_span){.begin = visit->first + begin,
                                 .end = visit->first + end,
                                 .start = start,
                                 .stop = visit->item * (double)end};
    }
}

static struct told call(furrow_site *site, const struct visit *visit)
{
    furrow_span spans[SPANS];
    struct told told = {.traced = furrow_site_wants_trace(site, visit->first, visit->items)};
    const furrow_plan *known =
        furrow_site_plan(site, &visit->request, visit->first, visit->items, visit->cpus);
    furrow_plan_facts facts = {.items = visit->items, .cpus = visit->cpus};
    double work = visit->item * (double)visit->items;
    furrow_usage usage = {.items = visit->items, .wall = work, .cpu = work};
    if (known) {
        told.stood = true;
        told.plan = *known;
    } else {
        furrow_site_recall(site, visit->first, &facts);
        if (furrow_plan_needs_pilot(&visit->request, &facts))
            facts.usage = usage;
        EXPECT_EQUAL(furrow_plan_choose(&told.plan, &visit->request, &facts), 0);
    }
    span_evenly(spans, visit);
    const furrow_site_call seen = {
        .first = visit->first,
        .items = visit->items,
        .request = visit->request,
        .plan = told.plan,
        .wall = visit->wall > 0 ? visit->wall : work / told.plan.threads,
        .usage = told.traced ? usage : (furrow_usage){0},
        .spans = told.traced ? spans : NULL,
        .span_count = told.traced ? SPANS : 0,
    };
    furrow_site_learn(site, &seen);
    return told;
}

static const struct visit usual = {.items = 1000, .item = 1e-3, .cpus = CPUS};

/* A site after its first `calls` usual calls. */
static furrow_site after(int calls)
{
    furrow_site site = {0};
    for (int i = 0; i < calls; i++)
        call(&site, &usual);
    return site;
}

TEST(three_calls_are_traced_and_from_the_fifth_on_the_plan_stands)
{
    static const struct {
        bool traced, stood;
        size_t calls; /* that the plan was played on */
    } table[] = {{true, false, 0}, {true, false, 1}, {true, false, 2}, {false, false, 3},
                 {false, true, 3}, {false, true, 3}, {false, true, 3}};
    furrow_site site = {0};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        harness_case("call %zu", i + 1);
        struct told told = call(&site, &usual);
        EXPECT_EQUAL(told.traced, table[i].traced);
        EXPECT_EQUAL(told.stood, table[i].stood);
        EXPECT_EQUAL(told.plan.grounds.calls, table[i].calls);
        EXPECT_EQUAL(told.plan.threads, CPUS);
        EXPECT_EQUAL(site.calls, i + 1);
        EXPECT_EQUAL(site.traces, i < 3 ? i + 1 : 3);
        EXPECT_EQUAL(site.surprises, 0);
    }
}

TEST(a_site_that_knows_nothing_adds_nothing)
{
    const furrow_site site = {0};
    furrow_plan_facts facts = {.items = 9};
    EXPECT(!furrow_site_plan(&site, &no_request, 0, 9, CPUS));
    EXPECT(!furrow_site_plan(&site, &no_request, 0, 0, 0));
    EXPECT(furrow_site_wants_trace(&site, 0, 2) && furrow_site_wants_trace(&site, 7, SIZE_MAX));
    EXPECT(!furrow_site_wants_trace(&site, 0, 1) && !furrow_site_wants_trace(&site, 0, 0));
    EXPECT(furrow_site_wants_time(&site));
    furrow_site_recall(&site, 0, &facts);
    EXPECT(facts.profile.parts == 0 && facts.calls == 0 && facts.usage.items == 0);
}

TEST(a_call_of_no_items_changes_nothing)
{
    furrow_site site = after(2);
    const furrow_site before = site;
    furrow_site_learn(&site, &(furrow_site_call){.first = 5, .wall = 7});
    EXPECT(memcmp(&site, &before, sizeof site) == 0);
}

TEST(calls_of_ever_different_items_are_traced_once_and_told_the_mean)
{
    furrow_site site = {0};
    for (size_t i = 0; i < 40; i++) {
        const struct visit visit = {.first = i % 2, .items = 100 + 7 * i, .item = 1e-3, .cpus = 2};
        struct told told = call(&site, &visit);
        harness_case("call %zu", i + 1);
        EXPECT_EQUAL(told.traced, i == 0);
        EXPECT(!told.stood);
        EXPECT_EQUAL(told.plan.grounds.calls, 0);
        EXPECT_NEAR(told.plan.grounds.item, 1e-3, 1e-12);
        EXPECT_EQUAL(site.calls, i + 1);
    }
    furrow_plan_facts facts = {.items = 5000};
    furrow_site_recall(&site, 0, &facts);
    EXPECT(facts.profile.parts == 0 && facts.usage.items == 100);
}

TEST(what_is_known_of_items_by_others_is_left)
{
    const furrow_site site = after(1);
    furrow_plan_facts facts = {.items = 1000, .usage = {.items = 3, .wall = 9}};
    furrow_site_recall(&site, 0, &facts);
    EXPECT_EQUAL(facts.usage.items, 3);
    EXPECT_EQUAL(facts.profile.items, 1000);
    EXPECT_EQUAL(facts.calls, 1);
}

TEST(other_items_twice_in_a_row_begin_anew)
{
    static const struct visit others = {.first = 3, .items = 50, .item = 1e-3, .cpus = CPUS};
    furrow_site site = after(5);
    EXPECT(!call(&site, &others).traced);
    EXPECT(!call(&site, &usual).traced);
    EXPECT_EQUAL(site.items, 1000);
    EXPECT(!call(&site, &others).traced);
    EXPECT(call(&site, &others).traced);
    EXPECT(site.items == 50 && site.first == 3 && site.traces == 1 && site.parts == 50);
    EXPECT(call(&site, &others).traced && call(&site, &others).traced);
    EXPECT(!call(&site, &others).stood && call(&site, &others).stood);
}

TEST(one_disturbed_call_of_three_does_no_harm)
{
    for (int disturbed = 0; disturbed < 3; disturbed++) {
        furrow_site site = {0};
        for (int i = 0; i < 3; i++) {
            struct visit visit = usual;
            visit.item *= i == disturbed ? 100 : 1;
            call(&site, &visit);
        }
        furrow_plan_facts facts = {.items = usual.items};
        furrow_site_recall(&site, 0, &facts);
        harness_case("call %d disturbed", disturbed + 1);
        REQUIRE(facts.profile.parts == FURROW_SITE_PARTS && facts.calls == 3);
        for (size_t i = 0; i <= facts.profile.parts; i++)
            EXPECT_NEAR(facts.profile.until[i], (double)i / FURROW_SITE_PARTS, 1e-9);
    }
}

TEST(of_two_calls_the_quicker_counts)
{
    furrow_site site = {0};
    struct visit visit = usual;
    visit.item = 7;
    call(&site, &visit);
    call(&site, &usual);
    EXPECT_NEAR(site.until[FURROW_SITE_PARTS], 1, 1e-9);
}

TEST(work_is_remembered_by_class_of_thread_count)
{
    furrow_site site = {0};
    for (int i = 0; i < 3; i++) {
        struct visit visit = usual;
        visit.request.threads = i == 0 ? 1 : 2;
        visit.item = i == 0 ? 1e-3 : i == 1 ? 3e-3 : 2e-3;
        call(&site, &visit);
    }
    furrow_plan_facts facts = {.items = usual.items};
    furrow_site_recall(&site, 0, &facts);
    EXPECT_NEAR(facts.inflation[0], 0.5, 1e-9); /* 1 s of the median, 2 s */
    EXPECT_NEAR(facts.inflation[1], 1, 1e-9);   /* the lesser of 2 and 3 s */
    EXPECT_NEAR(facts.inflation[2], 0, 0);
}

/* Calls on with a wall time of its own; returns whether the site began anew. */
static bool begins_anew(furrow_site *site, double wall)
{
    struct visit visit = usual;
    visit.wall = wall;
    call(site, &visit);
    return site->calls == 0;
}

TEST(three_surprises_in_a_row_begin_anew)
{
    furrow_site site = after(6);
    const furrow_site nothing = {0};
    EXPECT_NEAR(site.wall, 0.5, 1e-9);
    EXPECT(!begins_anew(&site, 0.8) && !begins_anew(&site, 0.8));
    EXPECT(!begins_anew(&site, 0.7)); /* no surprise: within half as long again */
    EXPECT(!begins_anew(&site, 0.8) && !begins_anew(&site, 50));
    EXPECT_EQUAL(site.surprises, 2);
    EXPECT(begins_anew(&site, 0.8));
    EXPECT(memcmp(&site, &nothing, sizeof site) == 0);
    EXPECT(call(&site, &usual).traced);

    site = after(6);
    EXPECT(!begins_anew(&site, 0.26) && !begins_anew(&site, 0.12) && !begins_anew(&site, 0.05));
    EXPECT(begins_anew(&site, 0.02));
}

TEST(another_plan_or_other_items_are_no_surprise)
{
    furrow_site site = after(6);
    for (int i = 0; i < 12; i++) {
        struct visit visit = usual;
        visit.request.chunk = (size_t)(2 + i % 2);
        visit.wall = i % 2 ? 1 : 100;
        call(&site, &visit);
        EXPECT_EQUAL(site.surprises, 0);
    }
    for (size_t i = 0; i < 12; i++) {
        const struct visit visit = {.items = (size_t)100 << i, .item = 1e-3, .cpus = CPUS};
        call(&site, &visit);
        EXPECT_EQUAL(site.surprises, 0);
    }
    EXPECT_EQUAL(site.calls, 30);
}

TEST(short_calls_are_timed_now_and_then)
{
    furrow_site site = after(5);
    EXPECT(furrow_site_wants_time(&site));
    size_t timed = 0;
    site.wall = 1e-6;
    for (size_t i = 0; i < 160; i++, site.calls++)
        timed += furrow_site_wants_time(&site);
    EXPECT_EQUAL(timed, 10);

    /* A plan whose time nobody knows is timed at once. */
    furrow_site_call seen = {.items = 1000, .plan = {.threads = 1}};
    furrow_site_learn(&site, &seen);
    EXPECT(furrow_site_wants_time(&site));
    EXPECT_NEAR(site.wall, 0, 0);
}

TEST(a_request_that_changes_is_answered_anew)
{
    static const furrow_plan requests[] = {
        {0},
        {.backend = FURROW_BACKEND_SERIAL},
        {.backend = FURROW_BACKEND_FOR},
        {.backend = FURROW_BACKEND_TASKLOOP},
        {.threads = 1},
        {.threads = 2},
        {.schedule = FURROW_SCHEDULE_GUIDED},
        {.schedule = FURROW_SCHEDULE_STATIC},
        {.chunk = 1},
        {.schedule = FURROW_SCHEDULE_GUIDED, .chunk = 1},
        {.schedule = FURROW_SCHEDULE_DYNAMIC, .chunk = 9},
    };
    const size_t count = sizeof requests / sizeof *requests;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++) {
            furrow_site site = {0};
            struct visit visit = usual;
            visit.request = requests[i];
            for (int k = 0; k < 4; k++)
                call(&site, &visit);
            const furrow_plan *plan =
                furrow_site_plan(&site, &requests[j], 0, usual.items, usual.cpus);
            harness_case("request %zu after %zu", j, i);
            EXPECT_EQUAL(plan != NULL, i == j);
            visit.request = requests[j];
            EXPECT_EQUAL(call(&site, &visit).stood, i == j);
            EXPECT(call(&site, &visit).stood);
        }
}

TEST(of_another_unit_only_the_mean_is_known)
{
    furrow_site site = {0};
    furrow_site_count_in(&site, 1);
    for (int i = 0; i < 5; i++)
        call(&site, &usual);
    furrow_site_count_in(&site, 1);
    EXPECT(furrow_site_plan(&site, &no_request, 0, usual.items, CPUS));

    furrow_site_count_in(&site, 250);
    furrow_plan_facts facts = {.items = usual.items};
    furrow_site_recall(&site, 0, &facts);
    EXPECT(!furrow_site_plan(&site, &no_request, 0, usual.items, CPUS));
    EXPECT_EQUAL(facts.profile.parts, 0);
    EXPECT_EQUAL(facts.usage.items, usual.items);
    EXPECT_NEAR(facts.usage.wall / (double)facts.usage.items, 250 * usual.item, 1e-9);
    EXPECT(!furrow_site_wants_trace(&site, 0, usual.items));

    /* Of one item each to units: nobody knows how many items that were. */
    site = after(5);
    furrow_site_count_in(&site, 250);
    facts = (furrow_plan_facts){.items = usual.items};
    furrow_site_recall(&site, 0, &facts);
    EXPECT_EQUAL(facts.usage.items, 0);
}

TEST(a_plan_stands_for_the_same_items_and_cpus)
{
    const furrow_site site = after(5);
    EXPECT(furrow_site_plan(&site, &no_request, 0, 1000, CPUS));
    EXPECT(!furrow_site_plan(&site, &no_request, 1, 1000, CPUS));
    EXPECT(!furrow_site_plan(&site, &no_request, 0, 999, CPUS));
    EXPECT(!furrow_site_plan(&site, &no_request, 0, 1000, CPUS + 1));
    furrow_site alone = {0};
    struct visit visit = usual;
    visit.cpus = 0; /* counts as one */
    for (int i = 0; i < 4; i++)
        call(&alone, &visit);
    EXPECT(call(&alone, &visit).stood);
    EXPECT(furrow_site_plan(&alone, &no_request, 0, 1000, 1));
}

TEST(a_site_is_a_value_that_may_be_copied)
{
    furrow_site site = after(5);
    furrow_site copy = site;
    memset(&site, 0xff, sizeof site);
    furrow_plan_facts facts = {.items = usual.items};
    furrow_site_recall(&copy, 0, &facts);
    EXPECT(facts.profile.until == copy.until);
    EXPECT_NEAR(copy.until[copy.parts], 1, 1e-9);
    EXPECT(call(&copy, &usual).stood);
}
