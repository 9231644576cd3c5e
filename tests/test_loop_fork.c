/* Loops, pools and tasks of a parent, and of a child that it forks after one of its own. */
#include "harness.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <furrow/clock.h>
#include <furrow/parallel.h>
#include <furrow/pool.h>
#include <furrow/task.h>

#include "child.h"
#include "loop_ways.h"
#include "pool_helpers.h"

static void run_in_child(running *parents, running *childs)
{
    if (THREAD_SANITIZER)
        SKIP("ThreadSanitizer starts no threads in a child");
    EXPECT(parents());
    pid_t child = fork();
    if (child == 0)
        _exit(childs() ? 0 : 1);
    REQUIRE(child > 0);
    EXPECT_EQUAL(end_of(child), 0);
    EXPECT(parents());
}

/* Defines a test: the parent runs `parents` before and after a fork, and its child runs `childs`.
 */
#define FORKS(name, parents, childs)                                                               \
    TEST(name)                                                                                     \
    {                                                                                              \
        run_in_child(parents, childs);                                                             \
    }

FORKS(a_loop_ends_in_a_child_that_was_forked_after_a_loop, loop_as_planned, loop_as_planned)
FORKS(a_loop_by_for_ends_in_a_child_that_was_forked_after_one, loop_by_for, loop_by_for)
FORKS(a_loop_by_taskloop_ends_in_a_child_that_was_forked_after_one, loop_by_taskloop,
      loop_by_taskloop)
FORKS(a_planned_loop_ends_in_a_child_that_was_forked_after_a_loop_by_for, loop_by_for,
      loop_as_planned)
FORKS(tasks_end_in_a_child_that_was_forked_after_tasks, tasks, tasks)
FORKS(tasks_end_in_a_child_that_was_forked_after_a_loop_by_for, loop_by_for, tasks)
FORKS(a_pools_loop_ends_in_a_child_that_was_forked_after_one, loop_of_pool, loop_of_pool)
FORKS(a_pools_loop_ends_in_a_child_that_was_forked_after_a_loop_by_for, loop_by_for, loop_of_pool)

/* ---- callers at once in a child ---- */

/* Not with clang: libomp 14 breaks, in plain OpenMP too, when threads that made tasks in regions of
 * their own have ended and others then do the same. The loops run in a child for the same reason.
 */

static void *call_often(void *context)
{
    for (int round = 0; round < 40; round++)
        *(bool *)context &= loop_by_taskloop();
    return NULL;
}

static bool call_from_threads(void)
{
    enum { CALLERS = 3 };
    pthread_t threads[CALLERS];
    bool well[CALLERS], all = true;
    for (int i = 0; i < CALLERS; i++) {
        well[i] = true;
        pthread_create(&threads[i], NULL, call_often, &well[i]);
    }
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(threads[i], NULL);
        all &= well[i];
    }
    return all;
}

TEST(callers_at_once_of_loops_by_taskloop_each_get_their_own_results)
{
    if (THREAD_SANITIZER)
        SKIP("ThreadSanitizer starts no threads in a child");
#ifdef __clang__
    SKIP("libomp 14 breaks where threads end that ran tasks");
#endif
    pid_t child = fork();
    if (child == 0)
        _exit(call_from_threads() && call_from_threads() && call_from_threads() ? 0 : 1);
    REQUIRE(child > 0);
    EXPECT_EQUAL(end_of(child), 0);
}
