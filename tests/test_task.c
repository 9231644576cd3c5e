#include "harness.h"

#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <furrow/clock.h>
#include <furrow/cpu.h>
#include <furrow/task.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

enum { MOST = 200 };

/* One task's arguments: fails its first `failures` tries with `code`, then gives its number. */
struct job {
    int number, failures, code;
    const char *reason; /* said in the error; NULL: nothing is */
    int calls;
};

struct list {
    struct job jobs[MOST];
    furrow_task tasks[MOST];
    int results[MOST];
    furrow_task_outcome outcomes[MOST];
    furrow_error error;
};

static int work(void *result, const void *arguments, furrow_error *error)
{
    struct job *job = (struct job *)arguments;
    if (job->calls++ < job->failures)
        return job->reason ? furrow_error_set(error, job->code, "%s", job->reason) : job->code;
    *(int *)result = job->number + 100;
    return FURROW_OK;
}

static void fill(struct list *list)
{
    memset(list, 0, sizeof *list);
    for (int i = 0; i < MOST; i++) {
        list->jobs[i].number = i;
        list->tasks[i] = (furrow_task){work, &list->jobs[i], &list->results[i], NULL};
    }
}

static int run(struct list *list, size_t n, const furrow_tasks_options *options)
{
    return furrow_tasks_run(list->outcomes, list->tasks, n, options, &list->error);
}

static const size_t sizes[] = {0, 1, 2, 7, 13, 97};
static const int threads[] = {0, 1, 2, 3, 8, 200};

TEST(results_come_in_the_order_of_the_tasks_on_any_number_of_threads)
{
    static struct list list;
    for (size_t i = 0; i < COUNT(sizes) * COUNT(threads); i++) {
        size_t n = sizes[i / COUNT(threads)];
        furrow_tasks_options options = {.max_threads = threads[i % COUNT(threads)]};
        harness_case("%zu tasks, %d threads", n, options.max_threads);
        fill(&list);
        EXPECT_EQUAL(run(&list, n, &options), FURROW_OK);
        for (size_t j = 0; j < n; j++) {
            EXPECT_EQUAL(list.results[j], j + 100);
            EXPECT_EQUAL(list.outcomes[j].status, FURROW_OK);
            EXPECT_EQUAL(list.outcomes[j].tries, 1);
            EXPECT_EQUAL(list.outcomes[j].error.code, FURROW_OK);
            EXPECT_EQUAL(list.outcomes[j].error.item, j);
        }
        EXPECT_EQUAL(list.jobs[n].calls, 0);
    }
}

TEST(no_options_and_nobody_who_asks_are_fine)
{
    static struct list list;
    fill(&list);
    EXPECT_EQUAL(furrow_tasks_run(NULL, list.tasks, 13, NULL, NULL), FURROW_OK);
    EXPECT_EQUAL(list.results[12], 112);
    EXPECT_EQUAL(furrow_tasks_run(NULL, NULL, 0, NULL, NULL), FURROW_OK);
    list.jobs[3] = (struct job){.number = 3, .failures = 1, .code = 5};
    EXPECT_EQUAL(furrow_tasks_run(NULL, list.tasks, 13, NULL, NULL), 5);
}

TEST(a_task_is_called_once_more_than_it_may_be_tried_again)
{
    static struct list list;
    for (int retries = 0; retries <= 3; retries++) {
        for (int failures = 0; failures <= 4; failures++) {
            furrow_tasks_options options = {.max_threads = 2, .max_retries = retries};
            harness_case("%d retries, %d failures", retries, failures);
            fill(&list);
            list.jobs[0].failures = failures;
            list.jobs[0].code = 17;
            bool well = failures <= retries;
            int calls = well ? failures + 1 : retries + 1;
            EXPECT_EQUAL(run(&list, 1, &options), well ? FURROW_OK : 17);
            EXPECT_EQUAL(list.jobs[0].calls, calls);
            EXPECT_EQUAL(list.outcomes[0].tries, calls);
            EXPECT_EQUAL(list.outcomes[0].status, well ? FURROW_OK : 17);
            EXPECT_EQUAL(list.outcomes[0].error.code, well ? FURROW_OK : 17);
            EXPECT_EQUAL(list.results[0], well ? 100 : 0);
        }
    }
}

/* Everything below task f runs, f is the failure, and what did not run says so. */
TEST(the_failure_that_comes_back_is_that_of_the_lowest_task)
{
    static struct list list;
    static const size_t failing[] = {0, 1, 5, 96};
    for (size_t i = 0; i < COUNT(failing) * COUNT(threads); i++) {
        size_t f = failing[i / COUNT(threads)];
        furrow_tasks_options options = {.max_threads = threads[i % COUNT(threads)],
                                        .max_retries = 1};
        harness_case("task %zu fails, %d threads", f, options.max_threads);
        fill(&list);
        for (size_t j = f; j < 97; j += 3)
            list.jobs[j] = (struct job){(int)j, 9, (int)j + 1, "the cable is out", 0};
        EXPECT_EQUAL(run(&list, 97, &options), f + 1);
        EXPECT_EQUAL(list.error.item, f);
        EXPECT_TEXT(list.error.text, "the cable is out");
        for (size_t j = 0; j < f; j++)
            EXPECT_EQUAL(list.outcomes[j].status, FURROW_OK);
        EXPECT_EQUAL(list.outcomes[f].tries, 2);
        for (size_t j = f + 1; j < 97; j++) {
            const furrow_task_outcome *outcome = &list.outcomes[j];
            EXPECT_EQUAL(outcome->tries, list.jobs[j].calls);
            if (outcome->tries == 0)
                EXPECT_EQUAL(outcome->status, FURROW_ECANCELED);
        }
    }
}

TEST(after_a_failure_tasks_that_have_not_started_are_dropped)
{
    static struct list list;
    furrow_tasks_options options = {.max_threads = 1};
    fill(&list);
    list.jobs[4] = (struct job){.failures = 1, .code = FURROW_EIO};
    EXPECT_EQUAL(run(&list, 13, &options), FURROW_EIO);
    EXPECT_TEXT(list.error.text, "input/output error");
    for (size_t j = 5; j < 13; j++) {
        EXPECT_EQUAL(list.jobs[j].calls, 0);
        EXPECT_EQUAL(list.outcomes[j].status, FURROW_ECANCELED);
        EXPECT_CONTAINS(list.outcomes[j].error.text, "dropped before it started");
    }
}

TEST(with_pass_fail_job_each_failure_is_kept_and_nothing_stops)
{
    static struct list list;
    for (size_t i = 0; i < COUNT(threads); i++) {
        furrow_tasks_options options = {
            .max_threads = threads[i], .max_retries = 2, .pass_fail_job = true};
        harness_case("%d threads", threads[i]);
        fill(&list);
        for (int j = 0; j < 97; j += 5)
            list.jobs[j] = (struct job){j, 9, j + 1, j % 2 ? "odd" : NULL, 0};
        EXPECT_EQUAL(run(&list, 97, &options), FURROW_OK);
        for (int j = 0; j < 97; j++) {
            const furrow_task_outcome *outcome = &list.outcomes[j];
            EXPECT_EQUAL(outcome->status, j % 5 ? FURROW_OK : j + 1);
            EXPECT_EQUAL(outcome->error.code, outcome->status);
            EXPECT_EQUAL(outcome->tries, j % 5 ? 1 : 3);
            EXPECT_EQUAL(list.results[j], j % 5 ? j + 100 : 0);
            if (j % 5 == 0)
                EXPECT_TEXT(outcome->error.text, j % 2 ? "odd" : "a callback's own code");
        }
    }
}

/* ---- what is told ---- */

struct record {
    size_t events, again, last_tries;
    int last_code;
    char last_name[16];
};

static void note(const furrow_task_failure *failure, void *context)
{
    struct record *record = context;
    record->events++;
    record->again += failure->again;
    record->last_tries = failure->tries;
    record->last_code = failure->error->code;
    snprintf(record->last_name, sizeof record->last_name, "%s",
             failure->name ? failure->name : "-");
}

TEST(each_try_that_failed_is_logged_and_told)
{
    static struct list list;
    char text[1024] = "";
    struct record record = {0};
    FILE *log = fmemopen(text, sizeof text, "w");
    REQUIRE(log != NULL);
    furrow_tasks_options options = {
        .max_threads = 1, .max_retries = 2, .log = log, .failed = note, .failed_context = &record};
    fill(&list);
    list.jobs[1] = (struct job){1, 1, FURROW_EIO, "no answer", 0};
    list.jobs[2] = (struct job){2, 9, FURROW_ENOENT, NULL, 0};
    list.tasks[1].name = "17.png";
    EXPECT_EQUAL(run(&list, 4, &options), FURROW_ENOENT);
    fclose(log);
    EXPECT_TEXT(text, "17.png: failed, try 1 of 3: no answer\n"
                      "task 2: failed, try 1 of 3: no such file or name\n"
                      "task 2: failed, try 2 of 3: no such file or name\n"
                      "task 2: failed, try 3 of 3: no such file or name\n");
    EXPECT_EQUAL(record.events, 4);
    EXPECT_EQUAL(record.again, 3);
    EXPECT_EQUAL(record.last_tries, 3);
    EXPECT_EQUAL(record.last_code, FURROW_ENOENT);
    EXPECT_TEXT(record.last_name, "-");
}

struct course {
    size_t calls, ends, calls_after_end, falls;
    furrow_progress last;
};

static void watch(const furrow_progress *progress, void *context)
{
    struct course *course = context;
    course->calls++;
    course->calls_after_end += course->last.ended;
    course->falls += progress->done < course->last.done || progress->failed < course->last.failed;
    course->ends += progress->ended;
    course->last = *progress;
}

TEST(progress_rises_and_ends_once_whatever_fails)
{
    static struct list list;
    for (size_t i = 0; i < COUNT(sizes) * COUNT(threads) * 3; i++) {
        size_t n = sizes[i / 3 / COUNT(threads)];
        struct course course = {0};
        furrow_tasks_options options = {.max_threads = threads[i / 3 % COUNT(threads)],
                                        .pass_fail_job = i % 3 == 1,
                                        .progress = watch,
                                        .progress_context = &course};
        bool fails = i % 3 > 0 && n > 1;
        harness_case("%zu tasks, %d threads, way %zu", n, options.max_threads, i % 3);
        fill(&list);
        if (fails)
            list.jobs[1] = (struct job){.failures = 9, .code = 7};
        bool stops = fails && !options.pass_fail_job;
        EXPECT_EQUAL(run(&list, n, &options), stops ? 7 : FURROW_OK);
        EXPECT_EQUAL(course.ends, 1);
        EXPECT_EQUAL(course.calls_after_end, 0);
        EXPECT_EQUAL(course.falls, 0);
        EXPECT_EQUAL(course.last.total, n);
        EXPECT_EQUAL(course.last.failed, fails ? 1 : 0);
        if (!stops)
            EXPECT_EQUAL(course.last.done, n);
    }
}

/* ---- threads ---- */

struct gate {
    atomic_int inside, most;
    int wanted;
};

/* Waits until as many are inside as are wanted: forever where tasks do not run at once. */
static int meet(void *result, const void *arguments, furrow_error *error)
{
    struct gate *gate = (struct gate *)arguments;
    (void)result;
    (void)error;
    int inside = atomic_fetch_add(&gate->inside, 1) + 1;
    int most = atomic_load(&gate->most);
    while (inside > most && !atomic_compare_exchange_weak(&gate->most, &most, inside))
        ;
    while (atomic_load(&gate->most) < gate->wanted)
        furrow_clock_sleep(1e-4);
    furrow_clock_sleep(1e-4);
    atomic_fetch_sub(&gate->inside, 1);
    return FURROW_OK;
}

static void meet_all(size_t n, int max_threads, int wanted, int at_most)
{
    furrow_task tasks[MOST];
    struct gate gate = {.wanted = wanted};
    furrow_tasks_options options = {.max_threads = max_threads};
    harness_case("%zu tasks, %d threads", n, max_threads);
    for (size_t i = 0; i < n; i++)
        tasks[i] = (furrow_task){.function = meet, .arguments = &gate};
    EXPECT_EQUAL(furrow_tasks_run(NULL, tasks, n, &options, NULL), FURROW_OK);
    EXPECT(gate.most >= wanted && gate.most <= at_most);
}

TEST(as_many_tasks_run_at_once_as_are_allowed_and_no_more)
{
    meet_all(13, 1, 1, 1);
#ifdef _OPENMP
    meet_all(13, 3, 3, 3);
    meet_all(24, 24, 24, 24);
    meet_all(5, 24, 5, 5);
    meet_all(30, FURROW_TASKS_MAX_THREADS, 10, 10);
#endif
}

static int doze(void *result, const void *arguments, furrow_error *error)
{
    struct gate *gate = (struct gate *)arguments;
    (void)result;
    (void)error;
    int inside = atomic_fetch_add(&gate->inside, 1) + 1;
    int most = atomic_load(&gate->most);
    while (inside > most && !atomic_compare_exchange_weak(&gate->most, &most, inside))
        ;
    furrow_clock_sleep(0.02);
    atomic_fetch_sub(&gate->inside, 1);
    return FURROW_OK;
}

TEST(tasks_that_wait_get_more_threads_than_there_are_cpus)
{
    furrow_task tasks[64];
    struct gate gate = {0};
    int cpus = furrow_cpu_count();
    for (size_t i = 0; i < COUNT(tasks); i++)
        tasks[i] = (furrow_task){.function = doze, .arguments = &gate};
    EXPECT_EQUAL(furrow_tasks_run(NULL, tasks, COUNT(tasks), NULL, NULL), FURROW_OK);
#ifdef _OPENMP
    if (cpus < 16 && furrow_cpu_thread_limit() == 0)
        EXPECT(gate.most > cpus);
#else
    EXPECT(gate.most <= cpus);
#endif
}

static int count_on_thread(void *result, const void *arguments, furrow_error *error)
{
    static _Thread_local int calls;
    (void)error;
    atomic_int *wrong = (atomic_int *)arguments;
    int *tries = result;
    if (*tries == 0)
        calls = 0; /* this task's first try: all others are on this thread, right behind it */
    if (calls++ != (*tries)++)
        atomic_fetch_add(wrong, 1);
    return *tries < 4;
}

TEST(all_tries_of_a_task_are_on_one_worker)
{
    furrow_task tasks[64];
    int tries[64] = {0};
    atomic_int wrong = 0;
    furrow_tasks_options options = {.max_threads = 8, .max_retries = 3};
    for (size_t i = 0; i < COUNT(tasks); i++)
        tasks[i] = (furrow_task){count_on_thread, &wrong, &tries[i], NULL};
    EXPECT_EQUAL(furrow_tasks_run(NULL, tasks, COUNT(tasks), &options, NULL), FURROW_OK);
    EXPECT_EQUAL(wrong, 0);
    for (size_t i = 0; i < COUNT(tasks); i++)
        EXPECT_EQUAL(tries[i], 4);
}

/* ---- stopping ---- */

static int cancel_and_fail(void *result, const void *arguments, furrow_error *error)
{
    int *calls = result;
    (void)error;
    if (++*calls == 2)
        furrow_cancel_request((furrow_cancel *)arguments);
    return 9;
}

TEST(a_cancel_ends_tries_and_drops_the_rest)
{
    static struct list list;
    furrow_cancel cancel = {0};
    int calls = 0;
    furrow_tasks_options options = {
        .max_threads = 1, .max_retries = 1000, .pass_fail_job = true, .cancel = &cancel};
    fill(&list);
    list.tasks[1] = (furrow_task){cancel_and_fail, &cancel, &calls, NULL};
    EXPECT_EQUAL(run(&list, 13, &options), FURROW_ECANCELED);
    EXPECT_EQUAL(calls, 2);
    EXPECT_EQUAL(list.outcomes[1].tries, 2);
    EXPECT_EQUAL(list.outcomes[1].status, 9);
    EXPECT_EQUAL(list.outcomes[2].status, FURROW_ECANCELED);
    EXPECT_CONTAINS(list.error.text, "2 of 13 tasks ended");
    EXPECT_EQUAL(run(&list, 13, &options), FURROW_ECANCELED);
    EXPECT_EQUAL(calls, 2);
}

TEST(a_wait_before_a_try_ends_with_a_cancel)
{
    static struct list list;
    furrow_cancel cancel = {0};
    int calls = 1;
    furrow_tasks_options options = {
        .max_threads = 1, .max_retries = 3, .backoff = 3600, .cancel = &cancel};
    fill(&list);
    list.tasks[0] = (furrow_task){cancel_and_fail, &cancel, &calls, NULL};
    EXPECT_EQUAL(run(&list, 1, &options), 9);
    EXPECT_EQUAL(calls, 2);
    EXPECT_EQUAL(list.error.item, 0);
    EXPECT_TEXT(list.error.text, "a callback's own code");
}

#ifdef _OPENMP
/* The lower task fails once the upper one has started, which fails once the lower one has failed
 * for good. */
struct pair {
    atomic_bool upper_started, lower_failed;
};

static void await(const atomic_bool *flag)
{
    while (!atomic_load(flag))
        furrow_clock_sleep(1e-4);
}

static int fail_below(void *result, const void *arguments, furrow_error *error)
{
    (void)result;
    (void)error;
    await(&((const struct pair *)arguments)->upper_started);
    return 5;
}

static int fail_above(void *result, const void *arguments, furrow_error *error)
{
    struct pair *pair = (struct pair *)arguments;
    (void)result;
    (void)error;
    atomic_store(&pair->upper_started, true);
    await(&pair->lower_failed);
    return 6;
}

static void tell_upper(const furrow_task_failure *failure, void *context)
{
    struct pair *pair = context;
    if (failure->error->item == 0 && !failure->again)
        atomic_store(&pair->lower_failed, true);
}

TEST(a_task_above_one_that_failed_is_not_tried_again)
{
    struct pair pair = {false, false};
    const furrow_task tasks[2] = {{fail_below, &pair, NULL, NULL}, {fail_above, &pair, NULL, NULL}};
    furrow_task_outcome outcomes[2];
    furrow_tasks_options options = {
        .max_threads = 2, .max_retries = 3, .failed = tell_upper, .failed_context = &pair};
    EXPECT_EQUAL(furrow_tasks_run(outcomes, tasks, 2, &options, NULL), 5);
    EXPECT_EQUAL(outcomes[0].tries, 4);
    EXPECT_EQUAL(outcomes[1].tries, 1);
    EXPECT_EQUAL(outcomes[1].status, 6);
}
#endif

TEST(tries_follow_after_a_back_off)
{
    static struct list list;
    furrow_tasks_options options = {.max_threads = 1, .max_retries = 3, .backoff = 0.002};
    fill(&list);
    list.jobs[0] = (struct job){0, 3, 7, NULL, 0};
    double start = furrow_clock_wall();
    EXPECT_EQUAL(run(&list, 1, &options), FURROW_OK);
    EXPECT(furrow_clock_wall() - start >= 0.014 - 1e-6); /* 2 + 4 + 8 ms; it may take longer */
    EXPECT_EQUAL(list.outcomes[0].tries, 4);
}

/* ---- what is refused ---- */

TEST(what_cannot_be_is_refused_by_name_and_nothing_runs)
{
    static struct list list;
    const struct {
        furrow_tasks_options options;
        int status;
        const char *part;
    } table[] = {
        {{.workers = FURROW_POOL_PROCESSES}, FURROW_ENOTSUP, "processes"},
        {{.workers = (furrow_pool_kind)7}, FURROW_EINVAL, "workers: expected"},
        {{.max_threads = -1}, FURROW_EINVAL, "max_threads: expected 1 or more"},
        {{.max_retries = -2}, FURROW_EINVAL, "max_retries: expected 0 or more, got -2"},
        {{.backoff = -1}, FURROW_EINVAL, "backoff"},
        {{.backoff = NAN}, FURROW_EINVAL, "backoff"},
        {{.backoff = INFINITY}, FURROW_EINVAL, "backoff"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        harness_case("row %zu", i);
        fill(&list);
        EXPECT_EQUAL(run(&list, 3, &table[i].options), table[i].status);
        EXPECT_CONTAINS(list.error.text, table[i].part);
        EXPECT_EQUAL(list.jobs[0].calls, 0);
        EXPECT_EQUAL(list.outcomes[2].status, FURROW_ECANCELED);
        EXPECT_EQUAL(furrow_tasks_run(NULL, list.tasks, 3, &table[i].options, NULL),
                     table[i].status);
    }
}

TEST(a_task_without_a_function_is_named)
{
    static struct list list;
    fill(&list);
    list.tasks[2].function = NULL;
    EXPECT_EQUAL(run(&list, 3, NULL), FURROW_EINVAL);
    EXPECT_TEXT(list.error.text, "task 2: expected a function, got NULL");
    EXPECT_EQUAL(list.error.item, 2);
    EXPECT_EQUAL(list.jobs[0].calls, 0);
    EXPECT_EQUAL(furrow_tasks_run(NULL, NULL, 1, NULL, NULL), FURROW_EINVAL);
}

TEST(each_allocation_that_fails_ends_the_run_or_changes_nothing)
{
    static struct list list;
    furrow_tasks_options options = {.max_threads = 2};
    fill(&list);
    furrow_cpu_count();
    harness_fail_allocation(0);
    REQUIRE_EQUAL(run(&list, 13, &options), FURROW_OK);
    size_t allocations = harness_fail_allocation(0);
    for (size_t n = 1; n <= allocations; n++) {
        harness_case("allocation %zu of %zu", n, allocations);
        fill(&list);
        harness_fail_allocation(n);
        int status = run(&list, 13, &options);
        harness_fail_allocation(0);
        EXPECT(status == FURROW_OK || status == FURROW_ENOMEM || status == FURROW_EAGAIN);
        for (size_t j = 0; j < 13; j++)
            EXPECT_EQUAL(list.outcomes[j].status, status ? FURROW_ECANCELED : FURROW_OK);
        if (status)
            EXPECT_CONTAINS(list.error.text, furrow_status_text(status));
    }
}
