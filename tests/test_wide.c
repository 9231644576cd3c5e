#include "harness.h"

#include <string.h>

#include <furrow/combinations/wide.h>
#include <furrow/status.h>

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
