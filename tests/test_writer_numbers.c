/* Numbers as text: as many digits as wanted, or as few as read back. */
#include "harness.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/args.h>

#include "sink.h"

static double real_given;
static int decimals_given;

static void one_real(furrow_writer *writer)
{
    furrow_writer_begin(writer);
    furrow_writer_real(writer, "r", real_given, decimals_given);
    furrow_writer_end(writer);
}

TEST(numbers_have_their_decimals_or_as_few_digits_as_read_back)
{
    static const struct {
        double value;
        int decimals;
        const char *text;
    } table[] = {
        {0.5, 0, "0"},
        {1.5, 0, "2"},
        {2.0 / 3, 4, "0.6667"},
        {-2.0 / 3, 1, "-0.7"},
        {1, -1, "1"},
        {1e3, 16, "1000.0000000000000000"},
        {0, 17, "0"},
        {-0.0, 17, "-0"},
        {0.1, 17, "0.1"},
        {0.1 + 0.2, 17, "0.30000000000000004"},
        {2.0 / 3, 99, "0.6666666666666666"},
        {1e22, 17, "1e+22"},
        {123456789012, 17, "123456789012"},
        {DBL_MAX, 17, "1.7976931348623157e+308"},
        {DBL_MIN, 17, "2.2250738585072014e-308"},
        {5e-324, 17, "5e-324"},
        {1.5e-320, 17, "1.5e-320"},
        {INFINITY, 3, "inf"},
        {-INFINITY, 17, "-inf"},
        {NAN, 17, "nan"},
    };
    static memory_sink sink;
    for (size_t i = 0; i < COUNT(table); i++) {
        char expected[64];
        real_given = table[i].value;
        decimals_given = table[i].decimals;
        harness_case("%.17g with %d decimals", real_given, decimals_given);
        snprintf(expected, sizeof expected, "%s\n", table[i].text);
        EXPECT_EQUAL(write_document(&sink, FURROW_FORMAT_TEXT, NULL, one_real), FURROW_OK);
        EXPECT_TEXT(sink.text, expected);
        snprintf(expected, sizeof expected, "{\"r\": %s}\n",
                 isfinite(real_given) ? table[i].text : "null");
        EXPECT_EQUAL(write_document(&sink, FURROW_FORMAT_JSONL, NULL, one_real), FURROW_OK);
        EXPECT_TEXT(sink.text, expected);
    }
    harness_case("the longest");
    real_given = -DBL_MAX;
    decimals_given = 16;
    EXPECT_EQUAL(write_document(&sink, FURROW_FORMAT_TEXT, NULL, one_real), FURROW_OK);
    EXPECT_EQUAL(sink.size, 328);
}

TEST(numbers_of_any_size_read_back_exactly)
{
    static memory_sink sink;
    uint64_t bits = 88172645463325252u; /* G. Marsaglia's xorshift, 2003 */
    decimals_given = 17;
    for (int i = 0; i < 2000; i++) {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        memcpy(&real_given, &bits, sizeof bits);
        if (!isfinite(real_given))
            continue;
        EXPECT_EQUAL(write_document(&sink, FURROW_FORMAT_TEXT, NULL, one_real), FURROW_OK);
        double back = strtod(sink.text, NULL);
        EXPECT(memcmp(&back, &real_given, sizeof back) == 0);
    }
}

TEST(a_locale_with_a_decimal_comma_changes_no_number)
{
    static const furrow_param params[] = {
        {.name = "rate", .type = FURROW_PARAM_REAL, .value = "0.5"}, {.name = NULL}};
    static memory_sink sink;
    if (!setlocale(LC_NUMERIC, "de_DE.UTF-8"))
        SKIP("needs the locale de_DE.UTF-8");
    EXPECT_EQUAL(write_document(&sink, FURROW_FORMAT_TEXT, NULL, digits), FURROW_OK);
    EXPECT_CONTAINS(sink.text, "17.png 8 0.9997");
    furrow_args *args;
    EXPECT_EQUAL(furrow_args_new(&args, params), FURROW_OK);
    EXPECT_EQUAL(furrow_args_set(args, "rate", "0.25", NULL), FURROW_OK);
    EXPECT_NEAR(furrow_args_real(args, "rate"), 0.25, 0);
    furrow_args_free(args);
    setlocale(LC_NUMERIC, "C");
}
