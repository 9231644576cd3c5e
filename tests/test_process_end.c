#include "process_helpers.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>

/* How a process ends, and what its parent knows of that. */

static int return_it(void *context)
{
    return *(int *)context;
}

TEST(a_return_of_0_to_255_is_the_exit_code_and_any_other_gives_255)
{
    const struct {
        int value, code;
    } rows[] = {{0, 0}, {3, 3}, {255, 255}, {256, 255}, {-1, 255}, {FURROW_END, 255}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int value = rows[i].value;
        harness_case("%d", value);
        furrow_process_outcome outcome = end_process(start_process(return_it, &value));
        EXPECT(outcome.returned);
        EXPECT_EQUAL(outcome.value, value);
        EXPECT_EQUAL(outcome.code, rows[i].code);
        EXPECT_EQUAL(outcome.signal, 0);
    }
}

static int exit_at_once(void *context)
{
    (void)context;
    _exit(9);
}

static int end_thread(void *context)
{
    (void)context;
    pthread_exit(NULL);
}

TEST(a_target_may_end_its_process_or_its_thread)
{
    furrow_process_outcome outcome = end_process(start_process(exit_at_once, NULL));
    EXPECT(!outcome.returned);
    EXPECT_EQUAL(outcome.code, 9);
    outcome = end_process(start_process(end_thread, NULL));
    EXPECT(outcome.returned);
    EXPECT_EQUAL(outcome.code, 0);
}

static int kill_itself(void *context)
{
    signal(*(int *)context, SIG_DFL);
    kill(getpid(), *(int *)context);
    return wait_for_go(new_board());
}

TEST(a_signal_that_ended_it_is_known_by_number_and_name)
{
    const struct {
        int signal;
        const char *text;
    } rows[] = {{SIGKILL, "<Process(child, stopped, SIGKILL)>"},
                {SIGUSR1, "<Process(child, stopped, SIGUSR1)>"},
                {SIGRTMIN + 1, "<Process(child, stopped, signal 35)>"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[64];
        int number = rows[i].signal;
        furrow_process *process = start_process(kill_itself, &number);
        EXPECT_EQUAL(furrow_process_join(process, FURROW_FOREVER), 0);
        EXPECT_EQUAL(furrow_process_text(text, sizeof text, process), 0);
        EXPECT_TEXT(text, rows[i].text);
        furrow_process_outcome outcome = end_process(process);
        EXPECT_EQUAL(outcome.signal, number);
        EXPECT_EQUAL(outcome.code, FURROW_PROCESS_UNKNOWN);
        EXPECT(!outcome.returned);
    }
}

TEST(terminate_and_kill_end_a_process_that_goes_on)
{
    int (*const ends[])(furrow_process *) = {furrow_process_terminate, furrow_process_kill};
    const int signals[] = {SIGTERM, SIGKILL};
    for (int i = 0; i < 2; i++) {
        struct board *board = new_board();
        furrow_process *process = start_process(wait_for_go, board);
        EXPECT_EQUAL(ends[i](process), 0);
        EXPECT_EQUAL(end_process(process).signal, signals[i]);
        free_board(board);
    }
}

TEST(a_thread_that_blocks_sigterm_starts_a_process_that_does_not)
{
    sigset_t term, before;
    struct board *board = new_board();
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &term, &before);
    furrow_process *process = start_process(wait_for_go, board);
    EXPECT_EQUAL(furrow_process_terminate(process), 0);
    EXPECT_EQUAL(end_process(process).signal, SIGTERM);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    free_board(board);
}

static pthread_t target_thread;
static atomic_int handled; /* 1: on the target's thread; 2: on another */

static void note_thread(int number)
{
    (void)number;
    atomic_store(&handled, pthread_equal(pthread_self(), target_thread) ? 1 : 2);
}

static int wait_for_handler(void *context)
{
    struct board *board = context;
    target_thread = pthread_self();
    atomic_store(&board->here, 1);
    while (!atomic_load(&handled))
        furrow_clock_sleep(1e-4);
    return atomic_load(&handled);
}

TEST(handlers_of_the_parent_run_on_the_targets_thread)
{
    struct sigaction before, note = {.sa_handler = note_thread};
    furrow_process_outcome outcome;
    struct board *board = new_board();
    sigaction(SIGUSR2, &note, &before);
    furrow_process *process = start_process(wait_for_handler, board);
    sigaction(SIGUSR2, &before, NULL);
    await(&board->here);
    furrow_process_look(&outcome, process);
    kill(outcome.pid, SIGUSR2);
    EXPECT_EQUAL(end_process(process).value, 1);
    free_board(board);
}

TEST(a_program_that_ignores_sigchld_knows_the_code_of_a_target_that_returned)
{
    char text[64];
    int seven = 7, number = SIGKILL;
    struct sigaction before, ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGCHLD, &ignore, &before);
    furrow_process *returns = start_process(return_it, &seven);
    furrow_process *dies = start_process(kill_itself, &number);
    EXPECT_EQUAL(furrow_process_join(dies, FURROW_FOREVER), 0);
    EXPECT_EQUAL(furrow_process_text(text, sizeof text, dies), 0);
    EXPECT_TEXT(text, "<Process(child, stopped, exit unknown)>");
    EXPECT_EQUAL(end_process(returns).code, 7);
    furrow_process_outcome outcome = end_process(dies);
    EXPECT_EQUAL(outcome.code, FURROW_PROCESS_UNKNOWN);
    EXPECT_EQUAL(outcome.signal, 0);
    sigaction(SIGCHLD, &before, NULL);
}

static atomic_bool stealing;

static void *steal_ends(void *context)
{
    (void)context;
    while (atomic_load(&stealing))
        if (waitpid(-1, NULL, WNOHANG) <= 0)
            sched_yield();
    return NULL;
}

TEST(beside_a_thread_that_waits_for_any_child_every_end_is_seen_with_its_code)
{
    pthread_t thief;
    atomic_store(&stealing, true);
    pthread_create(&thief, NULL, steal_ends, NULL);
    for (int i = 0; i < 50; i++)
        EXPECT_EQUAL(end_process(start_process(return_it, &i)).code, i);
    atomic_store(&stealing, false);
    pthread_join(thief, NULL);
}

static int print_into_full_disk(void *context)
{
    int full = open("/dev/full", O_WRONLY);
    dup2(full, STDOUT_FILENO);
    close(full);
    printf("lost");
    return *(int *)context;
}

TEST(output_that_cannot_be_written_fails_a_target_that_returned_0)
{
    int zero = 0, three = 3;
    furrow_process_outcome outcome = end_process(start_process(print_into_full_disk, &zero));
    EXPECT_EQUAL(outcome.value, FURROW_EIO);
    EXPECT_EQUAL(outcome.code, 255);
    EXPECT_EQUAL(end_process(start_process(print_into_full_disk, &three)).code, 3);
}

TEST(a_child_that_gets_no_thread_does_not_run_its_target)
{
    struct board *board = new_board();
    pthread_attr_t before, huge;
    pthread_getattr_default_np(&before);
    pthread_getattr_default_np(&huge);
    pthread_attr_setstacksize(&huge, (size_t)1 << 48);
    REQUIRE_EQUAL(pthread_setattr_default_np(&huge), 0);
    furrow_process *process = start_process(wait_for_go, board);
    pthread_setattr_default_np(&before);
    furrow_process_outcome outcome = end_process(process);
    EXPECT(!outcome.returned);
    EXPECT_EQUAL(outcome.value, FURROW_EAGAIN);
    EXPECT_EQUAL(outcome.code, 255);
    EXPECT_EQUAL(atomic_load(&board->here), 0);
    pthread_attr_destroy(&before);
    pthread_attr_destroy(&huge);
    free_board(board);
}

TEST(a_process_that_is_freed_while_it_runs_is_killed_and_leaves_no_zombie)
{
    struct board *board = new_board();
    furrow_process *process = start_process(wait_for_go, board);
    furrow_process_free(process);
    EXPECT_EQUAL(waitpid(-1, NULL, WNOHANG), -1);
    EXPECT_EQUAL(errno, ECHILD);
    free_board(board);
}
