/* Plans by what items cost along their index: what they are predicted to take. */
#include "harness.h"

#include <math.h>
#include <stdint.h>

#include <furrow/plan.h>
#include <furrow/status.h>

static const furrow_plan team = {.backend = FURROW_BACKEND_FOR};

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
    EXPECT_EQUAL(furrow_plan_choose(&plan, &team, &facts), FURROW_OK);
    EXPECT_EQUAL(plan.threads, 2);
    EXPECT_EQUAL(plan.schedule, FURROW_SCHEDULE_GUIDED);
    EXPECT_EQUAL(plan.chunk, 1);
    EXPECT_NEAR(plan.reason.serial, 1.063e-3, 1e-12);
    EXPECT_NEAR(plan.reason.predicted, 1.015e-3 + 1e-7 + 2e-7 + 4e-6, 1e-12);
    EXPECT_EQUAL(plan.reason.calls, 2);
    char reason[FURROW_PLAN_REASON_SIZE];
    EXPECT_CONTAINS(furrow_plan_reason(reason, &plan),
                    "1.02 ms predicted from 2 earlier calls, 1.06 ms on one thread");
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
        {1, FURROW_SCHEDULE_DYNAMIC, 1 + 33554432 * 1e-7 + 2e-7},
        {2, FURROW_SCHEDULE_DYNAMIC, (1 + 33554432 * 1e-7) / 2 + 2e-7 + 4e-6},
        {8, FURROW_SCHEDULE_DYNAMIC, 33554432 * 5e-8 + 2e-7 + 4e-6 + 6 * 2e-7},
        {2, FURROW_SCHEDULE_STATIC, (1 + 33554432 * 1e-8) / 2 + 4e-6},
    };
    const furrow_plan_facts facts = {
        .items = items, .cpus = 8, .profile = {items, 1, (const double[]){0, 1}}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const furrow_plan request = {
            table[i].threads, FURROW_BACKEND_FOR, table[i].schedule, 1, {0}};
        furrow_plan plan;
        harness_case("row %zu", i);
        EXPECT_EQUAL(furrow_plan_choose(&plan, &request, &facts), FURROW_OK);
        EXPECT(plan.threads == request.threads && plan.schedule == request.schedule);
        EXPECT_NEAR(plan.reason.predicted, table[i].predicted, 1e-9);
    }
    const furrow_plan_facts most = {
        .items = SIZE_MAX, .cpus = 8, .profile = {SIZE_MAX, 1, (const double[]){0, 1e9}}};
    furrow_plan plan;
    EXPECT_EQUAL(furrow_plan_choose(&plan, &team, &most), FURROW_OK);
    EXPECT_EQUAL(plan.threads, 8);
}

TEST(a_profile_that_cannot_be_is_refused)
{
    static const double falling[] = {0, 1, 0.5}, endless[] = {0, 1, INFINITY}, no[] = {0, NAN, 1};
    const double *const profiles[] = {falling, endless, no};
    for (size_t i = 0; i < 3; i++) {
        const furrow_plan_facts facts = {.items = 100, .cpus = 2, .profile = {100, 2, profiles[i]}};
        const furrow_plan request = {.threads = 2, .backend = FURROW_BACKEND_FOR};
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
        int status = furrow_plan_choose(&plan, &team, &facts);
        if (harness_fail_allocation(0) < n)
            break;
        EXPECT_EQUAL(status, FURROW_ENOMEM);
    }
    EXPECT(n > 2);
}

/* Two halves of a second of work: dealt, 10 ns each; handed out, 0.1 us each, the second 50 ns
 * after the first. */
TEST(handing_out_adds_its_share_to_a_region_and_dealing_does_not)
{
    static const struct {
        furrow_schedule schedule;
        double share, predicted;
    } table[] = {
        {FURROW_SCHEDULE_STATIC, 0, 0.5 + 1e-8 + 4e-6},
        {FURROW_SCHEDULE_STATIC, 0.25, 0.5 + 1e-8 + 4e-6},
        {FURROW_SCHEDULE_DYNAMIC, 0, 0.5 + 1e-7 + 5e-8 + 4e-6 + 2e-7},
        {FURROW_SCHEDULE_DYNAMIC, 0.25, 0.5 + 1e-7 + 5e-8 + 4e-6 + 0.25},
    };
    furrow_plan_facts facts = {
        .items = 1000, .cpus = 2, .profile = {1000, 1, (const double[]){0, 1}}, .calls = 1};
    furrow_plan plan;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const furrow_plan request = {2, FURROW_BACKEND_FOR, table[i].schedule, 500, {0}};
        harness_case("row %zu", i);
        facts.costs.share = table[i].share;
        EXPECT_EQUAL(furrow_plan_choose(&plan, &request, &facts), FURROW_OK);
        EXPECT_NEAR(plan.reason.predicted, table[i].predicted, 1e-12);
    }
    harness_case(NULL);
    EXPECT_EQUAL(furrow_plan_choose(&plan, &team, &facts), FURROW_OK);
    EXPECT_EQUAL(plan.schedule, FURROW_SCHEDULE_STATIC);
    facts.costs.share = 0;
    EXPECT_EQUAL(furrow_plan_choose(&plan, &team, &facts), FURROW_OK);
    EXPECT_EQUAL(plan.schedule, FURROW_SCHEDULE_GUIDED);
}
