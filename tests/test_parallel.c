#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <furrow/cpu.h>

#include "every_plan.h"
#include "meeting.h"

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
    EXPECT(outcome.plan.schedule != FURROW_SCHEDULE_AUTO && outcome.plan.reason.cause);
}

TEST(every_item_runs_once_and_its_result_is_in_its_slot)
{
    static const size_t sizes[] = {0, 1, 13, MOST};
    for (size_t i = 0; i < COUNT(sizes); i++)
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

TEST(results_without_a_size_are_refused)
{
    int results[3] = {0};
    const furrow_parallel_options options = {.results = results};
    EXPECT_EQUAL(furrow_parallel_for(&options, 3, keep_diary, new_diary(0)), FURROW_EINVAL);
}

TEST(a_plan_that_cannot_be_is_refused)
{
    static const furrow_plan plans[] = {
        {.threads = -1}, {.backend = (furrow_backend)9}, {.schedule = (furrow_schedule)9}};
    for (size_t i = 0; i < COUNT(plans); i++) {
        struct diary *diary = new_diary(0);
        const furrow_parallel_options options = {.plan = plans[i]};
        EXPECT_EQUAL(furrow_parallel_for(&options, 9, keep_diary, diary), FURROW_EINVAL);
        EXPECT_EQUAL(diary->calls, 0);
    }
}

static int outer(const furrow_range *range, const void *context)
{
    (void)context;
    static struct diary diaries[8];
    furrow_parallel_outcome outcome = {0};
    for (size_t i = range->begin; i < range->end; i++) {
        bool pool = i % 2;
        const furrow_parallel_options options = {
            .plan = {.threads = 3,
                     .backend = pool ? FURROW_BACKEND_POOL : FURROW_BACKEND_FOR,
                     .schedule = pool ? FURROW_SCHEDULE_ADAPTIVE : FURROW_SCHEDULE_AUTO},
            .outcome = &outcome};
        struct diary *diary = &diaries[i];
        memset(diary, 0, sizeof *diary);
        diary->failing[0] = diary->failing[1] = NOWHERE;
        int status = furrow_parallel_for(&options, 50, keep_diary, diary);
        bool right = ran(diary, 0, 50, 1) && diary->workers_seen == 1;
        if (status || !right || outcome.plan.threads != 1 ||
            outcome.plan.reason.cause != FURROW_CAUSE_NESTED)
            return 1;
    }
    return FURROW_OK;
}

TEST(a_call_inside_a_region_is_serial_and_right)
{
    const char *threads = getenv("OMP_NUM_THREADS");
    if (!gives_threads(2) || (threads && strchr(threads, ',')))
        SKIP("OpenMP gives one thread, or is told to nest");
    const furrow_backend backends[] = {FURROW_BACKEND_FOR, FURROW_BACKEND_TASKLOOP};
    for (int i = 0; i < 2; i++) {
        const furrow_parallel_options options = {.plan = {2, backends[i], 0, 1, {0}}};
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
    furrow_scratch *scratch;
    atomic_store(&made, 0);
    atomic_store(&released, 0);
    make_fails = 0;
    REQUIRE_EQUAL(furrow_scratch_new(&scratch, make_scratch, release_scratch, &made), FURROW_OK);
    const furrow_parallel_options options = {.plan = *plan, .scratch = scratch};
    struct diary *diary = new_diary(0);
    EXPECT_EQUAL(furrow_parallel_for(&options, n, use_scratch, diary), FURROW_OK);
    EXPECT_EQUAL(furrow_parallel_for(&options, n, use_scratch, diary), FURROW_OK);
    EXPECT(made >= 1 && made <= plan->threads);
    furrow_scratch_free(scratch);
    EXPECT_EQUAL(released, made);

    make_fails = 55;
    diary = new_diary(0);
    REQUIRE_EQUAL(furrow_scratch_new(&scratch, make_scratch, release_scratch, &made), FURROW_OK);
    const furrow_parallel_options failing = {.plan = *plan, .scratch = scratch};
    EXPECT_EQUAL(furrow_parallel_for(&failing, n, use_scratch, diary), 55);
    EXPECT_EQUAL(diary->calls, 0);
    furrow_scratch_free(scratch);
    EXPECT_EQUAL(released, made);
}

TEST(scratch_is_made_once_a_worker_and_released)
{
    for_each_plan(200, makes_scratch);
}

TEST(workers_may_have_neither_a_maker_nor_a_releaser)
{
    furrow_scratch *scratch;
    struct diary *diary = new_diary(0);
    REQUIRE_EQUAL(furrow_scratch_new(&scratch, NULL, NULL, NULL), FURROW_OK);
    const furrow_parallel_options options = {.scratch = scratch};
    EXPECT_EQUAL(furrow_parallel_for(&options, 100, keep_diary, diary), FURROW_OK);
    EXPECT(ran(diary, 0, 100, 1));
    furrow_scratch_free(scratch);
    furrow_scratch_free(NULL);
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
    EXPECT(status == 40 || (status == 1 && (one_range || plan->chunk != 1 || in_pieces(plan))));
    EXPECT(ran(diary, 0, 41, 1));
}

TEST(finished_is_told_of_each_range_that_succeeded)
{
    for_each_plan(200, tells_the_finished);
}

/* Fails its first item and ends. */
static int fail_first(const furrow_range *range, const void *context)
{
    (void)context;
    return furrow_fail(range, range->begin, FURROW_EIO, "item %zu", range->begin);
}

/* Loops with all that allocates: a trace, workers, faults. */
static int allocate_everywhere(struct diary *diary)
{
    furrow_trace *trace = NULL;
    furrow_scratch *scratch = NULL;
    furrow_faults *faults = NULL;
    make_fails = 0;
    int status = furrow_trace_new(&trace);
    if (status == FURROW_OK)
        status = furrow_scratch_new(&scratch, make_scratch, release_scratch, &made);
    if (status == FURROW_OK)
        status = furrow_faults_new(&faults);
    const furrow_parallel_options options = {
        .plan = {.threads = 2, .backend = FURROW_BACKEND_FOR, .chunk = 3},
        .trace = trace,
        .scratch = scratch,
        .faults = faults,
    };
    if (status == FURROW_OK)
        status = furrow_parallel_for(&options, 30, use_scratch, diary);
    if (status == FURROW_OK)
        status = furrow_parallel_for(&options, 30, fail_first, NULL);
    furrow_faults_free(faults);
    furrow_scratch_free(scratch);
    furrow_trace_free(trace);
    return status;
}

TEST(each_failed_allocation_is_reported_or_does_no_harm)
{
    furrow_cpu_count(); /* the first call allocates, and its result is kept */
    for (size_t n = 1;; n++) {
        struct diary *diary = new_diary(0);
        harness_case("allocation %zu", n);
        harness_fail_allocation(n);
        int status = allocate_everywhere(diary);
        if (harness_fail_allocation(0) < n)
            break;
        EXPECT(status == FURROW_ENOMEM || status == FURROW_OK);
        EXPECT(status || ran(diary, 0, 30, 1));
    }
}

/* The team is never larger than OMP_THREAD_LIMIT, so a plan of more threads would be untrue. */
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

TEST(items_numbered_beyond_the_last_size_are_refused)
{
    furrow_parallel_options options = {.first = SIZE_MAX - 1};
    struct diary *diary = new_diary(SIZE_MAX - 1);
    EXPECT_EQUAL(furrow_parallel_for(&options, 3, keep_diary, diary), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_parallel_for(&options, 1, keep_diary, diary), FURROW_OK);
    EXPECT(ran(diary, 0, 1, 1) && ran(diary, 1, 3, 0));
}

/* ---- OMP_SCHEDULE ---- */

/* Runs in a process with OMP_SCHEDULE. */
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
    EXPECT_EQUAL(outcome.plan.reason.environment, !open);
    EXPECT_EQUAL(strstr(furrow_plan_reason(reason, &outcome.plan), "OMP_SCHEDULE") != NULL, !open);

    options.plan.schedule = FURROW_SCHEDULE_GUIDED;
    options.plan.chunk = 99;
    EXPECT_EQUAL(furrow_parallel_for(&options, 1000, keep_diary, new_diary(0)), FURROW_OK);
    EXPECT(outcome.plan.schedule == FURROW_SCHEDULE_GUIDED && outcome.plan.chunk == 99);
    EXPECT(!outcome.plan.reason.environment);

    options.plan = (furrow_plan){.threads = 2, .backend = FURROW_BACKEND_TASKLOOP};
    EXPECT_EQUAL(furrow_parallel_for(&options, 1000, keep_diary, new_diary(0)), FURROW_OK);
    EXPECT(!outcome.plan.reason.environment);
}

/* A process reads OMP_SCHEDULE once, so each setting has a process of its own. */
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
    for (size_t i = 0; i < COUNT(settings); i++) {
        snprintf(command, sizeof command,
                 "OMP_SCHEDULE='%s' '%s' --gtest_filter='parallel.omp_schedule_decides*' >&2",
                 settings[i], program);
        harness_case("OMP_SCHEDULE=%s", settings[i]);
        EXPECT_EQUAL(system(command), 0);
    }
}
