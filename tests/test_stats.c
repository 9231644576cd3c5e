#include "harness.h"

#include <math.h>

#include <furrow/measure.h>
#include <furrow/status.h>

/* Ranks and coverages from published tables of the sign interval for the median
 * (e.g. W. J. Conover, Practical Nonparametric Statistics, 3rd ed., 1999, table A3). */
TEST(the_median_ranks_are_those_of_the_published_table)
{
    const struct {
        size_t count, low;
        double coverage;
    } table[] = {
        {1, 1, 0},        {2, 1, 0.5},      {5, 1, 0.9375},    {6, 1, 0.96875},
        {8, 1, 0.99219},  {9, 2, 0.96094},  {10, 2, 0.97852},  {15, 4, 0.96484},
        {20, 6, 0.95861}, {25, 8, 0.95671}, {30, 10, 0.95723},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        size_t low, high;
        harness_case("%zu samples", table[i].count);
        double coverage = furrow_stats_median_ranks(&low, &high, table[i].count, 0.95);
        EXPECT_EQUAL(low, table[i].low);
        EXPECT_EQUAL(high, table[i].count + 1 - table[i].low);
        EXPECT_NEAR(coverage, table[i].coverage, 1e-5);
    }
}

TEST(the_ranks_of_many_samples_neither_underflow_nor_widen)
{
    size_t low, high;
    double coverage = furrow_stats_median_ranks(&low, &high, 100000, 0.95);
    EXPECT(coverage >= 0.95 && coverage < 0.951);
    EXPECT_NEAR((double)low, 50000 - 1.96 * sqrt(100000) / 2, 2);
    EXPECT_EQUAL(furrow_stats_median_ranks(&low, &high, 0, 0.95), 0);
    EXPECT_EQUAL(low, 0);
}

TEST(a_summary_leaves_the_samples_as_they_are)
{
    double samples[] = {5, 1, 4, 2, 3, 9, 0, 7};
    furrow_summary summary;
    REQUIRE_EQUAL(furrow_stats_summarise(&summary, samples, 8), FURROW_OK);
    EXPECT_EQUAL(samples[0], 5);
    EXPECT_EQUAL(summary.minimum, 0);
    EXPECT_EQUAL(summary.maximum, 9);
    EXPECT_NEAR(summary.median, 3.5, 0);
    EXPECT_EQUAL(summary.low, 0);
    EXPECT_EQUAL(summary.high, 9);
    EXPECT_NEAR(summary.coverage, 0.99219, 1e-5);
}

TEST(nothing_and_infinity_are_refused)
{
    furrow_summary summary;
    double samples[] = {1, INFINITY};
    double zeros[] = {0, 0};
    EXPECT_EQUAL(furrow_stats_summarise(&summary, samples, 0), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_stats_summarise(&summary, samples, 2), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_stats_ratio(&summary, samples, zeros, 2), FURROW_EINVAL);
}

TEST(ratios_are_taken_pair_by_pair)
{
    /* The machine slows down by half in the middle; each pair's ratio stays 2. */
    double serial[] = {2, 2, 2, 3, 3, 3};
    double parallel[] = {1, 1, 1, 1.5, 1.5, 1.5};
    furrow_summary summary;
    REQUIRE_EQUAL(furrow_stats_ratio(&summary, serial, parallel, 6), FURROW_OK);
    EXPECT_NEAR(summary.median, 2, 0);
    EXPECT_NEAR(summary.low, 2, 0);
    EXPECT_NEAR(summary.high, 2, 0);
}

TEST(a_failed_allocation_is_reported)
{
    double samples[] = {1, 2};
    furrow_summary summary;
    harness_fail_allocation(1);
    EXPECT_EQUAL(furrow_stats_summarise(&summary, samples, 2), FURROW_ENOMEM);
    harness_fail_allocation(1);
    EXPECT_EQUAL(furrow_stats_ratio(&summary, samples, samples, 2), FURROW_ENOMEM);
}

/* The examples of R. G. Newcombe, "Two-sided confidence intervals for the single proportion", 1998,
 * table I (score method, no continuity correction), and the ends. */
TEST(the_interval_of_a_proportion_is_wilsons)
{
    static const struct {
        size_t successes, trials;
        double low, high;
    } table[] = {
        {81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611},
        {1, 29, 0.0061, 0.1718},   {20, 20, 0.8389, 1},       {0, 0, 0, 1},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        double low, high;
        harness_case("%zu of %zu", table[i].successes, table[i].trials);
        furrow_stats_proportion(&low, &high, table[i].successes, table[i].trials);
        EXPECT_NEAR(low, table[i].low, 6e-5);
        EXPECT_NEAR(high, table[i].high, 6e-5);
    }
}
