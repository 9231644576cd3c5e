#include "every_plan.h"
#include "meeting.h"

#include <stdint.h>
#include <stdlib.h>

#include <furrow/clock.h>

/* Tasks run in any order, even on one thread. */
static bool in_order(const furrow_plan *plan)
{
    return plan->backend == FURROW_BACKEND_SERIAL ||
           (plan->threads == 1 && plan->backend != FURROW_BACKEND_TASKLOOP);
}

static void stops_as_the_serial_loop(const furrow_plan *plan, size_t n)
{
    const size_t lowest = n / 3, higher = lowest + 9;
    struct diary *diary = new_diary(0);
    diary->failing[0] = higher;
    diary->failing[1] = lowest;
    const furrow_parallel_options options = {.plan = *plan};
    EXPECT_EQUAL(furrow_parallel_for(&options, n, keep_diary, diary), 2);
    EXPECT(ran(diary, 0, lowest + 1, 1));
    size_t twice = 0;
    for (size_t i = 0; i < n; i++)
        twice += diary->runs[i] > 1;
    EXPECT_EQUAL(twice, 0);
    if (in_order(plan))
        EXPECT(ran(diary, lowest + 1, n, 0));
}

TEST(after_a_stop_all_below_it_ran_and_its_code_comes_back)
{
    for_each_plan(97, stops_as_the_serial_loop);
    for_each_plan(3001, stops_as_the_serial_loop);
}

/* Items 5 and 3 fail, in this order where there is a choice. */
static int fail_two(const furrow_range *range, const void *context)
{
    (void)context;
    for (size_t i = range->begin; i < range->end; i++) {
        int status = i == 3 || i == 5 ? furrow_fail(range, i, (int)i, "item %zu", i) : FURROW_OK;
        if (status)
            return status;
    }
    return FURROW_OK;
}

static void fails_items_or_stops(const furrow_plan *plan, size_t n)
{
    furrow_faults *faults;
    furrow_error fault;
    REQUIRE_EQUAL(furrow_faults_new(&faults), FURROW_OK);
    furrow_parallel_options options = {.plan = *plan, .faults = faults};
    EXPECT_EQUAL(furrow_parallel_for(&options, n, fail_two, NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_faults_count(faults), 2);
    EXPECT(furrow_faults_at(faults, 0, &fault) && fault.item == 3 && fault.code == 3);
    EXPECT(furrow_faults_at(faults, 1, &fault) && fault.item == 5);
    EXPECT_TEXT(fault.text, "item 5");
    furrow_faults_free(faults);
    options.faults = NULL;
    EXPECT_EQUAL(furrow_parallel_for(&options, n, fail_two, NULL), 3);
}

TEST(failed_items_are_collected_or_stop_the_run)
{
    for_each_plan(50, fails_items_or_stops);
}

static furrow_cancel wish;

static int cancel_at_10(const furrow_range *range, const void *context)
{
    int status = keep_diary(range, context);
    if (range->begin <= 10 && range->end > 10)
        furrow_cancel_request(&wish);
    return status;
}

static void cancels(const furrow_plan *plan, size_t n)
{
    struct diary *diary = new_diary(0);
    const furrow_parallel_options options = {.plan = *plan, .cancel = &wish};
    wish = (furrow_cancel){0};
    EXPECT(!furrow_cancel_requested(&wish));
    int status = furrow_parallel_for(&options, n, cancel_at_10, diary);
    bool all = ran(diary, 0, n, 1);
    EXPECT_EQUAL(status, all ? FURROW_OK : FURROW_ECANCELED);
    EXPECT(diary->runs[10] == 1 || !furrow_cancel_requested(&wish));
    if (in_order(plan) && plan->chunk == 1 && !in_pieces(plan))
        EXPECT(ran(diary, 0, 11, 1) && ran(diary, 11, n, 0));
    furrow_cancel_request(&wish);
    diary = new_diary(0);
    EXPECT_EQUAL(furrow_parallel_for(&options, n, keep_diary, diary), FURROW_ECANCELED);
    EXPECT_EQUAL(diary->calls, 0);
}

TEST(a_cancelled_run_starts_no_more)
{
    for_each_plan(1000, cancels);
}

/* Item 9 stops the run and cancels it, while item 5, on the other thread, has not started: a search
 * that ends so at its first hit wants to hear of the hit. */
static atomic_bool item_9_left;

static int cancel_and_stop(const furrow_range *range, const void *context)
{
    (void)context;
    if (range->begin == 9) {
        furrow_cancel_request(&wish);
        atomic_store(&item_9_left, true);
        return 9;
    }
    if (range->begin == 4)
        while (!atomic_load(&item_9_left))
            furrow_clock_sleep(1e-4);
    return FURROW_OK;
}

TEST(a_stop_that_cancels_is_what_is_reported)
{
    if (!gives_threads(2))
        SKIP("OpenMP gives one thread");
    const furrow_parallel_options options = {
        .plan = {2, FURROW_BACKEND_FOR, FURROW_SCHEDULE_STATIC, 1, {0}}, .cancel = &wish};
    wish = (furrow_cancel){0};
    atomic_store(&item_9_left, false);
    EXPECT_EQUAL(furrow_parallel_for(&options, 10, cancel_and_stop, NULL), 9);
}

/* The serial loop would come to its stop at once; cutting up more items than could ever run must
 * not keep it from that. */
TEST(more_items_than_can_run_may_still_stop)
{
    struct diary *diary = new_diary(0);
    diary->failing[0] = 700;
    const furrow_parallel_options options = {
        .plan = {.backend = FURROW_BACKEND_SERIAL, .chunk = 10}};
    EXPECT_EQUAL(furrow_parallel_for(&options, SIZE_MAX, keep_diary, diary), 1);
    EXPECT(ran(diary, 0, 701, 1) && ran(diary, 701, MOST, 0));
}

static int stop_at_once(const furrow_range *range, const void *context)
{
    (void)context;
    return range->begin == 0 ? 7 : FURROW_OK;
}

TEST(no_backend_passes_over_more_items_than_can_run)
{
    static const furrow_plan plans[] = {
        {.threads = 2, .backend = FURROW_BACKEND_FOR, .schedule = FURROW_SCHEDULE_STATIC},
        {.threads = 3, .backend = FURROW_BACKEND_FOR, .schedule = FURROW_SCHEDULE_DYNAMIC},
        {.threads = 2, .backend = FURROW_BACKEND_FOR, .schedule = FURROW_SCHEDULE_GUIDED},
        {.threads = 2, .backend = FURROW_BACKEND_TASKLOOP},
    };
    for (size_t i = 0; i < COUNT(plans); i++) {
        furrow_parallel_options options = {.plan = plans[i]};
        options.plan.chunk = 1;
        harness_case("plan %zu", i);
        EXPECT_EQUAL(furrow_parallel_for(&options, SIZE_MAX, stop_at_once, NULL), 7);
    }
}

/* OpenMP gets 65536 chunks in a turn at most. No chunk is left out and none runs twice. */
static int add_up(const furrow_range *range, const void *context)
{
    size_t *sum = *(size_t *const *)context;
#pragma omp atomic update
    *sum += range->end - range->begin;
    if (range->results)
        ++*(unsigned char *)range->results;
    return FURROW_OK;
}

TEST(many_turns_run_each_item_once)
{
    enum { ITEMS = 200003 };
    static unsigned char runs[ITEMS];
    for (int backend = FURROW_BACKEND_SERIAL; backend <= FURROW_BACKEND_TASKLOOP; backend++) {
        size_t sum = 0, *context = &sum;
        memset(runs, 0, sizeof runs);
        furrow_parallel_options options = {
            .plan = {.threads = 3, .backend = (furrow_backend)backend, .chunk = 1},
            .results = runs,
            .result_size = 1};
        harness_case("%s", furrow_backend_name((furrow_backend)backend));
        EXPECT_EQUAL(furrow_parallel_for(&options, ITEMS, add_up, &context), FURROW_OK);
        EXPECT_EQUAL(sum, ITEMS);
        EXPECT(!memchr(runs, 0, ITEMS) && !memchr(runs, 2, ITEMS));
    }
}

static int note_worker(const furrow_range *range, const void *context)
{
    (void)context;
    for (size_t i = range->begin; i < range->end; i++)
        FURROW_RESULT(range, int, i) = range->worker;
    return FURROW_OK;
}

TEST(static_goes_on_dealing_where_the_last_turn_ended)
{
    enum { ITEMS = 200003 };
    static int workers[ITEMS];
    const furrow_parallel_options options = {
        .plan = {3, FURROW_BACKEND_FOR, FURROW_SCHEDULE_STATIC, 1, {0}},
        .results = workers,
        .result_size = sizeof *workers};
    size_t others = 0;
    if (!gives_threads(3))
        SKIP("OpenMP gives too few threads");
    EXPECT_EQUAL(furrow_parallel_for(&options, ITEMS, note_worker, NULL), FURROW_OK);
    for (size_t i = 3; i < ITEMS; i++)
        others += workers[i] != workers[i - 3];
    EXPECT_EQUAL(others, 0);
}

static int count_and_cancel(const furrow_range *range, const void *context)
{
    size_t *ran = (size_t *)context;
    *ran += range->end - range->begin;
    furrow_cancel_request((furrow_cancel *)range->cancel);
    return 0;
}

TEST(the_serial_loop_begins_with_one_item_so_that_a_cancel_need_not_wait)
{
    furrow_cancel cancel = {0};
    size_t ran = 0;
    furrow_parallel_options options = {.plan = {.backend = FURROW_BACKEND_SERIAL},
                                       .cancel = &cancel};
    EXPECT_EQUAL(furrow_parallel_for(&options, 1000000, count_and_cancel, &ran), FURROW_ECANCELED);
    EXPECT_EQUAL(ran, 1);
    cancel = (furrow_cancel){0};
    ran = 0;
    options.facts.grain = 16;
    EXPECT_EQUAL(furrow_parallel_for(&options, 1000000, count_and_cancel, &ran), FURROW_ECANCELED);
    EXPECT_EQUAL(ran, 16);
    cancel = (furrow_cancel){0};
    ran = 0;
    options.plan.chunk = 100;
    EXPECT_EQUAL(furrow_parallel_for(&options, 1000000, count_and_cancel, &ran), FURROW_ECANCELED);
    EXPECT_EQUAL(ran, 100);
}
