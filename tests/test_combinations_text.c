#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/combinations/rows.h>
#include <furrow/combinations/selection.h>
#include <furrow/status.h>

static const furrow_combinations_style tuple = {"(", ", ", ")\n"};

static int make(furrow_combinations_text **text, uint32_t n, uint32_t k, const char *const *labels,
                const furrow_combinations_style *style)
{
    return furrow_combinations_text_new(text, &(furrow_selection){.n = n, .k = k}, labels, style);
}

/* The reference: row by row, each with printf. */
static char *reference_of(const furrow_selection *selection, const char *const *labels,
                          const furrow_combinations_style *style, furrow_wide from, uint64_t count)
{
    uint32_t row[256];
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (count > 0)
        furrow_selection_unrank(row, selection, from);
    for (; count > 0; count--, furrow_selection_next(row, selection)) {
        const char *const *of_place = labels;
        fputs(style->begin ? style->begin : "", stream);
        for (uint32_t i = 0; i < selection->k; i++) {
            fputs(i > 0 && style->between ? style->between : "", stream);
            if (labels)
                fputs(of_place[row[i]], stream);
            else
                fprintf(stream, "%lu", (unsigned long)row[i]);
            of_place += labels && selection->sizes ? selection->sizes[i] : 0;
        }
        fputs(style->end ? style->end : "", stream);
    }
    fclose(stream);
    return text;
}

static char *reference(uint32_t n, uint32_t k, const char *const *labels,
                       const furrow_combinations_style *style, furrow_wide from, uint64_t count)
{
    return reference_of(&(furrow_selection){.n = n, .k = k}, labels, style, from, count);
}

static void writes(const furrow_combinations_text *text, const char *expected, furrow_wide from,
                   uint64_t count)
{
    uint64_t size;
    REQUIRE_EQUAL(furrow_combinations_text_size(&size, text, from, count), FURROW_OK);
    REQUIRE_EQUAL(size, strlen(expected));
    char *bytes = malloc(size + 1);
    bytes[size] = 0x55;
    REQUIRE_EQUAL(furrow_combinations_text_write(bytes, text, from, count), FURROW_OK);
    EXPECT_EQUAL(bytes[size], 0x55);
    bytes[size] = '\0';
    EXPECT(strcmp(bytes, expected) == 0);
    free(bytes);
}

static void agrees_with(const furrow_selection *selection, const char *const *labels,
                        const furrow_combinations_style *style)
{
    furrow_combinations_text *text;
    furrow_wide rows;
    furrow_selection_count(&rows, selection);
    REQUIRE_EQUAL(furrow_combinations_text_new(&text, selection, labels, style), FURROW_OK);
    for (uint64_t from = 0; from <= rows.low; from += 1 + rows.low / 5)
        for (uint64_t to = from; to <= rows.low; to += 1 + rows.low / 4) {
            harness_case("kind %d, %u of %u, rows %u to %u", (int)selection->kind, selection->k,
                         selection->n, (unsigned)from, (unsigned)to);
            char *expected =
                reference_of(selection, labels, style, (furrow_wide){from, 0}, to - from);
            writes(text, expected, (furrow_wide){from, 0}, to - from);
            free(expected);
        }
    furrow_combinations_text_free(text);
}

static void agrees(uint32_t n, uint32_t k, const char *const *labels,
                   const furrow_combinations_style *style)
{
    agrees_with(&(furrow_selection){.n = n, .k = k}, labels, style);
}

TEST(any_range_of_numbers_as_text_is_that_of_the_reference)
{
    const furrow_combinations_style csv = {NULL, ",", "\n"}, json = {"{\"row\": [", ", ", "]},\n"};
    for (uint32_t n = 0; n <= 14; n++)
        for (uint32_t k = 0; k <= n + 1; k++)
            agrees(n, k, NULL, &tuple);
    agrees(40, 4, NULL, &csv);
    agrees(25, 5, NULL, &json);
    agrees(120, 2, NULL, &tuple);
    agrees(120, 3, NULL, &csv);
    agrees(1009, 2, NULL, &json);
    agrees(26, 22, NULL, &tuple);
    agrees(200, 199, NULL, &csv);
}

TEST(labels_of_any_widths_are_written_as_they_are)
{
    const char *const labels[] = {
        "red", "",  "green", "blue", "a name of more than thirty-two bytes",
        "x",   "y", "z",     "w",    "v"};
    for (uint32_t k = 0; k <= 10; k++) {
        agrees(10, k, labels, &tuple);
        agrees(10, k, labels, &(furrow_combinations_style){NULL, NULL, NULL});
    }
}

TEST(any_range_of_every_other_kind_is_that_of_the_reference)
{
    const char *const labels[] = {"a", "", "ccc", "dd", "a name of more than thirty-two bytes!"};
    const furrow_selection_kind kinds[] = {FURROW_MULTISETS, FURROW_PERMUTATIONS, FURROW_PRODUCTS};
    for (size_t kind = 0; kind < COUNT(kinds); kind++) {
        for (uint32_t n = 0; n <= 5; n++)
            for (uint32_t k = 0; k <= 5; k++) {
                agrees_with(&(furrow_selection){kinds[kind], n, k, NULL}, NULL, &tuple);
                agrees_with(&(furrow_selection){kinds[kind], n, k, NULL}, labels, &tuple);
            }
        agrees_with(&(furrow_selection){kinds[kind], 101, 2, NULL}, NULL, &tuple);
        agrees_with(&(furrow_selection){kinds[kind], 13, 4, NULL}, NULL, &tuple);
    }
    agrees_with(&(furrow_selection){FURROW_MULTISETS, 1, 200, NULL}, NULL, &tuple);
    agrees_with(&(furrow_selection){FURROW_PRODUCTS, 1, 200, NULL}, labels, &tuple);
}

TEST(each_place_of_a_product_has_its_own_labels)
{
    const char *const labels[] = {"red", "green", "S", "M", "L", "", "0", "10", "200"};
    const uint32_t sizes[] = {2, 3, 1, 3}, none[] = {2, 0, 1}, large[] = {1, 101, 3, 12};
    const furrow_selection product = {FURROW_PRODUCTS, 0, 4, sizes};
    agrees_with(&product, labels, &tuple);
    agrees_with(&product, NULL, &tuple);
    agrees_with(&(furrow_selection){FURROW_PRODUCTS, 0, 3, none}, labels, &tuple);
    agrees_with(&(furrow_selection){FURROW_PRODUCTS, 0, 4, large}, NULL, &tuple);
}

TEST(sizes_of_selections_beyond_all_memory_are_exact)
{
    /* 10^20 rows of 20 digits, of which the elements 0 ... 9 are all one wide. */
    const furrow_selection wide = {FURROW_PRODUCTS, 10, 20, NULL};
    furrow_combinations_text *text;
    uint64_t size;
    REQUIRE_EQUAL(furrow_combinations_text_new(&text, &wide, NULL, &tuple), FURROW_OK);
    EXPECT_EQUAL(furrow_combinations_text_size(&size, text, (furrow_wide){12345, 3}, 1u << 30), 0);
    EXPECT_EQUAL(size, 61ull << 30); /* 20 digits, 19 times ", ", 3 characters around them */
    furrow_combinations_text_free(text);
}

TEST(random_ranges_of_large_texts_are_those_of_the_reference)
{
    const uint32_t shapes[][2] = {{40, 6}, {64, 5}, {30, 10}, {300, 4}, {131, 65}, {11000, 3}};
    for (size_t s = 0; s < COUNT(shapes); s++) {
        uint32_t n = shapes[s][0], k = shapes[s][1];
        furrow_combinations_text *text;
        furrow_wide rows, from, begin = {0};
        REQUIRE_EQUAL(make(&text, n, k, NULL, &tuple), FURROW_OK);
        furrow_selection_count(&rows, &(furrow_selection){.n = n, .k = k});
        furrow_wide_subtract(&rows, rows, (furrow_wide){30011, 0});
        for (uint64_t i = 0; i < 5; i++) {
            furrow_selection_shuffle(&from, rows, (furrow_wide){i, 0}, s);
            if (i < 2)
                from = i == 0 ? begin : rows;
            harness_case("C(%u, %u), range %u", n, k, (unsigned)i);
            char *expected = reference(n, k, NULL, &tuple, from, 30011);
            writes(text, expected, from, 30011);
            free(expected);
        }
        furrow_combinations_text_free(text);
    }
}

TEST(sizes_of_ranges_add_up_to_that_of_the_whole)
{
    furrow_combinations_text *text;
    uint64_t whole, sum = 0, size;
    REQUIRE_EQUAL(make(&text, 60, 10, NULL, &tuple), FURROW_OK);
    const uint64_t rows = 75394027566u; /* C(60, 10) */
    EXPECT_EQUAL(furrow_combinations_text_size(&whole, text, (furrow_wide){0}, rows), FURROW_OK);
    for (uint64_t from = 0; from < rows; from += rows / 17) {
        uint64_t count = rows - from < rows / 17 ? rows - from : rows / 17;
        EXPECT_EQUAL(furrow_combinations_text_size(&size, text, (furrow_wide){from, 0}, count), 0);
        sum += size;
    }
    EXPECT(sum == whole);
    EXPECT_EQUAL(furrow_combinations_text_size(&size, text, (furrow_wide){1, 0}, rows),
                 FURROW_ERANGE);
    furrow_combinations_text_free(text);
}

TEST(texts_that_cannot_be_are_refused)
{
    furrow_combinations_text *text;
    uint64_t size;
    EXPECT_EQUAL(make(&text, 132, 66, NULL, &tuple), FURROW_EOVERFLOW);
    EXPECT(text == NULL);
    furrow_combinations_text_free(NULL);
    REQUIRE_EQUAL(make(&text, 68, 34, NULL, &tuple), FURROW_OK);
    EXPECT_EQUAL(furrow_combinations_text_size(&size, text, (furrow_wide){0}, UINT64_MAX),
                 FURROW_EOVERFLOW);
    EXPECT_EQUAL(size, UINT64_MAX);
    furrow_combinations_text_free(text);
}

TEST(rows_of_no_bytes_are_written_as_such)
{
    const char *const empty[] = {"", "", "", "", "", "", "", ""};
    const char *const ends[] = {"a", "b", "c", "", "", "", "", ""};
    const furrow_combinations_style bare = {0};
    char bytes[64];
    for (uint32_t k = 0; k <= 8; k++) {
        furrow_combinations_text *text;
        uint64_t size = 1;
        harness_case("k = %u", k);
        REQUIRE_EQUAL(make(&text, 8, k, empty, &bare), FURROW_OK);
        EXPECT_EQUAL(furrow_combinations_text_size(&size, text, (furrow_wide){0}, 1), FURROW_OK);
        EXPECT_EQUAL(size, 0);
        bytes[0] = 'x';
        EXPECT_EQUAL(furrow_combinations_text_write(bytes, text, (furrow_wide){0}, 1), FURROW_OK);
        EXPECT_EQUAL(bytes[0], 'x');
        furrow_combinations_text_free(text);
    }
    furrow_combinations_text *text;
    REQUIRE_EQUAL(make(&text, 8, 2, ends, &bare), FURROW_OK);
    memset(bytes, 0, sizeof bytes);
    EXPECT_EQUAL(furrow_combinations_text_write(bytes, text, (furrow_wide){0}, 28), FURROW_OK);
    EXPECT_TEXT(bytes, "abacaaaaabcbbbbbccccc");
    furrow_combinations_text_free(text);
}

static int make_and_use(const furrow_selection *selection)
{
    static char bytes[100000];
    furrow_combinations_text *text;
    int status = furrow_combinations_text_new(&text, selection, NULL, &tuple);
    if (status)
        return status;
    status = furrow_combinations_text_write(bytes, text, (furrow_wide){0}, 50);
    furrow_combinations_text_free(text);
    return status;
}

TEST(each_allocation_of_a_text_that_fails_is_said)
{
    const uint32_t sizes[] = {7, 11, 13};
    const furrow_selection selections[] = {{.n = 30, .k = 5},
                                           {.n = 131, .k = 65},
                                           {FURROW_PERMUTATIONS, 9, 4, NULL},
                                           {FURROW_PRODUCTS, 0, 3, sizes}};
    for (size_t s = 0; s < COUNT(selections); s++) {
        harness_case("selection %zu", s);
        EXPECT_EACH_ALLOCATION_REPORTED(make_and_use(&selections[s]));
    }
}
