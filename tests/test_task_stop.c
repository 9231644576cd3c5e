/* Tasks on their threads, and how they are stopped. */
#include "harness.h"

#include <stdatomic.h>

#include <furrow/clock.h>
#include <furrow/cpu.h>

#include "meeting.h"
#include "task_list.h"

/* ---- threads ---- */

struct room {
    atomic_int inside, most;
    int wanted;
};

static struct room *enter(const void *arguments)
{
    struct room *room = (struct room *)arguments;
    int inside = atomic_fetch_add(&room->inside, 1) + 1;
    int most = atomic_load(&room->most);
    while (inside > most && !atomic_compare_exchange_weak(&room->most, &most, inside))
        ;
    return room;
}

/* Waits until `wanted` tasks are inside at once, forever if they never are. */
static int meet_in_room(void *result, const void *arguments, furrow_error *error)
{
    struct room *room = enter(arguments);
    (void)result;
    (void)error;
    while (atomic_load(&room->most) < room->wanted)
        furrow_clock_sleep(1e-4);
    furrow_clock_sleep(1e-4);
    atomic_fetch_sub(&room->inside, 1);
    return FURROW_OK;
}

static void meet_all(size_t n, int max_threads, int wanted, int at_most)
{
    furrow_task tasks[MOST];
    struct room room = {.wanted = wanted};
    furrow_tasks_options options = {.max_threads = max_threads};
    harness_case("%zu tasks, %d threads", n, max_threads);
    for (size_t i = 0; i < n; i++)
        tasks[i] = (furrow_task){.function = meet_in_room, .arguments = &room};
    EXPECT_EQUAL(furrow_tasks_run(NULL, tasks, n, &options, NULL), FURROW_OK);
    EXPECT(room.most >= wanted && room.most <= at_most);
}

TEST(as_many_tasks_run_at_once_as_are_allowed_and_no_more)
{
    meet_all(13, 1, 1, 1);
    if (!gives_threads(24))
        SKIP("OpenMP gives fewer threads");
    meet_all(13, 3, 3, 3);
    meet_all(24, 24, 24, 24);
    meet_all(5, 24, 5, 5);
    meet_all(30, FURROW_TASKS_MAX_THREADS, 10, 10);
}

static int doze(void *result, const void *arguments, furrow_error *error)
{
    struct room *room = enter(arguments);
    (void)result;
    (void)error;
    furrow_clock_sleep(0.02);
    atomic_fetch_sub(&room->inside, 1);
    return FURROW_OK;
}

TEST(tasks_that_wait_get_more_threads_than_there_are_cpus)
{
    furrow_task tasks[64];
    struct room room = {0};
    int cpus = furrow_cpu_count();
    for (size_t i = 0; i < COUNT(tasks); i++)
        tasks[i] = (furrow_task){.function = doze, .arguments = &room};
    EXPECT_EQUAL(furrow_tasks_run(NULL, tasks, COUNT(tasks), NULL, NULL), FURROW_OK);
    if (cpus < 16 && furrow_cpu_thread_limit() == 0)
        EXPECT(room.most > cpus);
}

static int count_on_thread(void *result, const void *arguments, furrow_error *error)
{
    static _Thread_local int calls;
    (void)error;
    atomic_int *wrong = (atomic_int *)arguments;
    int *tries = result;
    if (*tries == 0)
        calls = 0; /* the first try of this task; all other tries follow on this thread */
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
    if (!gives_threads(2))
        SKIP("OpenMP gives one thread");
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
    double took = 1;
    for (int attempt = 0; attempt < 50 && took > 0.027; attempt++) { /* on a busy machine */
        fill(&list);
        list.jobs[0] = (struct task_case){0, 3, 7, NULL, 0};
        double start = furrow_clock_wall();
        EXPECT_EQUAL(run(&list, 1, &options), FURROW_OK);
        took = furrow_clock_wall() - start;
        EXPECT(took >= 0.014 - 1e-6); /* 2 + 4 + 8 ms */
        EXPECT_EQUAL(list.outcomes[0].tries, 4);
    }
    EXPECT(took <= 0.027);
}

/* ---- late ---- */

struct late {
    atomic_int reports, wrong;
    size_t task;
};

/* Until it has been reported. */
static int dawdle(void *result, const void *arguments, furrow_error *error)
{
    const struct late *late = arguments;
    (void)result;
    (void)error;
    while (atomic_load(&late->reports) == 0)
        furrow_clock_sleep(1e-4);
    furrow_clock_sleep(5e-3);
    return FURROW_OK;
}

static int hurry(void *result, const void *arguments, furrow_error *error)
{
    (void)result;
    (void)arguments;
    (void)error;
    return FURROW_OK;
}

static void note_late(const furrow_task_failure *failure, void *context)
{
    struct late *late = context;
    bool right = failure->running && !failure->again && failure->tries == 1 &&
                 failure->error->code == FURROW_ETIMEDOUT && failure->error->item == late->task;
    atomic_fetch_add(&late->wrong, !right);
    atomic_fetch_add(&late->reports, 1);
}

TEST(a_task_that_runs_for_long_is_reported_once_while_it_runs)
{
    for (int threads = 0; threads <= 3; threads++) {
        struct late late = {.task = 5};
        furrow_task tasks[12];
        furrow_task_outcome outcomes[12];
        furrow_tasks_options options = {.max_threads = threads,
                                        .late_after = 1e-3,
                                        .failed = note_late,
                                        .failed_context = &late};
        for (size_t i = 0; i < 12; i++)
            tasks[i] =
                (furrow_task){.function = i == late.task ? dawdle : hurry, .arguments = &late};
        EXPECT_EQUAL(furrow_tasks_run(outcomes, tasks, 12, &options, NULL), FURROW_OK);
        EXPECT_EQUAL(late.reports, 1);
        EXPECT_EQUAL(late.wrong, 0);
        EXPECT(outcomes[5].status == 0 && outcomes[5].tries == 1);
    }
    furrow_error error;
    furrow_tasks_options never = {.late_after = -1};
    EXPECT_EQUAL(furrow_tasks_run(NULL, NULL, 0, &never, &error), FURROW_EINVAL);
    EXPECT_CONTAINS(error.text, "late_after");
}

static int hurry_later(void *result, const void *arguments, furrow_error *error)
{
    (void)result;
    (void)error;
    atomic_fetch_add(&((struct late *)arguments)->wrong, 1);
    return FURROW_OK;
}

/* Returns when the other task has run. */
static void wait_for_other(const furrow_task_failure *failure, void *context)
{
    struct late *late = context;
    (void)failure;
    while (atomic_load(&late->wrong) == 0)
        furrow_clock_sleep(1e-4);
    atomic_fetch_add(&late->reports, 1);
}

TEST(a_report_of_a_late_task_holds_no_other_up)
{
    struct late late = {0};
    furrow_task tasks[2] = {{.function = dawdle, .arguments = &late},
                            {.function = hurry_later, .arguments = &late}};
    furrow_tasks_options options = {
        .max_threads = 2, .late_after = 1e-3, .failed = wait_for_other, .failed_context = &late};
    EXPECT_EQUAL(furrow_tasks_run(NULL, tasks, 2, &options, NULL), FURROW_OK);
    EXPECT_EQUAL(late.reports, 1);
}
