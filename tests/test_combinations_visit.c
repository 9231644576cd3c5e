/* Rows by block and one by one: visits and cursors, against rows one by one. */
#include "harness.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/combinations/combinations.h>
#include <furrow/combinations/rows.h>
#include <furrow/status.h>

#include "reference_rows.h"

/* Each worker's rows, by rank. */
struct seen {
    const unsigned char *expected;
    size_t row_size, stop_at; /* stops from this rank on; 0: never */
    size_t rows;
};

static int look(const furrow_combinations_block *block, const void *context)
{
    struct seen *seen = (struct seen *)(uintptr_t)context;
    size_t first = block->first.low;
    if (memcmp(block->rows, seen->expected + first * seen->row_size,
               block->count * seen->row_size) != 0)
        return 1;
    __atomic_add_fetch(&seen->rows, block->count, __ATOMIC_RELAXED);
    return seen->stop_at > 0 && first + block->count > seen->stop_at ? 7 : 0;
}

TEST(a_visit_sees_every_row_once_with_its_rank_and_stops_when_told)
{
    const furrow_selection table[] = {{.n = 22, .k = 7},
                                      {.n = 6, .k = 2},
                                      {.n = 4, .k = 0},
                                      {.n = 20, .k = 18},
                                      {.kind = FURROW_PERMUTATIONS, .n = 8, .k = 6}};
    for (size_t i = 0; i < COUNT(table); i++) {
        furrow_combinations *all;
        harness_case("row %zu", i);
        REQUIRE_EQUAL(furrow_combinations_new(&all, &table[i], NULL), FURROW_OK);
        size_t count = furrow_combinations_rows(all).low;
        unsigned char *labels = labels_of(table[i].n, 1, true);
        unsigned char *rows = reference(&table[i], labels, 1, (furrow_wide){0}, count);
        for (int threads = 1; threads <= 3; threads++) {
            struct seen seen = {.expected = rows, .row_size = table[i].k};
            const furrow_plan plan = {.threads = threads};
            EXPECT_EQUAL(
                furrow_combinations_visit(all, (furrow_wide){0}, count, &plan, look, &seen),
                FURROW_OK);
            EXPECT_EQUAL(seen.rows, count);
            seen = (struct seen){.expected = rows, .row_size = table[i].k, .stop_at = count / 3};
            if (count < 10000)
                continue;
            EXPECT_EQUAL(
                furrow_combinations_visit(all, (furrow_wide){0}, count, &plan, look, &seen), 7);
            EXPECT(seen.rows > count / 3 && (threads > 1 || seen.rows < count));
        }
        EXPECT_EQUAL(furrow_combinations_visit(all, (furrow_wide){1, 0}, count, NULL, look, NULL),
                     FURROW_ERANGE);
        free(rows);
        free(labels);
        furrow_combinations_free(all);
    }
}

TEST(a_cursor_goes_row_by_row_from_any_rank)
{
    furrow_combinations *all;
    furrow_selection selection = {.n = 24, .k = 6};
    unsigned char *labels = labels_of(24, 1, true);
    REQUIRE_EQUAL(furrow_combinations_new(&all, &selection, NULL), FURROW_OK);
    size_t count = furrow_combinations_rows(all).low;
    for (size_t from = 0; from <= count; from += count / 3) {
        furrow_combinations_cursor *cursor;
        unsigned char *rows = reference(&selection, labels, 1,
                                        (furrow_wide){from < count ? from : 0, 0}, count - from);
        size_t seen = 0;
        REQUIRE_EQUAL(
            furrow_combinations_cursor_new(&cursor, all, (furrow_wide){from, 0}, count - from),
            FURROW_OK);
        for (const uint8_t *row; (row = furrow_combinations_next_row(cursor)) != NULL; seen++)
            REQUIRE(memcmp(row, rows + seen * 6, 6) == 0);
        EXPECT_EQUAL(seen, count - from);
        furrow_combinations_cursor_free(cursor);
        REQUIRE_EQUAL(
            furrow_combinations_cursor_new(&cursor, all, (furrow_wide){from, 0}, count - from),
            FURROW_OK);
        size_t some;
        seen = furrow_combinations_next_row(cursor)
                   ? 1
                   : 0; /* visits and cursors can continue from each other */
        for (const uint8_t *row; (row = furrow_combinations_next_rows(cursor, &some)) != NULL;) {
            REQUIRE(seen + some <= count - from && memcmp(row, rows + seen * 6, some * 6) == 0);
            seen += some;
        }
        EXPECT_EQUAL(seen, count - from);
        furrow_combinations_cursor_free(cursor);
        free(rows);
    }
    furrow_combinations_cursor *cursor;
    EXPECT_EQUAL(furrow_combinations_cursor_new(&cursor, all, (furrow_wide){1, 0}, count),
                 FURROW_ERANGE);
    furrow_combinations_cursor_free(NULL);
    free(labels);
    furrow_combinations_free(all);
}
