#include "harness.h"

#include <string.h>

#include <furrow/combinations/combinations.h>
#include <furrow/status.h>

#define MOST_N    12
#define MOST_ROWS 924 /* C(12, 6) */

/* The reference: of the 2^n bit masks, read with element 0 as the highest bit, those with k bits,
 * from the largest down. */
static size_t rows_by_masks(uint32_t rows[][MOST_N], uint32_t n, uint32_t k)
{
    size_t count = 0;
    for (uint32_t mask = 1u << n; mask-- > 0;) {
        uint32_t found = 0, row[MOST_N];
        for (uint32_t element = 0; element < n; element++)
            if (mask >> (n - 1 - element) & 1u)
                row[found++] = element;
        if (found == k)
            memcpy(rows[count++], row, sizeof row[0] * k);
    }
    return count;
}

static bool same(const uint32_t *left, const uint32_t *right, uint32_t k)
{
    return k == 0 || memcmp(left, right, sizeof *left * k) == 0;
}

/* Calls `check` for every n up to 12 and every k up to n + 1. */
static void for_all_small(void (*check)(uint32_t n, uint32_t k, uint32_t rows[][MOST_N],
                                        size_t count))
{
    static uint32_t rows[MOST_ROWS][MOST_N];
    for (uint32_t n = 0; n <= MOST_N; n++) {
        for (uint32_t k = 0; k <= n + 1; k++) {
            harness_case("C(%u, %u)", n, k);
            check(n, k, rows, rows_by_masks(rows, n, k));
        }
    }
}

static void count_is_right(uint32_t n, uint32_t k, uint32_t rows[][MOST_N], size_t count)
{
    uint64_t got;
    (void)rows;
    EXPECT_EQUAL(furrow_combinations_count(&got, n, k), FURROW_OK);
    EXPECT_EQUAL(got, count);
}

TEST(every_small_count_is_that_of_the_reference)
{
    for_all_small(count_is_right);
}

static void unranks_and_ranks(uint32_t n, uint32_t k, uint32_t rows[][MOST_N], size_t count)
{
    uint32_t row[MOST_N + 1];
    for (size_t i = 0; i < count; i++) {
        uint64_t rank;
        REQUIRE_EQUAL(furrow_combinations_unrank(row, n, k, i), FURROW_OK);
        REQUIRE(same(row, rows[i], k));
        REQUIRE_EQUAL(furrow_combinations_rank(&rank, row, n, k), FURROW_OK);
        REQUIRE_EQUAL(rank, i);
    }
    EXPECT_EQUAL(furrow_combinations_unrank(row, n, k, count), FURROW_ERANGE);
}

TEST(every_small_row_has_its_rank_and_every_rank_its_row)
{
    for_all_small(unranks_and_ranks);
}

static void steps_through_all(uint32_t n, uint32_t k, uint32_t rows[][MOST_N], size_t count)
{
    uint32_t row[MOST_N];
    if (count == 0)
        return;
    memcpy(row, rows[0], sizeof row);
    for (size_t i = 1; i < count; i++) {
        REQUIRE(furrow_combinations_next(row, n, k));
        REQUIRE(same(row, rows[i], k));
    }
    EXPECT(!furrow_combinations_next(row, n, k));
    EXPECT(same(row, rows[count - 1], k));
}

TEST(stepping_visits_every_small_row_in_order_and_stays_at_the_last)
{
    for_all_small(steps_through_all);
}

static uint32_t element_at(const void *elements, size_t element_size, size_t index)
{
    if (element_size == 1)
        return ((const uint8_t *)elements)[index];
    if (element_size == 2)
        return ((const uint16_t *)elements)[index];
    return ((const uint32_t *)elements)[index];
}

static void slice_is_right(uint32_t n, uint32_t k, uint32_t rows[][MOST_N], size_t from, size_t to,
                           size_t element_size)
{
    static uint32_t filled[(MOST_ROWS + 1) * MOST_N];
    memset(filled, 0xab, sizeof filled);
    REQUIRE_EQUAL(furrow_combinations_fill(filled, element_size, n, k, from, to - from), FURROW_OK);
    for (size_t i = 0; i < (to - from) * k; i++)
        REQUIRE_EQUAL(element_at(filled, element_size, i), rows[from + i / k][i % k]);
    EXPECT_EQUAL(((unsigned char *)filled)[(to - from) * k * element_size], 0xab);
}

static void fills_every_slice(uint32_t n, uint32_t k, uint32_t rows[][MOST_N], size_t count)
{
    for (size_t element_size = 1; element_size <= 4; element_size *= 2)
        for (size_t from = 0; from <= count; from += 1 + count / 7)
            for (size_t to = from; to <= count; to += 1 + count / 5)
                slice_is_right(n, k, rows, from, to, element_size);
}

TEST(any_slice_of_any_element_size_is_filled_and_nothing_behind_it)
{
    for_all_small(fills_every_slice);
}

static void sums_every_slice(uint32_t n, uint32_t k, uint32_t rows[][MOST_N], size_t count)
{
    for (size_t from = 0; from <= count; from += 1 + count / 11) {
        uint64_t expected = 0, got;
        for (size_t to = from; to <= count; to++) {
            REQUIRE_EQUAL(furrow_combinations_sum(&got, n, k, from, to), FURROW_OK);
            REQUIRE_EQUAL(got, expected);
            for (uint32_t i = 0; to < count && i < k; i++)
                expected += rows[to][i];
        }
        EXPECT_EQUAL(furrow_combinations_sum(&got, n, k, from, count + 1), FURROW_ERANGE);
    }
    EXPECT_EQUAL(furrow_combinations_sum(&(uint64_t){0}, n, k, 1, 0), FURROW_ERANGE);
}

TEST(the_sum_of_any_slice_is_that_of_its_elements)
{
    for_all_small(sums_every_slice);
}

static void sum_of_all_is_right(uint32_t n, uint32_t k, uint32_t rows[][MOST_N], size_t count)
{
    uint64_t sum, others = 0;
    (void)rows;
    if (n == 0 || k == 0)
        return;
    EXPECT_EQUAL(furrow_combinations_count(&others, n - 1, k - 1), FURROW_OK);
    EXPECT_EQUAL(furrow_combinations_sum(&sum, n, k, 0, count), FURROW_OK);
    EXPECT_EQUAL(sum, others * n * (n - 1) / 2);
}

TEST(all_elements_add_up_to_the_known_formula)
{
    for_all_small(sum_of_all_is_right);
}

/* The largest row of Pascal's triangle that fits 64 bits in full. */
TEST(counts_up_to_67_are_those_of_pascals_triangle)
{
    uint64_t line[68] = {1};
    for (uint32_t n = 0; n <= 67; n++) {
        for (uint32_t k = n; k > 0 && n > 0; k--)
            line[k] += line[k - 1];
        for (uint32_t k = 0; k <= n; k++) {
            uint64_t count;
            harness_case("C(%u, %u)", n, k);
            EXPECT_EQUAL(furrow_combinations_count(&count, n, k), FURROW_OK);
            EXPECT_EQUAL(count, line[k]);
        }
    }
}

TEST(counts_are_exact_to_the_last_that_fits_and_refused_from_the_next)
{
    const struct {
        uint32_t n, k;
        int status;
        uint64_t count;
    } table[] = {
        {63, 31, FURROW_OK, 916312070471295267u},
        {67, 33, FURROW_OK, 14226520737620288370u},
        {68, 30, FURROW_OK, 17876288714431443296u},
        {68, 31, FURROW_EOVERFLOW, UINT64_MAX},
        {68, 34, FURROW_EOVERFLOW, UINT64_MAX},
        {386, 10, FURROW_OK, 17991165343481265936u},
        {387, 10, FURROW_EOVERFLOW, UINT64_MAX},
        {387, 377, FURROW_EOVERFLOW, UINT64_MAX},
        {4294967295u, 1, FURROW_OK, 4294967295u},
        {4294967295u, 2, FURROW_OK, 9223372030412324865u},
        {4294967295u, 4294967293u, FURROW_OK, 9223372030412324865u},
        {4294967295u, 3, FURROW_EOVERFLOW, UINT64_MAX},
        {4294967295u, 2147483647u, FURROW_EOVERFLOW, UINT64_MAX},
        {0, 4294967295u, FURROW_OK, 0},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        uint64_t count = 0;
        harness_case("C(%u, %u)", table[i].n, table[i].k);
        EXPECT_EQUAL(furrow_combinations_count(&count, table[i].n, table[i].k), table[i].status);
        EXPECT_EQUAL(count, table[i].count);
    }
}

TEST(what_cannot_be_counted_is_refused_everywhere)
{
    uint32_t row[34] = {0};
    uint64_t number;
    for (uint32_t i = 0; i < 34; i++)
        row[i] = i;
    EXPECT_EQUAL(furrow_combinations_unrank(row, 68, 34, 0), FURROW_EOVERFLOW);
    EXPECT_EQUAL(furrow_combinations_rank(&number, row, 68, 34), FURROW_EOVERFLOW);
    EXPECT_EQUAL(furrow_combinations_sum(&number, 68, 34, 0, 1), FURROW_EOVERFLOW);
    EXPECT_EQUAL(furrow_combinations_fill(row, 4, 68, 34, 0, 1), FURROW_EOVERFLOW);
}

static void round_trips(uint32_t n, uint32_t k, uint64_t rank)
{
    uint32_t row[100];
    uint64_t again;
    harness_case("rank %llu of C(%u, %u)", (unsigned long long)rank, n, k);
    REQUIRE_EQUAL(furrow_combinations_unrank(row, n, k, rank), FURROW_OK);
    REQUIRE_EQUAL(furrow_combinations_rank(&again, row, n, k), FURROW_OK);
    REQUIRE(again == rank);
    if (furrow_combinations_next(row, n, k)) {
        REQUIRE_EQUAL(furrow_combinations_rank(&again, row, n, k), FURROW_OK);
        REQUIRE(again == rank + 1);
    }
}

TEST(ranks_round_trip_up_to_the_largest)
{
    const struct {
        uint32_t n, k;
    } shapes[] = {{67, 33},  {68, 30},  {386, 10},        {64, 5},
                  {5000, 3}, {100, 98}, {4294967295u, 2}, {4294967295u, 1}};
    for (size_t i = 0; i < COUNT(shapes); i++) {
        uint64_t count;
        REQUIRE_EQUAL(furrow_combinations_count(&count, shapes[i].n, shapes[i].k), FURROW_OK);
        for (uint64_t j = 0; j < 50; j++) {
            round_trips(shapes[i].n, shapes[i].k, j);
            round_trips(shapes[i].n, shapes[i].k, count - 1 - j);
            round_trips(shapes[i].n, shapes[i].k, count / 53 * (j + 1) + j);
        }
    }
}

TEST(a_row_that_is_none_has_no_rank)
{
    uint64_t rank;
    EXPECT_EQUAL(furrow_combinations_rank(&rank, (uint32_t[]){1, 0}, 6, 2), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_combinations_rank(&rank, (uint32_t[]){3, 3}, 6, 2), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_combinations_rank(&rank, (uint32_t[]){0, 6}, 6, 2), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_combinations_rank(&rank, (uint32_t[]){0}, 0, 1), FURROW_EINVAL);
}

TEST(elements_are_as_small_as_n_allows_and_smaller_ones_refused)
{
    const struct {
        uint32_t n;
        size_t size;
    } table[] = {{0, 1}, {256, 1}, {257, 2}, {65536, 2}, {65537, 4}, {4294967295u, 4}};
    for (size_t i = 0; i < COUNT(table); i++) {
        uint32_t row[1] = {7};
        uint32_t n = table[i].n;
        size_t size = table[i].size;
        harness_case("n = %u", n);
        EXPECT_EQUAL(furrow_combinations_element_size(n), size);
        EXPECT_EQUAL(furrow_combinations_fill(row, size / 2, n, 1, 0, n > 0), FURROW_EINVAL);
        EXPECT_EQUAL(row[0], 7);
        REQUIRE_EQUAL(furrow_combinations_fill(row, size, n, 1, n ? n - 1 : 0, n > 0), FURROW_OK);
        EXPECT_EQUAL(element_at(row, size, 0), n ? n - 1 : 7);
    }
}

TEST(a_range_past_the_end_is_refused_and_nothing_written)
{
    uint8_t rows[] = {9, 9};
    EXPECT_EQUAL(furrow_combinations_fill(rows, 1, 6, 2, 15, 0), FURROW_OK);
    EXPECT_EQUAL(furrow_combinations_fill(rows, 1, 6, 2, 15, 1), FURROW_ERANGE);
    EXPECT_EQUAL(furrow_combinations_fill(rows, 1, 6, 2, 16, 0), FURROW_ERANGE);
    EXPECT_EQUAL(furrow_combinations_fill(rows, 1, 6, 2, 1, SIZE_MAX), FURROW_ERANGE);
    EXPECT_EQUAL(furrow_combinations_fill(rows, 3, 6, 2, 0, 1), FURROW_EINVAL);
    EXPECT_EQUAL(rows[0], 9);
}
