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

TEST(of_a_text_that_is_too_long_the_beginning_and_the_end_stay)
{
    static char name[70000];
    furrow_error error = {0};
    for (size_t length = 1; length < sizeof name; length = length < 300 ? length + 1 : 2 * length) {
        harness_case("%zu", length);
        memset(name, 'x', length);
        name[length] = '\0';
        furrow_error_set(&error, FURROW_EIO, "--output %s: cannot write: %s", name, "disk full");
        size_t whole = strlen("--output : cannot write: disk full") + length;
        size_t most = FURROW_ERROR_TEXT_SIZE - 1;
        EXPECT_EQUAL(strlen(error.text), whole < most ? whole : most);
        EXPECT(strncmp(error.text, "--output x", 10) == 0);
        EXPECT_CONTAINS(error.text, "x: cannot write: disk full");
        EXPECT_EQUAL(strstr(error.text, "x...x") != NULL, whole > most);
    }
}

TEST(no_character_of_a_long_text_is_cut_in_two)
{
    char text[700];
    for (size_t shift = 0; shift < 4; shift++) {
        size_t size = shift;
        memset(text, '-', shift);
        while (size + 4 < sizeof text) {
            memcpy(text + size, "\xf0\x9f\x90\x93", 4); /* a chicken */
            size += 4;
        }
        text[size] = '\0';
        furrow_error error = {0};
        furrow_error_set(&error, FURROW_EIO, "%s", text);
        const char *dots = strstr(error.text, "...");
        harness_case("%zu", shift);
        REQUIRE(dots);
        EXPECT_EQUAL((size_t)(dots - error.text - (ptrdiff_t)shift) % 4, 0);
        EXPECT_EQUAL(strlen(dots + 3) % 4, 0);
    }
}

TEST(a_slip_of_the_finger_is_understood)
{
    const char *const names[] = {"bench", "list", "squares", "a", NULL};
    EXPECT_TEXT(furrow_error_suggest("bench", names), "bench");
    EXPECT_TEXT(furrow_error_suggest("benhc", names), "bench");
    EXPECT_TEXT(furrow_error_suggest("sqares", names), "squares");
    EXPECT_TEXT(furrow_error_suggest("suqraes", names), "squares");
    EXPECT_TEXT(furrow_error_suggest("b", names), "a");
    EXPECT(!furrow_error_suggest("square roots", names));
    EXPECT(!furrow_error_suggest("benchmarking-all-day", names));
    EXPECT(!furrow_error_suggest("", names + 4));
}

TEST(a_name_too_long_to_be_a_slip_is_near_to_nothing)
{
    char name[200];
    memset(name, 'b', sizeof name);
    name[sizeof name - 1] = '\0';
    const char *const names[] = {name, NULL};
    EXPECT(!furrow_error_suggest(name, names));
}
