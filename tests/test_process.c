#include "process_helpers.h"

#include <pthread.h>
#include <sys/resource.h>

/* What a process is: states, names, texts, and calls that are refused. */

static int write_value(void *context)
{
    atomic_store(&((struct board *)context)->value, (int)getpid());
    return 0;
}

TEST(a_target_runs_once_in_a_process_of_its_own)
{
    struct board *board = new_board();
    furrow_process_outcome outcome = end_process(start_process(write_value, board));
    EXPECT(outcome.pid != getpid());
    EXPECT_EQUAL(atomic_load(&board->value), outcome.pid);
    EXPECT_EQUAL(outcome.state, FURROW_PROCESS_STOPPED);
    free_board(board);
}

static int change(void *context)
{
    *(int *)context = 2;
    return *(int *)context;
}

TEST(a_target_works_on_a_copy_of_the_memory)
{
    int number = 1;
    furrow_process_outcome outcome = end_process(start_process(change, &number));
    EXPECT_EQUAL(outcome.value, 2);
    EXPECT_EQUAL(number, 1);
}

TEST(a_process_is_initial_then_started_then_stopped)
{
    struct board *board = new_board();
    char text[64];
    furrow_process *process;
    furrow_process_outcome outcome;
    const furrow_process_options options = {
        .name = "reader", .target = wait_for_go, .context = board};
    REQUIRE_EQUAL(furrow_process_new(&process, &options), 0);
    furrow_process_look(&outcome, process);
    EXPECT_EQUAL(outcome.state, FURROW_PROCESS_INITIAL);
    EXPECT_EQUAL(outcome.pid, 0);
    EXPECT(!furrow_process_is_alive(process));
    EXPECT_EQUAL(furrow_process_text(text, sizeof text, process), 0);
    EXPECT_TEXT(text, "<Process(reader, initial)>");

    REQUIRE_EQUAL(furrow_process_start(process), 0);
    furrow_process_look(&outcome, process);
    EXPECT_EQUAL(outcome.state, FURROW_PROCESS_STARTED);
    EXPECT_EQUAL(outcome.code, FURROW_PROCESS_UNKNOWN);
    EXPECT(furrow_process_is_alive(process));
    EXPECT_EQUAL(furrow_process_text(text, sizeof text, process), 0);
    EXPECT_TEXT(text, "<Process(reader, started)>");

    atomic_store(&board->go, 1);
    EXPECT_EQUAL(furrow_process_join(process, FURROW_FOREVER), 0);
    EXPECT(!furrow_process_is_alive(process));
    EXPECT_EQUAL(furrow_process_text(text, sizeof text, process), 0);
    EXPECT_TEXT(text, "<Process(reader, stopped, exit 0)>");
    EXPECT_TEXT(furrow_process_name(process), "reader");
    end_process(process);
    free_board(board);
}

TEST(a_text_that_does_not_fit_is_cut_short_and_says_so)
{
    char text[12];
    furrow_process *process;
    const furrow_process_options options = {.daemon = true, .target = wait_for_go};
    REQUIRE_EQUAL(furrow_process_new(&process, &options), 0);
    EXPECT_EQUAL(furrow_process_text(text, sizeof text, process), FURROW_ERANGE);
    EXPECT_TEXT(text, "<Process(Pr");
    char whole[64];
    EXPECT_EQUAL(furrow_process_text(whole, sizeof whole, process), 0);
    EXPECT_TEXT(whole, "<Process(Process, initial, daemon)>");
    furrow_process_free(process);
}

TEST(a_join_whose_time_is_over_leaves_the_process_running)
{
    struct board *board = new_board();
    furrow_process *process = start_process(wait_for_go, board);
    EXPECT_EQUAL(furrow_process_join(process, 0), FURROW_ETIMEDOUT);
    EXPECT_EQUAL(furrow_process_join(process, 1e-3), FURROW_ETIMEDOUT);
    EXPECT_EQUAL(furrow_process_join(process, NAN), FURROW_EINVAL);
    EXPECT(furrow_process_is_alive(process));
    atomic_store(&board->go, 1);
    EXPECT_EQUAL(furrow_process_join(process, 1e12), 0);
    EXPECT_EQUAL(furrow_process_join(process, 0), 0);
    end_process(process);
    free_board(board);
}

static int sleep_a_little(void *context)
{
    (void)context;
    furrow_clock_sleep(0.05);
    return 0;
}

/* Waits are counted, not times: a join that looked around would have waited more than once. */
TEST(a_join_sleeps_until_the_end)
{
    furrow_process *process = start_process(sleep_a_little, NULL);
    size_t waits = furrow_clock_thread_waits();
    EXPECT_EQUAL(furrow_process_join(process, FURROW_FOREVER), 0);
    EXPECT(furrow_clock_thread_waits() - waits <= 2);
    end_process(process);
}

static void *join(void *process)
{
    EXPECT_EQUAL(furrow_process_join(process, FURROW_FOREVER), 0);
    return NULL;
}

TEST(several_threads_may_join_one_process)
{
    enum { THREADS = 4 };
    struct board *board = new_board();
    pthread_t threads[THREADS];
    furrow_process *process = start_process(wait_for_go, board);
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, join, process);
    atomic_store(&board->go, 1);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    EXPECT_EQUAL(end_process(process).code, 0);
    free_board(board);
}

TEST(what_has_not_started_is_neither_joined_nor_killed_and_starts_once)
{
    struct board *board = new_board();
    furrow_process *process;
    const furrow_process_options options = {.target = write_value, .context = board};
    REQUIRE_EQUAL(furrow_process_new(&process, &options), 0);
    EXPECT_EQUAL(furrow_process_join(process, FURROW_FOREVER), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_process_terminate(process), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_process_kill(process), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_process_start(process), 0);
    EXPECT_EQUAL(furrow_process_start(process), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_process_join(process, FURROW_FOREVER), 0);
    EXPECT_EQUAL(furrow_process_start(process), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_process_terminate(process), 0);
    EXPECT_EQUAL(furrow_process_kill(process), 0);
    EXPECT_EQUAL(end_process(process).signal, 0);
    free_board(board);
}

TEST(a_process_needs_a_target_and_memory)
{
    furrow_process *process = (void *)&process;
    const furrow_process_options none = {.name = "none"}, some = {.target = wait_for_go};
    EXPECT_EQUAL(furrow_process_new(&process, &none), FURROW_EINVAL);
    EXPECT(!process);
    EXPECT_EQUAL(furrow_process_new(&process, NULL), FURROW_EINVAL);
    for (size_t i = 1; i <= 2; i++) {
        harness_fail_allocation(i);
        EXPECT_EQUAL(furrow_process_new(&process, &some), FURROW_ENOMEM);
        EXPECT(!process);
    }
    harness_fail_allocation(0);
    furrow_process_free(NULL);
}

/* A start takes three descriptors, one after the other. */
TEST(a_start_for_which_there_are_no_descriptors_leaves_nothing_and_may_be_tried_again)
{
    struct board *board = new_board();
    furrow_process *process;
    const furrow_process_options options = {.target = write_value, .context = board};
    struct rlimit before, few;
    REQUIRE_EQUAL(furrow_process_new(&process, &options), 0);
    int next = dup(0);
    close(next);
    getrlimit(RLIMIT_NOFILE, &before);
    for (int i = 0; i < 3; i++) {
        few = (struct rlimit){(rlim_t)(next + i), before.rlim_max};
        setrlimit(RLIMIT_NOFILE, &few);
        int status = furrow_process_start(process);
        setrlimit(RLIMIT_NOFILE, &before);
        EXPECT_EQUAL(status, -EMFILE);
        EXPECT_EQUAL(waitpid(-1, NULL, WNOHANG), -1);
    }
    EXPECT_EQUAL(atomic_load(&board->value), 0);
    EXPECT_EQUAL(furrow_process_start(process), 0);
    furrow_process_outcome outcome = end_process(process);
    EXPECT_EQUAL(atomic_load(&board->value), outcome.pid);
    EXPECT_EQUAL(dup(0), next);
    close(next);
    free_board(board);
}

/* The status of a start, negated, of which nothing may be left. */
static int start_in_vain(furrow_process *process)
{
    furrow_process_outcome outcome;
    int status = furrow_process_start(process);
    furrow_process_look(&outcome, process);
    return outcome.state == FURROW_PROCESS_INITIAL ? -status : 255;
}

/* Root has no limit. */
static int start_beyond_the_last(void *context)
{
    (void)context;
    const struct rlimit one = {1, 1};
    bool limited = setrlimit(RLIMIT_NPROC, &one) == 0 && (geteuid() != 0 || setuid(65534) == 0);
    furrow_process *own;
    const furrow_process_options options = {.target = wait_for_go};
    if (!limited || furrow_process_new(&own, &options))
        return 255;
    int status = start_in_vain(own);
    furrow_process_free(own);
    return status;
}

/* The process is made while there is memory. */
static int start_without_memory(void *context)
{
    (void)context;
    const struct rlimit none = {1, 1};
    furrow_process *own;
    const furrow_process_options options = {.target = wait_for_go};
    if (furrow_process_new(&own, &options) || setrlimit(RLIMIT_AS, &none))
        return 255;
    int status = start_in_vain(own);
    furrow_process_free(own);
    return status;
}

TEST(a_start_for_which_there_is_no_process_or_no_memory_says_so)
{
    EXPECT_EQUAL(end_process(start_process(start_beyond_the_last, NULL)).value, EAGAIN);
    if (SLOWNESS == 1) /* sanitizers need memory of their own */
        EXPECT_EQUAL(end_process(start_process(start_without_memory, NULL)).value, ENOMEM);
}

TEST(in_a_forked_child_a_process_of_the_parent_is_refused_and_freed)
{
    struct board *board = new_board();
    furrow_process *process = start_process(wait_for_go, board);
    pid_t child = fork();
    if (child == 0) {
        char text[64];
        bool refused = furrow_process_start(process) == FURROW_EINVAL &&
                       furrow_process_join(process, FURROW_FOREVER) == FURROW_EINVAL &&
                       furrow_process_kill(process) == FURROW_EINVAL &&
                       !furrow_process_is_alive(process) &&
                       furrow_process_text(text, sizeof text, process) == 0 &&
                       strcmp(text, "<Process(child, started)>") == 0;
        furrow_process_free(process);
        _exit(refused ? 0 : 1);
    }
    REQUIRE(child > 0);
    EXPECT_EQUAL(end_of(child), 0);
    EXPECT(furrow_process_is_alive(process));
    atomic_store(&board->go, 1);
    EXPECT_EQUAL(end_process(process).code, 0);
    free_board(board);
}
