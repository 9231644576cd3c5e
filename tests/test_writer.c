#include "harness.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/args.h>
#include <furrow/status.h>
#include <furrow/writer.h>

#include "sink.h"

enum { FORMATS = FURROW_FORMAT_TSV + 1 };

typedef void filling(furrow_writer *writer);

/* What `fill` writes in one document, with the status that it ends in. */
static int write_document(memory_sink *sink, furrow_format format, const char *field, filling *fill)
{
    furrow_writer *writer;
    memset(sink, 0, sizeof *sink);
    int status = furrow_writer_new(&writer, format, field, memory_sink_take, sink);
    if (status)
        return status;
    fill(writer);
    status = furrow_writer_finish(writer);
    furrow_writer_free(writer);
    return status;
}

static void nothing(furrow_writer *writer)
{
    (void)writer;
}

static void digits(furrow_writer *writer)
{
    furrow_writer_begin(writer);
    furrow_writer_text(writer, "path", "17.png");
    furrow_writer_count(writer, "digit", 8);
    furrow_writer_real(writer, "confidence", 0.99971, 4);
    furrow_writer_end(writer);
    furrow_writer_begin(writer);
    furrow_writer_text(writer, "path", NULL);
    furrow_writer_count(writer, "digit", UINT64_MAX);
    furrow_writer_real(writer, "confidence", NAN, 4);
    furrow_writer_end(writer);
}

static void awkward_texts(furrow_writer *writer)
{
    const char *const texts[] = {"", "a,b", "say \"hi\"", "two\nlines\r", "tab\t\x01\\", "a b"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        furrow_writer_begin(writer);
        furrow_writer_text(writer, "text", texts[i]);
        furrow_writer_end(writer);
    }
}

static void lists(furrow_writer *writer)
{
    for (uint64_t i = 0; i < 2; i++) {
        furrow_writer_begin(writer);
        furrow_writer_count(writer, "row", i);
        furrow_writer_list_begin(writer, "set");
        furrow_writer_count(writer, "", 10 + i);
        furrow_writer_text(writer, "", "x");
        furrow_writer_list_begin(writer, "");
        furrow_writer_count(writer, "", 7);
        furrow_writer_count(writer, "", 9);
        furrow_writer_list_end(writer);
        furrow_writer_list_end(writer);
        furrow_writer_end(writer);
    }
}

static void small_lists(furrow_writer *writer)
{
    for (uint64_t size = 0; size < 2; size++) {
        furrow_writer_begin(writer);
        furrow_writer_list_begin(writer, "set");
        for (uint64_t i = 0; i < size; i++)
            furrow_writer_count(writer, "", i);
        furrow_writer_list_end(writer);
        furrow_writer_end(writer);
    }
}

static void left_open(furrow_writer *writer)
{
    furrow_writer_begin(writer);
    furrow_writer_count(writer, "n", 1);
    furrow_writer_begin(writer); /* the first was never ended: it is no record */
    furrow_writer_count(writer, "n", 2);
    furrow_writer_end(writer);
    furrow_writer_begin(writer);
    furrow_writer_count(writer, "n", 3);
}

static void only_left_open(furrow_writer *writer)
{
    furrow_writer_begin(writer);
    furrow_writer_count(writer, "n", 1);
}

static void second_has_the_field(furrow_writer *writer)
{
    furrow_writer_begin(writer);
    furrow_writer_count(writer, "other", 1);
    furrow_writer_end(writer);
    furrow_writer_begin(writer);
    furrow_writer_count(writer, "n", 2);
    furrow_writer_end(writer);
}

TEST(each_format_writes_what_its_header_shows)
{
    static const struct {
        filling *fill;
        const char *name, *field;
        const char *expected[FORMATS]; /* text, csv, json, jsonl, list, tsv */
    } table[] = {
        {nothing, "nothing", NULL, {"", "", "[]\n", "", "[]\n", ""}},
        {digits,
         "digits",
         "digit",
         {"17.png 8 0.9997\n- 18446744073709551615 nan\n",
          "path,digit,confidence\n17.png,8,0.9997\n,18446744073709551615,nan\n",
          "[\n{\"path\": \"17.png\", \"digit\": 8, \"confidence\": 0.9997},\n"
          "{\"path\": null, \"digit\": 18446744073709551615, \"confidence\": null}\n]\n",
          "{\"path\": \"17.png\", \"digit\": 8, \"confidence\": 0.9997}\n"
          "{\"path\": null, \"digit\": 18446744073709551615, \"confidence\": null}\n",
          "[8, 18446744073709551615]\n",
          "path\tdigit\tconfidence\n17.png\t8\t0.9997\n\t18446744073709551615\tnan\n"}},
        {awkward_texts,
         "awkward texts",
         NULL,
         {"\na,b\nsay \"hi\"\ntwo\nlines\r\ntab\t\x01\\\na b\n",
          "text\n\n\"a,b\"\n\"say \"\"hi\"\"\"\n\"two\nlines\r\"\ntab\t\x01\\\na b\n",
          "[\n{\"text\": \"\"},\n{\"text\": \"a,b\"},\n{\"text\": \"say \\\"hi\\\"\"},\n"
          "{\"text\": \"two\\u000alines\\u000d\"},\n{\"text\": \"tab\\u0009\\u0001\\\\\"},\n"
          "{\"text\": \"a b\"}\n]\n",
          "{\"text\": \"\"}\n{\"text\": \"a,b\"}\n{\"text\": \"say \\\"hi\\\"\"}\n"
          "{\"text\": \"two\\u000alines\\u000d\"}\n{\"text\": \"tab\\u0009\\u0001\\\\\"}\n"
          "{\"text\": \"a b\"}\n",
          "[, a,b, say \"hi\", two\nlines\r, tab\t\x01\\, a b]\n",
          "text\n\na,b\nsay \"hi\"\ntwo\\nlines\\r\ntab\\t\x01\\\\\na b\n"}},
        {lists,
         "lists",
         "set",
         {"0 (10, x, (7, 9))\n1 (11, x, (7, 9))\n",
          "row,set_1,set_2,set_3\n0,10,x,7 9\n1,11,x,7 9\n",
          "[\n{\"row\": 0, \"set\": [10, \"x\", [7, 9]]},\n"
          "{\"row\": 1, \"set\": [11, \"x\", [7, 9]]}\n]\n",
          "{\"row\": 0, \"set\": [10, \"x\", [7, 9]]}\n{\"row\": 1, \"set\": [11, \"x\", [7, "
          "9]]}\n",
          "[(10, x, (7, 9)), (11, x, (7, 9))]\n",
          "row\tset_1\tset_2\tset_3\n0\t10\tx\t7 9\n1\t11\tx\t7 9\n"}},
        {lists,
         "the first field of a list",
         NULL,
         {"0 (10, x, (7, 9))\n1 (11, x, (7, 9))\n", NULL, NULL, NULL, "[0, 1]\n"}},
        {small_lists,
         "empty lists and lists of one",
         NULL,
         {"()\n(0,)\n", NULL, "[\n{\"set\": []},\n{\"set\": [0]}\n]\n",
          "{\"set\": []}\n{\"set\": [0]}\n", "[(), (0,)]\n"}},
        {left_open,
         "records left open",
         NULL,
         {"2\n", "n\n2\n", "[\n{\"n\": 2}\n]\n", "{\"n\": 2}\n", "[2]\n", "n\n2\n"}},
        {only_left_open, "one record left open", NULL, {"", "", "[]\n", "", "[]\n", ""}},
        {second_has_the_field, "a field that the first lacks", "n", {[4] = "[2]\n"}},
    };
    static memory_sink sink;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        for (int format = 0; format < FORMATS; format++) {
            const char *expected = table[i].expected[format];
            if (!expected)
                continue;
            harness_case("%s as %s", table[i].name, furrow_format_name((furrow_format)format));
            EXPECT_EQUAL(
                write_document(&sink, (furrow_format)format, table[i].field, table[i].fill),
                FURROW_OK);
            EXPECT_TEXT(sink.text, expected);
        }
}

TEST(formats_have_names_and_names_have_formats)
{
    static const char *const names[] = {"text", "csv", "json", "jsonl", "list", "tsv"};
    for (int i = 0; i < FORMATS; i++) {
        furrow_format format;
        EXPECT_TEXT(furrow_format_name((furrow_format)i), names[i]);
        EXPECT(furrow_format_parse(&format, names[i]) && (int)format == i);
    }
    furrow_format format = FURROW_FORMAT_CSV;
    EXPECT(!furrow_format_parse(&format, "xml") && format == FURROW_FORMAT_CSV);
    EXPECT(!furrow_format_parse(&format, ""));
    EXPECT(furrow_format_name((furrow_format)FORMATS) == NULL);
    EXPECT(furrow_format_name((furrow_format)-1) == NULL);
}

static const char *text_given;

static void one_text(furrow_writer *writer)
{
    furrow_writer_begin(writer);
    furrow_writer_text(writer, "t", text_given);
    furrow_writer_end(writer);
}

/* The sequences of Unicode 15, table 3-7, their neighbours, and what Python's surrogateescape
 * makes of the latter. */
TEST(bytes_that_are_not_utf8_are_escaped_reversibly_in_json)
{
    static const struct {
        const char *bytes, *json;
    } table[] = {
        {"\x7f", "\x7f"},
        {"\xc3\xa9", "\xc3\xa9"},
        {"\xe2\x82\xac", "\xe2\x82\xac"},
        {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
        {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
        {"\xed\x9f\xbf", "\xed\x9f\xbf"},
        {"\x80", "\\udc80"},
        {"a\xff", "a\\udcff"},
        {"\xc3", "\\udcc3"},
        {"\xe2\x82", "\\udce2\\udc82"},
        {"\xf0\x9f\x98z", "\\udcf0\\udc9f\\udc98z"},
        {"\xc0\xaf", "\\udcc0\\udcaf"},
        {"\xc1\xbf", "\\udcc1\\udcbf"},
        {"\xe0\x9f\xbf", "\\udce0\\udc9f\\udcbf"},
        {"\xed\xa0\x80", "\\udced\\udca0\\udc80"},
        {"\xf0\x8f\xbf\xbf", "\\udcf0\\udc8f\\udcbf\\udcbf"},
        {"\xf4\x90\x80\x80", "\\udcf4\\udc90\\udc80\\udc80"},
        {"\xf5\x80\x80\x80", "\\udcf5\\udc80\\udc80\\udc80"},
    };
    static memory_sink sink;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char expected[64];
        snprintf(expected, sizeof expected, "{\"t\": \"%s\"}\n", table[i].json);
        harness_case("row %zu: %s", i, table[i].json);
        text_given = table[i].bytes;
        EXPECT_EQUAL(write_document(&sink, FURROW_FORMAT_JSONL, NULL, one_text), FURROW_OK);
        EXPECT_TEXT(sink.text, expected);
        snprintf(expected, sizeof expected, "t\n%s\n", table[i].bytes);
        EXPECT_EQUAL(write_document(&sink, FURROW_FORMAT_CSV, NULL, one_text), FURROW_OK);
        EXPECT_TEXT(sink.text, expected);
    }
}

static void one_path(furrow_writer *writer)
{
    furrow_writer_begin(writer);
    furrow_writer_path(writer, "p", text_given);
    furrow_writer_count(writer, "n", 1);
    furrow_writer_end(writer);
}

/* What GNU ls -b prints of them, in a UTF-8 locale. */
TEST(the_text_format_escapes_paths_as_ls_does)
{
    static const struct {
        const char *path, *text;
    } table[] = {
        {"a.png", "a.png"},
        {"", ""},
        {"two words", "two\\ words"},
        {"\a\b\t\n\v\f\r", "\\a\\b\\t\\n\\v\\f\\r"},
        {"\\n", "\\\\n"},
        {"\x01\x1b[31m\x7f", "\\001\\033[31m\\177"},
        {"\xc3\xa9\xe2\x82\xac", "\xc3\xa9\xe2\x82\xac"},
        {"\xff\xc3", "\\377\\303"},
        {"\"'`$", "\"'`$"},
    };
    static memory_sink sink;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char expected[64];
        snprintf(expected, sizeof expected, "%s 1\n", table[i].text);
        harness_case("row %zu: %s", i, table[i].text);
        text_given = table[i].path;
        EXPECT_EQUAL(write_document(&sink, FURROW_FORMAT_TEXT, NULL, one_path), FURROW_OK);
        EXPECT_TEXT(sink.text, expected);
        snprintf(expected, sizeof expected, "[%s]\n", table[i].path);
        EXPECT_EQUAL(write_document(&sink, FURROW_FORMAT_LIST, NULL, one_path), FURROW_OK);
        EXPECT_TEXT(sink.text, expected);
    }
    text_given = NULL;
    EXPECT_EQUAL(write_document(&sink, FURROW_FORMAT_TEXT, NULL, one_path), FURROW_OK);
    EXPECT_TEXT(sink.text, "- 1\n");
}

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
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
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

TEST(only_whole_records_reach_the_sink)
{
    static memory_sink sink;
    static const char *const first[FORMATS] = {"1\n",          "n\n1\n", "[\n{\"n\": 1}",
                                               "{\"n\": 1}\n", "[1",     "n\n1\n"};
    static const char *const both[FORMATS] = {
        "1\n2\n", "n\n1\n2\n", "[\n{\"n\": 1},\n{\"n\": 2}", "{\"n\": 1}\n{\"n\": 2}\n",
        "[1, 2",  "n\n1\n2\n"};
    for (int format = 0; format < FORMATS; format++) {
        furrow_writer *writer;
        harness_case("%s", furrow_format_name((furrow_format)format));
        memset(&sink, 0, sizeof sink);
        REQUIRE_EQUAL(
            furrow_writer_new(&writer, (furrow_format)format, NULL, memory_sink_take, &sink),
            FURROW_OK);
        EXPECT_EQUAL(furrow_writer_format(writer), format);
        EXPECT_EQUAL(furrow_writer_flush(writer), FURROW_OK);
        EXPECT_TEXT(sink.text, "");
        furrow_writer_begin(writer);
        furrow_writer_count(writer, "n", 1);
        EXPECT_EQUAL(furrow_writer_flush(writer), FURROW_OK);
        EXPECT_TEXT(sink.text, "");
        EXPECT_EQUAL(furrow_writer_end(writer), FURROW_OK);
        EXPECT_TEXT(sink.text, "");
        furrow_writer_begin(writer);
        furrow_writer_count(writer, "n", 2);
        EXPECT_EQUAL(furrow_writer_flush(writer), FURROW_OK);
        EXPECT_TEXT(sink.text, first[format]);
        EXPECT_EQUAL(furrow_writer_end(writer), FURROW_OK);
        EXPECT_EQUAL(furrow_writer_flush(writer), FURROW_OK);
        EXPECT_TEXT(sink.text, both[format]);
        furrow_writer_free(writer);
    }
    furrow_writer_free(NULL);
}

TEST(a_record_larger_than_the_buffer_comes_in_one_piece)
{
    static memory_sink sink;
    enum { SIZE = 200000 };
    char *large = calloc(1, SIZE + 1);
    REQUIRE(large);
    memset(large, 'x', SIZE);
    text_given = large;
    EXPECT_EQUAL(write_document(&sink, FURROW_FORMAT_CSV, NULL, one_text), FURROW_OK);
    EXPECT_EQUAL(sink.size, SIZE + strlen("t\n\n"));
    EXPECT_EQUAL(sink.calls, 1);
    EXPECT(strncmp(sink.text, "t\nxxx", 5) == 0);
    free(large);
}

static void many_records(furrow_writer *writer)
{
    for (uint64_t i = 0; i < 30000; i++) {
        furrow_writer_begin(writer);
        furrow_writer_count(writer, "n", 10000 + i);
        furrow_writer_end(writer);
    }
}

TEST(many_records_are_gathered_into_few_calls)
{
    static memory_sink sink;
    EXPECT_EQUAL(write_document(&sink, FURROW_FORMAT_TEXT, NULL, many_records), FURROW_OK);
    EXPECT_EQUAL(sink.size, 30000 * 6);
    EXPECT_EQUAL(sink.calls, 3);
}

TEST(a_failing_sink_is_never_called_again)
{
    static memory_sink sink;
    for (int format = 0; format < FORMATS; format++) {
        furrow_writer *writer;
        harness_case("%s", furrow_format_name((furrow_format)format));
        memset(&sink, 0, sizeof sink);
        sink.failing_call = 2;
        sink.code = FURROW_EIO;
        REQUIRE_EQUAL(
            furrow_writer_new(&writer, (furrow_format)format, NULL, memory_sink_take, &sink),
            FURROW_OK);
        lists(writer);
        EXPECT_EQUAL(furrow_writer_flush(writer), FURROW_OK);
        size_t size = sink.size;
        lists(writer);
        EXPECT_EQUAL(furrow_writer_flush(writer), FURROW_EIO);
        lists(writer);
        furrow_writer_begin(writer);
        EXPECT_EQUAL(furrow_writer_end(writer), FURROW_EIO);
        EXPECT_EQUAL(furrow_writer_flush(writer), FURROW_EIO);
        EXPECT_EQUAL(furrow_writer_finish(writer), FURROW_EIO);
        EXPECT_EQUAL(sink.calls, 2);
        EXPECT_EQUAL(sink.size, size);
        furrow_writer_free(writer);
    }
}

TEST(each_failed_allocation_is_reported_and_leaves_whole_records)
{
    static memory_sink sink, whole;
    for (int format = 0; format < FORMATS; format++) {
        furrow_format kind = (furrow_format)format;
        REQUIRE_EQUAL(write_document(&whole, kind, NULL, many_records), FURROW_OK);
        for (size_t n = 1;; n++) {
            harness_case("%s, allocation %zu", furrow_format_name(kind), n);
            harness_fail_allocation(n);
            int status = write_document(&sink, kind, NULL, many_records);
            if (harness_fail_allocation(0) < n)
                break;
            EXPECT_EQUAL(status, FURROW_ENOMEM);
            EXPECT(memcmp(sink.text, whole.text, sink.size) == 0);
        }
    }
}

static void too_deep(furrow_writer *writer)
{
    furrow_writer_begin(writer);
    for (int i = 0; i < 9; i++)
        furrow_writer_list_begin(writer, "set");
    for (int i = 0; i < 9; i++)
        furrow_writer_list_end(writer);
    furrow_writer_end(writer);
}

static void an_end_too_many(furrow_writer *writer)
{
    furrow_writer_begin(writer);
    furrow_writer_list_end(writer);
    furrow_writer_count(writer, "n", 1);
    furrow_writer_end(writer);
}

TEST(lists_that_nest_too_deep_or_end_too_often_do_no_harm)
{
    static memory_sink sink;
    for (int format = 0; format < FORMATS; format++) {
        furrow_format kind = (furrow_format)format;
        harness_case("%s", furrow_format_name(kind));
        EXPECT_EQUAL(write_document(&sink, kind, NULL, too_deep), FURROW_ENOTSUP);
        EXPECT_TEXT(sink.text, "");
        EXPECT_EQUAL(write_document(&sink, kind, NULL, an_end_too_many), FURROW_OK);
    }
}

/* A part of two records, or of none. */
static void write_part(memory_sink *sink, furrow_format format, bool first, bool last, bool empty)
{
    furrow_writer *writer;
    memset(sink, 0, sizeof *sink);
    REQUIRE_EQUAL(furrow_writer_new(&writer, format, NULL, memory_sink_take, sink), FURROW_OK);
    furrow_writer_part(writer, first, last);
    if (!empty)
        digits(writer);
    EXPECT_EQUAL(furrow_writer_finish(writer), FURROW_OK);
    furrow_writer_free(writer);
}

static void digits_three_times(furrow_writer *writer)
{
    for (int i = 0; i < 3; i++)
        digits(writer);
}

TEST(parts_concatenate_to_the_whole)
{
    static memory_sink whole, parts[4];
    for (int format = 0; format < FORMATS; format++) {
        furrow_format kind = (furrow_format)format;
        harness_case("%s", furrow_format_name(kind));
        EXPECT_EQUAL(write_document(&whole, kind, NULL, digits_three_times), FURROW_OK);
        for (int i = 0; i < 4; i++)
            write_part(&parts[i], kind, i == 0, i == 2, i == 3);
        char text[4096] = "";
        for (int i = 0; i < 4; i++)
            strcat(text, parts[i].text);
        EXPECT_TEXT(text, whole.text);
    }
}

TEST(a_writer_without_a_format_or_a_sink_is_refused)
{
    furrow_writer *writer;
    memory_sink *none = NULL;
    EXPECT_EQUAL(furrow_writer_new(&writer, (furrow_format)FORMATS, NULL, memory_sink_take, none),
                 FURROW_EINVAL);
    EXPECT(writer == NULL);
    EXPECT_EQUAL(furrow_writer_new(&writer, FURROW_FORMAT_CSV, NULL, NULL, NULL), FURROW_EINVAL);
    harness_fail_allocation(1);
    EXPECT_EQUAL(furrow_writer_new(&writer, FURROW_FORMAT_CSV, NULL, memory_sink_take, none),
                 FURROW_ENOMEM);
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
