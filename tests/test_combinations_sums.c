#include "harness.h"

#include <stdlib.h>
#include <string.h>

#include <furrow/combinations/rows.h>
#include <furrow/combinations/selection.h>
#include <furrow/status.h>

#define MOST_N 70

static const furrow_plan one = {.threads = 1}, three = {.threads = 3};

static void weigh(int32_t weights[MOST_N], uint32_t n, int32_t range)
{
    for (uint32_t i = 0; i < n; i++)
        weights[i] = (int32_t)((i * 2654435761u >> 7) % (2 * (uint32_t)range + 1)) - range;
}

/* The reference: row by row. */
struct expected {
    uint64_t found, bins[5];
    int32_t least, greatest;
};

static struct expected reference(const furrow_selection *selection, const int32_t *weights,
                                 uint64_t from, uint64_t count, int32_t limit)
{
    struct expected expected = {.least = INT32_MAX, .greatest = INT32_MIN};
    uint32_t row[MOST_N];
    if (count > 0)
        furrow_selection_unrank(row, selection, (furrow_wide){from, 0});
    for (; count > 0; count--, furrow_selection_next(row, selection)) {
        int32_t sum = 0;
        for (uint32_t i = 0; i < selection->k; i++)
            sum += weights[row[i]];
        expected.found += sum <= limit;
        expected.least = sum < expected.least ? sum : expected.least;
        expected.greatest = sum > expected.greatest ? sum : expected.greatest;
        int32_t bin = sum < -20 ? 0 : (sum + 20) / 10;
        expected.bins[bin > 4 ? 4 : bin]++;
    }
    return expected;
}

static void agrees(const furrow_selection *selection, const int32_t *weights, uint64_t from,
                   uint64_t count, const furrow_plan *plan)
{
    furrow_combinations_sums *sums;
    furrow_wide begin = {from, 0};
    REQUIRE_EQUAL(furrow_combinations_sums_new(&sums, selection->n, selection->k, weights), 0);
    for (int32_t limit = -30; limit <= 30; limit += 15) {
        struct expected expected = reference(selection, weights, from, count, limit);
        uint64_t found = 77, bins[5];
        int32_t least = 77, greatest = 77;
        REQUIRE_EQUAL(furrow_combinations_sums_count(&found, sums, begin, count, limit, plan), 0);
        EXPECT_EQUAL(found, expected.found);
        REQUIRE_EQUAL(
            furrow_combinations_sums_extremes(&least, &greatest, sums, begin, count, plan), 0);
        EXPECT_EQUAL(least, expected.least);
        EXPECT_EQUAL(greatest, expected.greatest);
        REQUIRE_EQUAL(
            furrow_combinations_sums_histogram(bins, 5, -20, 10, sums, begin, count, plan), 0);
        EXPECT(memcmp(bins, expected.bins, sizeof bins) == 0);
    }
    furrow_combinations_sums_free(sums);
}

TEST(sums_of_every_small_shape_are_those_of_the_reference)
{
    int32_t weights[MOST_N];
    for (uint32_t n = 0; n <= 12; n++)
        for (uint32_t k = 0; k <= n + 1; k++) {
            const furrow_selection selection = {.n = n, .k = k};
            furrow_wide rows;
            harness_case("C(%u, %u)", n, k);
            weigh(weights, n, 17);
            furrow_selection_count(&rows, &selection);
            agrees(&selection, weights, 0, rows.low, &one);
            agrees(&selection, weights, rows.low / 3, rows.low / 2, &one);
        }
}

TEST(sums_of_any_range_are_the_same_whatever_the_number_of_threads)
{
    const furrow_selection shapes[] = {{.n = 30, .k = 6}, {.n = 70, .k = 4}, {.n = 24, .k = 12}};
    int32_t weights[MOST_N];
    for (size_t i = 0; i < COUNT(shapes); i++) {
        harness_case("C(%u, %u)", shapes[i].n, shapes[i].k);
        weigh(weights, shapes[i].n, 17);
        agrees(&shapes[i], weights, 12345, 400009, &one);
        agrees(&shapes[i], weights, 12345, 400009, &three);
    }
}

TEST(limits_beyond_all_sums_take_all_or_none)
{
    const int32_t weights[] = {INT32_MAX / 2, -INT32_MAX / 2, 5};
    furrow_combinations_sums *sums;
    uint64_t found;
    REQUIRE_EQUAL(furrow_combinations_sums_new(&sums, 3, 2, weights), FURROW_OK);
    furrow_combinations_sums_count(&found, sums, (furrow_wide){0}, 3, INT32_MAX, NULL);
    EXPECT_EQUAL(found, 3);
    furrow_combinations_sums_count(&found, sums, (furrow_wide){0}, 3, INT32_MIN, NULL);
    EXPECT_EQUAL(found, 0);
    furrow_combinations_sums_free(sums);
}

TEST(sums_that_cannot_be_are_refused)
{
    furrow_combinations_sums *sums;
    const int32_t large[] = {INT32_MAX, 1};
    static const int32_t zeros[132];
    uint64_t number;
    EXPECT_EQUAL(furrow_combinations_sums_new(&sums, 2, 2, large), FURROW_EOVERFLOW);
    EXPECT(sums == NULL);
    EXPECT_EQUAL(furrow_combinations_sums_new(&sums, 132, 66, zeros), FURROW_EOVERFLOW);
    furrow_combinations_sums_free(NULL);
    REQUIRE_EQUAL(furrow_combinations_sums_new(&sums, 6, 2, zeros), FURROW_OK);
    EXPECT_EQUAL(furrow_combinations_sums_count(&number, sums, (furrow_wide){1, 0}, 15, 0, NULL),
                 FURROW_ERANGE);
    EXPECT_EQUAL(
        furrow_combinations_sums_histogram(&number, 0, 0, 1, sums, (furrow_wide){0}, 1, NULL),
        FURROW_EINVAL);
    EXPECT_EQUAL(
        furrow_combinations_sums_histogram(&number, 1, 0, 0, sums, (furrow_wide){0}, 1, NULL),
        FURROW_EINVAL);
    furrow_combinations_sums_free(sums);
}

static int make_and_use(void)
{
    static const int32_t weights[12] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 9};
    furrow_combinations_sums *sums;
    uint64_t bins[3];
    int status = furrow_combinations_sums_new(&sums, 12, 4, weights);
    if (status)
        return status;
    status = furrow_combinations_sums_histogram(bins, 3, 0, 9, sums, (furrow_wide){0}, 400, &one);
    furrow_combinations_sums_free(sums);
    return status;
}

TEST(each_allocation_of_a_reduction_that_fails_is_said)
{
    EXPECT_EACH_ALLOCATION_REPORTED(make_and_use());
}
