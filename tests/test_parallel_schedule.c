#include "every_plan.h"
#include "team.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

/* Of a process with OMP_SCHEDULE. */
static void obeys_omp_schedule(const char *setting)
{
    furrow_schedule schedule;
    size_t chunk;
    char reason[FURROW_PLAN_REASON_SIZE];
    furrow_parallel_outcome outcome;
    furrow_parallel_options options = {.plan = {.threads = 2}, .outcome = &outcome};
    REQUIRE(furrow_schedule_parse(&schedule, &chunk, setting));
    bool open = schedule == FURROW_SCHEDULE_AUTO;
    EXPECT_EQUAL(furrow_parallel_for(&options, 1000, keep_diary, new_diary(0)), FURROW_OK);
    EXPECT(open || outcome.plan.schedule == schedule);
    EXPECT(open || chunk == 0 || outcome.plan.chunk == chunk);
    EXPECT_EQUAL(outcome.plan.reason.environment, !open);
    EXPECT_EQUAL(strstr(furrow_plan_reason(reason, &outcome.plan), "OMP_SCHEDULE") != NULL, !open);

    options.plan.schedule = FURROW_SCHEDULE_GUIDED;
    options.plan.chunk = 99;
    EXPECT_EQUAL(furrow_parallel_for(&options, 1000, keep_diary, new_diary(0)), FURROW_OK);
    EXPECT(outcome.plan.schedule == FURROW_SCHEDULE_GUIDED && outcome.plan.chunk == 99);
    EXPECT(!outcome.plan.reason.environment);

    options.plan = (furrow_plan){.threads = 2, .backend = FURROW_BACKEND_TASKLOOP};
    EXPECT_EQUAL(furrow_parallel_for(&options, 1000, keep_diary, new_diary(0)), FURROW_OK);
    EXPECT(!outcome.plan.reason.environment);
}

/* Remembered from a process's first look, so each setting has a process of its own. */
TEST(omp_schedule_decides_where_the_plan_leaves_it_open)
{
    static const char *const settings[] = {"static",    "static,7", "dynamic",
                                           "dynamic,7", "guided,7", "auto"};
    if (!gives_threads(2))
        SKIP("OpenMP gives one thread");
    if (getenv("OMP_SCHEDULE")) {
        obeys_omp_schedule(getenv("OMP_SCHEDULE"));
        return;
    }
    char program[PATH_MAX] = "", command[PATH_MAX + 200];
    REQUIRE(readlink("/proc/self/exe", program, sizeof program - 1) > 0);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        snprintf(
            command, sizeof command,
            "OMP_SCHEDULE='%s' '%s' --gtest_filter='parallel_schedule.omp_schedule_decides*' >&2",
            settings[i], program);
        harness_case("OMP_SCHEDULE=%s", settings[i]);
        EXPECT_EQUAL(system(command), 0);
    }
}
