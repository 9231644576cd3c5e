#include "plan_choice.h"

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
        .backend = next_random(state) % 4 ? FURROW_BACKEND_AUTO : TASKLOOP,
        .schedule = next_random(state) % 2 ? FURROW_SCHEDULE_AUTO
                                           : (furrow_schedule)(next_random(state) % 4),
        .chunk = one_of(state, chunks, 6),
    };
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
    bool cut_by = request->schedule != FURROW_SCHEDULE_AUTO && plan->backend == FOR;
    EXPECT(!cut_by || plan->schedule == request->schedule);
    EXPECT(plan->backend != FURROW_BACKEND_AUTO && plan->schedule != FURROW_SCHEDULE_AUTO);
    EXPECT(plan->threads >= 1 && (request->threads || plan->threads <= story->facts.cpus));
}

/* As long as nobody has to share a CPU, what is predicted is what the simulator says. */
static void is_played(const furrow_plan *plan, const struct story *story)
{
    const furrow_costs typical = FURROW_PLAN_TYPICAL_COSTS;
    double expected = story->until[story->facts.profile.parts];
    if (plan->backend != SERIAL) {
        furrow_simulation simulation;
        EXPECT_EQUAL(furrow_schedule_simulate(&simulation, plan->schedule, plan->chunk,
                                              plan->threads, &story->facts.profile, &typical),
                     FURROW_OK);
        expected = simulation.makespan - (plan->threads == 1 ? typical.region : 0);
    }
    EXPECT_NEAR(plan->grounds.predicted, expected, 1e-9 * expected);
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
        better += plans[i].grounds.predicted < 0.949 * chosen.grounds.predicted;
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

TEST(the_same_facts_give_the_same_plan)
{
    uint32_t state = 2;
    for (int i = 0; i < 500; i++) {
        struct story story;
        tell(&story, &state);
        if (i % 2)
            story.facts.profile.parts = 0;
        const struct story copy = story;
        furrow_plan_facts facts = copy.facts;
        facts.profile.until = copy.until;
        furrow_plan plan, again;
        char reason[FURROW_PLAN_REASON_SIZE], same[FURROW_PLAN_REASON_SIZE];
        memset(&plan, 0x55, sizeof plan);
        memset(&again, 0xaa, sizeof again);
        harness_case("story %d", i);
        EXPECT_EQUAL(furrow_plan_choose(&plan, &story.request, &story.facts), FURROW_OK);
        EXPECT_EQUAL(furrow_plan_choose(&again, &copy.request, &facts), FURROW_OK);
        EXPECT(is_same(&plan, &again));
        EXPECT(same_grounds(&plan.grounds, &again.grounds));
        EXPECT_TEXT(furrow_plan_reason(reason, &plan), furrow_plan_reason(same, &again));
    }
}

/* One item of 1 ms before 63 of 1 us: two threads save 63 us of 1063, whatever the rest does; no
 * schedule can save more. Guided comes first of those within 2 %, though its first piece is of 16:
 * 1015 us, a dispatch, handing out at all, and a region. */
TEST(one_huge_item_is_worth_two_threads)
{
    double until[65] = {0, 1e-3};
    for (int i = 1; i < 64; i++)
        until[i + 1] = until[i] + 1e-6;
    const furrow_plan_facts facts = {
        .items = 64, .cpus = 4, .profile = {64, 64, until}, .calls = 2};
    furrow_plan plan;
    EXPECT_EQUAL(furrow_plan_choose(&plan, NULL, &facts), FURROW_OK);
    EXPECT_EQUAL(plan.threads, 2);
    EXPECT_EQUAL(plan.schedule, GUIDED);
    EXPECT_EQUAL(plan.chunk, 1);
    EXPECT_NEAR(plan.grounds.serial, 1.063e-3, 1e-12);
    EXPECT_NEAR(plan.grounds.predicted, 1.015e-3 + 1e-7 + 2e-7 + 4e-6, 1e-12);
    EXPECT_EQUAL(plan.grounds.calls, 2);
    char reason[FURROW_PLAN_REASON_SIZE];
    EXPECT_CONTAINS(furrow_plan_reason(reason, &plan),
                    "1.02 ms foretold from 2 earlier calls, 1.06 ms on one thread");
}

TEST(items_that_take_longer_beside_others_stay_alone)
{
    const furrow_plan_facts alike = {
        .items = 1000, .cpus = 2, .profile = {1000, 1, (const double[]){0, 1}}, .calls = 3};
    furrow_plan_facts slower = alike;
    slower.inflation[0] = 1;
    slower.inflation[1] = 2.5;
    furrow_plan plan;
    EXPECT_EQUAL(furrow_plan_choose(&plan, NULL, &alike), FURROW_OK);
    EXPECT_EQUAL(plan.threads, 2);
    EXPECT_NEAR(plan.grounds.predicted, 0.5, 1e-3);
    EXPECT_EQUAL(furrow_plan_choose(&plan, NULL, &slower), FURROW_OK);
    EXPECT_EQUAL(plan.threads, 1);
    EXPECT_EQUAL(plan.grounds.cause, FURROW_CAUSE_SMALL);
    EXPECT_NEAR(plan.grounds.predicted, 1, 1e-9);
    slower.inflation[1] = 1.5;
    EXPECT_EQUAL(furrow_plan_choose(&plan, NULL, &slower), FURROW_OK);
    EXPECT_EQUAL(plan.threads, 2);
    EXPECT_NEAR(plan.grounds.predicted, 0.75, 1e-3);
}

/* 2^25 chunks of one: 3.36 s of dispatch for 1 s of work. On two threads each takes half of both;
 * on eight, all wait for the counter, 50 ns for each chunk. Dealt, a chunk costs 10 ns, and
 * nothing is added for handing out at all. */
TEST(what_is_cut_too_finely_to_be_played_is_averaged)
{
    static const size_t items = (size_t)1 << 25;
    static const struct {
        int threads;
        furrow_schedule schedule;
        double predicted;
    } table[] = {
        {1, DYNAMIC, 1 + 33554432 * 1e-7 + 2e-7},
        {2, DYNAMIC, (1 + 33554432 * 1e-7) / 2 + 2e-7 + 4e-6},
        {8, DYNAMIC, 33554432 * 5e-8 + 2e-7 + 4e-6 + 6 * 2e-7},
        {2, STATIC, (1 + 33554432 * 1e-8) / 2 + 4e-6},
    };
    const furrow_plan_facts facts = {
        .items = items, .cpus = 8, .profile = {items, 1, (const double[]){0, 1}}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const furrow_plan request = {table[i].threads, FOR, table[i].schedule, 1, {0}};
        furrow_plan plan;
        harness_case("row %zu", i);
        EXPECT_EQUAL(furrow_plan_choose(&plan, &request, &facts), FURROW_OK);
        EXPECT(is_same(&plan, &request));
        EXPECT_NEAR(plan.grounds.predicted, table[i].predicted, 1e-9);
    }
    const furrow_plan_facts most = {
        .items = SIZE_MAX, .cpus = 8, .profile = {SIZE_MAX, 1, (const double[]){0, 1e9}}};
    furrow_plan plan;
    EXPECT_EQUAL(furrow_plan_choose(&plan, NULL, &most), FURROW_OK);
    EXPECT_EQUAL(plan.threads, 8);
}

TEST(candidates_are_counted_beyond_the_room_for_them)
{
    const furrow_plan_facts facts = {.items = 1000, .cpus = 4, .usage = COMPUTE(1e-3)};
    furrow_plan plans[MOST_PLANS], few[3];
    size_t all, count;
    EXPECT_EQUAL(furrow_plan_candidates(plans, MOST_PLANS, &all, NULL, &facts), FURROW_OK);
    EXPECT_EQUAL(all, 1 + 2 * (1 + 6 + 3)); /* inline; on 2, on 4: guided, dynamic, static */
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
        {.items = 1000, .cpus = 4}, {.cpus = 4, .usage = COMPUTE(1)}, {0}};
    for (size_t i = 0; i < 3; i++) {
        furrow_plan plan;
        size_t count = 99;
        harness_case("row %zu", i);
        EXPECT_EQUAL(furrow_plan_candidates(&plan, 1, &count, NULL, &table[i]), FURROW_OK);
        EXPECT_EQUAL(count, 0);
    }
    const furrow_plan wrong = {.threads = -1};
    size_t count = 99;
    EXPECT_EQUAL(furrow_plan_candidates(NULL, 0, &count, &wrong, &table[0]), FURROW_EINVAL);
    EXPECT_EQUAL(count, 0);
}

TEST(a_profile_that_cannot_be_is_refused)
{
    static const double falling[] = {0, 1, 0.5}, endless[] = {0, 1, INFINITY}, no[] = {0, NAN, 1};
    const double *const profiles[] = {falling, endless, no};
    for (size_t i = 0; i < 3; i++) {
        const furrow_plan_facts facts = {.items = 100, .cpus = 2, .profile = {100, 2, profiles[i]}};
        const furrow_plan request = {.threads = 2};
        furrow_plan plan;
        harness_case("profile %zu", i);
        EXPECT_EQUAL(furrow_plan_choose(&plan, &request, &facts), FURROW_EINVAL);
    }
}

TEST(each_failed_allocation_of_a_plan_is_reported)
{
    const furrow_plan_facts facts = {
        .items = 1000, .cpus = 4, .profile = {1000, 1, (const double[]){0, 1}}};
    furrow_plan plan;
    size_t n = 1;
    for (;; n++) {
        harness_fail_allocation(n);
        int status = furrow_plan_choose(&plan, NULL, &facts);
        if (harness_fail_allocation(0) < n)
            break;
        EXPECT_EQUAL(status, FURROW_ENOMEM);
    }
    EXPECT(n > 2);
}

TEST(thread_counts_fall_into_classes_of_powers_of_two)
{
    static const struct {
        int threads, class;
    } table[] = {{0, 0}, {1, 0}, {2, 1},   {3, 2},   {4, 2},
                 {5, 3}, {8, 3}, {256, 8}, {257, 8}, {INT_MAX, FURROW_PLAN_CLASSES - 1}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        EXPECT_EQUAL(furrow_plan_class(table[i].threads), table[i].class);
}
