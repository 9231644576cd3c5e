/* process_helpers.h: memory that a test and its processes share, and processes that wait in it. */
#ifndef FURROW_TESTS_PROCESS_HELPERS_H
#define FURROW_TESTS_PROCESS_HELPERS_H

#include "harness.h"

#include <math.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <furrow/process.h>

#include "child.h"
#include "pool_helpers.h"

/* What processes of a test tell each other. Zero to begin with. */
struct board {
    atomic_int go, here, value;
    atomic_size_t done[4];
};

static inline struct board *new_board(void)
{
    void *memory =
        mmap(NULL, sizeof(struct board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    EXPECT(memory != MAP_FAILED);
    return memory;
}

static inline void free_board(struct board *board)
{
    munmap(board, sizeof *board);
}

/* Until another process or thread has set it. */
static inline void await(atomic_int *word)
{
    while (!atomic_load(word))
        furrow_clock_sleep(1e-4);
}

static inline int wait_for_go(void *context)
{
    struct board *board = context;
    atomic_store(&board->here, 1);
    await(&board->go);
    return 0;
}

static inline furrow_process *start_process(furrow_process_target target, void *context)
{
    furrow_process *process = NULL;
    const furrow_process_options options = {.name = "child", .target = target, .context = context};
    EXPECT_EQUAL(furrow_process_new(&process, &options), 0);
    EXPECT_EQUAL(furrow_process_start(process), 0);
    return process;
}

/* Joins and frees. */
static inline furrow_process_outcome end_process(furrow_process *process)
{
    furrow_process_outcome outcome;
    EXPECT_EQUAL(furrow_process_join(process, FURROW_FOREVER), 0);
    furrow_process_look(&outcome, process);
    furrow_process_free(process);
    forget_registration(outcome.pid);
    return outcome;
}

#endif
