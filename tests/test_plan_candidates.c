/* The plans that the planner compares, and the one that it chooses. */
#include "plan/simulate.h"
#include "plan_stories.h"

#include <string.h>

#include <furrow/status.h>

enum { STORIES = 650, ROOM = 8192 };

static furrow_plan plans[ROOM];

static size_t candidates_of(const furrow_plan *request, const furrow_plan_facts *facts)
{
    size_t count = 0;
    EXPECT_EQUAL(furrow_plan_candidates(plans, ROOM, &count, request, facts), FURROW_OK);
    EXPECT(count <= ROOM);
    return count <= ROOM ? count : 0;
}

static double least_predicted(const furrow_plan *request, const furrow_plan_facts *facts)
{
    double least = INFINITY;
    for (size_t i = candidates_of(request, facts); i-- > 0;)
        least = fmin(least, plans[i].reason.predicted);
    return least;
}

/* While no threads share a CPU, the prediction is what the simulator says. */
static void is_simulated(const furrow_plan *plan, const struct story *story)
{
    const furrow_costs typical = FURROW_PLAN_TYPICAL_COSTS;
    double expected = story->until[story->facts.profile.parts];
    if (plan->backend != FURROW_BACKEND_SERIAL) {
        furrow__simulation simulation;
        EXPECT_EQUAL(furrow__schedule_simulate(&simulation, plan->schedule, plan->chunk,
                                               plan->threads, &story->facts.profile, &typical),
                     FURROW_OK);
        expected = simulation.makespan - (plan->threads == 1 ? typical.region : 0);
    }
    EXPECT_NEAR(plan->reason.predicted, expected, 1e-9 * expected);
}

/* The chosen plan is one of the candidates; where they are compared, none is much better. */
static void chooses_a_candidate(const furrow_plan *chosen, const struct story *story, bool compares)
{
    size_t found = 0, count = candidates_of(&story->request, &story->facts);
    double least = INFINITY;
    for (size_t i = 0; i < count; i++) {
        bool cut_finely = plans[i].chunk && story->facts.items / plans[i].chunk > 65536;
        if (compares && plans[i].threads <= story->facts.cpus && !cut_finely)
            is_simulated(&plans[i], story);
        grants(&plans[i], story);
        fits(&plans[i], story);
        EXPECT(plans[i].reason.predicted > 0);
        least = fmin(least, plans[i].reason.predicted);
        found += is_same(&plans[i], chosen);
    }
    EXPECT_EQUAL(found, 1);
    EXPECT(!compares || least >= 0.949 * chosen->reason.predicted);
}

/* The number of CPUs is a power of two each time, so each number of threads stays a candidate. */
static void gains_by_more_cpus(const struct story *story)
{
    furrow_plan_facts facts = story->facts;
    double before = INFINITY;
    for (facts.cpus = 1; facts.cpus <= 16; facts.cpus *= 2) {
        double now = least_predicted(&story->request, &facts);
        EXPECT(now <= before * (1 + 1e-9));
        before = now;
    }
}

TEST(of_all_candidates_none_is_much_better_than_the_chosen)
{
    size_t chosen[FURROW_BACKEND_POOL + 1] = {0};
    unsigned state = 1;
    for (int i = 0; i < STORIES; i++) {
        struct story story;
        furrow_plan plan;
        bool open = i % 4 == 0;
        tell_traced(&story, &state);
        if (open)
            open_backend(&story, i / 4);
        show("traced", i, &story);
        EXPECT_EQUAL(furrow_plan_choose(&plan, &story.request, &story.facts), FURROW_OK);
        chooses_a_candidate(&plan, &story, !open);
        if (i % 8 == 1)
            gains_by_more_cpus(&story);
        chosen[plan.backend]++;
    }
    for (int backend = FURROW_BACKEND_SERIAL; backend <= FURROW_BACKEND_POOL; backend++)
        EXPECT(chosen[backend] > 0);
}

/* Of 2 threads and of 4: guided, six dynamic, two cycles of static blocks, blocks, and a pool. */
TEST(each_request_has_its_candidates)
{
    static const furrow_plan_facts known = {.items = 1000, .cpus = 4, .history = {.alone = 1e-3}};
    static const furrow_plan_facts five_cpus = {
        .items = 1000, .cpus = 5, .history = {.alone = 1e-3}};
    static const furrow_plan_facts no_openmp = {
        .items = 1000, .cpus = 4, .no_openmp = true, .history = {.alone = 1e-3}};
    static const furrow_plan_facts no_costs = {.items = 1000, .cpus = 4};
    static const furrow_plan_facts no_items = {.cpus = 4, .history = {.alone = 1}};
    static const struct {
        furrow_plan request;
        const furrow_plan_facts *facts;
        size_t all, pools, cycles; /* plans with static chunks */
    } table[] = {
        {{0}, &known, 23, 2, 4},
        {{0}, &five_cpus, 34, 3, 6},
        {{0}, &no_openmp, 3, 2, 0},
        {{0}, &no_costs, 0, 0, 0},
        {{0}, &no_items, 0, 0, 0},
        {{.chunk = 7}, &known, 9, 2, 2},
        {{.threads = 3}, &known, 11, 1, 2},
        {{.threads = 1}, &known, 1, 0, 0},
        {{.schedule = FURROW_SCHEDULE_DYNAMIC}, &known, 13, 0, 0},
        {{.schedule = FURROW_SCHEDULE_STATIC}, &known, 3, 0, 0},
        {{.schedule = FURROW_SCHEDULE_ADAPTIVE}, &known, 3, 2, 0},
        {{.backend = FURROW_BACKEND_FOR}, &known, 30, 0, 6},
        {{.backend = FURROW_BACKEND_TASKLOOP}, &known, 18, 0, 0},
        {{.backend = FURROW_BACKEND_SERIAL}, &known, 1, 0, 0},
        {{.backend = FURROW_BACKEND_POOL}, &known, 3, 3, 0},
        {{.backend = FURROW_BACKEND_POOL, .schedule = FURROW_SCHEDULE_ADAPTIVE}, &known, 3, 3, 0},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        size_t count = candidates_of(&table[i].request, table[i].facts), pools = 0, cycles = 0;
        harness_case("row %zu", i);
        EXPECT_EQUAL(count, table[i].all);
        for (size_t c = 0; c < count; c++) {
            bool pool = plans[c].backend == FURROW_BACKEND_POOL;
            pools += pool;
            cycles += plans[c].schedule == FURROW_SCHEDULE_STATIC && plans[c].chunk > 0;
            if (pool && plans[c].chunk == 0)
                EXPECT_NEAR(plans[c].reason.predicted * plans[c].threads, 1, 3e-3);
        }
        EXPECT_EQUAL(pools, table[i].pools);
        EXPECT_EQUAL(cycles, table[i].cycles);
    }
}

TEST(candidates_are_counted_beyond_the_room_for_them)
{
    const furrow_plan_facts facts = {.items = 1000, .cpus = 4, .history = {.alone = 1e-3}};
    furrow_plan few[3];
    size_t count, all = candidates_of(NULL, &facts);
    memset(few, 0x55, sizeof few);
    EXPECT_EQUAL(furrow_plan_candidates(few, 2, &count, NULL, &facts), FURROW_OK);
    EXPECT_EQUAL(count, all);
    EXPECT(is_same(&few[0], &plans[0]) && is_same(&few[1], &plans[1]));
    EXPECT_EQUAL(few[2].threads, 0x55555555);
    EXPECT_EQUAL(furrow_plan_candidates(NULL, 0, &count, NULL, &facts), FURROW_OK);
    EXPECT_EQUAL(count, all);
}

/* Costs that rise from 0 to 2 ms: of two blocks the second takes three quarters, 0.75 s, and cycles
 * of small ones half, 0.5 s. */
TEST(cycles_of_small_blocks_even_out_costs_that_rise)
{
    enum { ITEMS = 1000 };
    static double until[ITEMS + 1];
    for (size_t i = 1; i <= ITEMS; i++)
        until[i] = (double)i * (double)i * 1e-6;
    const furrow_plan_facts facts = {.items = ITEMS, .cpus = 2, .profile = {ITEMS, ITEMS, until}};
    size_t count = candidates_of(NULL, &facts), cycles = 0;
    for (size_t i = 0; i < count; i++)
        if (plans[i].schedule == FURROW_SCHEDULE_STATIC && plans[i].chunk == 0)
            EXPECT_NEAR(plans[i].reason.predicted, 0.75 + 1e-8 + 4e-6, 1e-12);
        else if (plans[i].schedule == FURROW_SCHEDULE_STATIC)
            cycles += plans[i].reason.predicted < 0.55;
    EXPECT_EQUAL(cycles, 2);
}
