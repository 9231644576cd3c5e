/* Rules that hold for plans, whatever the facts. */
#include "plan_stories.h"

#include <string.h>

#include <furrow/parallel.h>
#include <furrow/status.h>

enum { STORIES = 20000 };

static bool can_be(const furrow_plan *request)
{
    bool pool = request->backend == FURROW_BACKEND_AUTO || request->backend == FURROW_BACKEND_POOL;
    return request->schedule != FURROW_SCHEDULE_ADAPTIVE || pool;
}

/* A reason reads "3 threads ...: words". No part is missing or cut off, and each number is a
 * number. */
static void is_a_sentence(const char *reason)
{
    size_t length = strlen(reason);
    EXPECT(length > 10 && length < FURROW_PLAN_REASON_SIZE - 1);
    EXPECT(reason[0] >= '1' && reason[0] <= '9' && !strchr(" :;,", reason[length - 1]));
    EXPECT(!strstr(reason, "  ") && !strstr(reason, "nan") && !strstr(reason, "inf "));
    EXPECT(!strstr(reason, " 0 item") && !strstr(reason, " 0 ns and"));
}

/* The same plan comes out whatever the memory held before, and {0} asks for the same as NULL. */
static void is_repeatable(const furrow_plan *plan, const struct story *story)
{
    const furrow_plan everything = {0};
    furrow_plan again, open;
    memset(&again, 0xaa, sizeof again);
    furrow_plan_choose(&again, &story->request, &story->facts);
    EXPECT(is_same(plan, &again) && plan->reason.cause == again.reason.cause);
    EXPECT(plan->reason.predicted == again.reason.predicted);
    EXPECT_EQUAL(furrow_plan_choose(&open, NULL, &story->facts), FURROW_OK);
    EXPECT_EQUAL(furrow_plan_choose(&again, &everything, &story->facts), FURROW_OK);
    EXPECT(is_same(&open, &again) && open.reason.cause == again.reason.cause);
}

TEST(any_request_is_granted_or_refused_by_a_plan_that_can_be_run)
{
    unsigned state = 1;
    for (int i = 0; i < STORIES; i++) {
        struct story story;
        furrow_plan plan;
        char reason[FURROW_PLAN_REASON_SIZE];
        tell_any(&story, &state);
        show("any", i, &story);
        memset(&plan, 0x55, sizeof plan);
        int status = furrow_plan_choose(&plan, &story.request, &story.facts);
        EXPECT_EQUAL(status, can_be(&story.request) ? FURROW_OK : FURROW_EINVAL);
        is_repeatable(&plan, &story);
        if (status)
            continue;
        grants(&plan, &story);
        fits(&plan, &story);
        EXPECT(plan.reason.cause != FURROW_CAUSE_NONE);
        EXPECT_EQUAL(plan.reason.environment, story.request.reason.environment);
        is_a_sentence(furrow_plan_reason(reason, &plan));
    }
}

/* Whatever the items cost: dispatch at most 1 % of a chunk, or sixteen chunks for each thread. */
TEST(chunks_are_the_smallest_that_are_cheap_to_hand_out)
{
    for (double item = 1e-9; item < 1; item *= 1.7)
        for (size_t items = 2; items < 1000000000; items = items * 3 + 1) {
            const furrow_plan request = {.threads = 3, .schedule = FURROW_SCHEDULE_GUIDED};
            const furrow_plan_facts facts = {.items = items, .cpus = 3, .history = {.alone = item}};
            furrow_plan plan;
            harness_case("%zu items of %g s", items, item);
            EXPECT_EQUAL(furrow_plan_choose(&plan, &request, &facts), FURROW_OK);
            size_t most = items / 48 ? items / 48 : 1;
            double budget = 0.01 * item * (1 + 1e-9);
            EXPECT(plan.chunk >= 1 && plan.chunk <= most);
            EXPECT(plan.chunk == most || 1e-7 <= budget * (double)plan.chunk);
            EXPECT(plan.chunk == 1 || 1e-7 > 0.01 * item * (double)(plan.chunk - 1) * (1 - 1e-9));
        }
}

/* ---- what fails ---- */

TEST(what_cannot_be_planned_is_refused)
{
    static const double falling[] = {0, 1, 0.5}, endless[] = {0, 1, INFINITY}, none[] = {0, NAN, 1};
    static const furrow_plan team = {.threads = 2, .backend = FURROW_BACKEND_FOR};
    const struct {
        furrow_plan request;
        furrow_plan_facts facts;
    } table[] = {
        {{.threads = -1}, {0}},
        {{.threads = INT_MIN}, {.items = 1000}},
        {{.backend = FURROW_BACKENDS}, {0}},
        {{.backend = (furrow_backend)-1}, {0}},
        {{.schedule = (furrow_schedule)5}, {0}},
        {{.schedule = (furrow_schedule)-1}, {0}},
        {{.schedule = FURROW_SCHEDULE_ADAPTIVE, .backend = FURROW_BACKEND_FOR}, {.items = 9}},
        {{.schedule = FURROW_SCHEDULE_ADAPTIVE, .backend = FURROW_BACKEND_TASKLOOP}, {.items = 9}},
        {{.schedule = FURROW_SCHEDULE_ADAPTIVE, .backend = FURROW_BACKEND_SERIAL}, {.items = 9}},
        {{0}, {.cpus = -1}},
        {{0}, {.thread_limit = -1}},
        {team, {.items = 100, .cpus = 2, .profile = {100, 2, falling}}},
        {team, {.items = 100, .cpus = 2, .profile = {100, 2, endless}}},
        {team, {.items = 100, .cpus = 2, .profile = {100, 2, none}}},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        furrow_plan plan;
        size_t count = 99;
        harness_case("row %zu", i);
        EXPECT_EQUAL(furrow_plan_choose(&plan, &table[i].request, &table[i].facts), FURROW_EINVAL);
        EXPECT_EQUAL(furrow_plan_candidates(&plan, 1, &count, &table[i].request, &table[i].facts),
                     FURROW_EINVAL);
        EXPECT_EQUAL(count, 0);
    }
}

TEST(each_failed_allocation_of_a_plan_is_reported)
{
    const furrow_plan team = {.backend = FURROW_BACKEND_FOR};
    const furrow_plan_facts facts = {
        .items = 1000, .cpus = 4, .profile = {1000, 1, (const double[]){0, 1}}};
    furrow_plan plan;
    EXPECT_EACH_ALLOCATION_REPORTED(furrow_plan_choose(&plan, &team, &facts));
}

TEST(values_without_a_name_are_unknown)
{
    EXPECT_TEXT(furrow_backend_name(FURROW_BACKEND_AUTO), "auto");
    EXPECT_TEXT(furrow_backend_name((furrow_backend)5), "unknown");
    EXPECT_TEXT(furrow_backend_name((furrow_backend)-1), "unknown");
}
