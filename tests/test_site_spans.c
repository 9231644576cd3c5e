/* What a site keeps of a trace: the seconds of its parts. */
#include "harness.h"

#include <stdint.h>

#include <furrow/site.h>

/* Learns one trace, in one call. */
static furrow_site traced(size_t first, size_t items, const furrow_span *spans, size_t count)
{
    furrow_site site = {0};
    furrow_site_learn(&site, &(furrow_site_call){.first = first,
                                                 .items = items,
                                                 .plan = {.threads = 1},
                                                 .spans = spans,
                                                 .span_count = count});
    return site;
}

TEST(seconds_are_spread_over_the_parts_that_a_span_covers)
{
    /* Eight items, a part each, from item 100 on; in any order, one span empty. */
    static const furrow_span halves[] = {{.begin = 104, .end = 108, .start = 50, .stop = 58},
                                         {.begin = 108, .end = 108, .start = 58, .stop = 99},
                                         {.begin = 100, .end = 104, .start = 0, .stop = 4}};
    static const double until[] = {0, 1, 2, 3, 4, 6, 8, 10, 12};
    furrow_site site = traced(100, 8, halves, 3);
    EXPECT_EQUAL(site.parts, 8);
    for (size_t i = 0; i <= 8; i++)
        EXPECT_NEAR(site.until[i], until[i], 1e-12);

    /* 96 items are one and a half a part: the first of 3 s fills two thirds of part 0. */
    static const furrow_span first[] = {{.begin = 0, .end = 1, .stop = 3},
                                        {.begin = 1, .end = 96, .stop = 95}};
    site = traced(0, 96, first, 2);
    EXPECT_EQUAL(site.parts, FURROW_SITE_PARTS);
    EXPECT_NEAR(site.until[1], 3 + 0.5, 1e-9);
    EXPECT_NEAR(site.until[2], 3 + 2, 1e-9);
    EXPECT_NEAR(site.until[64], 98, 1e-9);

    /* A clock that was set back took no time. */
    static const furrow_span back[] = {{.begin = 0, .end = 2, .start = 5, .stop = 3}};
    site = traced(0, 2, back, 1);
    EXPECT_NEAR(site.until[2], 0, 0);
}

TEST(neighbours_among_more_items_than_a_double_can_tell_apart_are_nothing_special)
{
    static const furrow_span spans[] = {
        {.begin = 0, .end = SIZE_MAX / 2 + 1, .stop = 1},
        {.begin = SIZE_MAX / 2 + 1, .end = SIZE_MAX / 2 + 2, .start = 1, .stop = 2},
        {.begin = SIZE_MAX / 2 + 2, .end = SIZE_MAX, .start = 2, .stop = 3}};
    const furrow_site site = traced(0, SIZE_MAX, spans, 3);
    for (size_t i = 0; i < site.parts; i++)
        EXPECT(site.until[i] <= site.until[i + 1]);
    EXPECT_NEAR(site.until[64], 2, 1e-9);
}
