#include "process_helpers.h"

#include <pthread.h>

/* Daemons, which end with their parent. An end is seen by a pipe: it reads as closed when the last
 * process has ended that holds its other end. */

struct family {
    int pipe[2];
    bool daemon;
    void (*after)(struct family *family); /* what the parent does once its child is started */
    struct board *board;
    struct board *siblings;
};

static int go_on(void *context)
{
    struct family *family = context;
    close(family->pipe[0]);
    atomic_store(&family->board->here, (int)getpid());
    await(&family->board->go);
    return write(family->pipe[1], "x", 1) == 1 ? 0 : 1;
}

static int start_child(void *context)
{
    struct family *family = context;
    furrow_process *process;
    const furrow_process_options options = {
        .daemon = family->daemon, .target = go_on, .context = family};
    close(family->pipe[0]);
    if (furrow_process_new(&process, &options) || furrow_process_start(process))
        return 1;
    family->after(family);
    return 0;
}

static void kill_itself_later(struct family *family)
{
    await(&family->board->here);
    kill(getpid(), SIGKILL);
}

static void kill_itself_at_once(struct family *family)
{
    (void)family;
    kill(getpid(), SIGKILL);
}

static void return_later(struct family *family)
{
    await(&family->board->here);
}

/* How many bytes the child of a parent that has ended wrote until it had ended, too. */
static long bytes_after_the_parent(struct family *family)
{
    char byte;
    family->board = new_board();
    EXPECT_EQUAL(pipe(family->pipe), 0);
    end_process(start_process(start_child, family));
    close(family->pipe[1]);
    if (!family->daemon)
        atomic_store(&family->board->go, 1);
    long bytes = read(family->pipe[0], &byte, 1);
    close(family->pipe[0]);
    forget_registration(atomic_load(&family->board->here));
    free_board(family->board);
    return bytes;
}

TEST(a_daemon_ends_with_a_parent_that_is_killed)
{
    struct family family = {.daemon = true, .after = kill_itself_later};
    EXPECT_EQUAL(bytes_after_the_parent(&family), 0);
}

TEST(a_daemon_ends_with_a_parent_that_dies_as_soon_as_it_has_started_it)
{
    struct family family = {.daemon = true, .after = kill_itself_at_once};
    for (int i = 0; i < 50; i++)
        EXPECT_EQUAL(bytes_after_the_parent(&family), 0);
}

TEST(a_daemon_ends_with_a_parent_that_returns)
{
    struct family family = {.daemon = true, .after = return_later};
    EXPECT_EQUAL(bytes_after_the_parent(&family), 0);
}

TEST(a_child_that_is_no_daemon_goes_on_without_its_parent)
{
    struct family family = {.after = kill_itself_later};
    EXPECT_EQUAL(bytes_after_the_parent(&family), 1);
}

static void *start_it(void *process)
{
    EXPECT_EQUAL(furrow_process_start(process), 0);
    return NULL;
}

/* PR_SET_PDEATHSIG would kill it then. */
TEST(a_daemon_goes_on_when_the_thread_that_started_it_ends)
{
    pthread_t thread;
    furrow_process *process;
    struct board *board = new_board();
    const furrow_process_options options = {
        .daemon = true, .target = wait_for_go, .context = board};
    REQUIRE_EQUAL(furrow_process_new(&process, &options), 0);
    pthread_create(&thread, NULL, start_it, process);
    pthread_join(thread, NULL);
    await(&board->here);
    atomic_store(&board->go, 1);
    furrow_process_outcome outcome = end_process(process);
    EXPECT(outcome.returned);
    EXPECT_EQUAL(outcome.code, 0);
    free_board(board);
}

static void start_sibling_and_die(struct family *family)
{
    furrow_process *process;
    const furrow_process_options options = {.target = wait_for_go, .context = family->siblings};
    close(family->pipe[1]);
    if (furrow_process_new(&process, &options) == 0 && furrow_process_start(process) == 0)
        await(&family->siblings->here);
    kill_itself_later(family);
}

/* The sibling holds whatever descriptors of the parent the daemon waits on. */
TEST(a_daemon_ends_with_its_parent_though_a_sibling_goes_on)
{
    struct board *board = new_board();
    struct family family = {.daemon = true, .after = start_sibling_and_die, .siblings = board};
    EXPECT_EQUAL(bytes_after_the_parent(&family), 0);
    EXPECT_EQUAL(atomic_load(&board->here), 1);
    atomic_store(&board->go, 1);
    free_board(board);
}
