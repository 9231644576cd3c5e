#include "harness.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/cpu.h>
#include <furrow/parallel.h>

enum { MOST = 10007, NOWHERE = MOST };

/* Every way to run a loop: backend x schedule x threads x chunk. Calls `check` with each. */
typedef void checking(const furrow_plan *plan, size_t n);

static void for_each_plan(size_t n, checking *check)
{
    static const int threads[] = {1, 2, 3, 8};
    const size_t chunks[] = {0, 1, 7, n + 1};
    for (int backend = FURROW_BACKEND_AUTO; backend <= FURROW_BACKEND_TASKLOOP; backend++)
        for (int schedule = FURROW_SCHEDULE_AUTO; schedule <= FURROW_SCHEDULE_GUIDED; schedule++)
            for (size_t t = 0; t < sizeof threads / sizeof *threads; t++)
                for (size_t c = 0; c < sizeof chunks / sizeof *chunks; c++) {
                    const furrow_plan plan = {threads[t], (furrow_backend)backend,
                                              (furrow_schedule)schedule, chunks[c], ""};
                    harness_case("%s, %s,%zu, %d threads, %zu items",
                                 furrow_backend_name(plan.backend),
                                 furrow_schedule_name(plan.schedule), plan.chunk, plan.threads, n);
                    check(&plan, n);
                }
    harness_case(NULL);
}

/* What the bodies of a run did, item by item. */
struct diary {
    atomic_uchar runs[MOST + 1];
    atomic_int workers_seen; /* the highest + 1 */
    atomic_size_t calls, empty;
    size_t first;
    size_t failing[2]; /* items whose body returns 1 + their index here */
};

static struct diary *new_diary(size_t first)
{
    static struct diary diary;
    memset(&diary, 0, sizeof diary);
    diary.first = first;
    diary.failing[0] = diary.failing[1] = NOWHERE;
    return &diary;
}

/* The result of item i is 3 i + 1. */
static int keep_diary(const furrow_range *range, const void *context)
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
static bool ran(const struct diary *diary, size_t begin, size_t end, int times)
{
    for (size_t i = begin; i < end; i++)
        if (diary->runs[i] != times)
            return false;
    return true;
}

static void runs_all_once(const furrow_plan *plan, size_t n)
{
    static size_t results[MOST];
    struct diary *diary = new_diary(1000);
    furrow_parallel_outcome outcome = {0};
    memset(results, 0, sizeof results);
    const furrow_parallel_options options = {
        .plan = *plan,
        .first = 1000,
        .results = results,
        .result_size = sizeof *results,
        .outcome = &outcome,
    };
    EXPECT_EQUAL(furrow_parallel_for(&options, n, keep_diary, diary), FURROW_OK);
    EXPECT(ran(diary, 0, n, 1));
    EXPECT(ran(diary, n, MOST, 0));
    EXPECT_EQUAL(diary->empty, 0);
    EXPECT(diary->workers_seen <= plan->threads);
    size_t wrong = 0;
    for (size_t i = 0; i < n; i++)
        wrong += results[i] != 3 * (1000 + i) + 1;
    EXPECT_EQUAL(wrong, 0);
    EXPECT_EQUAL(outcome.usage.items, n);
    EXPECT(outcome.usage.wall >= 0 && outcome.usage.cpu >= 0);
    EXPECT(outcome.plan.backend != FURROW_BACKEND_AUTO && outcome.plan.threads >= 1);
    EXPECT(outcome.plan.schedule != FURROW_SCHEDULE_AUTO && outcome.plan.reason[0]);
}

TEST(every_item_runs_once_and_its_result_is_in_its_slot)
{
    static const size_t sizes[] = {0, 1, 13, MOST};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for_each_plan(sizes[i], runs_all_once);
}

TEST(without_options_all_is_planned)
{
    struct diary *diary = new_diary(0);
    EXPECT_EQUAL(furrow_parallel_for(NULL, MOST, keep_diary, diary), FURROW_OK);
    EXPECT(ran(diary, 0, MOST, 1));
    EXPECT_EQUAL(furrow_parallel_for(NULL, 0, keep_diary, diary), FURROW_OK);
    EXPECT_EQUAL(furrow_parallel_for(NULL, 5, NULL, diary), FURROW_EINVAL);
}

TEST(a_plan_that_cannot_be_is_refused)
{
    static const furrow_plan plans[] = {
        {.threads = -1}, {.backend = (furrow_backend)9}, {.schedule = (furrow_schedule)9}};
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
        struct diary *diary = new_diary(0);
        const furrow_parallel_options options = {.plan = plans[i]};
        EXPECT_EQUAL(furrow_parallel_for(&options, 9, keep_diary, diary), FURROW_EINVAL);
        EXPECT_EQUAL(diary->calls, 0);
    }
}

/* Tasks come in any order, even on one thread. */
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
    if (in_order(plan) && plan->chunk == 1)
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

/* Whether a team of two is really given: not under OMP_THREAD_LIMIT=1, not always under
 * OMP_DYNAMIC=true. */
static bool has_two_threads(void)
{
    int threads = 0;
    if (getenv("OMP_DYNAMIC"))
        return false;
#pragma omp parallel default(none) reduction(+ : threads) num_threads(2)
    threads++;
    return threads == 2;
}

/* Item 9 stops the run and cancels it, while item 5, on the other thread, has not started: the
 * serial loop would have been cancelled before it came to 9. */
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
        for (int i = 0; i < 200000000 && !atomic_load(&item_9_left); i++)
            ;
    return FURROW_OK;
}

TEST(a_cancel_below_a_stop_comes_first)
{
    if (!has_two_threads())
        SKIP("OpenMP gives one thread");
    const furrow_parallel_options options = {
        .plan = {2, FURROW_BACKEND_FOR, FURROW_SCHEDULE_STATIC, 1, ""}, .cancel = &wish};
    wish = (furrow_cancel){0};
    atomic_store(&item_9_left, false);
    EXPECT_EQUAL(furrow_parallel_for(&options, 10, cancel_and_stop, NULL), FURROW_ECANCELED);
}

static int outer(const furrow_range *range, const void *context)
{
    (void)context;
    static struct diary diaries[8];
    furrow_parallel_outcome outcome = {0};
    const furrow_parallel_options options = {.plan = {.threads = 3, .backend = FURROW_BACKEND_FOR},
                                             .outcome = &outcome};
    for (size_t i = range->begin; i < range->end; i++) {
        struct diary *diary = &diaries[i];
        memset(diary, 0, sizeof *diary);
        diary->failing[0] = diary->failing[1] = NOWHERE;
        int status = furrow_parallel_for(&options, 50, keep_diary, diary);
        bool right = ran(diary, 0, 50, 1) && diary->workers_seen == 1;
        if (status || !right || outcome.plan.threads != 1 || !strstr(outcome.plan.reason, "nests"))
            return 1;
    }
    return FURROW_OK;
}

TEST(a_call_inside_a_region_is_serial_and_right)
{
    const char *threads = getenv("OMP_NUM_THREADS");
    if (!has_two_threads() || (threads && strchr(threads, ',')))
        SKIP("OpenMP gives one thread, or is told to nest");
    const furrow_backend backends[] = {FURROW_BACKEND_FOR, FURROW_BACKEND_TASKLOOP};
    for (int i = 0; i < 2; i++) {
        const furrow_parallel_options options = {.plan = {2, backends[i], 0, 1, ""}};
        EXPECT_EQUAL(furrow_parallel_for(&options, 8, outer, NULL), FURROW_OK);
    }
}

static atomic_int made, released;
static int make_fails;

static int make_scratch(void **scratch, const void *context)
{
    if (make_fails)
        return make_fails;
    atomic_fetch_add(&made, 1);
    *scratch = malloc(sizeof(size_t));
    EXPECT(context == &made);
    return *scratch ? FURROW_OK : FURROW_ENOMEM;
}

static void release_scratch(void *scratch)
{
    atomic_fetch_add(&released, 1);
    free(scratch);
}

static int use_scratch(const furrow_range *range, const void *context)
{
    if (!range->scratch)
        return 99;
    *(size_t *)range->scratch = range->begin;
    int status = keep_diary(range, context);
    return *(size_t *)range->scratch == range->begin ? status : 98;
}

static void makes_scratch(const furrow_plan *plan, size_t n)
{
    furrow_workers *workers;
    atomic_store(&made, 0);
    atomic_store(&released, 0);
    make_fails = 0;
    REQUIRE_EQUAL(furrow_workers_new(&workers, make_scratch, release_scratch, &made), FURROW_OK);
    const furrow_parallel_options options = {.plan = *plan, .workers = workers};
    struct diary *diary = new_diary(0);
    EXPECT_EQUAL(furrow_parallel_for(&options, n, use_scratch, diary), FURROW_OK);
    EXPECT_EQUAL(furrow_parallel_for(&options, n, use_scratch, diary), FURROW_OK);
    EXPECT(made >= 1 && made <= plan->threads);
    furrow_workers_free(workers);
    EXPECT_EQUAL(released, made);

    make_fails = 55;
    diary = new_diary(0);
    REQUIRE_EQUAL(furrow_workers_new(&workers, make_scratch, release_scratch, &made), FURROW_OK);
    const furrow_parallel_options failing = {.plan = *plan, .workers = workers};
    EXPECT_EQUAL(furrow_parallel_for(&failing, n, use_scratch, diary), 55);
    EXPECT_EQUAL(diary->calls, 0);
    furrow_workers_free(workers);
    EXPECT_EQUAL(released, made);
}

TEST(scratch_is_made_once_a_worker_and_released)
{
    for_each_plan(200, makes_scratch);
}

TEST(workers_may_have_neither_a_maker_nor_a_releaser)
{
    furrow_workers *workers;
    struct diary *diary = new_diary(0);
    REQUIRE_EQUAL(furrow_workers_new(&workers, NULL, NULL, NULL), FURROW_OK);
    const furrow_parallel_options options = {.workers = workers};
    EXPECT_EQUAL(furrow_parallel_for(&options, 100, keep_diary, diary), FURROW_OK);
    EXPECT(ran(diary, 0, 100, 1));
    furrow_workers_free(workers);
    furrow_workers_free(NULL);
}

static void is_traced(const furrow_plan *plan, size_t n)
{
    furrow_trace *trace;
    size_t count, twice = 0, covered = 0, unsorted = 0;
    struct diary *diary = new_diary(5);
    REQUIRE_EQUAL(furrow_trace_new(&trace), FURROW_OK);
    const furrow_parallel_options options = {.plan = *plan, .first = 5, .trace = trace};
    EXPECT_EQUAL(furrow_parallel_for(&options, n, keep_diary, diary), FURROW_OK);
    const furrow_span *spans = furrow_trace_spans(trace, &count);
    EXPECT_EQUAL(count, diary->calls);
    EXPECT_EQUAL(furrow_trace_lost(trace), 0);
    for (size_t i = 0; i < count; i++) {
        unsorted += i > 0 && spans[i].start < spans[i - 1].start;
        EXPECT(spans[i].worker >= 0 && spans[i].worker < plan->threads);
        EXPECT(spans[i].begin >= 5 && spans[i].end <= 5 + n);
        for (size_t item = spans[i].begin; item < spans[i].end; item++, covered++)
            twice += atomic_fetch_add(&diary->runs[item - 5], 1) != 1;
    }
    EXPECT_EQUAL(covered, n);
    EXPECT_EQUAL(twice, 0);
    EXPECT_EQUAL(unsorted, 0);
    furrow_trace_free(trace);
}

TEST(a_trace_covers_each_item_once)
{
    for_each_plan(100, is_traced);
}

/* Each finished range, by its first item; the range of item 40 refuses where `refuse` is set. */
struct endings {
    atomic_size_t ends[200];
    atomic_size_t items;
    bool refuse;
};

static int end_range(size_t begin, size_t end, void *context)
{
    struct endings *endings = context;
    if (endings->refuse && begin <= 40 && end > 40)
        return 40;
    atomic_store(&endings->ends[begin], end);
    atomic_fetch_add(&endings->items, end - begin);
    return FURROW_OK;
}

static void tells_the_finished(const furrow_plan *plan, size_t n)
{
    static struct endings endings;
    memset(&endings, 0, sizeof endings);
    const furrow_parallel_options options = {
        .plan = *plan, .finished = end_range, .finished_context = &endings};
    struct diary *diary = new_diary(0);
    EXPECT_EQUAL(furrow_parallel_for(&options, n, keep_diary, diary), FURROW_OK);
    EXPECT_EQUAL(endings.items, n);
    size_t at = 0;
    while (at < n && endings.ends[at] > at)
        at = endings.ends[at];
    EXPECT_EQUAL(at, n);

    memset(&endings, 0, sizeof endings);
    endings.refuse = true;
    diary = new_diary(0);
    diary->failing[0] = 90;
    bool one_range = plan->backend != FURROW_BACKEND_AUTO && plan->chunk == n + 1;
    int status = furrow_parallel_for(&options, n, keep_diary, diary);
    EXPECT(status == 40 || (status == 1 && (one_range || plan->chunk != 1)));
    EXPECT(ran(diary, 0, 41, 1));
}

TEST(finished_is_told_of_each_range_that_succeeded)
{
    for_each_plan(200, tells_the_finished);
}

/* One partial: a sum whose rounding depends on the order, and the item after the last. */
struct partial {
    double sum;
    size_t next;
    bool gap;
};

static double term(size_t i)
{
    return 1.0 / (1.0 + (double)i * 0.37) - 0.3;
}

static int sum_terms(const furrow_range *range, const void *context)
{
    (void)context;
    struct partial *partial = range->results;
    if (partial->next != 0)
        return 97;
    for (size_t i = range->begin; i < range->end; i++)
        partial->sum += term(i);
    partial->next = range->end;
    partial->gap = false;
    return FURROW_OK;
}

static int fold_sum(void *into, const void *from, const void *context)
{
    struct partial *total = into;
    const struct partial *partial = from;
    (void)context;
    total->sum += partial->sum;
    total->gap |= partial->next <= total->next;
    total->next = partial->next;
    return FURROW_OK;
}

static struct partial expected_sum;

static void sums_the_same(const furrow_plan *plan, size_t n)
{
    struct partial total = {0};
    furrow_parallel_outcome outcome = {0};
    const furrow_parallel_options options = {.plan = *plan, .outcome = &outcome};
    EXPECT_EQUAL(
        furrow_parallel_reduce(&total, sizeof total, &options, n, sum_terms, fold_sum, NULL),
        FURROW_OK);
    EXPECT(memcmp(&total.sum, &expected_sum.sum, sizeof total.sum) == 0);
    EXPECT_EQUAL(total.next, n);
    EXPECT(!total.gap);
    EXPECT_EQUAL(outcome.usage.items, n);
    EXPECT(outcome.plan.threads >= 1 && outcome.plan.reason[0]);
}

TEST(a_sum_is_the_same_to_the_last_bit_however_it_is_run)
{
    static const size_t sizes[] = {0, 1, 2, 1023, 1024, 1025, 2048, 10007, 1000003};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const furrow_parallel_options serial = {.plan = {.backend = FURROW_BACKEND_SERIAL}};
        double sum = 0;
        expected_sum = (struct partial){0};
        REQUIRE_EQUAL(furrow_parallel_reduce(&expected_sum, sizeof expected_sum, &serial, sizes[i],
                                             sum_terms, fold_sum, NULL),
                      FURROW_OK);
        for (size_t item = 0; item < sizes[i]; item++)
            sum += term(item);
        EXPECT_NEAR(expected_sum.sum, sum, 1e-6);
        if (sizes[i] <= MOST) {
            for_each_plan(sizes[i], sums_the_same);
            continue;
        }
        for (int threads = 0; threads <= 8; threads++) {
            const furrow_plan plan = {.threads = threads};
            harness_case("%d threads", threads);
            sums_the_same(&plan, sizes[i]);
        }
    }
}

/* What items cost is told per item: 1000000 make 1024 blocks of 977, so at 0.9 ns each the dispatch
 * of 100 ns is 1 % of 11.4 blocks. */
TEST(costs_of_items_are_those_of_blocks_a_thousandfold)
{
    struct partial total = {0};
    furrow_parallel_outcome outcome = {0};
    const furrow_parallel_options options = {
        .plan = {.threads = 2},
        .facts = {.usage = {.items = 1000, .wall = 0.9e-6, .cpu = 0.9e-6}, .costs = {4e-6, 1e-7}},
        .outcome = &outcome};
    EXPECT_EQUAL(
        furrow_parallel_reduce(&total, sizeof total, &options, 1000000, sum_terms, fold_sum, NULL),
        FURROW_OK);
    if (outcome.plan.threads == 2)
        EXPECT_EQUAL(outcome.plan.chunk, 12);
    EXPECT_EQUAL(outcome.usage.items, 1000000);
}

static int stop_sum(const furrow_range *range, const void *context)
{
    const size_t *failing = context;
    for (int f = 0; f < 2; f++)
        if (range->begin <= failing[f] && failing[f] < range->end)
            return 1 + f;
    return sum_terms(range, context);
}

static int stop_fold(void *into, const void *partial, const void *context)
{
    fold_sum(into, partial, context);
    return ((struct partial *)into)->next >= 300 ? 66 : FURROW_OK;
}

static void stops_reducing(const furrow_plan *plan, size_t n)
{
    const size_t failing[] = {n - 1, n / 2};
    struct partial total = {0};
    const furrow_parallel_options options = {.plan = *plan};
    EXPECT_EQUAL(
        furrow_parallel_reduce(&total, sizeof total, &options, n, stop_sum, fold_sum, failing), 2);
    EXPECT_EQUAL(total.next, 0);
    EXPECT_EQUAL(
        furrow_parallel_reduce(&total, sizeof total, &options, n, sum_terms, stop_fold, NULL), 66);
    EXPECT(total.next >= 300 && total.next < 305);
}

TEST(a_reduction_stops_with_the_code_of_the_serial_loop)
{
    for_each_plan(4001, stops_reducing);
}

TEST(a_reduction_without_its_functions_is_refused)
{
    struct partial total = {0};
    EXPECT_EQUAL(furrow_parallel_reduce(&total, sizeof total, NULL, 9, NULL, fold_sum, NULL),
                 FURROW_EINVAL);
    EXPECT_EQUAL(furrow_parallel_reduce(&total, sizeof total, NULL, 9, sum_terms, NULL, NULL),
                 FURROW_EINVAL);
    EXPECT_EQUAL(furrow_parallel_reduce(&total, 0, NULL, 9, sum_terms, fold_sum, NULL),
                 FURROW_EINVAL);
}

static void *call_from_thread(void *context)
{
    int *wrong = context;
    for (int round = 0; round < 20; round++) {
        struct partial total = {0};
        const furrow_parallel_options options = {
            .plan = {.threads = 2, .backend = FURROW_BACKEND_FOR}};
        *wrong += furrow_parallel_reduce(&total, sizeof total, &options, 5000, sum_terms, fold_sum,
                                         NULL) != FURROW_OK;
        *wrong += memcmp(&total.sum, &expected_sum.sum, sizeof total.sum) != 0;
        const size_t failing[] = {4000, 2000};
        *wrong += furrow_parallel_reduce(&total, sizeof total, &options, 5000, stop_sum, fold_sum,
                                         failing) != 2;
    }
    return NULL;
}

TEST(several_threads_of_a_program_call_at_once)
{
    enum { CALLERS = 4 };
    pthread_t callers[CALLERS];
    int wrong[CALLERS] = {0};
    expected_sum = (struct partial){0};
    REQUIRE_EQUAL(furrow_parallel_reduce(&expected_sum, sizeof expected_sum, NULL, 5000, sum_terms,
                                         fold_sum, NULL),
                  FURROW_OK);
    for (int i = 0; i < CALLERS; i++)
        REQUIRE_EQUAL(pthread_create(&callers[i], NULL, call_from_thread, &wrong[i]), 0);
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(callers[i], NULL);
        EXPECT_EQUAL(wrong[i], 0);
    }
}

/* A loop with all that allocates: a trace, workers, faults; then a reduction. */
static int allocate_everywhere(struct diary *diary, struct partial *total)
{
    furrow_trace *trace = NULL;
    furrow_workers *workers = NULL;
    furrow_faults *faults = NULL;
    make_fails = 0;
    int status = furrow_trace_new(&trace);
    if (status == FURROW_OK)
        status = furrow_workers_new(&workers, make_scratch, release_scratch, &made);
    if (status == FURROW_OK)
        status = furrow_faults_new(&faults);
    const furrow_parallel_options options = {
        .plan = {.threads = 2, .backend = FURROW_BACKEND_FOR, .chunk = 3},
        .trace = trace,
        .workers = workers,
        .faults = faults,
    };
    if (status == FURROW_OK)
        status = furrow_parallel_for(&options, 30, use_scratch, diary);
    if (status == FURROW_OK)
        status = furrow_parallel_for(&options, 30, fail_two, NULL);
    if (status == FURROW_OK)
        status =
            furrow_parallel_reduce(total, sizeof *total, NULL, 2000, sum_terms, fold_sum, NULL);
    furrow_faults_free(faults);
    furrow_workers_free(workers);
    furrow_trace_free(trace);
    return status;
}

TEST(each_failed_allocation_is_reported_or_does_no_harm)
{
    furrow_cpu_count();
    for (size_t n = 1;; n++) {
        struct diary *diary = new_diary(0);
        struct partial total = {0};
        harness_case("allocation %zu", n);
        harness_fail_allocation(n);
        int status = allocate_everywhere(diary, &total);
        if (harness_fail_allocation(0) < n)
            break;
        EXPECT(status == FURROW_ENOMEM || status == FURROW_OK);
        EXPECT(status || (ran(diary, 0, 30, 1) && total.next == 2000));
    }
}

/* The team is never larger than OMP_THREAD_LIMIT, so a plan of more would not say what was done. */
TEST(a_plan_knows_the_thread_limit)
{
    furrow_parallel_outcome outcome = {0};
    const furrow_parallel_options options = {
        .plan = {.threads = 200}, .facts = {.thread_limit = 2}, .outcome = &outcome};
    struct diary *diary = new_diary(0);
    EXPECT_EQUAL(furrow_parallel_for(&options, 9, keep_diary, diary), FURROW_OK);
    EXPECT(outcome.plan.threads <= 2);
    EXPECT(diary->workers_seen <= 2);
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
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
        furrow_parallel_options options = {.plan = plans[i]};
        options.plan.chunk = 1;
        harness_case("plan %zu", i);
        EXPECT_EQUAL(furrow_parallel_for(&options, SIZE_MAX, stop_at_once, NULL), 7);
    }
}

/* Turns are what a job hands out at a time; none is left out, and none runs twice. */
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

static int count_nothing(const furrow_range *range, const void *context)
{
    (void)range;
    (void)context;
    return 0;
}

static int fold_nothing(void *into, const void *partial, const void *context)
{
    (void)into;
    (void)partial;
    (void)context;
    return 0;
}

TEST(items_numbered_beyond_the_last_size_are_refused)
{
    furrow_parallel_options options = {.first = SIZE_MAX - 1};
    size_t count = 0;
    EXPECT_EQUAL(furrow_parallel_for(&options, 3, count_nothing, &count), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_parallel_for(&options, 1, count_nothing, &count), FURROW_OK);
    EXPECT_EQUAL(furrow_parallel_reduce(&count, sizeof count, &options, 3, count_nothing,
                                        fold_nothing, NULL),
                 FURROW_EINVAL);
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
