#include "loop_children.h"

/* Loops in a child that was forked after its parent ran one. */

TEST(a_loop_ends_in_a_child_that_was_forked_after_a_loop)
{
    run_in_child(loop_as_planned, loop_as_planned);
}

TEST(a_loop_by_for_ends_in_a_child_that_was_forked_after_one)
{
    run_in_child(loop_by_for, loop_by_for);
}

TEST(a_loop_by_taskloop_ends_in_a_child_that_was_forked_after_one)
{
    run_in_child(loop_by_taskloop, loop_by_taskloop);
}

TEST(a_planned_loop_ends_in_a_child_that_was_forked_after_a_loop_by_for)
{
    run_in_child(loop_by_for, loop_as_planned);
}
