/* The plans that are considered, and of costs along the index which is chosen. */
#include "harness.h"
#include "plan/simulate.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include <furrow/plan.h>
#include <furrow/status.h>

enum { MOST_PARTS = 64, MOST_PLANS = 512 };

/* Costs of items along their index, made up. */
struct story {
    furrow_plan request;
    furrow_plan_facts facts;
    double until[MOST_PARTS + 1];
};

/* Numerical Recipes' generator (Press et al. 1992): the same stories everywhere. */
static uint32_t next_random(uint32_t *state)
{
    return (*state = 1664525u * *state + 1013904223u) >> 8;
}

static size_t one_of(uint32_t *state, const size_t *values, size_t count)
{
    return values[next_random(state) % count];
}

static double part_of_one(uint32_t *state)
{
    return (double)next_random(state) / (1 << 24);
}

/* Constant, rising, exponential, or one huge part; of 1 ns to 10 ms in the mean. */
static double cost_of_part(uint32_t *state, int shape, size_t part)
{
    switch (shape) {
    case 0:
        return 1;
    case 1:
        return 0.01 + (double)part / 32;
    case 2:
        return -log(part_of_one(state) + 1e-9);
    default:
        return part == 5 ? 100 : 0.5;
    }
}

static void tell(struct story *story, uint32_t *state)
{
    static const size_t sizes[] = {1, 2, 3, 7, 16, 17, 256, 1009, 65536, 10000000};
    static const size_t cpus[] = {1, 2, 3, 4, 8, 16};
    static const size_t threads[] = {0, 0, 0, 0, 1, 2, 5};
    static const size_t chunks[] = {0, 0, 0, 1, 7, 100};
    static const size_t schedules[] = {
        0, 0, 0, FURROW_SCHEDULE_STATIC, FURROW_SCHEDULE_DYNAMIC, FURROW_SCHEDULE_GUIDED};
    size_t items = one_of(state, sizes, 10), parts = items < MOST_PARTS ? items : MOST_PARTS;
    int shape = (int)(next_random(state) % 4);
    double scale = pow(10, -9 + 7 * part_of_one(state)) * (double)items / (double)parts;
    story->until[0] = 0;
    for (size_t i = 0; i < parts; i++)
        story->until[i + 1] = story->until[i] + scale * cost_of_part(state, shape, i);
    double work = story->until[parts];
    story->facts = (furrow_plan_facts){
        .items = items,
        .cpus = (int)one_of(state, cpus, 6),
        .grain = next_random(state) % 4 ? 0 : 16,
        .usage = {.items = items, .wall = work, .cpu = work},
        .profile = {items, parts, story->until},
        .calls = 3,
    };
    story->request = (furrow_plan){
        .threads = (int)one_of(state, threads, 7),
        .backend = next_random(state) % 4 ? FURROW_BACKEND_FOR : FURROW_BACKEND_TASKLOOP,
        .schedule = (furrow_schedule)one_of(state, schedules, 6),
        .chunk = one_of(state, chunks, 6),
    };
    if (story->request.schedule && next_random(state) % 2)
        story->request.backend = FURROW_BACKEND_AUTO;
}

static bool is_same(const furrow_plan *a, const furrow_plan *b)
{
    return a->threads == b->threads && a->backend == b->backend && a->schedule == b->schedule &&
           a->chunk == b->chunk;
}

static void respects(const furrow_plan *plan, const struct story *story)
{
    const furrow_plan *request = &story->request;
    EXPECT(request->threads == 0 || plan->threads == request->threads);
    EXPECT(request->chunk == 0 || plan->chunk == request->chunk);
    EXPECT(request->backend == FURROW_BACKEND_AUTO || plan->backend == request->backend);
    bool cut_by = request->schedule != FURROW_SCHEDULE_AUTO && plan->backend == FURROW_BACKEND_FOR;
    EXPECT(!cut_by || plan->schedule == request->schedule);
    EXPECT(plan->backend != FURROW_BACKEND_AUTO && plan->schedule != FURROW_SCHEDULE_AUTO);
    EXPECT(plan->threads >= 1 && (request->threads || plan->threads <= story->facts.cpus));
}

/* As long as nobody has to share a CPU, what is predicted is what the simulator says. */
static void is_played(const furrow_plan *plan, const struct story *story)
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

static void chooses_the_best(const struct story *story)
{
    static furrow_plan plans[MOST_PLANS];
    furrow_plan chosen;
    size_t count, better = 0, found = 0;
    EXPECT_EQUAL(furrow_plan_choose(&chosen, &story->request, &story->facts), FURROW_OK);
    respects(&chosen, story);
    REQUIRE_EQUAL(furrow_plan_candidates(plans, MOST_PLANS, &count, &story->request, &story->facts),
                  FURROW_OK);
    REQUIRE(count >= 1 && count <= MOST_PLANS);
    for (size_t i = 0; i < count; i++) {
        respects(&plans[i], story);
        bool cut_finely = plans[i].chunk && story->facts.items / plans[i].chunk > 65536;
        if (plans[i].threads <= story->facts.cpus && !cut_finely)
            is_played(&plans[i], story);
        better += plans[i].reason.predicted < 0.949 * chosen.reason.predicted;
        found += is_same(&plans[i], &chosen);
    }
    EXPECT_EQUAL(better, 0);
    EXPECT_EQUAL(found, 1);
}

TEST(of_all_candidates_none_is_much_better_than_the_chosen)
{
    uint32_t state = 1;
    for (int i = 0; i < 500; i++) {
        struct story story;
        tell(&story, &state);
        harness_case("story %d: %zu items, %d CPUs, %s,%zu on %d threads", i, story.facts.items,
                     story.facts.cpus, furrow_schedule_name(story.request.schedule),
                     story.request.chunk, story.request.threads);
        chooses_the_best(&story);
    }
}

TEST(candidates_are_counted_beyond_the_room_for_them)
{
    const furrow_plan_facts facts = {.items = 1000, .cpus = 4, .history = {.alone = 1e-3}};
    static furrow_plan plans[MOST_PLANS];
    furrow_plan few[3];
    size_t all, count;
    EXPECT_EQUAL(furrow_plan_candidates(plans, MOST_PLANS, &all, NULL, &facts), FURROW_OK);
    EXPECT_EQUAL(all, 1 + 2 * (1 + 6 + 3 + 1)); /* inline; on 2, on 4: guided, dynamic, static, and
                                                 * a pool */
    memset(few, 0x55, sizeof few);
    EXPECT_EQUAL(furrow_plan_candidates(few, 2, &count, NULL, &facts), FURROW_OK);
    EXPECT_EQUAL(count, all);
    EXPECT(is_same(&few[0], &plans[0]) && is_same(&few[1], &plans[1]));
    EXPECT_EQUAL(few[2].threads, 0x55555555);
    EXPECT_EQUAL(furrow_plan_candidates(NULL, 0, &count, NULL, &facts), FURROW_OK);
    EXPECT_EQUAL(count, all);
}

TEST(without_costs_or_items_there_are_no_candidates)
{
    const furrow_plan_facts table[] = {
        {.items = 1000, .cpus = 4}, {.cpus = 4, .history = {.alone = 1}}, {0}};
    for (size_t i = 0; i < 3; i++) {
        furrow_plan plan;
        size_t count = 99;
        harness_case("row %zu", i);
        EXPECT_EQUAL(furrow_plan_candidates(&plan, 1, &count, NULL, &table[i]), FURROW_OK);
        EXPECT_EQUAL(count, 0);
    }
}

TEST(without_openmp_the_candidates_are_a_thread_and_pools)
{
    const furrow_plan_facts facts = {
        .items = 1000, .cpus = 4, .no_openmp = true, .history = {.alone = 1e-3}};
    furrow_plan plans[4];
    size_t count;
    EXPECT_EQUAL(furrow_plan_candidates(plans, 4, &count, NULL, &facts), FURROW_OK);
    EXPECT_EQUAL(count, 3);
    EXPECT_EQUAL(plans[0].backend, FURROW_BACKEND_SERIAL);
    for (int i = 1; i < 3; i++) {
        EXPECT_EQUAL(plans[i].backend, FURROW_BACKEND_POOL);
        EXPECT_EQUAL(plans[i].threads, 2 * i);
    }
}

/* Costs that rise from 0 to 2 ms: of two blocks the second takes three quarters, 0.75 s, and cycles
 * of small ones half, 0.5 s. */
TEST(static_asked_for_is_one_block_each_and_never_cycles)
{
    enum { ITEMS = 1000 };
    static double until[ITEMS + 1];
    for (size_t i = 1; i <= ITEMS; i++)
        until[i] = (double)i * (double)i * 1e-6;
    const furrow_plan_facts facts = {.items = ITEMS, .cpus = 2, .profile = {ITEMS, ITEMS, until}};
    const furrow_plan request = {
        .threads = 2, .backend = FURROW_BACKEND_FOR, .schedule = FURROW_SCHEDULE_STATIC};
    static furrow_plan plans[MOST_PLANS];
    furrow_plan plan;
    size_t count, blocks = 0, cycles = 0;
    EXPECT_EQUAL(furrow_plan_candidates(plans, MOST_PLANS, &count, &request, &facts), FURROW_OK);
    EXPECT_EQUAL(count, 1);
    EXPECT_EQUAL(furrow_plan_choose(&plan, &request, &facts), FURROW_OK);
    EXPECT_EQUAL(plan.schedule, FURROW_SCHEDULE_STATIC);
    EXPECT_EQUAL(plan.chunk, 0);
    EXPECT_NEAR(plan.reason.predicted, 0.75 + 1e-8 + 4e-6, 1e-12);
    EXPECT_EQUAL(furrow_plan_candidates(plans, MOST_PLANS, &count, NULL, &facts), FURROW_OK);
    REQUIRE(count <= MOST_PLANS);
    for (size_t i = 0; i < count; i++)
        if (plans[i].schedule == FURROW_SCHEDULE_STATIC) {
            blocks += plans[i].chunk == 0;
            cycles += plans[i].chunk > 0 && plans[i].reason.predicted < 0.55;
        }
    EXPECT_EQUAL(blocks, 1);
    EXPECT_EQUAL(cycles, 2);
}

TEST(a_pool_is_the_one_candidate_of_its_number_of_threads)
{
    static const furrow_plan requests[] = {
        {.backend = FURROW_BACKEND_POOL, .schedule = FURROW_SCHEDULE_ADAPTIVE},
        {.backend = FURROW_BACKEND_POOL},
        {.schedule = FURROW_SCHEDULE_ADAPTIVE}};
    const furrow_plan_facts facts = {.items = 1000, .cpus = 4, .history = {.alone = 1e-3}};
    for (size_t i = 0; i < 3; i++) {
        furrow_plan plans[4];
        size_t count;
        harness_case("request %zu", i);
        EXPECT_EQUAL(furrow_plan_candidates(plans, 4, &count, &requests[i], &facts), FURROW_OK);
        REQUIRE_EQUAL(count, 3);
        for (int c = 1; c < 3; c++) {
            EXPECT_EQUAL(plans[c].threads, 2 * c);
            EXPECT_EQUAL(plans[c].backend, FURROW_BACKEND_POOL);
            EXPECT_EQUAL(plans[c].schedule, FURROW_SCHEDULE_ADAPTIVE);
            EXPECT_NEAR(plans[c].reason.predicted, 0.5 / c, 1e-3 / c);
        }
    }
}

static size_t count_pools(const furrow_plan *request, const furrow_plan_facts *facts)
{
    static furrow_plan plans[MOST_PLANS];
    size_t count, pools = 0;
    EXPECT_EQUAL(furrow_plan_candidates(plans, MOST_PLANS, &count, request, facts), FURROW_OK);
    for (size_t i = 0; i < count; i++)
        pools += plans[i].backend == FURROW_BACKEND_POOL;
    return pools;
}

TEST(a_pool_is_a_candidate_wherever_the_planner_may_choose_one)
{
    const furrow_plan_facts facts = {.items = 1000, .cpus = 4, .history = {.alone = 1e-3}};
    static const struct {
        furrow_plan request;
        size_t pools;
    } table[] = {
        {{0}, 2}, /* on 2 threads, on 4 */
        {{.chunk = 7}, 2},
        {{.threads = 3}, 1},
        {{.threads = 1}, 0},
        {{.schedule = FURROW_SCHEDULE_DYNAMIC}, 0},
        {{.backend = FURROW_BACKEND_FOR}, 0},
        {{.backend = FURROW_BACKEND_TASKLOOP}, 0},
        {{.backend = FURROW_BACKEND_SERIAL}, 0},
        {{.backend = FURROW_BACKEND_POOL}, 3},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        harness_case("row %zu", i);
        EXPECT_EQUAL(count_pools(&table[i].request, &facts), table[i].pools);
    }
}

/* With the backend open: a pool, the serial loop, or `for`, of items that compute or wait. */
TEST(the_chosen_plan_is_a_candidate_whatever_its_backend)
{
    enum { ROOM = 8192 }; /* of waiting items there are many numbers of threads */
    static furrow_plan plans[ROOM];
    size_t chosen[FURROW_BACKENDS] = {0};
    uint32_t state = 3;
    for (int i = 0; i < 150; i++) {
        struct story story;
        furrow_plan plan;
        size_t count, found = 0;
        tell(&story, &state);
        story.request.backend = FURROW_BACKEND_AUTO;
        story.request.schedule = FURROW_SCHEDULE_AUTO;
        if (i % 3 == 0)
            story.facts.wait = 1e-3;
        if (i % 3 == 1) /* shared evenly before: long ones go to `for` */
            story.facts.history = (furrow_plan_history){
                .calls = 9,
                .alone = story.facts.usage.wall / (double)story.facts.items,
                .shared = story.facts.usage.wall / (double)story.facts.items / story.facts.cpus};
        harness_case("story %d: %zu items, %d CPUs, %zu at a time on %d threads", i,
                     story.facts.items, story.facts.cpus, story.request.chunk,
                     story.request.threads);
        EXPECT_EQUAL(furrow_plan_choose(&plan, &story.request, &story.facts), FURROW_OK);
        EXPECT_EQUAL(furrow_plan_candidates(plans, ROOM, &count, &story.request, &story.facts),
                     FURROW_OK);
        REQUIRE(count >= 1 && count <= ROOM);
        for (size_t c = 0; c < count; c++) {
            EXPECT(plans[c].reason.predicted > 0);
            found += is_same(&plans[c], &plan);
        }
        EXPECT_EQUAL(found, 1);
        chosen[plan.backend]++;
    }
    EXPECT(chosen[FURROW_BACKEND_SERIAL] > 0 && chosen[FURROW_BACKEND_FOR] > 0 &&
           chosen[FURROW_BACKEND_POOL] > 0);
}
