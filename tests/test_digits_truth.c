/* The parts of the kernel digits that know the right labels and judge the answers. */
#include "harness.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "digits/judge/score.h"
#include "digits/judge/truth.h"

TEST(folders_and_names_tell_the_digit_by_clear_rules)
{
    static const struct {
        const char *path;
        int folder, name;
    } table[] = {
        {"3/xyz.png", 3, -1},
        {"a/b/7/1.png", 7, 1},
        {"7//x.png", 7, -1},
        {"8_0001.png", -1, 8},
        {"x/8_0001.png", -1, 8},
        {"scan-3.png", -1, 3},
        {"scan_12-3.png", -1, 3},
        {"5.png", -1, 5},
        {"5", -1, 5},
        {"12.png", -1, -1},
        {"33/x.png", -1, -1},
        {"3x/8.png", -1, 8},
        {"x.3.png", -1, 3},
        {"3-8.png", -1, 3},
        {"8-.png", -1, 8},
        {"a-8-.png", -1, -1},
        {"", -1, -1},
        {"/", -1, -1},
        {"/9/", 9, -1},
        {"9/", 9, -1},
        {"./0/-.png", 0, -1},
        {"\xd9\xa3/x.png", -1, -1}, /* an Arabic digit is not accepted */
    };
    struct furrow__truth folder, name;
    REQUIRE_EQUAL(furrow__truth_init(&folder, "folder", NULL), FURROW_OK);
    REQUIRE_EQUAL(furrow__truth_init(&name, "name", NULL), FURROW_OK);
    for (size_t i = 0; i < COUNT(table); i++) {
        harness_case("\"%s\"", table[i].path);
        EXPECT_EQUAL(furrow__truth_of(&folder, table[i].path), table[i].folder);
        EXPECT_EQUAL(furrow__truth_of(&name, table[i].path), table[i].name);
    }
    furrow__truth_clear(&folder);
    furrow__truth_clear(&name);
}

static int read_labels(struct furrow__truth *truth, const char *text, furrow_error *error)
{
    const char *path = harness_write(harness_folder(), "labels.csv", text, strlen(text));
    return furrow__truth_init(truth, path, error);
}

TEST(a_table_tells_the_digit_of_every_path_that_ends_in_a_row)
{
    static const char *const texts[] = {
        "17.png,8\n3/18.png,3\n\"a, \"\"b\"\"\nc.png\",5\nd/18.png,4\nempty.png,\n",
        "path,label\r\n17.png,8\r\n3/18.png,3\r\n\"a, \"\"b\"\"\nc.png\",5\r\nd/18.png,4\r\n",
        "n,label,x,path\n1,8,,17.png\n2,3,,3/18.png\n3,5,,\"a, \"\"b\"\"\nc.png\"\n4,4,,d/18.png",
        "file,digit\n17.png,\"8\"\n\n3/18.png,3\n17.png,8\n\"a, \"\"b\"\"\nc.png\",5\nd/18.png,4",
        "\xef\xbb\xbf\"17.png\",8\n3/18.png,3\n\"a, \"\"b\"\"\nc.png\",5\nd/18.png,4\n",
        "\xef\xbb\xbflabel,path\n8,17.png\n3,3/18.png\n5,\"a, \"\"b\"\"\nc.png\"\n4,d/18.png\n",
        "./17.png,8\n././3/18.png,3\n\"./a, \"\"b\"\"\nc.png\",5\n.//d/18.png,4\nempty.png,?\n",
    };
    static const struct {
        const char *path;
        int digit;
    } table[] = {
        {"17.png", 8},       {"x/y/17.png", 8},      {"//17.png", 8},   {"x17.png", -1},
        {"18.png", -1},      {"3/18.png", 3},        {"z/3/18.png", 3}, {"z/d/18.png", 4},
        {"a/3/17.png/", -1}, {"a, \"b\"\nc.png", 5}, {"empty.png", -1}, {"", -1},
    };
    for (size_t t = 0; t < COUNT(texts); t++) {
        struct furrow__truth truth;
        furrow_error error = {0};
        REQUIRE_EQUAL(read_labels(&truth, texts[t], &error), FURROW_OK);
        for (size_t i = 0; i < COUNT(table); i++) {
            harness_case("table %zu, \"%s\"", t, table[i].path);
            EXPECT_EQUAL(furrow__truth_of(&truth, table[i].path), table[i].digit);
        }
        furrow__truth_clear(&truth);
    }
}

/* Fullwidth letters begin with the same byte as the mark does. */
TEST(only_a_whole_byte_order_mark_is_skipped_and_only_at_the_beginning)
{
    struct furrow__truth truth;
    REQUIRE_EQUAL(
        read_labels(&truth, "\xef\xbb\x81.png,1\n\xef\xbc\xa1.png,2\n\xef\xbb\xbf.png,3\n", NULL),
        FURROW_OK);
    EXPECT_EQUAL(furrow__truth_of(&truth, "\xef\xbb\x81.png"), 1);
    EXPECT_EQUAL(furrow__truth_of(&truth, "\xef\xbc\xa1.png"), 2);
    EXPECT_EQUAL(furrow__truth_of(&truth, "\xef\xbb\xbf.png"), 3);
    EXPECT_EQUAL(furrow__truth_of(&truth, ".png"), -1);
    furrow__truth_clear(&truth);
}

TEST(a_table_may_be_of_tabs_and_then_a_backslash_is_what_tsv_has_it_for)
{
    static const struct {
        const char *text, *path;
        int label;
    } table[] = {
        {"a b.png\t3\n", "a b.png", 3},
        {"path\tprobability\tlabel\na\\tb\\\\.png\t0.5\t7\r\n", "a\tb\\.png", 7},
        {"label\tpath\n5\tx\\r\r\n", "x\r", 5},
        {"label\tpath\n5\tx\\n\n", "x\n", 5},
        {"label\tpath\n5\tx\\y\\", "x\\y\\", 5},
        {"path\tlabel\n\"a\".png\t4\n", "\"a\".png", 4},
        {"path\tlabel\na,b.png\t4\n", "a,b.png", 4},
        {"path,label\na\tb\\t.png,4\n", "a\tb\\t.png", 4},
        {"\"a\tb.png\",6\n", "a\tb.png", 6},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct furrow__truth truth;
        furrow_error error = {0};
        harness_case("\"%s\"", table[i].text);
        REQUIRE_EQUAL(read_labels(&truth, table[i].text, &error), FURROW_OK);
        EXPECT_EQUAL(furrow__truth_of(&truth, table[i].path), table[i].label);
        furrow__truth_clear(&truth);
    }
}

TEST(a_folder_is_no_table)
{
    struct furrow__truth truth;
    furrow_error error = {0};
    EXPECT_EQUAL(furrow__truth_init(&truth, harness_folder(), &error), -EISDIR);
    EXPECT_CONTAINS(error.text, "expected folder, name or a table, got a folder; --truth folder");
}

TEST(a_table_that_says_nothing_sensible_is_refused_with_its_line)
{
    static const struct {
        const char *text, *expected;
    } table[] = {
        {"a.png,1\nb.png,x\n", "line 2: expected a label, 0 to 9, got \"x\""},
        {"a.png,1\nb.png,10\n", "line 2: expected a label"},
        {"a.png,1\nb.png\n", "line 2: expected a path and a label, got \"b.png\""},
        {"a.png,1\n\"x\ny\",2\na.png,2\n", "line 4: expected one label a path"},
        {"a.png,1\n\"b.png,2\n", "line 2: a quote that does not close"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct furrow__truth truth;
        furrow_error error = {0};
        harness_case("%s", table[i].text);
        EXPECT_EQUAL(read_labels(&truth, table[i].text, &error), FURROW_EFORMAT);
        EXPECT_CONTAINS(error.text, table[i].expected);
        EXPECT_EQUAL(furrow__truth_of(&truth, "a.png"), -1);
        furrow__truth_clear(&truth);
    }
    struct furrow__truth truth;
    furrow_error error = {0};
    EXPECT_EQUAL(furrow__truth_init(&truth, "/no/such.csv", &error), FURROW_ENOENT);
    EXPECT_CONTAINS(error.text, "/no/such.csv: cannot be opened");
}

TEST(a_large_table_finds_every_row_and_nothing_else)
{
    enum { ROWS = 20000 };
    char *text = malloc(ROWS * 16), path[32];
    REQUIRE(text);
    size_t size = 0;
    for (int i = 0; i < ROWS; i++)
        size += (size_t)sprintf(text + size, "%d.png,%d\n", i, i % 10);
    struct furrow__truth truth;
    int status = read_labels(&truth, text, NULL);
    free(text);
    REQUIRE_EQUAL(status, FURROW_OK);
    size_t wrong = 0;
    for (int i = 0; i < 2 * ROWS; i++) {
        snprintf(path, sizeof path, "folder/%d.png", i);
        wrong += furrow__truth_of(&truth, path) != (i < ROWS ? i % 10 : -1);
    }
    EXPECT_EQUAL(wrong, 0);
    furrow__truth_clear(&truth);
}

TEST(each_failing_allocation_of_a_table_is_reported)
{
    for (size_t n = 1; n < 100; n++) {
        struct furrow__truth truth;
        const char *path = harness_write(harness_folder(), "l.csv", "path,label\na.png,1\n", 19);
        harness_case("allocation %zu", n);
        harness_fail_allocation(n);
        int status = furrow__truth_init(&truth, path, NULL);
        bool all_done = harness_fail_allocation(0) < n;
        furrow__truth_clear(&truth);
        EXPECT_EQUAL(status, all_done ? FURROW_OK : FURROW_ENOMEM);
        if (all_done)
            break;
    }
}

/* Two answers at 0.9, one of them wrong, and two right ones at 0.35: of the bins of 1/15, two are
 * in use; |0.9 - 0.5| and |0.35 - 1|, each half the weight. */
TEST(the_calibration_error_is_the_mean_gap_of_the_bins)
{
    struct furrow__score score = {0};
    EXPECT_NEAR(furrow__score_calibration_error(&score), 0, 0);
    furrow__score_add(&score, 3, 3, 0.9, 0);
    furrow__score_add(&score, 3, 8, 0.9, 0);
    furrow__score_add(&score, 1, 1, 0.35, 0);
    furrow__score_add(&score, 1, 1, 0.35, 0);
    EXPECT_NEAR(furrow__score_calibration_error(&score), 0.5 * 0.4 + 0.5 * 0.65, 1e-9);
    EXPECT_EQUAL(score.confusion[3][8], 1);
    furrow__score_add(&score, 5, 5, 1, 0); /* belongs to the last bin */
    EXPECT_EQUAL(score.bins[FURROW__BINS - 1].count, 1);
}

TEST(unsure_answers_are_counted_apart_and_each_step_rejects_more)
{
    struct furrow__score score = {0};
    furrow__score_add(&score, 0, 0, 0.3, 1);
    furrow__score_add(&score, 0, 0, 0.92, 0);
    furrow__score_add(&score, 0, 6, 0.96, 0);
    EXPECT_EQUAL(score.labelled, 3);
    EXPECT_EQUAL(furrow__score_answered(&score), 2);
    EXPECT_EQUAL(furrow__score_right(&score), 1);
    EXPECT_EQUAL(score.confusion[0][FURROW__UNSURE], 1);
    for (size_t i = 0; i < FURROW__STEPS; i++) {
        double step = furrow__score_steps[i];
        harness_case("%g", step);
        EXPECT_EQUAL(score.steps[i].count, (step <= 0.3) + (step <= 0.92) + (step <= 0.96));
        EXPECT_EQUAL(score.steps[i].right, (step <= 0.3) + (step <= 0.92));
    }
}

TEST(the_surest_mistakes_are_kept_whatever_the_order)
{
    enum { MISTAKES = 997, KEPT = 31 };
    const size_t strides[] = {1, 2, 300, MISTAKES - 1};
    for (size_t s = 0; s < COUNT(strides); s++) {
        struct furrow__worst worst;
        REQUIRE_EQUAL(furrow__worst_init(&worst, KEPT), FURROW_OK);
        for (size_t i = 0, item = 0; i < MISTAKES; i++, item = (item + strides[s]) % MISTAKES) {
            char name[16];
            snprintf(name, sizeof name, "%zu", item);
            const struct furrow__mistake mistake = {
                .probability = (double)(item / 2) / MISTAKES, .item = item, .name = name};
            REQUIRE_EQUAL(furrow__worst_add(&worst, &mistake), FURROW_OK);
        }
        furrow__worst_sort(&worst);
        EXPECT_EQUAL(worst.count, KEPT);
        for (size_t i = 0; i < KEPT; i++) { /* 996, then pairs: 994, 995, 992, 993 ... */
            size_t expected = i == 0 ? 996 : 996 - 2 * ((i + 1) / 2) + (i % 2 == 0);
            harness_case("stride %zu, place %zu", strides[s], i);
            EXPECT_EQUAL(worst.heap[i].item, expected);
            EXPECT_EQUAL(atoi(worst.heap[i].name), expected);
        }
        furrow__worst_clear(&worst);
    }
}

TEST(no_mistakes_are_kept_where_none_are_wanted_or_memory_ends)
{
    struct furrow__worst worst;
    const struct furrow__mistake mistake = {.probability = 1, .name = (char *)"a"};
    REQUIRE_EQUAL(furrow__worst_init(&worst, 0), FURROW_OK);
    EXPECT_EQUAL(furrow__worst_add(&worst, &mistake), FURROW_OK);
    EXPECT_EQUAL(worst.count, 0);
    furrow__worst_clear(&worst);
    REQUIRE_EQUAL(furrow__worst_init(&worst, 1), FURROW_OK);
    harness_fail_allocation(1);
    EXPECT_EQUAL(furrow__worst_add(&worst, &mistake), FURROW_ENOMEM);
    harness_fail_allocation(0);
    EXPECT_EQUAL(worst.count, 0);
    furrow__worst_clear(&worst);
}
