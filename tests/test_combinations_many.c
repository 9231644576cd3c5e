#include "harness.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/combinations/combinations.h>
#include <furrow/combinations/selection.h>
#include <furrow/cpu.h>
#include <furrow/status.h>

static const furrow_plan one = {.threads = 1}, three = {.threads = 3};

/* The reference: makes an input's rows one by one; returns their size in bytes. */
static size_t put_reference(unsigned char *to, const unsigned char *elements, uint32_t n,
                            uint32_t k, size_t size)
{
    const furrow_selection selection = {.n = n, .k = k};
    uint32_t row[64];
    unsigned char *begin = to;
    if (furrow_selection_unrank(row, &selection, (furrow_wide){0}))
        return 0;
    do
        for (uint32_t i = 0; i < k; i++, to += size)
            memcpy(to, elements + row[i] * size, size);
    while (furrow_selection_next(row, &selection));
    return (size_t)(to - begin);
}

static void fill(unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)(i * 2654435761u >> 11);
}

static void maps(uint32_t n, uint32_t k, size_t size, size_t count, const furrow_plan *plan)
{
    furrow_combinations_input input = {NULL, n, k};
    size_t ends[2];
    harness_case("%zu inputs, C(%u, %u), %zu bytes, %d threads", count, n, k, size, plan->threads);
    REQUIRE_EQUAL(furrow_combinations_offsets(ends, &input, 1, size), FURROW_OK);
    unsigned char *elements = malloc(count * n * size + 1);
    unsigned char *expected = malloc(count * ends[1] + 1), *rows = malloc(count * ends[1] + 1);
    fill(elements, count * n * size);
    for (size_t i = 0; i < count; i++)
        EXPECT_EQUAL(put_reference(expected + i * ends[1], elements + i * n * size, n, k, size),
                     ends[1]);
    rows[count * ends[1]] = 0xab;
    REQUIRE_EQUAL(furrow_combinations_map(rows, elements, count, n, k, size, plan), FURROW_OK);
    EXPECT(memcmp(rows, expected, count * ends[1]) == 0);
    EXPECT_EQUAL(rows[count * ends[1]], 0xab);
    free(elements);
    free(expected);
    free(rows);
}

TEST(a_map_is_the_rows_of_each_input_in_order)
{
    const uint32_t shapes[][2] = {{6, 2}, {6, 3}, {8, 4},  {1, 1},  {6, 0},  {0, 0},
                                  {5, 6}, {9, 2}, {16, 3}, {17, 3}, {33, 2}, {24, 8}};
    for (size_t s = 0; s < COUNT(shapes); s++)
        for (size_t size = 1; size <= 12; size += size < 4 ? 1 : 4) {
            bool large = shapes[s][0] == 24;
            if (large && size != 1)
                continue;
            maps(shapes[s][0], shapes[s][1], size, 1, &one);
            maps(shapes[s][0], shapes[s][1], size, large ? 2 : 1009, &one);
            maps(shapes[s][0], shapes[s][1], size, large ? 3 : 1009, &three);
        }
    maps(6, 2, 4, 0, &three);
}

TEST(a_starmap_puts_inputs_of_any_shapes_where_the_offsets_say)
{
    enum { INPUTS = 2003 };
    static furrow_combinations_input inputs[INPUTS];
    static size_t offsets[INPUTS + 1];
    static uint32_t elements[64];
    fill((unsigned char *)elements, sizeof elements);
    for (size_t i = 0; i < INPUTS; i++) {
        uint32_t n = i == 1000 ? 40 : (uint32_t)(i % 11);
        inputs[i] = (furrow_combinations_input){elements + i % 7, n, (uint32_t)(i % 5)};
    }
    REQUIRE_EQUAL(furrow_combinations_offsets(offsets, inputs, INPUTS, 4), FURROW_OK);
    unsigned char *expected = malloc(offsets[INPUTS]), *rows = malloc(offsets[INPUTS]);
    for (size_t i = 0; i < INPUTS; i++)
        REQUIRE_EQUAL(
            put_reference(expected + offsets[i], inputs[i].elements, inputs[i].n, inputs[i].k, 4),
            offsets[i + 1] - offsets[i]);
    for (int threads = 1; threads <= 3; threads++) {
        const furrow_plan plan = {.threads = threads};
        memset(rows, 0, offsets[INPUTS]);
        REQUIRE_EQUAL(furrow_combinations_starmap(rows, offsets, inputs, INPUTS, 4, &plan), 0);
        EXPECT(memcmp(rows, expected, offsets[INPUTS]) == 0);
    }
    free(expected);
    free(rows);
}

TEST(many_inputs_that_are_too_much_are_refused)
{
    const furrow_combinations_input table[] = {{NULL, 68, 34}, {NULL, 67, 33}, {NULL, 132, 66}};
    size_t offsets[2];
    for (size_t i = 0; i < COUNT(table); i++) {
        harness_case("row %zu", i);
        EXPECT_EQUAL(furrow_combinations_offsets(offsets, &table[i], 1, 4), FURROW_EOVERFLOW);
        EXPECT_EQUAL(furrow_combinations_map(NULL, NULL, 1, table[i].n, table[i].k, 4, NULL),
                     FURROW_EOVERFLOW);
    }
    EXPECT_EQUAL(furrow_combinations_map(NULL, NULL, SIZE_MAX, 6, 2, 4, NULL), FURROW_EOVERFLOW);
    EXPECT_EQUAL(furrow_combinations_map(NULL, NULL, 1, 6, 2, 0, NULL), FURROW_EINVAL);
}

TEST(each_allocation_of_a_map_that_fails_is_said)
{
    static uint32_t elements[40], rows[3 * 780 * 2];
    /* The first call allocates what the process keeps, such as its pool. */
    REQUIRE_EQUAL(furrow_combinations_map(rows, elements, 1, 40, 2, 4, &one), FURROW_OK);
    for (uint32_t n = 6; n <= 40; n += 34) {
        harness_case("n %u", n);
        EXPECT_EACH_ALLOCATION_REPORTED(furrow_combinations_map(rows, elements, 1, n, 2, 4, &one));
    }
}
