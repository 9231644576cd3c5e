/* What a site remembers of its loops, and how later calls use it. */
#include "every_plan.h"
#include "meeting.h"

#include <furrow/clock.h>
#include <furrow/cpu.h>

#include "plan/history.h"

enum { CALLS = 6 };

/* ---- results ---- */

static void runs_all_once_at_a_site(const furrow_plan *plan, size_t n)
{
    static size_t results[MOST];
    furrow_site site = {0};
    for (int i = 0; i < CALLS; i++) {
        struct diary *diary = new_diary(1000);
        memset(results, 0, sizeof results);
        const furrow_parallel_options options = {.plan = *plan,
                                                 .first = 1000,
                                                 .results = results,
                                                 .result_size = sizeof *results,
                                                 .site = &site};
        EXPECT_EQUAL(furrow_parallel_for(&options, n, keep_diary, diary), FURROW_OK);
        EXPECT(ran(diary, 0, n, 1) && ran(diary, n, MOST, 0));
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
    for (size_t i = 0; i < COUNT(sizes); i++) {
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

/* ---- what is learned ---- */

static furrow_plan_history known_at(furrow_site *site, size_t n)
{
    return furrow__history_read(furrow__site_history(site, n));
}

TEST(loops_of_many_more_items_are_remembered_apart)
{
    furrow_site site = {0};
    const furrow_parallel_options options = {.site = &site};
    for (unsigned i = 1; i <= 5; i++)
        for (size_t n = 100; n <= 400; n *= 2) {
            EXPECT_EQUAL(furrow_parallel_for(&options, n, keep_diary, new_diary(0)), FURROW_OK);
            EXPECT_EQUAL(known_at(&site, n).calls, i);
            EXPECT(known_at(&site, n).alone > 0 || known_at(&site, n).shared > 0);
        }
}

TEST(without_a_site_the_body_is_remembered_and_the_site_is_not)
{
    furrow_site site = {0};
    EXPECT_EQUAL(furrow_parallel_for(NULL, 100, keep_diary, new_diary(0)), FURROW_OK);
    EXPECT_EQUAL(known_at(&site, 100).calls, 0);
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

TEST(the_serial_loop_and_single_items_teach_nothing)
{
    furrow_site site = {0};
    const furrow_site nothing = {0};
    furrow_parallel_options options = {.site = &site};
    EXPECT_EQUAL(furrow_parallel_for(&options, 0, keep_diary, new_diary(0)), FURROW_OK);
    EXPECT_EQUAL(furrow_parallel_for(&options, 1, keep_diary, new_diary(0)), FURROW_OK);
    options.plan.backend = FURROW_BACKEND_SERIAL;
    EXPECT_EQUAL(furrow_parallel_for(&options, 100, keep_diary, new_diary(0)), FURROW_OK);
    EXPECT(memcmp(&site, &nothing, sizeof site) == 0);
}

/* Calls a loop at the site from inside a region of two threads. */
static int call_at_site(const furrow_range *range, const void *context)
{
    (void)range;
    const furrow_parallel_options options = {.site = (furrow_site *)context};
    return furrow_parallel_for(&options, 500, keep_diary, new_diary(0));
}

TEST(calls_inside_a_region_are_serial_and_teach_nothing)
{
    if (!gives_threads(2) || getenv("OMP_NUM_THREADS"))
        SKIP("OpenMP gives one thread, or is told to nest");
    furrow_site site = {0};
    const furrow_site nothing = {0};
    const furrow_parallel_options region = {.plan = {.threads = 2, .backend = FURROW_BACKEND_FOR}};
    for (int i = 0; i < CALLS; i++)
        EXPECT_EQUAL(furrow_parallel_for(&region, 1, call_at_site, &site), FURROW_OK);
    EXPECT(memcmp(&site, &nothing, sizeof site) == 0);
}

/* ---- what comes of it ---- */

/* Returns how many calls, from the fourth on, were left to their caller. (Other threads may still
 * take over the tail of a caller that loses its CPU.) */
static int calls_alone(int calls, size_t n, furrow_body body, void *context)
{
    furrow_site site = {0};
    furrow_parallel_outcome outcome;
    const furrow_parallel_options options = {.site = &site, .outcome = &outcome};
    int alone = 0;
    for (int i = 1; i <= calls; i++) {
        EXPECT_EQUAL(furrow_parallel_for(&options, n, body, context), FURROW_OK);
        alone += i >= 4 && outcome.plan.reason.sharing == FURROW_SHARING_NONE;
    }
    EXPECT(alone < 24 || known_at(&site, n).alone > 0);
    return alone;
}

/* A machine that is busy may make single calls look long. */
TEST(a_short_loop_soon_runs_on_its_caller_alone)
{
    struct diary *diary = new_diary(0);
    int alone = 0;
    if (furrow_cpu_count() < 2)
        SKIP("there is one CPU");
    for (int attempt = 0; attempt < 20 && alone < 24; attempt++)
        alone = calls_alone(33, 10, keep_diary, diary);
    EXPECT(alone >= 24);
}

/* Items that take three times as long while another thread runs some, as those do that wait for the
 * same memory. */
static int crowd(const furrow_range *range, const void *context)
{
    static const double alone = 20e-6;
    atomic_int *inside = (atomic_int *)context;
    for (size_t i = range->begin; furrow_range_claim(range, i); i++) {
        double begun = furrow_clock_wall(), now = begun;
        atomic_fetch_add(inside, 1);
        do
            now = furrow_clock_wall();
        while (now - begun < (atomic_load(inside) > 1 ? 3 * alone : alone));
        atomic_fetch_sub(inside, 1);
    }
    return FURROW_OK;
}

/* A caller that loses its CPU spoils an attempt, so calls are short and there are many attempts. */
TEST(a_loop_that_sharing_makes_no_faster_soon_runs_on_its_caller_alone)
{
    atomic_int inside = 0;
    int alone = 0;
    if (furrow_cpu_count() < 2)
        SKIP("there is one CPU");
    for (int attempt = 0; attempt < 200 && alone < 8; attempt++)
        alone = calls_alone(13, 20, crowd, &inside);
    EXPECT(alone >= 8);
}

/* After `before` calls that ran alone because sharing was a large loss, returns the first call that
 * is shared again. The loss is so large that no disturbance hides it. */
static int first_shared(int before)
{
    furrow_site site = {0};
    furrow_parallel_outcome outcome = {0};
    atomic_int inside = 0;
    const furrow_parallel_options options = {.site = &site, .outcome = &outcome};
    const furrow__observation seen = {.alone = 20e-6, .shared = 20};
    const furrow__observation loss = {.alone = 20e-6, .loss = true};
    furrow__history_learn(furrow__site_history(&site, 10), &seen);
    for (int i = 0; i < before; i++)
        furrow__history_learn(furrow__site_history(&site, 10), &loss);
    int call = before;
    for (; call < 70 && outcome.plan.reason.sharing != FURROW_SHARING_NOW; call++)
        EXPECT_EQUAL(furrow_parallel_for(&options, 10, crowd, &inside), FURROW_OK);
    return call;
}

/* A caller that loses its CPU spoils an attempt. That is less likely in the last four calls than in
 * all 64. */
TEST(a_loss_is_tried_again_in_the_64th_call)
{
    int call = 0;
    if (furrow_cpu_count() < 2)
        SKIP("there is one CPU");
    for (int attempt = 0; attempt < 200 && call != 64; attempt++)
        call = first_shared(60);
    EXPECT_EQUAL(call, 64);
}

static int wait_a_while(const furrow_range *range, const void *context)
{
    (void)context;
    for (size_t i = range->begin; furrow_range_claim(range, i); i++)
        furrow_clock_sleep(2e-3);
    return FURROW_OK;
}

TEST(items_that_waited_get_more_threads_than_cpus)
{
    furrow_site site = {0};
    furrow_parallel_outcome outcome = {0};
    const furrow_parallel_options options = {.site = &site, .outcome = &outcome};
    int cpus = furrow_cpu_count(), limit = furrow_cpu_thread_limit();
    if (cpus > 16 || (limit > 0 && limit <= cpus))
        SKIP("there are as many CPUs as threads");
    for (int i = 0; i < 4; i++)
        EXPECT_EQUAL(furrow_parallel_for(&options, 200, wait_a_while, NULL), FURROW_OK);
    EXPECT(outcome.plan.threads > cpus);
    EXPECT_EQUAL(outcome.plan.reason.cause, FURROW_CAUSE_WAIT);
}

/* ---- reductions ---- */

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
    const furrow_parallel_options options = {.site = &site};
    for (int i = 0; i < CALLS; i++)
        for (size_t n = 1; n < 200000; n = 7 * n + 1) {
            size_t sum = 0;
            EXPECT_EQUAL(
                furrow_parallel_reduce(&sum, sizeof sum, &options, n, sum_numbers, add, NULL),
                FURROW_OK);
            EXPECT_EQUAL(sum, n * (n - 1) / 2);
        }
}
