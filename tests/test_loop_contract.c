#include "harness.h"

#include <furrow/parallel.h>

/* What a loop refuses. */

static int do_nothing(const furrow_range *range, const void *context)
{
    (void)range;
    (void)context;
    return 0;
}

TEST(results_without_a_size_are_refused_in_a_loop)
{
    int results[3] = {0};
    furrow_parallel_options options = {.results = results};
    EXPECT_EQUAL(furrow_parallel_for(&options, 3, do_nothing, NULL), FURROW_EINVAL);
}
