#include "harness.h"

#include <furrow/measure.h>

#include "kernels.h"

/* Even rounds say that `lucky` is best, odd ones that `steady` is. */
static double lucky[] = {1, 8, 1, 9, 1, 8, 1};
static double steady[] = {2, 2, 2, 2, 2, 2, 2};
static double planned[] = {4, 6, 4, 5, 4, 4, 4};

static furrow_measurements measured(furrow_measurement ways[3], size_t rounds)
{
    double *const walls[] = {steady, lucky, planned};
    for (size_t i = 0; i < 3; i++)
        ways[i] = (furrow_measurement){.count = rounds, .wall = walls[i]};
    return (furrow_measurements){.count = 3, .ways = ways, .rounds = rounds};
}

TEST(the_best_is_chosen_in_the_even_rounds)
{
    furrow_measurement ways[3];
    furrow_measurements measurements = measured(ways, 7);
    size_t best = 9;
    EXPECT_EQUAL(furrow_measure_best(&best, &measurements, 3), 0);
    EXPECT_EQUAL(best, 1);
    EXPECT_EQUAL(furrow_measure_best(&best, &measurements, 1), 0);
    EXPECT_EQUAL(best, 0);
    ways[1].wall = steady; /* a tie */
    EXPECT_EQUAL(furrow_measure_best(&best, &measurements, 2), 0);
    EXPECT_EQUAL(best, 0);
}

TEST(the_regret_is_that_of_pairs_in_the_odd_rounds)
{
    furrow_measurement ways[3];
    furrow_measurements measurements = measured(ways, 7);
    furrow_summary regret;
    REQUIRE_EQUAL(furrow_measure_regret(&regret, &measurements, 2, 0), 0);
    EXPECT_EQUAL(regret.count, 3);
    EXPECT_NEAR(regret.median, 2.5, 1e-12);
    EXPECT_NEAR(regret.low, 2, 1e-12);
    EXPECT_NEAR(regret.high, 3, 1e-12);
    EXPECT_NEAR(regret.coverage, 0.75, 1e-12);
    /* A way that was lucky in the rounds that chose it is not lucky in the others. */
    REQUIRE_EQUAL(furrow_measure_regret(&regret, &measurements, 0, 1), 0);
    EXPECT_NEAR(regret.median, 0.25, 1e-12);
    REQUIRE_EQUAL(furrow_measure_regret(&regret, &measurements, 1, 1), 0);
    EXPECT_NEAR(regret.median, 1, 0);
}

TEST(an_even_number_of_rounds_has_two_halves)
{
    furrow_measurement ways[3];
    furrow_measurements measurements = measured(ways, 6);
    furrow_summary regret;
    size_t best;
    EXPECT_EQUAL(furrow_measure_best(&best, &measurements, 3), 0);
    EXPECT_EQUAL(best, 1);
    REQUIRE_EQUAL(furrow_measure_regret(&regret, &measurements, 2, 0), 0);
    EXPECT_EQUAL(regret.count, 3);
}

TEST(too_few_ways_or_rounds_have_no_regret)
{
    furrow_measurement ways[3];
    furrow_summary regret;
    size_t best;
    furrow_measurements measurements = measured(ways, 1);
    EXPECT_EQUAL(furrow_measure_best(&best, &measurements, 0), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_measure_best(&best, &measurements, 4), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_measure_best(&best, &measurements, 3), 0);
    EXPECT_EQUAL(furrow_measure_regret(&regret, &measurements, 0, 0), FURROW_EINVAL);
    EXPECT_EQUAL(regret.count, 0);
    measurements.rounds = 0;
    EXPECT_EQUAL(furrow_measure_best(&best, &measurements, 3), FURROW_EINVAL);
    measurements.rounds = 2;
    EXPECT_EQUAL(furrow_measure_regret(&regret, &measurements, 3, 0), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_measure_regret(&regret, &measurements, 0, 3), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_measure_regret(&regret, &measurements, 1, 0), 0);
}

TEST(regrets_without_memory_say_so)
{
    furrow_measurement ways[3];
    furrow_measurements measurements = measured(ways, 7);
    for (size_t n = 1; n <= 2; n++) {
        furrow_summary regret;
        size_t best;
        harness_case("allocation %zu", n);
        harness_fail_allocation(n);
        EXPECT_EQUAL(furrow_measure_best(&best, &measurements, 3), FURROW_ENOMEM);
        harness_fail_allocation(n);
        EXPECT_EQUAL(furrow_measure_regret(&regret, &measurements, 2, 0), FURROW_ENOMEM);
    }
    harness_fail_allocation(0);
}

TEST(a_way_that_remembers_is_timed_by_what_three_runs_taught)
{
    const furrow_kernel *kernel = furrow_kernel_find(furrow_kernels, "squares", NULL);
    furrow_args *args;
    REQUIRE(kernel != NULL);
    REQUIRE_EQUAL(furrow_args_new(&args, kernel->params), 0);
    REQUIRE_EQUAL(furrow_args_set(args, "n", "1000", NULL), 0);
    const furrow_way ways[] = {{.name = "planned"}, {.name = "again", .remembers = true}};
    furrow_measurements measurements;
    const furrow_measure_options options = {.rounds = 1};
    const furrow_run_options run = {.cpus = 2};
    REQUIRE_EQUAL(furrow_measure_kernel(&measurements, kernel, args, ways, 2, &run, &options, NULL),
                  0);
    REQUIRE_EQUAL(measurements.count, 4);
    EXPECT_EQUAL(measurements.ways[2].plan.reason.cause, FURROW_CAUSE_UNKNOWN);
    EXPECT(measurements.ways[3].plan.reason.cause != FURROW_CAUSE_UNKNOWN);
    furrow_measurements_clear(&measurements);
    furrow_args_free(args);
}
