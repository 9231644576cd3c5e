#include "every_plan.h"
#include "team.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include <furrow/cpu.h>

enum { CALLS = 7 };

static void runs_all_once_at_a_site(const furrow_plan *plan, size_t n)
{
    static size_t results[MOST];
    furrow_site site = {0};
    for (int i = 0; i < CALLS; i++) {
        struct diary *diary = new_diary(1000);
        memset(results, 0, sizeof results);
        const furrow_parallel_options options = {
            .plan = *plan,
            .first = 1000,
            .results = results,
            .result_size = sizeof *results,
            .site = &site,
        };
        EXPECT_EQUAL(furrow_parallel_for(&options, n, keep_diary, diary), FURROW_OK);
        EXPECT(ran(diary, 0, n, 1) && ran(diary, n, MOST, 0));
        EXPECT_EQUAL(diary->empty, 0);
        EXPECT(plan->threads == 0 || diary->workers_seen <= plan->threads);
        size_t wrong = 0;
        for (size_t item = 0; item < n; item++)
            wrong += results[item] != 3 * (1000 + item) + 1;
        EXPECT_EQUAL(wrong, 0);
    }
}

TEST(every_call_at_a_site_runs_each_item_once)
{
    static const size_t sizes[] = {0, 1, 2, 13, 1009};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const furrow_plan open = {0};
        for_each_plan(sizes[i], runs_all_once_at_a_site);
        harness_case("all open, %zu items", sizes[i]);
        runs_all_once_at_a_site(&open, sizes[i]);
    }
}

TEST(a_site_may_be_called_with_any_items_in_any_order)
{
    furrow_site site = {0};
    const furrow_parallel_options options = {.site = &site};
    for (size_t i = 0; i < 400; i++) {
        size_t n = i * i * 37 % 1009, times = 1 + i % 5;
        for (size_t j = 0; j < times; j++) {
            struct diary *diary = new_diary(0);
            harness_case("%zu items", n);
            EXPECT_EQUAL(furrow_parallel_for(&options, n, keep_diary, diary), FURROW_OK);
            EXPECT(ran(diary, 0, n, 1) && ran(diary, n, MOST, 0));
        }
    }
}

static int spend_time(const furrow_range *range, const void *context)
{
    (void)context;
    volatile unsigned sum = 0;
    for (size_t i = range->begin; i < range->end; i++)
        for (unsigned j = 0; j < 2000; j++)
            sum = sum + j;
    return FURROW_OK;
}

/* A machine that is busy for three calls in a row would let the site begin anew. */
static void forget_surprises(furrow_site *site)
{
    site->surprises = 0;
}

/* Whether the next such call would take the plan as it stands; the serial loop asks for no CPUs. */
static bool stands(const furrow_site *site, size_t n)
{
    int cpus = site->request.backend == FURROW_BACKEND_SERIAL ? 0 : furrow_cpu_count();
    return furrow_site_plan(site, &site->request, 0, n, cpus) != NULL;
}

TEST(a_site_learns_three_calls_and_then_its_plan_stands)
{
    static const furrow_plan requests[] = {{0},
                                           {.threads = 2},
                                           {.backend = FURROW_BACKEND_SERIAL},
                                           {.schedule = FURROW_SCHEDULE_STATIC}};
    for (size_t r = 0; r < sizeof requests / sizeof *requests; r++) {
        furrow_site site = {0};
        for (size_t i = 1; i <= 4; i++) {
            const furrow_parallel_options options = {.plan = requests[r], .site = &site};
            harness_case("request %zu, call %zu", r, i);
            EXPECT_EQUAL(furrow_parallel_for(&options, 300, spend_time, NULL), FURROW_OK);
            EXPECT_EQUAL(site.calls, i);
            EXPECT_EQUAL(site.traces, i < 3 ? i : 3);
            EXPECT_EQUAL(site.items, 300);
            EXPECT_EQUAL(site.usage.items, 300); /* known without an outcome: no further pilot */
            EXPECT(site.usage.cpu > 0 && site.until[site.parts] > 0);
            EXPECT_EQUAL(site.plan.grounds.calls, i - 1);
            EXPECT_EQUAL(stands(&site, 300), i == 4);
            forget_surprises(&site);
        }
        const furrow_plan plan = site.plan;
        furrow_parallel_outcome outcome = {0};
        const furrow_parallel_options options = {
            .plan = requests[r], .site = &site, .outcome = &outcome};
        EXPECT_EQUAL(furrow_parallel_for(&options, 300, spend_time, NULL), FURROW_OK);
        EXPECT_EQUAL(outcome.plan.threads, plan.threads);
        EXPECT_EQUAL(outcome.plan.schedule, plan.schedule);
        EXPECT_EQUAL(outcome.plan.chunk, plan.chunk);
        EXPECT_EQUAL(outcome.plan.grounds.calls, 3);
        EXPECT_EQUAL(outcome.usage.items, 300);
    }
}

static void learns_nothing_of_what_failed(const furrow_plan *plan, size_t n)
{
    furrow_site site = {0};
    furrow_cancel cancel = {0};
    furrow_parallel_options options = {.plan = *plan, .site = &site, .cancel = &cancel};
    struct diary *diary = new_diary(0);
    EXPECT_EQUAL(furrow_parallel_for(&options, n, keep_diary, diary), FURROW_OK);
    const furrow_site before = site;
    diary->failing[0] = n / 2;
    EXPECT_EQUAL(furrow_parallel_for(&options, n, keep_diary, diary), 1);
    EXPECT(memcmp(&site, &before, sizeof site) == 0);
    furrow_cancel_request(&cancel);
    EXPECT_EQUAL(furrow_parallel_for(&options, n, keep_diary, diary), FURROW_ECANCELED);
    EXPECT(memcmp(&site, &before, sizeof site) == 0);
    options.plan.threads = -1;
    EXPECT_EQUAL(furrow_parallel_for(&options, n, keep_diary, diary), FURROW_EINVAL);
    EXPECT(memcmp(&site, &before, sizeof site) == 0);
}

TEST(a_call_that_stops_or_is_cancelled_is_not_learned)
{
    for_each_plan(200, learns_nothing_of_what_failed);
}

/* A trace of the first chunks alone would say that the rest costs nothing. */
TEST(more_chunks_than_a_site_can_hold_are_no_trace)
{
    for (int backend = FURROW_BACKEND_SERIAL; backend <= FURROW_BACKEND_TASKLOOP; backend++) {
        furrow_site site = {0};
        const furrow_parallel_options options = {.plan = {.threads = 2,
                                                          .backend = (furrow_backend)backend,
                                                          .schedule = FURROW_SCHEDULE_DYNAMIC,
                                                          .chunk = 1},
                                                 .site = &site};
        struct diary *diary = new_diary(0);
        harness_case("%s", furrow_backend_name((furrow_backend)backend));
        EXPECT_EQUAL(furrow_parallel_for(&options, 5000, keep_diary, diary), FURROW_OK);
        EXPECT(ran(diary, 0, 5000, 1));
        EXPECT(site.calls == 1 && site.traces == 0);
        EXPECT_EQUAL(site.usage.items, 5000);
        EXPECT_EQUAL(furrow_parallel_for(&options, 2000, keep_diary, new_diary(0)), FURROW_OK);
        EXPECT_EQUAL(furrow_parallel_for(&options, 2000, keep_diary, new_diary(0)), FURROW_OK);
        EXPECT_EQUAL(site.traces, 1);
    }
}

/* A site and its calls, from inside a region of two. */
static int call_at_site(const furrow_range *range, const void *context)
{
    const furrow_parallel_options options = {.site = (furrow_site *)context};
    for (size_t i = range->begin; i < range->end; i++) {
        static struct diary diary;
        memset(&diary, 0, sizeof diary);
        diary.failing[0] = diary.failing[1] = NOWHERE;
        int status = furrow_parallel_for(&options, 500, keep_diary, &diary);
        if (status || !ran(&diary, 0, 500, 1) || diary.workers_seen != 1)
            return 1;
    }
    return FURROW_OK;
}

TEST(a_site_called_inside_a_region_answers_anew_outside)
{
    if (!gives_threads(2) || getenv("OMP_NUM_THREADS"))
        SKIP("OpenMP gives one thread, or is told to nest");
    furrow_site site = {0};
    const furrow_parallel_options region = {.plan = {.threads = 2, .backend = FURROW_BACKEND_FOR}};
    for (int i = 0; i < 5; i++) {
        EXPECT_EQUAL(furrow_parallel_for(&region, 1, call_at_site, &site), FURROW_OK);
        forget_surprises(&site);
    }
    EXPECT(site.calls == 5 && site.traces == 3);
    EXPECT_EQUAL(site.plan.grounds.cause, FURROW_CAUSE_NESTED);
    furrow_parallel_outcome outcome = {0};
    const furrow_parallel_options options = {
        .plan = {.threads = 2}, .site = &site, .outcome = &outcome};
    EXPECT_EQUAL(furrow_parallel_for(&options, 500, keep_diary, new_diary(0)), FURROW_OK);
    EXPECT_EQUAL(outcome.plan.grounds.cause, FURROW_CAUSE_REQUEST);
    EXPECT_EQUAL(outcome.plan.threads, 2);
    const furrow_parallel_options open = {.site = &site, .outcome = &outcome};
    EXPECT_EQUAL(furrow_parallel_for(&open, 500, keep_diary, new_diary(0)), FURROW_OK);
    EXPECT(outcome.plan.grounds.cause != FURROW_CAUSE_NESTED);
}

static int sum_numbers(const furrow_range *range, const void *context)
{
    (void)context;
    for (size_t i = range->begin; i < range->end; i++)
        *(size_t *)range->results += i;
    return FURROW_OK;
}

static int add(void *into, const void *partial, const void *context)
{
    (void)context;
    *(size_t *)into += *(const size_t *)partial;
    return FURROW_OK;
}

TEST(a_reduction_at_a_site_is_right_on_every_call)
{
    furrow_site site = {0};
    const double until[] = {0, 1};
    const furrow_parallel_options options = {.site = &site,
                                             .facts = {.profile = {100000, 1, until}}};
    for (int i = 0; i < CALLS; i++) {
        size_t sum = 0, few = 0;
        EXPECT_EQUAL(
            furrow_parallel_reduce(&sum, sizeof sum, &options, 100000, sum_numbers, add, NULL),
            FURROW_OK);
        EXPECT_EQUAL(sum, 4999950000);
        EXPECT_EQUAL(furrow_parallel_reduce(&few, sizeof few, &options, 7, sum_numbers, add, NULL),
                     FURROW_OK);
        EXPECT_EQUAL(few, 21);
    }
}

TEST(reductions_of_as_many_larger_blocks_are_planned_anew)
{
    furrow_site site = {0};
    furrow_parallel_outcome outcome = {0};
    const furrow_parallel_options options = {.site = &site, .outcome = &outcome};
    for (int i = 0; i < CALLS; i++)
        for (size_t block = 1; block <= 50; block += 49) {
            size_t sum = 0, n = 1024 * block;
            EXPECT_EQUAL(
                furrow_parallel_reduce(&sum, sizeof sum, &options, n, sum_numbers, add, NULL),
                FURROW_OK);
            EXPECT_EQUAL(sum, n * (n - 1) / 2);
            EXPECT_EQUAL(site.unit, block);
            EXPECT_EQUAL(outcome.plan.grounds.calls, 0);
        }
    size_t sum = 0;
    EXPECT_EQUAL(furrow_parallel_reduce(&sum, sizeof sum, &options, 0, sum_numbers, add, NULL),
                 FURROW_OK);
    EXPECT_EQUAL(site.unit, 50);
}

TEST(a_site_without_memory_learns_less_and_does_no_harm)
{
    furrow_cpu_count(); /* remembered, with allocations of its own the first time */
    for (size_t n = 1;; n++) {
        furrow_site site = {0};
        const furrow_parallel_options options = {.plan = {.threads = 2}, .site = &site};
        int wrong = 0;
        harness_case("allocation %zu", n);
        harness_fail_allocation(n);
        for (int i = 0; i < CALLS; i++) {
            struct diary *diary = new_diary(0);
            int status = furrow_parallel_for(&options, 1000, keep_diary, diary);
            wrong += status != FURROW_OK && status != FURROW_ENOMEM;
            wrong += status == FURROW_OK && !ran(diary, 0, 1000, 1);
            forget_surprises(&site);
        }
        bool over = harness_fail_allocation(0) < n;
        EXPECT_EQUAL(wrong, 0);
        EXPECT(site.calls >= CALLS - 1);
        if (over)
            break;
    }
}

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
    EXPECT_EQUAL(outcome.plan.grounds.environment, !open);
    EXPECT_EQUAL(strstr(furrow_plan_reason(reason, &outcome.plan), "OMP_SCHEDULE") != NULL, !open);

    options.plan.schedule = FURROW_SCHEDULE_GUIDED;
    options.plan.chunk = 99;
    EXPECT_EQUAL(furrow_parallel_for(&options, 1000, keep_diary, new_diary(0)), FURROW_OK);
    EXPECT(outcome.plan.schedule == FURROW_SCHEDULE_GUIDED && outcome.plan.chunk == 99);
    EXPECT(!outcome.plan.grounds.environment);

    options.plan = (furrow_plan){.threads = 2, .backend = FURROW_BACKEND_TASKLOOP};
    EXPECT_EQUAL(furrow_parallel_for(&options, 1000, keep_diary, new_diary(0)), FURROW_OK);
    EXPECT(!outcome.plan.grounds.environment);
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
        snprintf(command, sizeof command,
                 "OMP_SCHEDULE='%s' '%s' --gtest_filter='parallel_site.omp_schedule_decides*' >&2",
                 settings[i], program);
        harness_case("OMP_SCHEDULE=%s", settings[i]);
        EXPECT_EQUAL(system(command), 0);
    }
}
