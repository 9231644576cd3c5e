#include "harness.h"
#include "plan/simulate.h"

#include <limits.h>
#include <math.h>
#include <stdint.h>

#include <furrow/plan.h>
#include <furrow/status.h>

#define STATIC  FURROW_SCHEDULE_STATIC
#define DYNAMIC FURROW_SCHEDULE_DYNAMIC
#define GUIDED  FURROW_SCHEDULE_GUIDED

TEST(the_forms_of_omp_schedule_are_read)
{
    static const struct {
        const char *text;
        furrow_schedule schedule;
        size_t chunk;
    } table[] = {
        {"auto", FURROW_SCHEDULE_AUTO, 0},
        {"static", STATIC, 0},
        {"dynamic", DYNAMIC, 0},
        {"guided", GUIDED, 0},
        {"static,1", STATIC, 1},
        {"dynamic,16", DYNAMIC, 16},
        {"monotonic:static,4", STATIC, 4},
        {"nonmonotonic:dynamic,16", DYNAMIC, 16},
        {"nonmonotonic:guided", GUIDED, 0},
        {"guided,18446744073709551615", GUIDED, SIZE_MAX},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        furrow_schedule schedule = FURROW_SCHEDULE_AUTO;
        size_t chunk = 99;
        harness_case("%s", table[i].text);
        EXPECT(furrow_schedule_parse(&schedule, &chunk, table[i].text));
        EXPECT_EQUAL(schedule, table[i].schedule);
        EXPECT(chunk == table[i].chunk);
    }
}

TEST(other_schedules_are_refused_and_change_nothing)
{
    static const char *const texts[] = {"",
                                        "fast",
                                        "Static",
                                        "dynamic,",
                                        "dynamic,0",
                                        "dynamic,-1",
                                        "dynamic,x",
                                        "dynamic,1x",
                                        "dynamic, 4",
                                        "dynamic,4,",
                                        "static:4",
                                        "monotonic:",
                                        "fancy:static",
                                        ",4",
                                        "dynamicx",
                                        "dynam",
                                        "monotonic:nonmonotonic:static",
                                        "guided,18446744073709551616"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        furrow_schedule schedule = GUIDED;
        size_t chunk = 99;
        harness_case("\"%s\"", texts[i]);
        EXPECT(!furrow_schedule_parse(&schedule, &chunk, texts[i]));
        EXPECT(schedule == GUIDED && chunk == 99);
    }
}

TEST(names_are_read_back)
{
    for (int i = 0; i <= GUIDED; i++) {
        furrow_schedule schedule = FURROW_SCHEDULE_AUTO;
        size_t chunk;
        const char *name = furrow_schedule_name((furrow_schedule)i);
        EXPECT(furrow_schedule_parse(&schedule, &chunk, name) && (int)schedule == i);
    }
    EXPECT_TEXT(furrow_schedule_name((furrow_schedule)9), "unknown");
    EXPECT_TEXT(furrow_schedule_name((furrow_schedule)-1), "unknown");
}

TEST(a_guided_piece_is_half_an_even_share_in_whole_chunks)
{
    static const struct {
        size_t remaining;
        int threads;
        size_t chunk, share;
    } table[] = {
        {0, 2, 1, 0},
        {1, 2, 0, 1},
        {7, 2, 0, 2},    /* a quarter of 7 */
        {8, 1, 1, 4},    /* one thread too leaves half */
        {100, 3, 4, 20}, /* a sixth of 25 chunks, rounded up */
        {10, 2, 16, 10},
        {17, 2, 16, 16},
        {5, 100, 1, 1},
        {SIZE_MAX, 1, 1, SIZE_MAX / 2 + 1},
        {SIZE_MAX, 2, SIZE_MAX, SIZE_MAX},
        {SIZE_MAX, 4, SIZE_MAX / 2 + 1, SIZE_MAX / 2 + 1},
        {SIZE_MAX / 2, 4, SIZE_MAX / 2 + 1, SIZE_MAX / 2},
        {SIZE_MAX, INT_MAX, 1, ((size_t)1 << 32) + 3}, /* (2^64 - 1) / (2^32 - 2) */
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        harness_case("row %zu", i);
        EXPECT(furrow__schedule_share(table[i].remaining, table[i].threads, table[i].chunk) ==
               table[i].share);
    }
}

/* Takes all pieces in turn: none is larger than the one before, none is empty, each but the last
 * has whole chunks, and together they have all items. */
static void covers_all(size_t items, int threads, size_t chunk)
{
    size_t least = chunk ? chunk : 1;
    size_t remaining = items, before = items, pieces = 0;
    while (remaining > 0) {
        size_t share = furrow__schedule_share(remaining, threads, chunk);
        REQUIRE(share > 0 && share <= remaining && share <= before);
        EXPECT(share == remaining || share % least == 0);
        remaining -= share;
        before = share;
        pieces++;
    }
    double chunks = ceil((double)items / (double)least);
    EXPECT((double)pieces <= chunks);
    EXPECT((double)pieces <= 2.0 * threads * (1 + log(fmax(1, chunks))) + 1);
}

TEST(guided_pieces_cover_all_items_and_only_shrink)
{
    static const size_t sizes[] = {0, 1, 2, 7, 64, 101, 10007, SIZE_MAX / 2 + 1, SIZE_MAX};
    static const size_t chunks[] = {0, 1, 2, 7, 16, 1000, SIZE_MAX / 2 + 1, SIZE_MAX};
    static const int threads[] = {1, 2, 3, 7, 128};
    for (size_t i = 0; i < COUNT(sizes); i++)
        for (size_t j = 0; j < COUNT(chunks); j++)
            for (size_t k = 0; k < COUNT(threads); k++) {
                harness_case("%zu items, %d threads, %zu at least", sizes[i], threads[k],
                             chunks[j]);
                covers_all(sizes[i], threads[k], chunks[j]);
            }
}
