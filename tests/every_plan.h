/* every_plan.h: all plans of a loop, and a body that records which items it ran. */
#ifndef FURROW_TESTS_EVERY_PLAN_H
#define FURROW_TESTS_EVERY_PLAN_H

#include "harness.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/parallel.h>

enum { MOST = 10007, NOWHERE = MOST };

/* Every way to run a loop: backend x schedule x threads x chunk. Calls `check` with each. */
typedef void checking(const furrow_plan *plan, size_t n);

static inline void for_each_plan(size_t n, checking *check)
{
    static const int threads[] = {1, 2, 3, 8};
    const size_t chunks[] = {0, 1, 7, n + 1};
    for (int backend = FURROW_BACKEND_AUTO; backend < FURROW_BACKENDS; backend++)
        for (int schedule = FURROW_SCHEDULE_AUTO; schedule <= FURROW_SCHEDULE_GUIDED; schedule++)
            for (size_t t = 0; t < COUNT(threads); t++)
                for (size_t c = 0; c < COUNT(chunks); c++) {
                    const furrow_plan plan = {threads[t],
                                              (furrow_backend)backend,
                                              (furrow_schedule)schedule,
                                              chunks[c],
                                              {0}};
                    harness_case("%s, %s,%zu, %d threads, %zu items",
                                 furrow_backend_name(plan.backend),
                                 furrow_schedule_name(plan.schedule), plan.chunk, plan.threads, n);
                    check(&plan, n);
                }
    harness_case(NULL);
}

/* Whether the plan may cut larger chunks than were asked for. */
static inline bool in_pieces(const furrow_plan *plan)
{
    return (plan->backend == FURROW_BACKEND_AUTO || plan->backend == FURROW_BACKEND_FOR) &&
           (plan->schedule == FURROW_SCHEDULE_GUIDED || plan->schedule == FURROW_SCHEDULE_AUTO);
}

/* Records what the bodies of a run did with each item. */
struct diary {
    atomic_uchar runs[MOST + 1];
    atomic_int workers_seen; /* the highest + 1 */
    atomic_size_t calls, empty;
    size_t first;
    size_t failing[2]; /* items whose body returns 1 + their index here */
};

static inline struct diary *new_diary(size_t first)
{
    static struct diary diary;
    memset(&diary, 0, sizeof diary);
    diary.first = first;
    diary.failing[0] = diary.failing[1] = NOWHERE;
    return &diary;
}

/* The result of item i is 3 i + 1. */
static inline int keep_diary(const furrow_range *range, const void *context)
{
    struct diary *diary = (struct diary *)context;
    atomic_fetch_add(&diary->calls, 1);
    atomic_fetch_add(&diary->empty, range->begin >= range->end);
    int seen = atomic_load(&diary->workers_seen);
    while (range->worker >= seen &&
           !atomic_compare_exchange_weak(&diary->workers_seen, &seen, range->worker + 1))
        ;
    size_t *results = range->results;
    for (size_t i = range->begin; i < range->end; i++) {
        atomic_fetch_add(&diary->runs[i - diary->first], 1);
        for (int f = 0; f < 2; f++)
            if (i - diary->first == diary->failing[f])
                return 1 + f;
        if (results)
            results[i - range->begin] = 3 * i + 1;
    }
    return FURROW_OK;
}

/* Whether the items [begin, end) all ran `times` times. */
static inline bool ran(const struct diary *diary, size_t begin, size_t end, int times)
{
    for (size_t i = begin; i < end; i++)
        if (diary->runs[i] != times)
            return false;
    return true;
}

#endif
