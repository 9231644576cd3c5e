#include "loop_ways.h"
#include "process_helpers.h"

#include <fcntl.h>
#include <stdlib.h>

/* What a child has of its parent, and what it leaves alone. */

#ifdef _OPENMP
#include <omp.h>

static bool region(void)
{
    int threads = 0;
#pragma omp parallel num_threads(3) default(none) reduction(+ : threads)
    threads++;
    return threads >= 1;
}
#else
static bool region(void)
{
    return true;
}
#endif

static int run_everything(void *context)
{
    (void)context;
    return region() && loop_as_planned() && loop_by_for() && loop_of_pool() ? 0 : 1;
}

/* 200 of 200: under GCC's OpenMP a region on the thread that forked hangs every time. */
TEST(a_target_runs_regions_loops_and_pools_whatever_the_parent_ran_before)
{
    enum { ROUNDS = 200 / (SLOWNESS > 1 ? 10 : 1) };
    if (THREAD_SANITIZER)
        SKIP("ThreadSanitizer does not follow threads of libomp in a child");
    int right = 0;
    for (int i = 0; i < ROUNDS; i++) {
        EXPECT_EQUAL(run_everything(NULL), 0);
        right += end_process(start_process(run_everything, NULL)).code == 0;
    }
    EXPECT_EQUAL(right, ROUNDS);
}

static int run_child_of_child(void *context)
{
    if (run_everything(context))
        return 1;
    furrow_process *process;
    furrow_process_outcome outcome;
    const furrow_process_options options = {.target = run_everything};
    if (furrow_process_new(&process, &options) || furrow_process_start(process) ||
        furrow_process_join(process, FURROW_FOREVER))
        return 2;
    furrow_process_look(&outcome, process);
    furrow_process_free(process);
    forget_registration(outcome.pid);
    return outcome.code;
}

TEST(a_target_may_start_a_process_in_its_turn)
{
    if (THREAD_SANITIZER)
        SKIP("ThreadSanitizer does not follow threads of libomp in a child");
    EXPECT_EQUAL(run_everything(NULL), 0);
    EXPECT_EQUAL(end_process(start_process(run_child_of_child, NULL)).code, 0);
}

static int print_child(void *context)
{
    (void)context;
    printf("child ");
    fprintf(stderr, "error ");
    return 0;
}

/* What a test prints into a file in the place of stdout. */
static int redirect(const char *path)
{
    fflush(stdout);
    int before = dup(STDOUT_FILENO), file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(file, STDOUT_FILENO);
    close(file);
    return before;
}

static void read_text(char *text, size_t size, const char *path)
{
    FILE *file = fopen(path, "r");
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
}

TEST(text_that_the_parent_has_not_flushed_is_written_once_and_later)
{
    const char *path = harness_write(harness_folder(), "out", "", 0);
    char text[64];
    static char buffer[256];
    int before = redirect(path), errors = dup(STDERR_FILENO);
    dup2(STDOUT_FILENO, STDERR_FILENO);
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    printf("parent ");
    furrow_process_outcome outcome = end_process(start_process(print_child, NULL));
    read_text(text, sizeof text, path);
    EXPECT_EQUAL(outcome.code, 0);
    EXPECT(strcmp(text, "error child ") == 0 || strcmp(text, "child error ") == 0);
    fflush(stdout);
    dup2(before, STDOUT_FILENO);
    dup2(errors, STDERR_FILENO);
    close(before);
    close(errors);
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    read_text(text, sizeof text, path);
    EXPECT(strcmp(text, "error child parent ") == 0 || strcmp(text, "child error parent ") == 0);
}

static struct board *handlers_board;

static void note_exit(void)
{
    if (handlers_board)
        atomic_fetch_add(&handlers_board->value, 1);
}

static int nothing(void *context)
{
    (void)context;
    return 0;
}

TEST(handlers_that_the_parent_gave_to_atexit_do_not_run_in_the_child)
{
    handlers_board = new_board();
    REQUIRE_EQUAL(atexit(note_exit), 0);
    EXPECT_EQUAL(end_process(start_process(nothing, NULL)).code, 0);
    EXPECT_EQUAL(atomic_load(&handlers_board->value), 0);
    free_board(handlers_board);
    handlers_board = NULL;
}

static int write_to(void *context)
{
    return write(*(int *)context, "x", 1) == 1 && fcntl(STDIN_FILENO, F_GETFD) >= 0 ? 0 : 1;
}

TEST(a_child_has_the_descriptors_of_its_parent_and_closes_none_of_the_parents)
{
    int ends[2];
    char byte = 0;
    REQUIRE_EQUAL(pipe(ends), 0);
    EXPECT_EQUAL(end_process(start_process(write_to, &ends[1])).code, 0);
    EXPECT_EQUAL(read(ends[0], &byte, 1), 1);
    EXPECT_EQUAL(byte, 'x');
    EXPECT_EQUAL(write(ends[1], "y", 1), 1);
    close(ends[0]);
    close(ends[1]);
}
