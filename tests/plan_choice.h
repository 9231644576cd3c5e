/* plan_choice.h: plans as rows of a table. */
#ifndef FURROW_TESTS_PLAN_CHOICE_H
#define FURROW_TESTS_PLAN_CHOICE_H

#include "harness.h"

#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
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

/* What is asked and known, and the plan that follows. */
struct choice {
    const char *name;
    furrow_plan request;
    furrow_plan_facts facts;
    int threads;
    furrow_backend backend;
    furrow_schedule schedule;
    size_t chunk;
    const char *reason;
};

/* To the last bit, but for what lies between the fields; NAN is no surprise. */
static inline bool same_grounds(const furrow_grounds *a, const furrow_grounds *b)
{
    const double of_a[] = {a->item, a->region, a->serial, a->predicted};
    const double of_b[] = {b->item, b->region, b->serial, b->predicted};
    return a->cause == b->cause && a->environment == b->environment &&
           a->requested == b->requested && a->cpus == b->cpus && a->asked == b->asked &&
           a->items == b->items && a->calls == b->calls && memcmp(of_a, of_b, sizeof of_a) == 0;
}

static inline void chooses(const struct choice *choice)
{
    furrow_plan plan, again;
    memset(&plan, 1, sizeof plan);
    memset(&again, 2, sizeof again);
    harness_case("%s", choice->name);
    EXPECT_EQUAL(furrow_plan_choose(&plan, &choice->request, &choice->facts), FURROW_OK);
    EXPECT_EQUAL(plan.threads, choice->threads);
    EXPECT_TEXT(furrow_backend_name(plan.backend), furrow_backend_name(choice->backend));
    EXPECT_TEXT(furrow_schedule_name(plan.schedule), furrow_schedule_name(choice->schedule));
    EXPECT(plan.chunk == choice->chunk);
    char reason[FURROW_PLAN_REASON_SIZE];
    EXPECT_CONTAINS(furrow_plan_reason(reason, &plan), choice->reason);
    EXPECT_EQUAL(furrow_plan_choose(&again, &choice->request, &choice->facts), FURROW_OK);
    EXPECT(again.threads == plan.threads && again.chunk == plan.chunk);
    EXPECT(same_grounds(&again.grounds, &plan.grounds));
}

#endif
