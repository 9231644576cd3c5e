#include "loop_children.h"

/* Pools and tasks in a child that was forked after its parent ran a loop. */

TEST(tasks_end_in_a_child_that_was_forked_after_tasks)
{
    run_in_child(tasks, tasks);
}

TEST(tasks_end_in_a_child_that_was_forked_after_a_loop_by_for)
{
    run_in_child(loop_by_for, tasks);
}

TEST(a_pools_loop_ends_in_a_child_that_was_forked_after_one)
{
    run_in_child(loop_of_pool, loop_of_pool);
}

TEST(a_pools_loop_ends_in_a_child_that_was_forked_after_a_loop_by_for)
{
    run_in_child(loop_by_for, loop_of_pool);
}
