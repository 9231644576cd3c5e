#include "harness.h"

#include <string.h>

#include "measure/calibrate.h"
#include <furrow/cpu.h>
#include <furrow/parallel.h>
#include <furrow/plan.h>

#include "team.h"

static void expect_all_above_zero(const furrow_costs *costs)
{
    EXPECT(costs->region > 0);
    EXPECT(costs->thread > 0);
    EXPECT(costs->extra > 0);
    EXPECT(costs->share > 0);
    EXPECT(costs->deal > 0);
    EXPECT(costs->dispatch > 0);
    EXPECT(costs->contended > 0);
}

TEST(every_cost_is_known_after_calibrating)
{
    furrow__calibration calibration = {0};
    REQUIRE_EQUAL(furrow__calibrate(&calibration), FURROW_OK);
    expect_all_above_zero(&calibration.costs);
    EXPECT(calibration.threads >= 1 && calibration.threads <= furrow_cpu_count());
    EXPECT(calibration.disturbed <= calibration.samples);
}

TEST(what_was_measured_is_remembered)
{
    furrow__calibration first = {0}, second = {0};
    REQUIRE_EQUAL(furrow__calibrate(&first), FURROW_OK);
    REQUIRE_EQUAL(furrow__calibrate(&second), FURROW_OK);
    EXPECT_EQUAL(memcmp(&first.costs, &second.costs, sizeof first.costs), 0);
    EXPECT_EQUAL(first.samples, second.samples);
}

static int calibrate(const furrow_range *range, const void *context)
{
    (void)context;
    return furrow__calibrate(range->results);
}

TEST(inside_a_region_costs_are_typical)
{
    furrow__calibration calibration = {0};
    const furrow_costs typical = FURROW_PLAN_TYPICAL_COSTS;
    const furrow_parallel_options options = {
        .plan = {.threads = 2, .backend = FURROW_BACKEND_FOR},
        .results = &calibration,
        .result_size = sizeof calibration,
    };
    if (!gives_threads(2))
        SKIP("OpenMP gives one thread: no region is entered");
    REQUIRE_EQUAL(furrow_parallel_for(&options, 1, calibrate, NULL), FURROW_OK);
    EXPECT_EQUAL(calibration.samples, 0);
    EXPECT_EQUAL(memcmp(&calibration.costs, &typical, sizeof typical), 0);
}
