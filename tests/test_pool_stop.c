#include "harness.h"

#include <stdatomic.h>
#include <string.h>

#include <furrow/clock.h>
#include <furrow/pool.h>

#include "pool_helpers.h"

enum { ITEMS = 1000 };

/* Records what the items did. */
struct diary {
    atomic_int runs[ITEMS];
    atomic_size_t started;
    size_t failing[2]; /* fail with 1 + their index here */
    atomic_bool open;  /* items that wait may go on */
    furrow_cancel cancel;
    furrow_pool *pool;
};

static struct diary *new_diary(void)
{
    static struct diary diary;
    memset(&diary, 0, sizeof diary);
    diary.failing[0] = diary.failing[1] = ITEMS;
    return &diary;
}

/* The item is its result slot's place. */
static int results_here[ITEMS];

static size_t item_of(const void *result)
{
    return (size_t)((const int *)result - results_here);
}

static furrow_map_options diary_options(void)
{
    return (furrow_map_options){.results = results_here, .result_size = sizeof *results_here};
}

static int keep_diary(void *result, const void *item, void *context)
{
    (void)item;
    struct diary *diary = context;
    size_t i = item_of(result);
    atomic_fetch_add(&diary->started, 1);
    atomic_fetch_add(&diary->runs[i], 1);
    for (int f = 0; f < 2; f++)
        if (diary->failing[f] == i)
            return 1 + f;
    return 0;
}

static bool ran(const struct diary *diary, size_t begin, size_t end, int times)
{
    for (size_t i = begin; i < end; i++)
        if (diary->runs[i] != times)
            return false;
    return true;
}

TEST(after_a_failure_all_below_it_ran_and_its_code_comes_back)
{
    for (int workers = 1; workers <= 4; workers++) {
        furrow_pool *pool = new_pool(workers);
        for (size_t chunk = 0; chunk < 5; chunk++) {
            struct diary *diary = new_diary();
            int statuses[ITEMS];
            furrow_error error = {0};
            diary->failing[0] = 700;
            diary->failing[1] = 321;
            furrow_map_options options = diary_options();
            options.chunk = chunk;
            options.statuses = statuses;
            options.error = &error;
            options.first = 10;
            EXPECT_EQUAL(furrow_pool_map(pool, &options, ITEMS, keep_diary, diary), 2);
            EXPECT(ran(diary, 0, 322, 1));
            EXPECT_EQUAL(statuses[321], 2);
            EXPECT_EQUAL(error.item, 331);
            EXPECT_EQUAL(error.code, 2);
            for (size_t i = 0; i < ITEMS; i++)
                EXPECT((statuses[i] == FURROW_ECANCELED) == (diary->runs[i] == 0));
        }
        furrow_pool_free(pool);
    }
}

/* Item 0 fails; the others wait until it has failed. */
static int fail_first(void *result, const void *item, void *context)
{
    (void)item;
    struct diary *diary = context;
    atomic_fetch_add(&diary->started, 1);
    if (item_of(result) == 0) {
        furrow_clock_sleep(0.002);
        atomic_store(&diary->open, true);
        return 99;
    }
    while (!atomic_load(&diary->open))
        furrow_clock_sleep(1e-4);
    furrow_clock_sleep(0.002);
    return 0;
}

TEST(when_item_0_fails_no_more_start_than_there_are_workers)
{
    for (int workers = 1; workers <= 4; workers++) {
        furrow_pool *pool = new_pool(workers);
        for (size_t chunk = 0; chunk < 3; chunk++) {
            struct diary *diary = new_diary();
            furrow_map_options options = diary_options();
            options.chunk = chunk;
            EXPECT_EQUAL(furrow_pool_map(pool, &options, ITEMS, fail_first, diary), 99);
            EXPECT(diary->started <= (size_t)workers);
        }
        furrow_pool_free(pool);
    }
}

TEST(with_collect_everything_runs_and_every_failure_is_told)
{
    furrow_pool *pool = new_pool(2);
    struct diary *diary = new_diary();
    furrow_faults *faults;
    furrow_error fault;
    int statuses[ITEMS];
    REQUIRE_EQUAL(furrow_faults_new(&faults), 0);
    diary->failing[0] = 700;
    diary->failing[1] = 321;
    furrow_map_options options = diary_options();
    options.statuses = statuses;
    options.collect = true;
    options.faults = faults;
    options.first = 1000;
    EXPECT_EQUAL(furrow_pool_map(pool, &options, ITEMS, keep_diary, diary), 2);
    EXPECT(ran(diary, 0, ITEMS, 1));
    for (size_t i = 0; i < ITEMS; i++)
        EXPECT_EQUAL(statuses[i], i == 700 ? 1 : i == 321 ? 2 : 0);
    EXPECT_EQUAL(furrow_faults_count(faults), 2);
    EXPECT(furrow_faults_at(faults, 0, &fault) && fault.item == 1321 && fault.code == 2);
    furrow_faults_free(faults);
    furrow_pool_free(pool);
}

/* Every tenth item fails by furrow_fail, every hundredth ends its range. */
static int fail_in_ranges(const furrow_range *range, const void *context)
{
    const bool *stops = context;
    for (size_t i = range->begin; i < range->end; i++) {
        if (i % 10 == 3 && furrow_fail(range, i, 5, "item %zu", i))
            return 5;
        if (*stops && i % 100 == 99)
            return 6;
    }
    return 0;
}

TEST(bodies_fail_items_by_faults_and_ranges_by_their_return)
{
    furrow_pool *pool = new_pool(3);
    furrow_faults *faults;
    int statuses[ITEMS];
    bool stops = false;
    REQUIRE_EQUAL(furrow_faults_new(&faults), 0);
    furrow_map_options options = {.statuses = statuses, .faults = faults, .chunk = 20, .first = 0};
    EXPECT_EQUAL(furrow_pool_for(pool, &options, ITEMS, fail_in_ranges, &stops), 0);
    EXPECT_EQUAL(furrow_faults_count(faults), ITEMS / 10);
    for (size_t i = 0; i < ITEMS; i++)
        EXPECT_EQUAL(statuses[i], i % 10 == 3 ? 5 : 0);
    stops = true;
    options.collect = true;
    EXPECT_EQUAL(furrow_pool_for(pool, &options, ITEMS, fail_in_ranges, &stops), 6);
    for (size_t i = 0; i < ITEMS; i++)
        EXPECT_EQUAL(statuses[i], i % 10 == 3 ? 5 : i % 100 >= 80 ? 6 : 0);
    options.faults = NULL;
    options.collect = false;
    EXPECT_EQUAL(furrow_pool_for(pool, &options, ITEMS, fail_in_ranges, &stops), 5);
    furrow_faults_free(faults);
    furrow_pool_free(pool);
}

static int cancel_at_100(void *result, const void *item, void *context)
{
    struct diary *diary = context;
    int status = keep_diary(result, item, context);
    if (item_of(result) == 100)
        furrow_cancel_request(&diary->cancel);
    return status;
}

TEST(a_cancelled_map_starts_no_more)
{
    for (int workers = 1; workers <= 3; workers++) {
        furrow_pool *pool = new_pool(workers);
        for (size_t chunk = 0; chunk < 3; chunk++) {
            struct diary *diary = new_diary();
            int statuses[ITEMS];
            furrow_map_options options = diary_options();
            options.cancel = &diary->cancel;
            options.statuses = statuses;
            options.chunk = chunk ? chunk * chunk * chunk * chunk * 5 : 0;
            int status = furrow_pool_map(pool, &options, ITEMS, cancel_at_100, diary);
            EXPECT_EQUAL(status, ran(diary, 0, ITEMS, 1) ? 0 : FURROW_ECANCELED);
            for (size_t i = 0; i < ITEMS; i++)
                EXPECT((statuses[i] == FURROW_ECANCELED) == (diary->runs[i] == 0));
            diary = new_diary();
            furrow_cancel_request(&diary->cancel);
            EXPECT_EQUAL(furrow_pool_map(pool, &options, ITEMS, cancel_at_100, diary),
                         FURROW_ECANCELED);
            EXPECT_EQUAL(diary->started, 0);
        }
        furrow_pool_free(pool);
    }
}

/* Terminates the pool that it runs on; ranges then see the cancel. */
static int terminate_at_50(const furrow_range *range, const void *context)
{
    struct diary *diary = (struct diary *)context;
    atomic_fetch_add(&diary->started, 1);
    if (range->begin == 50) {
        EXPECT(!furrow_cancel_requested(range->cancel));
        furrow_pool_terminate(diary->pool);
        EXPECT(furrow_cancel_requested(range->cancel));
    }
    return 0;
}

TEST(terminate_ends_a_map_that_somebody_waits_in)
{
    struct diary *diary = new_diary();
    diary->pool = new_pool(2);
    furrow_map_options options = {.chunk = 1};
    EXPECT_EQUAL(furrow_pool_for(diary->pool, &options, ITEMS, terminate_at_50, diary),
                 FURROW_ECANCELED);
    EXPECT(diary->started >= 51 && diary->started < ITEMS);
    EXPECT_EQUAL(furrow_pool_map(diary->pool, NULL, 1, keep_diary, diary), FURROW_ECLOSED);
    EXPECT_EQUAL(furrow_pool_join(NULL, diary->pool, FURROW_FOREVER), 0);
    furrow_pool_free(diary->pool);
}

TEST(a_closed_pool_refuses_work_and_says_so)
{
    furrow_pool *pool = new_pool(2);
    struct diary *diary = new_diary();
    furrow_map_options options = diary_options();
    furrow_result *result = (furrow_result *)1;
    furrow_pool_close(pool);
    furrow_pool_close(pool);
    EXPECT_EQUAL(furrow_pool_map(pool, &options, 10, keep_diary, diary), FURROW_ECLOSED);
    EXPECT_EQUAL(furrow_pool_apply(results_here, pool, NULL, keep_diary, diary), FURROW_ECLOSED);
    EXPECT_EQUAL(furrow_pool_apply_async(&result, pool, &options, keep_diary, diary),
                 FURROW_ECLOSED);
    EXPECT(!result);
    EXPECT_EQUAL(furrow_pool_map_async(&result, pool, &options, 10, keep_diary, diary),
                 FURROW_ECLOSED);
    EXPECT(!result);
    EXPECT_EQUAL(furrow_pool_join(NULL, pool, FURROW_FOREVER), 0);
    EXPECT_EQUAL(furrow_pool_map(pool, &options, 10, keep_diary, diary), FURROW_ECLOSED);
    EXPECT_EQUAL(furrow_pool_join(NULL, pool, 0), 0);
    EXPECT_EQUAL(diary->started, 0);
    furrow_pool_free(pool);
}

/* ---- progress ---- */

struct report {
    atomic_int inside, overlaps;
    size_t calls, falls, ends;
    furrow_progress last;
};

static void report(const furrow_progress *progress, void *context)
{
    struct report *report = context;
    atomic_fetch_add(&report->overlaps, atomic_fetch_add(&report->inside, 1) > 0);
    report->calls++;
    report->falls += progress->done < report->last.done || report->last.ended;
    report->ends += progress->ended;
    report->last = *progress;
    atomic_fetch_sub(&report->inside, 1);
}

TEST(progress_is_told_one_call_at_a_time_and_to_its_end)
{
    for (int workers = 0; workers <= 3; workers++)
        for (int failing = 0; failing < 2; failing++) {
            furrow_pool *pool = workers ? new_pool(workers) : NULL;
            struct diary *diary = new_diary();
            struct report told = {0};
            if (failing)
                diary->failing[0] = 77;
            furrow_map_options options = diary_options();
            options.chunk = 3;
            options.collect = true;
            options.progress = report;
            options.progress_context = &told;
            EXPECT_EQUAL(furrow_pool_map(pool, &options, ITEMS, keep_diary, diary), failing);
            EXPECT_EQUAL(told.overlaps, 0);
            EXPECT_EQUAL(told.falls, 0);
            EXPECT_EQUAL(told.ends, 1);
            EXPECT_EQUAL(told.last.done, ITEMS);
            EXPECT_EQUAL(told.last.total, ITEMS);
            EXPECT_EQUAL(told.last.failed, failing);
            EXPECT(told.calls > 1);
            furrow_pool_free(pool);
        }
}

TEST(a_pool_traces_its_chunks_and_says_what_they_took)
{
    furrow_pool *pool = new_pool(2);
    furrow_trace *trace;
    REQUIRE_EQUAL(furrow_trace_new(&trace), 0);
    furrow_parallel_outcome outcome = {0};
    furrow_map_options options = diary_options();
    options.trace = trace;
    options.outcome = &outcome;
    options.chunk = 10;
    EXPECT_EQUAL(furrow_pool_map(pool, &options, ITEMS, keep_diary, new_diary()), 0);
    size_t spans, items = 0;
    const furrow_span *span = furrow_trace_spans(trace, &spans);
    EXPECT_EQUAL(spans, ITEMS / 10);
    for (size_t i = 0; i < spans; i++)
        items += span[i].end - span[i].begin;
    EXPECT_EQUAL(items, ITEMS);
    EXPECT_EQUAL(outcome.usage.items, ITEMS);
    EXPECT(outcome.usage.wall > 0);
    EXPECT_EQUAL(outcome.plan.threads, furrow_pool_workers(pool));
    char reason[FURROW_PLAN_REASON_SIZE];
    EXPECT_CONTAINS(furrow_plan_reason(reason, &outcome.plan),
                    ": the workers of a pool; 10 items at a time, as asked");
    furrow_trace_free(trace);
    furrow_pool_free(pool);
}
