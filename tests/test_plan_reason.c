#include "harness.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>

#include <furrow/plan.h>

#define SERIAL   FURROW_BACKEND_SERIAL
#define FOR      FURROW_BACKEND_FOR
#define TASKLOOP FURROW_BACKEND_TASKLOOP
#define POOL     FURROW_BACKEND_POOL
#define STATIC   FURROW_SCHEDULE_STATIC
#define DYNAMIC  FURROW_SCHEDULE_DYNAMIC
#define GUIDED   FURROW_SCHEDULE_GUIDED
#define ADAPTIVE FURROW_SCHEDULE_ADAPTIVE

/* Plans of four threads, guided, 16 at least, or as they have time for; and of one. */
#define TEAM(...)                                                                                  \
    {                                                                                              \
        4, FOR, GUIDED, 16,                                                                        \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }
#define SHARED(...)                                                                                \
    {                                                                                              \
        4, POOL, ADAPTIVE, 0,                                                                      \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }
#define ALONE(...)                                                                                 \
    {                                                                                              \
        1, SERIAL, DYNAMIC, 0,                                                                     \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }

TEST(every_cause_has_its_sentence)
{
    static const struct {
        furrow_plan plan;
        const char *reason;
    } table[] = {
        {ALONE(.cause = FURROW_CAUSE_NONE), ""},
        {ALONE(.cause = FURROW_CAUSE_EMPTY), "1 thread: there is nothing to do"},
        {ALONE(.cause = FURROW_CAUSE_SERIAL), "1 thread: the serial loop, as asked"},
        {ALONE(.cause = FURROW_CAUSE_REQUEST), "1 thread, as asked"},
        {TEAM(.cause = FURROW_CAUSE_REQUEST),
         "4 threads, as asked; guided, at least 16 items at a time"},
        {TEAM(.cause = FURROW_CAUSE_LIMIT, .asked = 9),
         "4 threads: 9 as asked, but OMP_THREAD_LIMIT allows no more; guided, at least 16 items at "
         "a time"},
        {ALONE(.cause = FURROW_CAUSE_ONE_ITEM), "1 thread: there is one item"},
        {ALONE(.cause = FURROW_CAUSE_ONE_CPU, .cpus = 1), "1 thread: there is one usable CPU"},
        {ALONE(.cause = FURROW_CAUSE_ONE_CPU, .cpus = 2), "1 thread: OMP_THREAD_LIMIT is 1"},
        {ALONE(.cause = FURROW_CAUSE_NESTED), "1 thread: OpenMP nests no region here"},
        {ALONE(.cause = FURROW_CAUSE_NO_OPENMP), "1 thread: built without OpenMP"},
        {SHARED(.cause = FURROW_CAUSE_UNKNOWN, .cpus = 8, .items = 40),
         "4 threads for 8 CPUs: nothing is known of the 40 items yet; each thread takes what it "
         "has "
         "time for"},
        {SHARED(.cause = FURROW_CAUSE_UNKNOWN, .cpus = 8, .items = 40, .item = 1e-3, .serial = 0.04,
                .took = 0.01),
         "4 threads for 8 CPUs: 40 items took 1 ms each, 40 ms of work; each thread takes what it "
         "has time for"},
        {ALONE(.cause = FURROW_CAUSE_UNKNOWN, .cpus = 8, .items = 40),
         "1 thread for 8 CPUs: run alone once, for earlier calls were all shared"},
        {ALONE(.cause = FURROW_CAUSE_UNKNOWN, .cpus = 8, .items = 40, .item = 1e-6, .serial = 4e-5,
               .took = 4e-5),
         "1 thread for 8 CPUs: run alone once, for earlier calls were all shared; 40 items took 1 "
         "us each, 40 us of work"},
        {ALONE(.cause = FURROW_CAUSE_SMALL, .serial = 1.5e-6),
         "1 thread: 1.5 us of work is less than it costs to share it"},
        {ALONE(.cause = FURROW_CAUSE_LOSS),
         "1 thread: earlier calls took no less time when they were shared"},
        {ALONE(.cause = FURROW_CAUSE_LOSS, .items = 40, .item = 1e-3, .serial = 0.04, .took = 0.04),
         "1 thread: earlier calls took no less time when they were shared; 40 items took 1 ms "
         "each, 40 ms of work"},
        {SHARED(.cause = FURROW_CAUSE_WORK, .cpus = 4, .items = 40, .item = 1e-3, .serial = 0.04,
                .took = 0.01),
         "4 threads for 4 CPUs: 40 items took 1 ms each, 40 ms of work; each thread takes what it "
         "has time for"},
        {SHARED(.cause = FURROW_CAUSE_WAIT, .cpus = 4),
         "4 threads for 4 CPUs: items mostly waited in earlier calls; each thread takes what it "
         "has time for"},
        {TEAM(.cause = FURROW_CAUSE_WORK, .cpus = 4, .serial = 30e-3, .item = 3e-6),
         "4 threads for 4 CPUs: 30 ms of work in items of 3 us; guided, at least 16 items at a "
         "time"},
        {TEAM(.cause = FURROW_CAUSE_WORK, .cpus = 4, .serial = 0.03, .predicted = 0.0085,
              .calls = 1),
         "4 threads for 4 CPUs: 8.5 ms predicted from 1 earlier call, 30 ms on one thread; guided, "
         "at least 16 items at a time"},
        {TEAM(.cause = FURROW_CAUSE_WORK, .cpus = 4, .serial = 30, .predicted = 8, .calls = 3),
         "4 threads for 4 CPUs: 8 s predicted from 3 earlier calls, 30 s on one thread; guided, at "
         "least 16 items at a time"},
        {TEAM(.cause = FURROW_CAUSE_WAIT, .cpus = 1, .item = 12.34e-9),
         "4 threads for 1 CPU: each item takes 12.3 ns and mostly waits; guided, at least 16 items "
         "at a time"},
        {TEAM(.cause = FURROW_CAUSE_VARIANT, .cpus = 4),
         "4 threads for 4 CPUs: a variant cuts its own work"},
        {ALONE(.cause = FURROW_CAUSE_POOL), "1 thread: the workers of a pool; items at a time by "
                                            "what they take"},
        {TEAM(.cause = FURROW_CAUSE_POOL),
         "4 threads: the workers of a pool; 16 items at a time, as asked"},
    };
    bool seen[FURROW_CAUSE_POOL + 1] = {false};
    char text[FURROW_PLAN_REASON_SIZE];
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const char *reason = furrow_plan_reason(text, &table[i].plan);
        EXPECT(reason == text);
        EXPECT_TEXT(reason, table[i].reason);
        seen[table[i].plan.reason.cause] = true;
    }
    for (int cause = 0; cause <= FURROW_CAUSE_POOL; cause++) {
        harness_case("cause %d", cause);
        EXPECT(seen[cause]);
    }
}

TEST(a_reason_ends_in_the_schedule_and_who_asked_for_it)
{
    static const struct {
        furrow_plan plan;
        const char *end;
    } table[] = {
        {{2, FOR, GUIDED, 1, {.requested = true}}, "; guided, at least 1 item at a time, as asked"},
        {{2, FOR, DYNAMIC, 1, {0}}, "; dynamic, 1 item at a time"},
        {{2, FOR, DYNAMIC, 7, {.environment = true}},
         "; dynamic, 7 items at a time, as OMP_SCHEDULE says"},
        {{2, FOR, STATIC, 7, {.environment = true, .requested = true}},
         "; static, 7 items at a time, as OMP_SCHEDULE says"},
        {{2, FOR, STATIC, 0, {0}}, "; static, one block each"},
        {{2, TASKLOOP, DYNAMIC, 1, {.requested = true}}, "; tasks of 1 item, as asked"},
        {{2, TASKLOOP, STATIC, 2, {0}}, "; tasks of 2 items"},
        {{2, SERIAL, GUIDED, 7, {.environment = true}}, ""},
        {{2, POOL, ADAPTIVE, 0, {0}}, "; each thread takes what it has time for"},
        {{2, POOL, ADAPTIVE, 0, {.requested = true}},
         "; each thread takes what it has time for, as asked"},
        {{2, POOL, DYNAMIC, 7, {.requested = true}}, "; dynamic, 7 items at a time, as asked"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        furrow_plan plan = table[i].plan;
        char text[FURROW_PLAN_REASON_SIZE], expected[FURROW_PLAN_REASON_SIZE];
        plan.reason.cause = FURROW_CAUSE_REQUEST;
        snprintf(expected, sizeof expected, "2 threads, as asked%s", table[i].end);
        EXPECT_TEXT(furrow_plan_reason(text, &plan), expected);
    }
}

TEST(times_are_rounded_to_the_unit_that_then_fits)
{
    static const struct {
        double seconds;
        const char *text;
    } table[] = {
        {0, "0 ns"},      {0.5e-9, "0.5 ns"}, {999.4e-9, "999 ns"}, {999.6e-9, "1 us"},
        {1e-6, "1 us"},   {999.6e-6, "1 ms"}, {0.9994, "999 ms"},   {0.9996, "1 s"},
        {999.4, "999 s"}, {999.6, "1000 s"},  {12345.6, "12346 s"}, {2e9, "2e+09 s"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const furrow_plan plan = ALONE(.cause = FURROW_CAUSE_SMALL, .serial = table[i].seconds);
        char text[FURROW_PLAN_REASON_SIZE], expected[64];
        snprintf(expected, sizeof expected, ": %s of work is less than", table[i].text);
        EXPECT_CONTAINS(furrow_plan_reason(text, &plan), expected);
    }
}

TEST(the_longest_numbers_fit_into_a_reason)
{
    for (int i = 2 * FURROW_CAUSE_SERIAL; i < 2 * FURROW_CAUSE_VARIANT; i++) {
        int cause = i / 2;
        const furrow_plan plan = {INT_MAX,
                                  FOR,
                                  GUIDED,
                                  SIZE_MAX,
                                  {.cause = (furrow_cause)cause,
                                   .environment = true,
                                   .cpus = INT_MAX,
                                   .asked = INT_MAX,
                                   .items = SIZE_MAX,
                                   .calls = i % 2 ? SIZE_MAX : 0,
                                   .took = i % 2 ? 0 : 1,
                                   .item = -1.234567e-300,
                                   .region = 1.234567e300,
                                   .serial = 1.234567e300,
                                   .predicted = 1.234567e300}};
        char text[FURROW_PLAN_REASON_SIZE];
        harness_case("cause %d", cause);
        EXPECT_CONTAINS(furrow_plan_reason(text, &plan),
                        "; guided, at least 18446744073709551615 items at a time, as OMP_SCHEDULE "
                        "says");
    }
}
