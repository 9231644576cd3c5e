/* Rows by tables and vectors, with every instruction set of the machine, against rows one by one.
 */
#include "harness.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/combinations/combinations.h>
#include <furrow/combinations/rows.h>
#include <furrow/status.h>

#include "reference_rows.h"

#define MOST_N 20

static const furrow_plan one = {.threads = 1}, three = {.threads = 3};

/* Writes [from, from + count) at an odd address, and looks at the bytes around it. */
static void writes(const furrow_combinations *all, const unsigned char *expected, furrow_wide from,
                   size_t count, size_t offset, const furrow_plan *plan)
{
    size_t size = count * furrow_combinations_row_size(all);
    unsigned char *memory = aligned_alloc(64, (size + offset + 1 + 63) / 64 * 64);
    memset(memory, 0xab, size + offset + 1);
    REQUIRE_EQUAL(furrow_combinations_write(memory + offset, all, from, count, plan), FURROW_OK);
    EXPECT(memcmp(memory + offset, expected, size) == 0);
    for (size_t i = 0; i < offset; i++)
        REQUIRE_EQUAL(memory[i], 0xab);
    EXPECT_EQUAL(memory[size + offset], 0xab);
    free(memory);
}

static void agrees(const furrow_selection *selection, const furrow_combinations_options *options,
                   bool slices)
{
    furrow_combinations *all;
    size_t size = options->element_size;
    unsigned char *labels = labels_of(selection->n, size, !options->labels);
    REQUIRE_EQUAL(furrow_combinations_new(&all, selection, options), FURROW_OK);
    size_t count = furrow_combinations_rows(all).low, row_size = furrow_combinations_row_size(all);
    EXPECT_EQUAL(row_size, selection->k * size);
    unsigned char *rows = reference(selection, labels, size, (furrow_wide){0}, count);
    writes(all, rows, (furrow_wide){0}, count, 0, &one);
    for (size_t from = 0; slices && from <= count; from += 1 + count / 7)
        for (size_t to = from; to <= count; to += 1 + count / 5)
            writes(all, rows + from * row_size, (furrow_wide){from, 0}, to - from,
                   (from + to) % 67 / size * size, &one);
    furrow_combinations_free(all);
    free(rows);
    free(labels);
}

TEST(every_subset_of_up_to_20_is_that_of_the_reference_with_every_instruction_set)
{
    const char *isa;
    for (size_t i = 0; (isa = furrow_combinations_isa(i)) != NULL; i++)
        for (uint32_t n = 0; n <= MOST_N; n++)
            for (uint32_t k = 0; k <= n + 1; k++) {
                harness_case("%s: C(%u, %u)", isa, n, k);
                furrow_combinations_options options = {.element_size = 1, .isa = isa};
                agrees(&(furrow_selection){.n = n, .k = k}, &options, false);
            }
}

TEST(any_slice_is_the_same_whatever_the_element_the_table_and_the_instruction_set)
{
    const struct {
        uint32_t n, k;
    } shapes[] = {{1, 1}, {7, 3}, {13, 13}, {13, 12}, {17, 2}, {16, 5}, {14, 7}, {11, 1}, {18, 16}};
    const size_t tables[] = {1, 100, 1000, 0};
    const char *isa;
    for (size_t l = 0; (isa = furrow_combinations_isa(l)) != NULL; l++)
        for (size_t s = 0; s < COUNT(shapes); s++)
            for (size_t t = 0; t < COUNT(tables); t++)
                for (size_t size = 1; size <= 9; size += size == 4 ? 3 : 1) {
                    harness_case("%s: C(%u, %u), %zu bytes, table %zu", isa, shapes[s].n,
                                 shapes[s].k, size, tables[t]);
                    unsigned char *labels = labels_of(shapes[s].n, size, false);
                    furrow_combinations_options options = {.element_size = size,
                                                           .table_size = tables[t],
                                                           .isa = isa,
                                                           .labels = labels};
                    agrees(&(furrow_selection){.n = shapes[s].n, .k = shapes[s].k}, &options, true);
                    if (size == 1 || size == 2 || size == 4) {
                        options.labels = NULL;
                        agrees(&(furrow_selection){.n = shapes[s].n, .k = shapes[s].k}, &options,
                               true);
                    }
                    free(labels);
                }
}

TEST(every_kind_is_written_as_the_reference_does)
{
    for (int kind = FURROW_MULTISETS; kind <= FURROW_PRODUCTS; kind++)
        for (uint32_t k = 0; k <= 4; k++)
            for (size_t size = 1; size <= 4; size *= 2) {
                harness_case("kind %d, k %u, %zu bytes", kind, k, size);
                furrow_selection selection = {(furrow_selection_kind)kind, 5, k, NULL};
                agrees(&selection, &(furrow_combinations_options){.element_size = size}, true);
            }
}

/* Shapes of all row sizes, ranges of which some are long enough to go past the caches. */
static void random_ranges(uint32_t n, uint32_t k, size_t size, size_t count)
{
    furrow_selection selection = {.n = n, .k = k};
    furrow_combinations_options options = {.element_size = size};
    furrow_combinations *all;
    unsigned char *labels = labels_of(n, size, true);
    harness_case("C(%u, %u), %zu bytes", n, k, size);
    REQUIRE_EQUAL(furrow_combinations_new(&all, &selection, &options), FURROW_OK);
    furrow_wide rows = furrow_combinations_rows(all), last, from;
    furrow_wide_subtract(&last, rows, (furrow_wide){count, 0});
    for (uint64_t i = 0; i < 6; i++) {
        furrow_selection_shuffle(&from, last, (furrow_wide){i, 0}, n);
        unsigned char *expected = reference(&selection, labels, size, from, count);
        writes(all, expected, from, count, i * size, &one);
        writes(all, expected, from, count, i * size, &three);
        free(expected);
    }
    unsigned char *expected = reference(&selection, labels, size, last, count);
    writes(all, expected, last, count, 0, &three);
    free(expected);
    furrow_combinations_free(all);
    free(labels);
}

TEST(random_ranges_of_large_ones_are_those_of_the_reference)
{
    random_ranges(40, 6, 1, 100003);
    random_ranges(64, 5, 1, 1000003);
    random_ranges(30, 10, 2, 50021);
    random_ranges(128, 64, 1, 10007);
    random_ranges(131, 65, 1, 1009); /* 65 bytes: one by one */
    random_ranges(300, 3, 2, 70001);
    random_ranges(70000, 2, 4, 100003);
    random_ranges(26, 16, 4, 10007);
}

TEST(the_sum_of_all_elements_is_the_known_formula)
{
    for (uint32_t n = 1; n <= 22; n++)
        for (uint32_t k = 1; k <= n; k++) {
            furrow_combinations *all;
            furrow_selection selection = {.n = n, .k = k};
            uint64_t sum = 0, others;
            harness_case("C(%u, %u)", n, k);
            REQUIRE_EQUAL(furrow_combinations_new(&all, &selection, NULL), FURROW_OK);
            size_t count = furrow_combinations_rows(all).low;
            unsigned char *rows = malloc(count * k);
            EXPECT_EQUAL(furrow_combinations_write(rows, all, (furrow_wide){0}, count, &three), 0);
            for (size_t i = 0; i < count * k; i++)
                sum += rows[i];
            furrow_combinations_count(&others, n - 1, k - 1);
            EXPECT_EQUAL(sum, others * n * (n - 1) / 2);
            free(rows);
            furrow_combinations_free(all);
        }
}

TEST(ranks_by_table_are_those_of_the_plain_code)
{
    const furrow_selection table[] = {
        {.n = 40, .k = 6},         {.n = 6, .k = 2},    {.n = 4294967295u, .k = 2},
        {.n = 128, .k = 64},       {.n = 131, .k = 65}, {.n = 300, .k = 4},
        {.n = 100000, .k = 3},     {.n = 5, .k = 5},    {.kind = FURROW_MULTISETS, .n = 40, .k = 6},
        {.n = 200000, .k = 199999}};
    static uint32_t row[200000], expected[200000];
    for (size_t i = 0; i < COUNT(table); i++) {
        furrow_combinations *all;
        REQUIRE_EQUAL(furrow_combinations_new(&all, &table[i], NULL), FURROW_OK);
        furrow_wide rows = furrow_combinations_rows(all), rank, again;
        for (uint64_t j = 0; j < (rows.low < 50 && !rows.high ? rows.low : 50); j++) {
            harness_case("n %u, k %u: position %u", table[i].n, table[i].k, (unsigned)j);
            REQUIRE_EQUAL(furrow_selection_shuffle(&rank, rows, (furrow_wide){j, 0}, 1), 0);
            REQUIRE_EQUAL(furrow_combinations_row_at(row, all, rank), FURROW_OK);
            furrow_selection_unrank(expected, &table[i], rank);
            REQUIRE(memcmp(row, expected, table[i].k * sizeof *row) == 0);
            REQUIRE_EQUAL(furrow_combinations_rank_of(&again, all, row), FURROW_OK);
            REQUIRE(furrow_wide_compare(rank, again) == 0);
        }
        EXPECT_EQUAL(furrow_combinations_row_at(row, all, rows), FURROW_ERANGE);
        row[0] = table[i].n;
        EXPECT_EQUAL(furrow_combinations_rank_of(&again, all, row), FURROW_EINVAL);
        furrow_combinations_free(all);
    }
}

TEST(a_fresh_array_holds_the_rows_and_zeros)
{
    furrow_combinations *all;
    furrow_selection selection = {.n = 200, .k = 3};
    void *rows;
    REQUIRE_EQUAL(furrow_combinations_new(&all, &selection, NULL), FURROW_OK);
    size_t count = furrow_combinations_rows(all).low;
    unsigned char *labels = labels_of(200, 1, true);
    unsigned char *expected = reference(&selection, labels, 1, (furrow_wide){0}, count);
    REQUIRE_EQUAL(furrow_combinations_array_new(&rows, all, (furrow_wide){0}, count, NULL),
                  FURROW_OK);
    EXPECT_EQUAL((uintptr_t)rows % ((size_t)2 << 20), 0);
    EXPECT(memcmp(rows, expected, count * 3) == 0);
    EXPECT_EQUAL(((unsigned char *)rows)[count * 3], 0);
    furrow_combinations_array_free(rows, all, count);
    EXPECT_EQUAL(furrow_combinations_array_new(&rows, all, (furrow_wide){1, 0}, count, NULL),
                 FURROW_ERANGE);
    EXPECT(rows == NULL);
    furrow_combinations_free(all);
    free(expected);
    free(labels);
    selection = (furrow_selection){.n = 4294967295u, .k = 2};
    REQUIRE_EQUAL(furrow_combinations_new(&all, &selection, NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_combinations_array_new(&rows, all, (furrow_wide){0},
                                               (size_t)9000000000000000000u, NULL),
                 FURROW_EOVERFLOW);
    furrow_combinations_free(all);
}

TEST(options_that_cannot_be_are_refused)
{
    furrow_combinations *all;
    const struct {
        furrow_selection selection;
        furrow_combinations_options options;
        int status;
    } table[] = {
        {{.n = 132, .k = 66}, {0}, FURROW_EOVERFLOW},
        {{.n = 257, .k = 2}, {.element_size = 1}, FURROW_EINVAL},
        {{.n = 6, .k = 2}, {.element_size = 3}, FURROW_EINVAL},
        {{.n = 6, .k = 2}, {.element_size = 8}, FURROW_EINVAL},
        {{.n = 6, .k = 2}, {.labels = "abcdef"}, FURROW_EINVAL},
        {{.n = 6, .k = 2}, {.isa = "abacus"}, FURROW_ENOENT},
        {{.kind = 9, .n = 6, .k = 2}, {0}, FURROW_EINVAL},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        harness_case("row %zu", i);
        EXPECT_EQUAL(furrow_combinations_new(&all, &table[i].selection, &table[i].options),
                     table[i].status);
        EXPECT(all == NULL);
    }
    furrow_combinations_free(NULL);
    unsigned char byte = 9;
    REQUIRE_EQUAL(furrow_combinations_new(&all, &(furrow_selection){.n = 6, .k = 2}, NULL), 0);
    EXPECT_EQUAL(furrow_combinations_write(&byte, all, (furrow_wide){15, 0}, 1, NULL),
                 FURROW_ERANGE);
    EXPECT_EQUAL(furrow_combinations_write(&byte, all, (furrow_wide){0, 1}, 0, NULL),
                 FURROW_ERANGE);
    EXPECT_EQUAL(furrow_combinations_write(&byte, all, (furrow_wide){15, 0}, 0, NULL), FURROW_OK);
    EXPECT_EQUAL(byte, 9);
    furrow_combinations_free(all);
}

static int make_and_use(const furrow_selection *selection)
{
    static unsigned char rows[100000];
    furrow_combinations *all;
    furrow_combinations_cursor *cursor;
    int status = furrow_combinations_new(&all, selection, NULL);
    if (status)
        return status;
    status = furrow_combinations_write(rows, all, (furrow_wide){0}, 50, &one);
    if (!status)
        status = furrow_combinations_cursor_new(&cursor, all, (furrow_wide){0}, 50);
    if (!status) {
        furrow_combinations_next_row(cursor);
        furrow_combinations_cursor_free(cursor);
    }
    furrow_combinations_free(all);
    return status;
}

TEST(each_allocation_that_fails_is_said)
{
    const furrow_selection table[] = {{.n = 12, .k = 5},
                                      {.n = 131, .k = 66},
                                      {FURROW_PRODUCTS, 0, 3, (const uint32_t[]){5, 6, 7}}};
    for (size_t i = 0; i < COUNT(table); i++) {
        harness_case("row %zu", i);
        EXPECT_EACH_ALLOCATION_REPORTED(make_and_use(&table[i]));
    }
}
