#include "harness.h"

#include <string.h>

#include <furrow/combinations/selection.h>
#include <furrow/combinations/wide.h>
#include <furrow/status.h>

#define MOST_K 6

/* The reference: counts through all n^k rows, the last place fastest, and keeps those of the kind.
 */
static bool is_of_kind(const uint32_t *row, uint32_t k, furrow_selection_kind kind)
{
    for (uint32_t i = 0; i < k; i++)
        for (uint32_t j = 0; j < i; j++) {
            if (kind == FURROW_SUBSETS && row[j] >= row[i])
                return false;
            if (kind == FURROW_MULTISETS && row[j] > row[i])
                return false;
            if (kind == FURROW_PERMUTATIONS && row[j] == row[i])
                return false;
        }
    return true;
}

static bool count_on(uint32_t *row, uint32_t n, uint32_t k)
{
    uint32_t i = k;
    while (i > 0 && ++row[i - 1] == n)
        row[--i] = 0;
    return i > 0;
}

static void agrees_with_reference(const furrow_selection *selection)
{
    uint32_t n = selection->n, k = selection->k;
    uint32_t row[MOST_K] = {0}, unranked[MOST_K], stepped[MOST_K] = {0};
    uint64_t rank = 0;
    furrow_wide number;
    bool more = n > 0 || k == 0;
    for (; more; more = count_on(row, n, k)) {
        if (!is_of_kind(row, k, selection->kind))
            continue;
        REQUIRE_EQUAL(furrow_selection_unrank(unranked, selection, (furrow_wide){rank, 0}),
                      FURROW_OK);
        REQUIRE(memcmp(unranked, row, k * sizeof *row) == 0);
        REQUIRE_EQUAL(furrow_selection_rank(&number, selection, row), FURROW_OK);
        REQUIRE(number.low == rank && number.high == 0);
        if (rank == 0)
            memcpy(stepped, row, sizeof row);
        else
            REQUIRE(furrow_selection_next(stepped, selection));
        REQUIRE(memcmp(stepped, row, k * sizeof *row) == 0);
        rank++;
    }
    REQUIRE_EQUAL(furrow_selection_count(&number, selection), FURROW_OK);
    REQUIRE(number.low == rank && number.high == 0);
    EXPECT_EQUAL(furrow_selection_unrank(unranked, selection, number), FURROW_ERANGE);
    if (rank > 0) {
        memcpy(row, stepped, sizeof row);
        EXPECT(!furrow_selection_next(stepped, selection));
        EXPECT(memcmp(row, stepped, k * sizeof *row) == 0);
    }
}

TEST(every_small_selection_of_every_kind_is_that_of_the_reference)
{
    for (int kind = FURROW_SUBSETS; kind <= FURROW_PRODUCTS; kind++)
        for (uint32_t n = 0; n <= 7; n++)
            for (uint32_t k = 0; k <= (n < 5 ? MOST_K : 4); k++) {
                harness_case("kind %d, n %u, k %u", kind, n, k);
                agrees_with_reference(&(furrow_selection){(furrow_selection_kind)kind, n, k, NULL});
            }
}

TEST(products_of_different_sizes_count_in_their_radices)
{
    const uint32_t sizes[] = {2, 1, 3};
    const furrow_selection selection = {FURROW_PRODUCTS, 0, 3, sizes};
    const uint32_t expected[][3] = {{0, 0, 0}, {0, 0, 1}, {0, 0, 2},
                                    {1, 0, 0}, {1, 0, 1}, {1, 0, 2}};
    uint32_t row[3];
    furrow_wide number;
    EXPECT_EQUAL(furrow_selection_count(&number, &selection), FURROW_OK);
    EXPECT_EQUAL(number.low, 6);
    for (uint64_t i = 0; i < 6; i++) {
        EXPECT_EQUAL(furrow_selection_unrank(row, &selection, (furrow_wide){i, 0}), FURROW_OK);
        EXPECT(memcmp(row, expected[i], sizeof row) == 0);
        EXPECT_EQUAL(furrow_selection_rank(&number, &selection, row), FURROW_OK);
        EXPECT_EQUAL(number.low, i);
    }
    EXPECT_EQUAL(furrow_selection_rank(&number, &selection, (uint32_t[]){0, 1, 0}), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_selection_count(
                     &number, &(furrow_selection){FURROW_PRODUCTS, 0, 2, (uint32_t[]){0, 5}}),
                 FURROW_OK);
    EXPECT_EQUAL(number.low, 0);
}

/* Pascal's triangle, which 128 bits hold up to n = 131. */
TEST(subsets_of_up_to_131_elements_are_counted_exactly)
{
    static furrow_wide line[132];
    line[0] = (furrow_wide){1, 0};
    for (uint32_t n = 0; n <= 131; n++) {
        for (uint32_t k = n; k > 0; k--)
            REQUIRE_EQUAL(furrow_wide_add(&line[k], line[k], line[k - 1]), FURROW_OK);
        for (uint32_t k = 0; k <= n; k++) {
            furrow_wide count;
            harness_case("C(%u, %u)", n, k);
            REQUIRE_EQUAL(furrow_selection_count(&count, &(furrow_selection){.n = n, .k = k}),
                          FURROW_OK);
            REQUIRE(furrow_wide_compare(count, line[k]) == 0);
        }
    }
}

TEST(what_128_bits_do_not_hold_is_refused)
{
    const furrow_selection table[] = {{.n = 132, .k = 66},
                                      {.n = 4294967295u, .k = 2147483647u},
                                      {.kind = FURROW_MULTISETS, .n = 100, .k = 100},
                                      {.kind = FURROW_PERMUTATIONS, .n = 35, .k = 35},
                                      {.kind = FURROW_PRODUCTS, .n = 2, .k = 128}};
    uint32_t row[1];
    for (size_t i = 0; i < COUNT(table); i++) {
        furrow_wide count;
        harness_case("row %zu", i);
        EXPECT_EQUAL(furrow_selection_count(&count, &table[i]), FURROW_EOVERFLOW);
        EXPECT(count.low == UINT64_MAX && count.high == UINT64_MAX);
        EXPECT_EQUAL(furrow_selection_unrank(row, &table[i], (furrow_wide){0}), FURROW_EOVERFLOW);
    }
    furrow_wide count;
    EXPECT_EQUAL(furrow_selection_count(&count, &(furrow_selection){.kind = 7}), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_selection_count(&count, &(furrow_selection){.n = 1, .k = 1, .sizes = row}),
                 FURROW_EINVAL);
}

static void round_trips(const furrow_selection *selection, furrow_wide rank)
{
    uint32_t row[131];
    furrow_wide again;
    char text[FURROW_WIDE_TEXT_SIZE];
    harness_case("kind %d, n %u, k %u: rank %s", (int)selection->kind, selection->n, selection->k,
                 furrow_wide_text(text, rank));
    REQUIRE_EQUAL(furrow_selection_unrank(row, selection, rank), FURROW_OK);
    REQUIRE_EQUAL(furrow_selection_rank(&again, selection, row), FURROW_OK);
    REQUIRE(furrow_wide_compare(again, rank) == 0);
    if (!furrow_selection_next(row, selection))
        return;
    REQUIRE_EQUAL(furrow_selection_rank(&again, selection, row), FURROW_OK);
    REQUIRE_EQUAL(furrow_wide_subtract(&again, again, rank), FURROW_OK);
    REQUIRE(again.low == 1 && again.high == 0);
}

TEST(ranks_round_trip_up_to_2_to_the_127)
{
    const furrow_selection table[] = {{.n = 131, .k = 65},
                                      {.n = 128, .k = 64},
                                      {.n = 1000, .k = 17},
                                      {.n = 4294967295u, .k = 4},
                                      {.n = 4294967294u, .k = 3},
                                      {.n = 131, .k = 131},
                                      {.kind = FURROW_MULTISETS, .n = 66, .k = 66},
                                      {.kind = FURROW_MULTISETS, .n = 4294967295u, .k = 3},
                                      {.kind = FURROW_PERMUTATIONS, .n = 33, .k = 33},
                                      {.kind = FURROW_PRODUCTS, .n = 2, .k = 127}};
    for (size_t i = 0; i < COUNT(table); i++) {
        furrow_wide count, rank, seed = {UINT64_C(0x9e3779b97f4a7c15), 1};
        REQUIRE_EQUAL(furrow_selection_count(&count, &table[i]), FURROW_OK);
        for (uint64_t j = 0; j < 20; j++) {
            round_trips(&table[i], (furrow_wide){j % (count.high ? UINT64_MAX : count.low), 0});
            if (count.high == 0 && count.low <= j)
                continue;
            furrow_wide_subtract(&rank, count, (furrow_wide){j + 1, 0});
            round_trips(&table[i], rank);
            REQUIRE_EQUAL(furrow_selection_shuffle(&rank, count, (furrow_wide){j, 0}, seed.low),
                          FURROW_OK);
            round_trips(&table[i], rank);
        }
    }
}

TEST(a_row_that_is_none_has_no_rank)
{
    furrow_wide rank;
    const struct {
        furrow_selection selection;
        uint32_t row[2];
    } table[] = {
        {{.n = 6, .k = 2}, {1, 0}},
        {{.n = 6, .k = 2}, {3, 3}},
        {{.n = 6, .k = 2}, {0, 6}},
        {{.kind = FURROW_MULTISETS, .n = 6, .k = 2}, {2, 1}},
        {{.kind = FURROW_MULTISETS, .n = 6, .k = 2}, {2, 6}},
        {{.kind = FURROW_PERMUTATIONS, .n = 6, .k = 2}, {2, 2}},
        {{.kind = FURROW_PERMUTATIONS, .n = 6, .k = 2}, {6, 2}},
        {{.kind = FURROW_PRODUCTS, .n = 6, .k = 2}, {6, 2}},
        {{.n = 1, .k = 2}, {0, 1}},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        harness_case("row %zu", i);
        EXPECT_EQUAL(furrow_selection_rank(&rank, &table[i].selection, table[i].row),
                     FURROW_EINVAL);
    }
}

TEST(shuffled_order_has_every_rank_once_and_differs_by_seed)
{
    for (uint64_t count = 1; count <= 1009; count = count * 3 + 1) {
        static bool seen[2048];
        size_t moved = 0, differs = 0;
        memset(seen, 0, sizeof seen);
        harness_case("%llu ranks", (unsigned long long)count);
        for (uint64_t i = 0; i < count; i++) {
            furrow_wide one, other;
            REQUIRE_EQUAL(
                furrow_selection_shuffle(&one, (furrow_wide){count, 0}, (furrow_wide){i, 0}, 1), 0);
            REQUIRE_EQUAL(
                furrow_selection_shuffle(&other, (furrow_wide){count, 0}, (furrow_wide){i, 0}, 2),
                0);
            REQUIRE(one.low < count && one.high == 0 && !seen[one.low]);
            seen[one.low] = true;
            moved += one.low != i;
            differs += one.low != other.low;
        }
        EXPECT(count < 10 || (moved > count / 2 && differs > count / 2));
        furrow_wide none;
        EXPECT_EQUAL(
            furrow_selection_shuffle(&none, (furrow_wide){count, 0}, (furrow_wide){count, 0}, 1),
            FURROW_ERANGE);
    }
}

/* ---- numbers of 128 bits ---- */

TEST(numbers_read_and_write_as_the_same_digits)
{
    const char *const table[] = {"0",
                                 "7",
                                 "18446744073709551615",
                                 "18446744073709551616",
                                 "170141183460469231731687303715884105728",
                                 "340282366920938463463374607431768211455"};
    for (size_t i = 0; i < COUNT(table); i++) {
        furrow_wide number;
        char text[FURROW_WIDE_TEXT_SIZE];
        harness_case("%s", table[i]);
        EXPECT_EQUAL(furrow_wide_parse(&number, table[i]), FURROW_OK);
        EXPECT_TEXT(furrow_wide_text(text, number), table[i]);
    }
}

TEST(what_is_no_number_or_too_large_is_refused_and_nothing_changed)
{
    furrow_wide number = {3, 4};
    EXPECT_EQUAL(furrow_wide_parse(&number, ""), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_wide_parse(&number, "-1"), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_wide_parse(&number, "12x"), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_wide_parse(&number, "340282366920938463463374607431768211456"),
                 FURROW_EOVERFLOW);
    EXPECT_EQUAL(number.low, 3);
    EXPECT_EQUAL(number.high, 4);
}

TEST(halves_carry_and_borrow)
{
    const furrow_wide most = {UINT64_MAX, UINT64_MAX}, half = {UINT64_MAX, 0}, one = {1, 0};
    furrow_wide number;
    EXPECT_EQUAL(furrow_wide_add(&number, half, one), FURROW_OK);
    EXPECT(number.low == 0 && number.high == 1);
    EXPECT_EQUAL(furrow_wide_subtract(&number, number, one), FURROW_OK);
    EXPECT(number.low == UINT64_MAX && number.high == 0);
    EXPECT_EQUAL(furrow_wide_add(&number, most, one), FURROW_EOVERFLOW);
    EXPECT_EQUAL(furrow_wide_subtract(&number, half, most), FURROW_EOVERFLOW);
    EXPECT(furrow_wide_compare(half, most) < 0 && furrow_wide_compare(most, half) > 0);
    EXPECT_EQUAL(furrow_wide_compare(most, most), 0);
}
