#include "harness.h"

#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include <furrow/plan.h>
#include <furrow/status.h>

#define SERIAL   FURROW_BACKEND_SERIAL
#define FOR      FURROW_BACKEND_FOR
#define TASKLOOP FURROW_BACKEND_TASKLOOP
#define STATIC   FURROW_SCHEDULE_STATIC
#define DYNAMIC  FURROW_SCHEDULE_DYNAMIC
#define GUIDED   FURROW_SCHEDULE_GUIDED

/* What ten items took that compute for so long each, or wait for nine tenths of it. */
#define COMPUTE(seconds)                                                                           \
    {                                                                                              \
        .items = 10, .wall = 10 * (seconds), .cpu = 10 * (seconds)                                 \
    }
#define WAIT(seconds)                                                                              \
    {                                                                                              \
        .items = 10, .wall = 10 * (seconds), .cpu = (seconds), .waits = 10                         \
    }

/* Chunks by hand: the typical dispatch of 0.1 us is 1 % of 10 us, so of 3 us items it takes 4. */
TEST(plans_are_those_made_by_hand)
{
    static const struct {
        const char *name;
        furrow_plan request;
        furrow_plan_facts facts;
        int threads;
        furrow_backend backend;
        furrow_schedule schedule;
        size_t chunk;
        const char *reason;
    } table[] = {
        {"no items", {0}, {.cpus = 4}, 1, SERIAL, DYNAMIC, 0, "nothing to do"},
        {"one item", {0}, {.items = 1, .cpus = 4}, 1, SERIAL, DYNAMIC, 0, "there is one item"},
        {"one CPU",
         {0},
         {.items = 99, .usage = COMPUTE(1)},
         1,
         SERIAL,
         DYNAMIC,
         0,
         "one usable CPU"},
        {"an item less than CPUs, not tried",
         {0},
         {.items = 3, .cpus = 4},
         3,
         FOR,
         DYNAMIC,
         1,
         "3 items are too few to try one first"},
        {"as many items as CPUs",
         {0},
         {.items = 4, .cpus = 4, .usage = COMPUTE(1)},
         4,
         FOR,
         DYNAMIC,
         1,
         "4 threads for 4 CPUs: 4 s of work in items of 1 s"},
        {"items of 3 us",
         {0},
         {.items = 10000, .cpus = 4, .usage = COMPUTE(3e-6)},
         4,
         FOR,
         DYNAMIC,
         4,
         "30 ms of work in items of 3 us"},
        {"items of 3 us, dear to hand out",
         {0},
         {.items = 10000, .cpus = 4, .usage = COMPUTE(3e-6), .costs = {4e-6, 1e-6}},
         4,
         FOR,
         DYNAMIC,
         34,
         "items of 3 us"},
        {"a chunk that would leave the last uneven",
         {0},
         {.items = 320, .cpus = 4, .usage = COMPUTE(3e-7)},
         4,
         FOR,
         DYNAMIC,
         10,
         "items of 300 ns"},
        {"more items than fit",
         {0},
         {.items = SIZE_MAX, .cpus = 4, .usage = COMPUTE(3e-6)},
         4,
         FOR,
         DYNAMIC,
         4,
         "4 threads for 4 CPUs"},
        {"enormous items",
         {0},
         {.items = 100, .cpus = 8, .usage = COMPUTE(1e6)},
         8,
         FOR,
         DYNAMIC,
         1,
         "1e+08 s of work"},
        {"less work than a region costs",
         {0},
         {.items = 100, .cpus = 4, .usage = COMPUTE(1e-8)},
         1,
         SERIAL,
         DYNAMIC,
         0,
         "1 us of work would gain less than the 4 us that a parallel region costs"},
        {"just more work than a region costs",
         {0},
         {.items = 100, .cpus = 4, .usage = COMPUTE(6e-8)},
         4,
         FOR,
         DYNAMIC,
         3,
         "6 us of work"},
        {"items that cost nothing",
         {0},
         {.items = 1000, .cpus = 4, .usage = COMPUTE(0)},
         1,
         SERIAL,
         DYNAMIC,
         0,
         "0 ns of work would gain less"},
        {"times that cannot be",
         {0},
         {.items = 1000, .cpus = 4, .usage = {.items = 10, .wall = -1, .cpu = -1}},
         1,
         SERIAL,
         DYNAMIC,
         0,
         "0 ns of work"},
        {"times that are no numbers",
         {0},
         {.items = 1000, .cpus = 4, .usage = {.items = 10, .wall = NAN, .cpu = NAN}},
         1,
         SERIAL,
         DYNAMIC,
         0,
         "0 ns of work"},
        {"items that were seen to wait",
         {0},
         {.items = 1000, .cpus = 2, .usage = WAIT(0.01)},
         20,
         FOR,
         DYNAMIC,
         1,
         "20 threads for 2 CPUs: each item takes 10 ms and mostly waits"},
        {"late, but by no fault of their own",
         {0},
         {.items = 1000, .cpus = 2, .usage = {.items = 10, .wall = 0.1, .cpu = 0.01, .waits = 4}},
         2,
         FOR,
         DYNAMIC,
         1,
         "1 s of work in items of 1 ms"},
        {"waiting items, few",
         {0},
         {.items = 7, .cpus = 2, .usage = WAIT(0.01)},
         7,
         FOR,
         DYNAMIC,
         1,
         "7 threads for 2 CPUs"},
        {"one waiting item",
         {0},
         {.items = 1, .cpus = 2, .wait = 1},
         1,
         SERIAL,
         DYNAMIC,
         0,
         "1 thread for 2 CPUs"},
        {"a declared wait, costs unknown",
         {0},
         {.items = 1000, .cpus = 2, .wait = 1},
         FURROW_PLAN_MOST_THREADS,
         FOR,
         DYNAMIC,
         1,
         "256 threads for 2 CPUs: each item takes 1 s"},
        {"a declared wait, costs known",
         {0},
         {.items = 1000, .cpus = 2, .wait = 0.009, .usage = COMPUTE(0.001)},
         20,
         FOR,
         DYNAMIC,
         1,
         "each item takes 10 ms"},
        {"waiting items under a thread limit",
         {0},
         {.items = 1000, .cpus = 2, .thread_limit = 5, .wait = 1},
         5,
         FOR,
         DYNAMIC,
         1,
         "5 threads"},
        {"computing items under a thread limit",
         {0},
         {.items = 1000, .cpus = 8, .thread_limit = 3, .usage = COMPUTE(1)},
         3,
         FOR,
         DYNAMIC,
         1,
         "3 threads for 8 CPUs"},
        {"a thread limit of one",
         {0},
         {.items = 1000, .cpus = 8, .thread_limit = 1, .usage = COMPUTE(1)},
         1,
         SERIAL,
         DYNAMIC,
         0,
         "OMP_THREAD_LIMIT is 1"},
        {"more threads than CPUs or items, as asked",
         {.threads = 16},
         {.items = 3, .cpus = 2},
         16,
         FOR,
         DYNAMIC,
         1,
         "16 threads, as asked"},
        {"one thread, as asked",
         {.threads = 1},
         {.items = 30, .cpus = 2},
         1,
         SERIAL,
         DYNAMIC,
         0,
         "1 thread, as asked"},
        {"more threads than allowed",
         {.threads = 16},
         {.items = 300, .cpus = 2, .thread_limit = 4, .usage = COMPUTE(1)},
         4,
         FOR,
         DYNAMIC,
         1,
         "4 threads: 16 as asked, but OMP_THREAD_LIMIT is 4"},
        {"everything, as asked",
         {.threads = 1, .backend = TASKLOOP, .schedule = GUIDED, .chunk = 99},
         {.items = 10, .cpus = 2},
         1,
         TASKLOOP,
         GUIDED,
         99,
         "1 thread, as asked"},
        {"the serial loop, as asked",
         {.threads = 9, .backend = SERIAL},
         {.items = 1000, .cpus = 4, .usage = COMPUTE(1)},
         1,
         SERIAL,
         DYNAMIC,
         0,
         "the serial loop, as asked"},
        {"static has one block each",
         {.schedule = STATIC},
         {.items = 1000, .cpus = 4, .usage = COMPUTE(1)},
         4,
         FOR,
         STATIC,
         0,
         "4 threads"},
        {"static in chunks, as asked",
         {.schedule = STATIC, .chunk = 7},
         {.items = 1000, .cpus = 4, .usage = COMPUTE(1)},
         4,
         FOR,
         STATIC,
         7,
         "4 threads"},
        {"a grain that fits",
         {0},
         {.items = 10000, .cpus = 4, .grain = 16, .usage = COMPUTE(5e-7)},
         4,
         FOR,
         DYNAMIC,
         32,
         "4 threads"},
        {"a grain that leaves each thread two chunks",
         {0},
         {.items = 128, .cpus = 4, .grain = 16, .usage = COMPUTE(1)},
         4,
         FOR,
         DYNAMIC,
         16,
         "4 threads"},
        {"a grain that an even share just holds",
         {0},
         {.items = 61, .cpus = 4, .grain = 16, .usage = COMPUTE(1)},
         4,
         FOR,
         DYNAMIC,
         16,
         "4 threads"},
        {"a grain beyond an even share",
         {0},
         {.items = 100, .cpus = 4, .grain = SIZE_MAX, .usage = COMPUTE(1)},
         4,
         FOR,
         DYNAMIC,
         25,
         "4 threads"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        furrow_plan plan, again;
        memset(&plan, 1, sizeof plan);
        memset(&again, 2, sizeof again);
        harness_case("%s", table[i].name);
        EXPECT_EQUAL(furrow_plan_choose(&plan, &table[i].request, &table[i].facts), FURROW_OK);
        EXPECT_EQUAL(plan.threads, table[i].threads);
        EXPECT_EQUAL(plan.backend, table[i].backend);
        EXPECT_EQUAL(plan.schedule, table[i].schedule);
        EXPECT_EQUAL(plan.chunk, table[i].chunk);
        char reason[FURROW_PLAN_REASON_SIZE];
        EXPECT_CONTAINS(furrow_plan_reason(reason, &plan), table[i].reason);
        EXPECT_EQUAL(furrow_plan_choose(&again, &table[i].request, &table[i].facts), FURROW_OK);
        EXPECT(again.threads == plan.threads && again.chunk == plan.chunk);
        EXPECT(memcmp(&again.grounds, &plan.grounds, sizeof plan.grounds) == 0);
    }
}

TEST(no_request_is_a_request_for_everything)
{
    const furrow_plan_facts facts = {.items = 1000, .cpus = 4, .usage = COMPUTE(1)};
    const furrow_plan everything = {0};
    furrow_plan plan, asked;
    EXPECT_EQUAL(furrow_plan_choose(&plan, NULL, &facts), FURROW_OK);
    EXPECT_EQUAL(furrow_plan_choose(&asked, &everything, &facts), FURROW_OK);
    EXPECT_EQUAL(plan.grounds.cause, asked.grounds.cause);
    EXPECT(!furrow_plan_needs_pilot(NULL, &facts));
    EXPECT(furrow_plan_needs_pilot(NULL, &(furrow_plan_facts){.items = 1000, .cpus = 4}));
}

/* Whatever the items cost: dispatch at most 1 % of a chunk, or eight chunks for each thread. */
TEST(chunks_are_the_smallest_that_are_cheap_to_hand_out)
{
    for (double item = 1e-9; item < 1; item *= 1.7)
        for (size_t items = 2; items < 1000000000; items = items * 3 + 1) {
            const furrow_plan request = {.threads = 3};
            const furrow_plan_facts facts = {.items = items, .cpus = 3, .usage = COMPUTE(item)};
            furrow_plan plan;
            harness_case("%zu items of %g s", items, item);
            EXPECT_EQUAL(furrow_plan_choose(&plan, &request, &facts), FURROW_OK);
            size_t most = items / 24 ? items / 24 : 1;
            double budget = 0.01 * item * (1 + 1e-9);
            EXPECT(plan.chunk >= 1 && plan.chunk <= most);
            EXPECT(plan.chunk == most || 1e-7 <= budget * (double)plan.chunk);
            EXPECT(plan.chunk == 1 || 1e-7 > 0.01 * item * (double)(plan.chunk - 1) * (1 - 1e-9));
        }
}

TEST(what_cannot_be_planned_is_refused)
{
    static const struct {
        furrow_plan request;
        furrow_plan_facts facts;
    } table[] = {
        {{.threads = -1}, {0}},
        {{.threads = INT_MIN}, {.items = 1000}},
        {{.backend = (furrow_backend)4}, {0}},
        {{.backend = (furrow_backend)-1}, {0}},
        {{.schedule = (furrow_schedule)4}, {0}},
        {{.schedule = (furrow_schedule)-1}, {0}},
        {{0}, {.cpus = -1}},
        {{0}, {.thread_limit = -1}},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        furrow_plan plan;
        harness_case("row %zu", i);
        EXPECT_EQUAL(furrow_plan_choose(&plan, &table[i].request, &table[i].facts), FURROW_EINVAL);
        EXPECT(!furrow_plan_needs_pilot(&table[i].request, &table[i].facts));
    }
}

TEST(a_pilot_is_needed_where_something_open_depends_on_it)
{
    static const struct {
        const char *name;
        furrow_plan request;
        furrow_plan_facts facts;
        bool needed;
    } table[] = {
        {"nothing known", {0}, {.items = 1000, .cpus = 2}, true},
        {"few items for the CPUs", {0}, {.items = 8, .cpus = 2}, false},
        {"one more", {0}, {.items = 9, .cpus = 2}, true},
        {"nothing to run", {0}, {.cpus = 2}, false},
        {"costs known", {0}, {.items = 1000, .cpus = 2, .usage = COMPUTE(1)}, false},
        {"wait known", {0}, {.items = 1000, .cpus = 2, .wait = 1}, false},
        {"serial", {.backend = SERIAL}, {.items = 1000, .cpus = 2}, false},
        {"one thread", {.threads = 1}, {.items = 1000, .cpus = 2}, false},
        {"a chunk is open", {.threads = 4}, {.items = 1000, .cpus = 2}, true},
        {"a chunk can only be one", {.threads = 4}, {.items = 63, .cpus = 2}, false},
        {"a grain may matter", {.threads = 4}, {.items = 63, .cpus = 2, .grain = 2}, true},
        {"threads and chunk", {.threads = 4, .chunk = 1}, {.items = 1000, .cpus = 2}, false},
        {"a chunk alone", {.chunk = 1}, {.items = 1000, .cpus = 2}, true},
        {"static", {.threads = 4, .schedule = STATIC}, {.items = 1000, .cpus = 2}, false},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        harness_case("%s", table[i].name);
        EXPECT_EQUAL(furrow_plan_needs_pilot(&table[i].request, &table[i].facts), table[i].needed);
    }
}

TEST(backends_have_names)
{
    static const char *const names[] = {"auto", "serial", "for", "taskloop", "unknown"};
    for (int i = 0; i < 5; i++)
        EXPECT_TEXT(furrow_backend_name((furrow_backend)i), names[i]);
    EXPECT_TEXT(furrow_backend_name((furrow_backend)-1), "unknown");
}
