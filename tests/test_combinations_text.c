#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/combinations_text.h>
#include <furrow/selection.h>
#include <furrow/status.h>

static const furrow_combinations_style tuple = {"(", ", ", ")\n"};

/* The reference: row by row, each with printf. */
static char *reference(uint32_t n, uint32_t k, const char *const *labels,
                       const furrow_combinations_style *style, furrow_wide from, uint64_t count)
{
    const furrow_selection selection = {.n = n, .k = k};
    uint32_t row[256];
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (count > 0)
        furrow_selection_unrank(row, &selection, from);
    for (; count > 0; count--, furrow_selection_next(row, &selection)) {
        fputs(style->begin ? style->begin : "", stream);
        for (uint32_t i = 0; i < k; i++) {
            fputs(i > 0 && style->between ? style->between : "", stream);
            if (labels)
                fputs(labels[row[i]], stream);
            else
                fprintf(stream, "%lu", (unsigned long)row[i]);
        }
        fputs(style->end ? style->end : "", stream);
    }
    fclose(stream);
    return text;
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

static void agrees(uint32_t n, uint32_t k, const char *const *labels,
                   const furrow_combinations_style *style)
{
    furrow_combinations_text *text;
    furrow_wide rows;
    furrow_selection_count(&rows, &(furrow_selection){.n = n, .k = k});
    REQUIRE_EQUAL(furrow_combinations_text_new(&text, n, k, labels, style), FURROW_OK);
    for (uint64_t from = 0; from <= rows.low; from += 1 + rows.low / 5)
        for (uint64_t to = from; to <= rows.low; to += 1 + rows.low / 4) {
            harness_case("C(%u, %u), rows %u to %u", n, k, (unsigned)from, (unsigned)to);
            char *expected = reference(n, k, labels, style, (furrow_wide){from, 0}, to - from);
            writes(text, expected, (furrow_wide){from, 0}, to - from);
            free(expected);
        }
    furrow_combinations_text_free(text);
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

TEST(random_ranges_of_large_texts_are_those_of_the_reference)
{
    const uint32_t shapes[][2] = {{40, 6}, {64, 5}, {30, 10}, {300, 4}, {131, 65}, {11000, 3}};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        uint32_t n = shapes[s][0], k = shapes[s][1];
        furrow_combinations_text *text;
        furrow_wide rows, from, begin = {0};
        REQUIRE_EQUAL(furrow_combinations_text_new(&text, n, k, NULL, &tuple), FURROW_OK);
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
    REQUIRE_EQUAL(furrow_combinations_text_new(&text, 60, 10, NULL, &tuple), FURROW_OK);
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
    EXPECT_EQUAL(furrow_combinations_text_new(&text, 132, 66, NULL, &tuple), FURROW_EOVERFLOW);
    EXPECT(text == NULL);
    furrow_combinations_text_free(NULL);
    REQUIRE_EQUAL(furrow_combinations_text_new(&text, 68, 34, NULL, &tuple), FURROW_OK);
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
        REQUIRE_EQUAL(furrow_combinations_text_new(&text, 8, k, empty, &bare), FURROW_OK);
        EXPECT_EQUAL(furrow_combinations_text_size(&size, text, (furrow_wide){0}, 1), FURROW_OK);
        EXPECT_EQUAL(size, 0);
        bytes[0] = 'x';
        EXPECT_EQUAL(furrow_combinations_text_write(bytes, text, (furrow_wide){0}, 1), FURROW_OK);
        EXPECT_EQUAL(bytes[0], 'x');
        furrow_combinations_text_free(text);
    }
    furrow_combinations_text *text;
    REQUIRE_EQUAL(furrow_combinations_text_new(&text, 8, 2, ends, &bare), FURROW_OK);
    memset(bytes, 0, sizeof bytes);
    EXPECT_EQUAL(furrow_combinations_text_write(bytes, text, (furrow_wide){0}, 28), FURROW_OK);
    EXPECT_TEXT(bytes, "abacaaaaabcbbbbbccccc");
    furrow_combinations_text_free(text);
}

static int make_and_use(uint32_t n, uint32_t k)
{
    static char bytes[100000];
    furrow_combinations_text *text;
    int status = furrow_combinations_text_new(&text, n, k, NULL, &tuple);
    if (status)
        return status;
    status = furrow_combinations_text_write(bytes, text, (furrow_wide){0}, 50);
    furrow_combinations_text_free(text);
    return status;
}

TEST(each_allocation_of_a_text_that_fails_is_said)
{
    const uint32_t shapes[][2] = {{30, 5}, {131, 65}};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        harness_fail_allocation(0);
        REQUIRE_EQUAL(make_and_use(shapes[s][0], shapes[s][1]), FURROW_OK);
        size_t allocations = harness_fail_allocation(0);
        for (size_t n = 1; n <= allocations; n++) {
            harness_case("C(%u, %u): allocation %zu of %zu", shapes[s][0], shapes[s][1], n,
                         allocations);
            harness_fail_allocation(n);
            EXPECT_EQUAL(make_and_use(shapes[s][0], shapes[s][1]), FURROW_ENOMEM);
            harness_fail_allocation(0);
        }
    }
}
