#include "harness.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <furrow/args.h>

static const furrow_param params[] = {
    {.name = "images", .type = FURROW_PARAM_LIST, .help = "what to read", .positional = true},
    {.name = "count", .type = FURROW_PARAM_COUNT, .value = "10", .minimum = 1, .maximum = 1000000},
    {.name = "any-count", .type = FURROW_PARAM_COUNT},
    {.name = "rate", .type = FURROW_PARAM_REAL, .value = "0.5", .minimum = -1, .maximum = 1},
    {.name = "any-rate", .type = FURROW_PARAM_REAL},
    {.name = "model", .type = FURROW_PARAM_TEXT, .value = "small"},
    {.name = "output", .type = FURROW_PARAM_TEXT},
    {.name = "verbose", .type = FURROW_PARAM_FLAG},
    {.name = "sizes", .type = FURROW_PARAM_LIST, .value = "28"},
    {.name = "stages", .type = FURROW_PARAM_COUNTS, .value = "40,50", .minimum = 1, .maximum = 99},
    {.name = "rates", .type = FURROW_PARAM_REALS},
    {0},
};

static void expect_defaults(const furrow_args *args)
{
    const char *const *elements;
    EXPECT_EQUAL(furrow_args_count(args, "count"), 10);
    EXPECT_EQUAL(furrow_args_count(args, "any-count"), 0);
    EXPECT_NEAR(furrow_args_real(args, "rate"), 0.5, 0);
    EXPECT_NEAR(furrow_args_real(args, "any-rate"), 0, 0);
    EXPECT_TEXT(furrow_args_text(args, "model"), "small");
    EXPECT(furrow_args_text(args, "output") == NULL);
    EXPECT(!furrow_args_flag(args, "verbose"));
    EXPECT_EQUAL(furrow_args_list(args, "images", &elements), 0);
    REQUIRE_EQUAL(furrow_args_list(args, "sizes", &elements), 1);
    EXPECT_TEXT(elements[0], "28");
    EXPECT(furrow_args_input(args) == NULL);
}

TEST(values_start_at_their_defaults)
{
    furrow_args *args;
    REQUIRE_EQUAL(furrow_args_new(&args, params), FURROW_OK);
    expect_defaults(args);
    for (size_t i = 0; params[i].name; i++)
        EXPECT(!furrow_args_given(args, params[i].name));
    EXPECT(!furrow_args_given(args, "nothing"));
    furrow_args_free(args);
    furrow_args_free(NULL);
}

TEST(a_kernel_without_parameters_has_none)
{
    furrow_args *args;
    furrow_error error;
    REQUIRE_EQUAL(furrow_args_new(&args, NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_args_check(args, NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_args_set(args, "count", "1", &error), FURROW_EINVAL);
    EXPECT_TEXT(error.text, "there is no parameter \"count\"");
    EXPECT_EQUAL(furrow_args_add(args, "1", &error), FURROW_EINVAL);
    EXPECT_CONTAINS(error.text, "unexpected argument \"1\"");
    furrow_args_free(args);
}

TEST(counts_are_whole_numbers_of_64_bits)
{
    static const struct {
        const char *text;
        int status;
        uint64_t count;
    } table[] = {
        {"0", FURROW_OK, 0},
        {"007", FURROW_OK, 7},
        {"1000000", FURROW_OK, 1000000},
        {"1e6", FURROW_OK, 1000000},
        {"1.5e3", FURROW_OK, 1500},
        {"9007199254740993", FURROW_OK, 9007199254740993u},
        {"18446744073709551615", FURROW_OK, UINT64_MAX},
        {"9007199254740992.0", FURROW_OK, 9007199254740992u},
        {"18446744073709551616", FURROW_EINVAL, 0},
        {"1e300", FURROW_EINVAL, 0},
        {"1e-3", FURROW_EINVAL, 0},
        {"1.5", FURROW_EINVAL, 0},
        {"-1", FURROW_EINVAL, 0},
        {"-1e6", FURROW_EINVAL, 0},
        {"", FURROW_EINVAL, 0},
        {" 1", FURROW_EINVAL, 0},
        {"1 ", FURROW_EINVAL, 0},
        {"1k", FURROW_EINVAL, 0},
        {"0x10", FURROW_EINVAL, 0},
        {"nan", FURROW_EINVAL, 0},
        {"inf", FURROW_EINVAL, 0},
        {"many", FURROW_EINVAL, 0},
    };
    furrow_args *args;
    REQUIRE_EQUAL(furrow_args_new(&args, params), FURROW_OK);
    for (size_t i = 0; i < COUNT(table); i++) {
        furrow_error error = {0};
        harness_case("\"%s\"", table[i].text);
        REQUIRE_EQUAL(furrow_args_set(args, "any-count", "42", NULL), FURROW_OK);
        int status = furrow_args_set(args, "any-count", table[i].text, &error);
        EXPECT_EQUAL(status, table[i].status);
        EXPECT_EQUAL(error.code, table[i].status);
        EXPECT(furrow_args_count(args, "any-count") == (status ? 42 : table[i].count));
        if (status)
            EXPECT_CONTAINS(error.text, "any-count: expected a whole number");
    }
    furrow_args_free(args);
}

TEST(reals_are_finite_decimal_numbers)
{
    static const struct {
        const char *text;
        int status;
        double real;
    } table[] = {
        {"0.25", FURROW_OK, 0.25},  {"-1e-3", FURROW_OK, -1e-3}, {"+4", FURROW_OK, 4},
        {".5", FURROW_OK, 0.5},     {"1e-400", FURROW_OK, 0},    {"1e400", FURROW_EINVAL, 0},
        {"nan", FURROW_EINVAL, 0},  {"inf", FURROW_EINVAL, 0},   {"", FURROW_EINVAL, 0},
        {"1,5", FURROW_EINVAL, 0},  {" 1", FURROW_EINVAL, 0},    {"1 ", FURROW_EINVAL, 0},
        {"half", FURROW_EINVAL, 0}, {"0x1p3", FURROW_EINVAL, 0},
    };
    furrow_args *args;
    REQUIRE_EQUAL(furrow_args_new(&args, params), FURROW_OK);
    for (size_t i = 0; i < COUNT(table); i++) {
        harness_case("\"%s\"", table[i].text);
        REQUIRE_EQUAL(furrow_args_set(args, "any-rate", "42", NULL), FURROW_OK);
        int status = furrow_args_set(args, "any-rate", table[i].text, NULL);
        EXPECT_EQUAL(status, table[i].status);
        EXPECT_NEAR(furrow_args_real(args, "any-rate"), status ? 42 : table[i].real, 0);
    }
    furrow_args_free(args);
}

TEST(numbers_between_commas_are_each_checked)
{
    static const struct {
        const char *text;
        int status;
        const char *expected;
    } table[] = {
        {"7", FURROW_OK, ""},
        {"7,8,9", FURROW_OK, ""},
        {"1e1,99", FURROW_OK, ""},
        {"7,0", FURROW_ERANGE, "stages: expected 1 to 99, got 0"},
        {"7,8.5", FURROW_EINVAL, "stages: expected a whole number, 0 to 2^64-1, got \"8.5\""},
        {"7,", FURROW_EINVAL, "got \"\""},
        {",7", FURROW_EINVAL, "got \"\""},
        {"", FURROW_EINVAL, "got \"\""},
        {"7, 8", FURROW_EINVAL, "got \" 8\""},
    };
    furrow_args *args;
    const uint64_t *counts;
    const double *reals;
    char text[80];
    REQUIRE_EQUAL(furrow_args_new(&args, params), FURROW_OK);
    REQUIRE_EQUAL(furrow_args_counts(args, "stages", &counts), 2);
    EXPECT(counts[0] == 40 && counts[1] == 50);
    EXPECT_EQUAL(furrow_args_reals(args, "rates", &reals), 0);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        furrow_error error = {0};
        harness_case("\"%s\"", table[i].text);
        REQUIRE_EQUAL(furrow_args_set(args, "stages", "1,2,3", NULL), FURROW_OK);
        EXPECT_EQUAL(furrow_args_set(args, "stages", table[i].text, &error), table[i].status);
        EXPECT_CONTAINS(error.text, table[i].expected);
        EXPECT_TEXT(furrow_args_print(args, "stages", text, sizeof text),
                    table[i].status ? "1,2,3" : table[i].text);
        if (table[i].status)
            EXPECT_EQUAL(furrow_args_counts(args, "stages", &counts), 3);
    }
    REQUIRE_EQUAL(furrow_args_set(args, "rates", "0.5,-2e-3", NULL), FURROW_OK);
    REQUIRE_EQUAL(furrow_args_reals(args, "rates", &reals), 2);
    EXPECT_NEAR(reals[0], 0.5, 0);
    EXPECT_NEAR(reals[1], -2e-3, 0);
    furrow_args_free(args);
}

TEST(bounds_are_part_of_what_is_allowed)
{
    static const struct {
        const char *name, *text;
        int status;
    } table[] = {
        {"count", "1", FURROW_OK},
        {"count", "1000000", FURROW_OK},
        {"count", "1e6", FURROW_OK},
        {"count", "0", FURROW_ERANGE},
        {"count", "1000001", FURROW_ERANGE},
        {"rate", "-1", FURROW_OK},
        {"rate", "1", FURROW_OK},
        {"rate", "1.0000001", FURROW_ERANGE},
        {"rate", "-2", FURROW_ERANGE},
    };
    furrow_args *args;
    REQUIRE_EQUAL(furrow_args_new(&args, params), FURROW_OK);
    for (size_t i = 0; i < COUNT(table); i++) {
        harness_case("%s %s", table[i].name, table[i].text);
        EXPECT_EQUAL(furrow_args_set(args, table[i].name, table[i].text, NULL), table[i].status);
    }
    furrow_error error;
    EXPECT_EQUAL(furrow_args_set(args, "count", "0", &error), FURROW_ERANGE);
    EXPECT_TEXT(error.text, "count: expected 1 to 1000000, got 0");
    EXPECT_EQUAL(furrow_args_count(args, "count"), 1000000);
    furrow_args_free(args);
}

TEST(a_value_given_twice_is_the_last_and_a_list_grows)
{
    furrow_args *args;
    const char *const *elements;
    REQUIRE_EQUAL(furrow_args_new(&args, params), FURROW_OK);
    EXPECT_EQUAL(furrow_args_set(args, "model", "large", NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_args_set(args, "model", "", NULL), FURROW_OK);
    EXPECT_TEXT(furrow_args_text(args, "model"), "");
    EXPECT_EQUAL(furrow_args_set(args, "verbose", NULL, NULL), FURROW_OK);
    EXPECT(furrow_args_flag(args, "verbose"));
    EXPECT_EQUAL(furrow_args_set(args, "sizes", "14", NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_args_set(args, "sizes", "7", NULL), FURROW_OK);
    REQUIRE_EQUAL(furrow_args_list(args, "sizes", &elements), 2);
    EXPECT_TEXT(elements[0], "14");
    EXPECT_TEXT(elements[1], "7");
    EXPECT(furrow_args_given(args, "sizes") && furrow_args_given(args, "verbose"));
    EXPECT_EQUAL(furrow_args_set(args, "model", NULL, NULL), FURROW_EINVAL);
    EXPECT_TEXT(furrow_args_text(args, "model"), "");
    furrow_args_free(args);
}

TEST(positions_are_taken_in_table_order_and_the_list_takes_the_rest)
{
    static const furrow_param positional[] = {
        {.name = "n",
         .type = FURROW_PARAM_COUNT,
         .positional = true,
         .required = true,
         .help = "how many"},
        {.name = "by-name", .type = FURROW_PARAM_TEXT},
        {.name = "k",
         .type = FURROW_PARAM_COUNT,
         .positional = true,
         .required = true,
         .help = "how many of these"},
        {.name = "rest", .type = FURROW_PARAM_LIST, .positional = true},
        {0},
    };
    furrow_args *args;
    furrow_error error;
    const char *const *elements;
    REQUIRE_EQUAL(furrow_args_new(&args, positional), FURROW_OK);
    EXPECT_EQUAL(furrow_args_set(args, "k", "6", NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_args_check(args, &error), FURROW_EINVAL);
    EXPECT_TEXT(error.text, "n is missing: how many");
    EXPECT_EQUAL(furrow_args_add(args, "x", NULL), FURROW_EINVAL);
    EXPECT_EQUAL(furrow_args_add(args, "40", NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_args_add(args, "a", NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_args_add(args, "b", NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_args_count(args, "n"), 40);
    EXPECT_EQUAL(furrow_args_count(args, "k"), 6);
    REQUIRE_EQUAL(furrow_args_list(args, "rest", &elements), 2);
    EXPECT_TEXT(elements[1], "b");
    EXPECT_EQUAL(furrow_args_check(args, &error), FURROW_OK);
    furrow_args_free(args);
}

TEST(an_unknown_name_suggests_the_nearest)
{
    static const struct {
        const char *name, *nearest;
    } table[] = {
        {"cuont", "count"},
        {"counts", "count"},
        {"imges", "images"},
        {"verbos", "verbose"},
        {"modle", "model"},
        {"any-cuont", "any-count"},
        {"zzz", NULL},
        {"", NULL},
        {"a-name-that-is-much-longer-than-any-parameter-of-any-kernel-can-be", NULL},
    };
    furrow_args *args;
    REQUIRE_EQUAL(furrow_args_new(&args, params), FURROW_OK);
    for (size_t i = 0; i < COUNT(table); i++) {
        furrow_error error;
        char expected[128];
        harness_case("\"%s\"", table[i].name);
        snprintf(expected, sizeof expected, "did you mean \"%s\"?",
                 table[i].nearest ? table[i].nearest : "");
        EXPECT_EQUAL(furrow_args_set(args, table[i].name, "1", &error), FURROW_EINVAL);
        if (table[i].nearest)
            EXPECT_CONTAINS(error.text, expected);
        else
            EXPECT(strstr(error.text, "did you mean") == NULL);
    }
    furrow_args_free(args);
}

TEST(a_default_that_does_not_fit_its_parameter_is_refused)
{
    static const furrow_param table[][2] = {
        {{.name = "n", .type = FURROW_PARAM_COUNT, .value = "many"}},
        {{.name = "n", .type = FURROW_PARAM_COUNT, .value = "11", .minimum = 1, .maximum = 10}},
        {{.name = "r", .type = FURROW_PARAM_REAL, .value = "inf"}},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        furrow_args *args;
        EXPECT_EQUAL(furrow_args_new(&args, table[i]), FURROW_EINVAL);
        EXPECT(args == NULL);
    }
}

TEST(values_are_printed_so_that_other_values_print_otherwise)
{
    char text[128], other[128], whole[300];
    furrow_args *args;
    REQUIRE_EQUAL(furrow_args_new(&args, params), FURROW_OK);
    EXPECT_TEXT(furrow_args_print(args, "count", text, sizeof text), "10");
    EXPECT_TEXT(furrow_args_print(args, "rate", text, sizeof text), "0.5");
    EXPECT_TEXT(furrow_args_print(args, "model", text, sizeof text), "small");
    EXPECT_TEXT(furrow_args_print(args, "verbose", text, sizeof text), "no");
    furrow_args_set(args, "verbose", NULL, NULL);
    EXPECT_TEXT(furrow_args_print(args, "verbose", text, sizeof text), "yes");
    EXPECT_TEXT(furrow_args_print(args, "output", text, sizeof text), "nothing");

    furrow_args_set(args, "images", "a b", NULL);
    EXPECT_TEXT(furrow_args_print(args, "images", text, sizeof text), "a b");
    furrow_args_set(args, "images", "c", NULL);
    EXPECT_CONTAINS(furrow_args_print(args, "images", text, sizeof text), "a b ... (2 in all, ");

    memset(whole, 'x', sizeof whole - 1);
    whole[sizeof whole - 1] = '\0';
    furrow_args_set(args, "output", whole, NULL);
    furrow_args_print(args, "output", text, sizeof text);
    whole[sizeof whole - 2] = 'y';
    furrow_args_set(args, "output", whole, NULL);
    furrow_args_print(args, "output", other, sizeof other);
    EXPECT_CONTAINS(text, "xxx ... (1 in all, ");
    EXPECT(strcmp(text, other) != 0);
    EXPECT(strlen(text) < sizeof text);
    furrow_args_free(args);
}

TEST(the_input_is_lent)
{
    furrow_args *args;
    REQUIRE_EQUAL(furrow_args_new(&args, NULL), FURROW_OK);
    furrow_args_set_input(args, stdin);
    EXPECT(furrow_args_input(args) == stdin);
    furrow_args_free(args);
}

TEST(each_failed_allocation_is_reported_and_changes_nothing)
{
    static const struct {
        const char *name, *text;
    } table[] = {{"model", "large"}, {"images", "a.png"}, {"sizes", "14"}, {"stages", "1,2"}};
    furrow_args *args;
    for (size_t n = 1;; n++) {
        harness_fail_allocation(n);
        int status = furrow_args_new(&args, params);
        if (harness_fail_allocation(0) < n)
            break;
        EXPECT_EQUAL(status, FURROW_ENOMEM);
        EXPECT(args == NULL);
    }
    REQUIRE(args);
    for (size_t i = 0; i < COUNT(table); i++)
        for (size_t n = 1;; n++) {
            furrow_error error = {0};
            harness_case("%s, allocation %zu", table[i].name, n);
            harness_fail_allocation(n);
            int status = furrow_args_set(args, table[i].name, table[i].text, &error);
            if (harness_fail_allocation(0) < n)
                break;
            EXPECT_EQUAL(status, FURROW_ENOMEM);
            EXPECT_EQUAL(error.code, FURROW_ENOMEM);
            EXPECT(!furrow_args_given(args, table[i].name));
            if (i == 0)
                expect_defaults(args);
        }
    furrow_args_free(args);
}

TEST(a_minimum_alone_bounds_from_below_only)
{
    static const furrow_param bounded[] = {{.name = "n", .type = FURROW_PARAM_COUNT, .minimum = 2},
                                           {.name = NULL}};
    furrow_args *args;
    furrow_error error;
    REQUIRE_EQUAL(furrow_args_new(&args, bounded), FURROW_OK);
    EXPECT_EQUAL(furrow_args_set(args, "n", "1000000", &error), FURROW_OK);
    EXPECT_EQUAL(furrow_args_set(args, "n", "1", &error), FURROW_ERANGE);
    EXPECT_TEXT(error.text, "n: expected 2 or more, got 1");
    furrow_args_free(args);
}
