/* What holds of plans whatever the facts. */
#include "harness.h"

#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include <furrow/parallel.h>
#include <furrow/plan.h>
#include <furrow/status.h>

/* ---- made up requests and facts ---- */

enum { STORIES = 20000 };

/* Numerical Recipes' generator (Press et al. 1992): the same stories everywhere. */
static unsigned next_random(uint32_t *state)
{
    return (*state = 1664525u * *state + 1013904223u) >> 8;
}

/* One of some values, mostly the first. */
static size_t one_of(uint32_t *state, const size_t *values, size_t count)
{
    return next_random(state) % 2 ? values[0] : values[next_random(state) % count];
}

#define ONE_OF(state, ...)                                                                         \
    one_of((state), (const size_t[]){__VA_ARGS__},                                                 \
           sizeof((const size_t[]){__VA_ARGS__}) / sizeof(size_t))

/* 1 ns to 1 s, or nothing. */
static double some_time(uint32_t *state)
{
    return next_random(state) % 3 ? pow(10, -9.0 * next_random(state) / (1 << 24)) : 0;
}

static furrow_plan some_request(uint32_t *state)
{
    return (furrow_plan){
        .threads = (int)ONE_OF(state, 0, 1, 2, 3, 16, INT_MAX),
        .backend = (furrow_backend)ONE_OF(state, 0, 1, 2, 3, 4),
        .schedule = (furrow_schedule)ONE_OF(state, 0, 1, 2, 3, 4),
        .chunk = ONE_OF(state, 0, 1, 7, 100, SIZE_MAX),
        .reason.environment = next_random(state) % 8 == 0,
    };
}

static furrow_plan_facts some_facts(uint32_t *state)
{
    double item = some_time(state);
    furrow_plan_facts facts = {
        .items = ONE_OF(state, 1000, 0, 1, 2, 3, 17, 256, 1009, 10000000, SIZE_MAX),
        .cpus = (int)ONE_OF(state, 4, 0, 1, 2, 3, 128, INT_MAX),
        .thread_limit = (int)ONE_OF(state, 0, 1, 2, 5, INT_MAX),
        .grain = ONE_OF(state, 0, 1, 16, SIZE_MAX),
        .wait = next_random(state) % 4 ? 0 : some_time(state),
        .usage = {.items = ONE_OF(state, 0, 10)},
        .history = {.loss = (unsigned)ONE_OF(state, 0, 1, 63),
                    .alone = some_time(state),
                    .shared = some_time(state),
                    .on_cpu = next_random(state) % 2 ? 0 : 0.2,
                    .waits = next_random(state) % 2},
        .readiness = (furrow_readiness)(next_random(state) % 3),
    };
    facts.usage.wall = (double)facts.usage.items * item;
    facts.usage.cpu = facts.usage.wall * (next_random(state) % 2 ? 1 : 0.1);
    facts.usage.waits = next_random(state) % 2 ? facts.usage.items : 0;
    return facts;
}

static bool can_be(const furrow_plan *request)
{
    bool pool = request->backend == FURROW_BACKEND_AUTO || request->backend == FURROW_BACKEND_POOL;
    return request->schedule != FURROW_SCHEDULE_ADAPTIVE || pool;
}

static int limited(int threads, const furrow_plan_facts *facts)
{
    return facts->thread_limit && threads > facts->thread_limit ? facts->thread_limit : threads;
}

static void grants(const furrow_plan *plan, const furrow_plan *request,
                   const furrow_plan_facts *facts)
{
    bool serial = request->backend == FURROW_BACKEND_SERIAL;
    bool cuts = plan->backend == FURROW_BACKEND_FOR && facts->items > 0;
    EXPECT(request->threads == 0 || serial || plan->threads == limited(request->threads, facts));
    EXPECT(request->chunk == 0 || plan->chunk == request->chunk);
    EXPECT(request->backend == FURROW_BACKEND_AUTO || plan->backend == request->backend);
    EXPECT(!cuts || request->schedule == FURROW_SCHEDULE_AUTO ||
           plan->schedule == request->schedule);
    EXPECT(plan->reason.environment == request->reason.environment);
}

/* Whether whoever runs the plan has such a schedule. */
static void fits(const furrow_plan *plan, const furrow_plan *request,
                 const furrow_plan_facts *facts)
{
    size_t most =
        facts->cpus > FURROW_PLAN_MAX_THREADS ? (size_t)facts->cpus : FURROW_PLAN_MAX_THREADS;
    most = facts->items < most ? facts->items : most;
    bool adaptive = plan->schedule == FURROW_SCHEDULE_ADAPTIVE;
    EXPECT(plan->threads >= 1);
    EXPECT(request->threads || plan->threads == 1 || (size_t)plan->threads <= most);
    EXPECT(plan->threads == limited(plan->threads, facts));
    EXPECT(plan->backend != FURROW_BACKEND_AUTO && plan->schedule != FURROW_SCHEDULE_AUTO);
    EXPECT(plan->backend != FURROW_BACKEND_SERIAL || plan->threads == 1);
    EXPECT(plan->backend != FURROW_BACKEND_POOL || adaptive == (plan->chunk == 0));
    EXPECT(plan->backend != FURROW_BACKEND_FOR || !adaptive);
    EXPECT(plan->reason.cause != FURROW_CAUSE_NONE);
    bool shares = plan->reason.sharing > FURROW_SHARING_NONE;
    EXPECT(!shares || (plan->backend == FURROW_BACKEND_POOL && plan->threads > 1));
}

/* "3 threads ...: words": no part is missing or cut off, nor a number that is none. */
static void is_a_sentence(const char *reason)
{
    size_t length = strlen(reason);
    EXPECT(length > 10 && length < FURROW_PLAN_REASON_SIZE - 1);
    EXPECT(reason[0] >= '1' && reason[0] <= '9' && !strchr(" :;,", reason[length - 1]));
    EXPECT(!strstr(reason, "  ") && !strstr(reason, "nan") && !strstr(reason, "inf "));
    EXPECT(!strstr(reason, " 0 item") && !strstr(reason, " 0 ns and"));
}

TEST(any_request_is_granted_or_refused_by_a_plan_that_can_be_run)
{
    uint32_t state = 1;
    for (int i = 0; i < STORIES; i++) {
        const furrow_plan request = some_request(&state);
        const furrow_plan_facts facts = some_facts(&state);
        furrow_plan plan, again;
        char reason[FURROW_PLAN_REASON_SIZE], same[FURROW_PLAN_REASON_SIZE];
        memset(&plan, 0x55, sizeof plan);
        memset(&again, 0xaa, sizeof again);
        int status = furrow_plan_choose(&plan, &request, &facts);
        harness_case("story %d: %s, %s,%zu on %d threads, %zu items on %d CPUs: %s", i,
                     furrow_backend_name(request.backend), furrow_schedule_name(request.schedule),
                     request.chunk, request.threads, facts.items, facts.cpus,
                     furrow_plan_reason(reason, &plan));
        EXPECT_EQUAL(status, can_be(&request) ? FURROW_OK : FURROW_EINVAL);
        EXPECT_EQUAL(furrow_plan_choose(&again, &request, &facts), status);
        EXPECT_TEXT(furrow_plan_reason(same, &again), reason);
        EXPECT(plan.threads == again.threads && plan.backend == again.backend &&
               plan.schedule == again.schedule && plan.chunk == again.chunk &&
               plan.reason.predicted == again.reason.predicted);
        if (status)
            continue;
        grants(&plan, &request, &facts);
        fits(&plan, &request, &facts);
        is_a_sentence(reason);
    }
}

TEST(no_request_is_a_request_for_everything)
{
    uint32_t state = 2;
    const furrow_plan everything = {0};
    for (int i = 0; i < 100; i++) {
        const furrow_plan_facts facts = some_facts(&state);
        furrow_plan plan, asked;
        EXPECT_EQUAL(furrow_plan_choose(&plan, NULL, &facts), FURROW_OK);
        EXPECT_EQUAL(furrow_plan_choose(&asked, &everything, &facts), FURROW_OK);
        EXPECT_EQUAL(plan.threads, asked.threads);
        EXPECT_EQUAL(plan.backend, asked.backend);
        EXPECT_EQUAL(plan.reason.cause, asked.reason.cause);
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

TEST(what_cannot_be_planned_is_refused)
{
    static const struct {
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
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        furrow_plan plan;
        size_t count = 99;
        harness_case("row %zu", i);
        EXPECT_EQUAL(furrow_plan_choose(&plan, &table[i].request, &table[i].facts), FURROW_EINVAL);
        EXPECT_EQUAL(furrow_plan_candidates(&plan, 1, &count, &table[i].request, &table[i].facts),
                     FURROW_EINVAL);
        EXPECT_EQUAL(count, 0);
    }
}

TEST(backends_have_names)
{
    static const char *const names[] = {"auto", "serial", "for", "taskloop", "pool"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        EXPECT_TEXT(furrow_backend_name((furrow_backend)i), names[i]);
    for (int i = 0; i < FURROW_BACKENDS; i++)
        EXPECT(strcmp(furrow_backend_name((furrow_backend)i), "unknown") != 0);
    EXPECT_TEXT(furrow_backend_name(FURROW_BACKENDS), "unknown");
    EXPECT_TEXT(furrow_backend_name((furrow_backend)-1), "unknown");
}
