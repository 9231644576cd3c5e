/* What a worker is as a thread: its signals, how it rounds, what cannot end it. */
#include "harness.h"

#include <fenv.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <unwind.h>

#include <furrow/clock.h>
#include <furrow/parallel.h>
#include <furrow/pool_async.h>

#include "pool_helpers.h"

/* ---- signals ---- */

static int read_mask(void *result, const void *item, void *context)
{
    (void)item;
    (void)context;
    return -pthread_sigmask(SIG_BLOCK, NULL, result);
}

/* Of this thread and of the item of another. */
static bool masks_agree(furrow_pool *pool)
{
    sigset_t own, workers;
    furrow_result *result;
    furrow_map_options options = {.result_size = sizeof workers};
    sigemptyset(&own);
    pthread_sigmask(SIG_BLOCK, NULL, &own);
    EXPECT_EQUAL(furrow_pool_apply_async(&result, pool, &options, read_mask, NULL), 0);
    while (!furrow_result_ready(result)) /* a wait without end would run it here */
        furrow_clock_sleep(1e-4);
    EXPECT_EQUAL(furrow_result_get(&workers, result, FURROW_FOREVER), 0);
    furrow_result_free(result);
    bool same = true;
    for (int signal = 1; signal < SIGRTMIN; signal++)
        same &= sigismember(&own, signal) == sigismember(&workers, signal);
    return same;
}

TEST(a_worker_has_the_signal_mask_of_the_thread_that_made_its_pool)
{
    furrow_pool *pool = new_pool(2);
    EXPECT(masks_agree(pool));
    furrow_pool_free(pool);
    sigset_t some, before;
    sigemptyset(&some);
    sigaddset(&some, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &some, &before);
    pool = new_pool(2);
    EXPECT(masks_agree(pool));
    furrow_pool_free(pool);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* As waitpid says: the exit status, or minus the signal. */
static int end_of_child(pid_t child)
{
    int status = 0;
    if (waitpid(child, &status, 0) != child)
        return -1000;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void exit_42(int signal)
{
    (void)signal;
    _exit(42);
}

static int crash(void *result, const void *item, void *context)
{
    (void)result;
    (void)item;
    (void)context;
    raise(SIGSEGV);
    return 0;
}

static int crash_on_a_worker(void)
{
    furrow_pool *pool;
    furrow_pool_options options = {.workers = 1};
    furrow_pool_new(&pool, &options);
    signal(SIGSEGV, exit_42);
    furrow_pool_apply_async(NULL, pool, NULL, crash, NULL);
    while (pause() < 0)
        ;
    return 1;
}

TEST(a_handler_runs_on_the_worker_whose_item_crashes)
{
    if (THREAD_SANITIZER)
        SKIP("ThreadSanitizer starts no threads in a child");
    pid_t child = fork();
    if (child == 0)
        _exit(crash_on_a_worker());
    EXPECT_EQUAL(end_of_child(child), 42);
}

static void *leave_pool_behind(void *context)
{
    furrow_pool *pool;
    furrow_pool_options options = {.workers = 2};
    furrow_pool_new(&pool, &options);
    (void)write(*(int *)context, "x", 1);
    return NULL;
}

/* The first thread ends; only workers are left, asleep. */
TEST(a_process_of_which_workers_alone_are_left_can_be_terminated)
{
    if (THREAD_SANITIZER)
        SKIP("ThreadSanitizer starts no threads in a child");
    int ready[2];
    REQUIRE_EQUAL(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        leave_pool_behind(&ready[1]);
        syscall(SYS_exit, 0); /* pthread_exit would unwind into the harness */
    }
    char byte;
    EXPECT_EQUAL(read(ready[0], &byte, 1), 1);
    kill(child, SIGTERM);
    EXPECT_EQUAL(end_of_child(child), -SIGTERM);
    close(ready[0]);
    close(ready[1]);
}

/* ---- rounding ---- */

static int third(void *result, const void *item, void *context)
{
    (void)context;
    *(double *)result = *(const double *)item / 3;
    return 0;
}

static int third_of_each(const furrow_range *range, const void *context)
{
    (void)context;
    for (size_t i = range->begin; i < range->end; i++) {
        volatile double one = (double)i + 1;
        FURROW_RESULT(range, double, i) = one / 3;
    }
    return 0;
}

static int give_ones(void *item, bool *end, void *context)
{
    *(double *)item = 1;
    *end = (*(int *)context)++ == 20;
    return 0;
}

/* A third of 1, by every way of the pool. */
static void check_rounding(furrow_pool *pool, double expected)
{
    static double ones[200], thirds[200];
    for (int i = 0; i < 200; i++)
        ones[i] = 1;
    furrow_map_options options = {.items = ones,
                                  .item_size = sizeof *ones,
                                  .results = thirds,
                                  .result_size = sizeof *thirds,
                                  .chunk = 1};
    EXPECT_EQUAL(furrow_pool_map(pool, &options, 200, third, NULL), 0);
    int wrong = 0;
    for (int i = 0; i < 200; i++)
        wrong += thirds[i] != expected;
    furrow_result *result;
    double one_third = 0;
    options.results = NULL;
    EXPECT_EQUAL(furrow_pool_apply_async(&result, pool, &options, third, NULL), 0);
    EXPECT_EQUAL(furrow_result_get(&one_third, result, 60), 0);
    furrow_result_free(result);
    wrong += one_third != expected;
    furrow_imap *imap;
    furrow_imap_item item;
    int given = 0;
    furrow_imap_options sizes = {.item_size = sizeof(double), .result_size = sizeof(double)};
    EXPECT_EQUAL(furrow_imap_new(&imap, pool, &sizes, give_ones, third, &given), 0);
    while (furrow_imap_next(&item, imap, FURROW_FOREVER) == 0)
        wrong += *(double *)item.result != expected;
    furrow_imap_free(imap);
    EXPECT_EQUAL(wrong, 0);
}

TEST(items_round_as_their_caller_does)
{
    static const int modes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
    furrow_pool *pool = new_pool(3);
    for (int i = 0; i < 4; i++) {
        volatile double one = 1;
        fesetround(modes[i]);
        double expected = one / 3;
        check_rounding(pool, expected);
        double thirds[100];
        furrow_parallel_options options = {
            .plan = {.backend = (furrow_backend)(i + 1), .threads = 2, .chunk = 1},
            .results = thirds,
            .result_size = sizeof *thirds};
        EXPECT_EQUAL(furrow_parallel_for(&options, 100, third_of_each, NULL), 0);
        for (int k = 0; k < 100; k++) {
            volatile double number = k + 1.0;
            EXPECT(thirds[k] == number / 3);
        }
        EXPECT_EQUAL(fegetround(), modes[i]);
    }
    fesetround(FE_TONEAREST);
    check_rounding(pool, 1.0 / 3);
    furrow_pool_free(pool);
}

/* ---- what cannot end a call half-way ---- */

struct waiter {
    furrow_result *result;
    atomic_bool started, returned;
};

static void *wait_for_it(void *context)
{
    struct waiter *waiter = context;
    atomic_store(&waiter->started, true);
    furrow_result_wait(waiter->result, 60);
    atomic_store(&waiter->returned, true);
    pthread_testcancel();
    return NULL;
}

static int wait_until_open(void *result, const void *item, void *context)
{
    (void)result;
    (void)item;
    while (!atomic_load((atomic_bool *)context))
        furrow_clock_sleep(1e-4);
    return 0;
}

TEST(a_thread_that_is_cancelled_while_it_waits_ends_after_its_wait)
{
    furrow_pool *pool = new_pool(1);
    atomic_bool open = false;
    struct waiter waiter = {0};
    pthread_t thread;
    void *end;
    REQUIRE_EQUAL(furrow_pool_apply_async(&waiter.result, pool, NULL, wait_until_open, &open), 0);
    pthread_create(&thread, NULL, wait_for_it, &waiter);
    while (!atomic_load(&waiter.started))
        furrow_clock_sleep(1e-4);
    furrow_clock_sleep(2e-3); /* into the wait, as a rule */
    pthread_cancel(thread);
    atomic_store(&open, true);
    EXPECT_EQUAL(pthread_join(thread, &end), 0);
    EXPECT(atomic_load(&waiter.returned) && end == PTHREAD_CANCELED);
    EXPECT_EQUAL(furrow_result_get(NULL, waiter.result, 60), 0);
    furrow_result_free(waiter.result);
    furrow_pool_free(pool);
}

static int raise_exception(void *result, const void *item, void *context)
{
    (void)item;
    (void)context;
    struct _Unwind_Exception exception;
    memset(&exception, 0, sizeof exception);
    *(int *)result = (int)_Unwind_RaiseException(&exception);
    return 0;
}

/* The unwinder finds nobody beyond the item's function, and C++ then calls std::terminate. */
TEST(no_exception_passes_through_the_library)
{
    furrow_pool *pool = new_pool(2);
    int code = 0;
    EXPECT_EQUAL(furrow_pool_apply(&code, pool, NULL, raise_exception, NULL), 0);
    EXPECT_EQUAL(code, _URC_END_OF_STACK);
    furrow_result *result;
    furrow_map_options options = {.result_size = sizeof code};
    EXPECT_EQUAL(furrow_pool_apply_async(&result, pool, &options, raise_exception, NULL), 0);
    EXPECT_EQUAL(furrow_result_get(&code, result, 60), 0);
    EXPECT_EQUAL(code, _URC_END_OF_STACK);
    furrow_result_free(result);
    furrow_pool_free(pool);
}

static furrow_pool *at_exit;

static void free_at_exit(void)
{
    furrow_pool_free(at_exit);
}

static int exit_9(void *result, const void *item, void *context)
{
    (void)result;
    (void)item;
    (void)context;
    exit(9);
}

static int exit_in_an_item(void)
{
    furrow_pool_options options = {.workers = 2};
    furrow_pool_new(&at_exit, &options);
    atexit(free_at_exit);
    furrow_pool_apply_async(NULL, at_exit, NULL, exit_9, NULL);
    while (pause() < 0)
        ;
    return 1;
}

TEST(an_item_may_exit_though_a_handler_frees_its_pool)
{
    if (THREAD_SANITIZER)
        SKIP("ThreadSanitizer starts no threads in a child");
    pid_t child = fork();
    if (child == 0)
        _exit(exit_in_an_item());
    EXPECT_EQUAL(end_of_child(child), 9);
}
