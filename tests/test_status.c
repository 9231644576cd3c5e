#include "harness.h"

#include <string.h>

#include <furrow/status.h>

TEST(every_code_of_the_map_has_a_name_and_a_text)
{
#define CHECK(name, value, words)                                                                  \
    EXPECT_TEXT(furrow_status_name(value), "FURROW_" #name);                                       \
    EXPECT_TEXT(furrow_status_text(value), words);
    FURROW_STATUS_MAP(CHECK)
#undef CHECK
}

TEST(any_other_errno_reads_as_the_system_says_it)
{
    EXPECT_TEXT(furrow_status_name(-EPIPE), "unknown");
    EXPECT_TEXT(furrow_status_text(-EPIPE), "Broken pipe");
    EXPECT_TEXT(furrow_status_text(7), "a callback's own code");
}

TEST(an_error_is_filled_and_its_code_returned)
{
    furrow_error error = {0};
    EXPECT_EQUAL(furrow_error_set(&error, FURROW_EINVAL, "got %d", 3), FURROW_EINVAL);
    EXPECT_EQUAL(error.code, FURROW_EINVAL);
    EXPECT(error.item == FURROW_NO_ITEM);
    EXPECT_TEXT(error.text, "got 3");
}

TEST(an_error_may_be_null)
{
    EXPECT_EQUAL(furrow_error_set(NULL, FURROW_EIO, "%s", "nobody reads this"), FURROW_EIO);
}

TEST(a_long_text_is_cut_not_overrun)
{
    char text[2 * FURROW_ERROR_TEXT_SIZE];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    furrow_error error = {0};
    furrow_error_set(&error, FURROW_EIO, "%s", text);
    EXPECT_EQUAL(strlen(error.text), FURROW_ERROR_TEXT_SIZE - 1);
}
