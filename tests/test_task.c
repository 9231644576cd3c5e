#include "harness.h"

#include <math.h>
#include <stdio.h>

#include <furrow/cpu.h>

#include "task_list.h"

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
    list.jobs[3] = (struct task_case){.number = 3, .failures = 1, .code = 5};
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

/* All tasks below task f run, f is the failure, and tasks that did not run are cancelled. */
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
            list.jobs[j] = (struct task_case){(int)j, 9, (int)j + 1, "the cable is out", 0};
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
    list.jobs[4] = (struct task_case){.failures = 1, .code = FURROW_EIO};
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
            list.jobs[j] = (struct task_case){j, 9, j + 1, j % 2 ? "odd" : NULL, 0};
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
    list.jobs[1] = (struct task_case){1, 1, FURROW_EIO, "no answer", 0};
    list.jobs[2] = (struct task_case){2, 9, FURROW_ENOENT, NULL, 0};
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
            list.jobs[1] = (struct task_case){.failures = 9, .code = 7};
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
