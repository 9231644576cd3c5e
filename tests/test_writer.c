#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sink.h"

static void nothing(furrow_writer *writer)
{
    (void)writer;
}

static void awkward_texts(furrow_writer *writer)
{
    const char *const texts[] = {"", "a,b", "say \"hi\"", "two\nlines\r", "tab\t\x01\\", "a\rb"};
    for (size_t i = 0; i < COUNT(texts); i++) {
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
    furrow_writer_begin(writer); /* the first record was never ended, so it is not written */
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

static const struct {
    filling *fill;
    const char *name, *field;
    const char *expected[FORMATS]; /* text, csv, json, jsonl, list, tsv */
} documents[] = {
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
     {"\na,b\nsay \"hi\"\ntwo\nlines\r\ntab\t\x01\\\na\rb\n",
      "text\n\n\"a,b\"\n\"say \"\"hi\"\"\"\n\"two\nlines\r\"\ntab\t\x01\\\n\"a\rb\"\n",
      "[\n{\"text\": \"\"},\n{\"text\": \"a,b\"},\n{\"text\": \"say \\\"hi\\\"\"},\n"
      "{\"text\": \"two\\u000alines\\u000d\"},\n{\"text\": \"tab\\u0009\\u0001\\\\\"},\n"
      "{\"text\": \"a\\u000db\"}\n]\n",
      "{\"text\": \"\"}\n{\"text\": \"a,b\"}\n{\"text\": \"say \\\"hi\\\"\"}\n"
      "{\"text\": \"two\\u000alines\\u000d\"}\n{\"text\": \"tab\\u0009\\u0001\\\\\"}\n"
      "{\"text\": \"a\\u000db\"}\n",
      "[, a,b, say \"hi\", two\nlines\r, tab\t\x01\\, a\rb]\n",
      "text\n\na,b\nsay \"hi\"\ntwo\\nlines\\r\ntab\\t\x01\\\\\na\\rb\n"}},
    {lists,
     "lists",
     "set",
     {"0 (10, x, (7, 9))\n1 (11, x, (7, 9))\n", "row,set_1,set_2,set_3\n0,10,x,7 9\n1,11,x,7 9\n",
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

TEST(each_format_writes_what_its_header_shows)
{
    static memory_sink sink;
    for (size_t i = 0; i < COUNT(documents); i++)
        for (int format = 0; format < FORMATS; format++) {
            const char *expected = documents[i].expected[format];
            if (!expected)
                continue;
            harness_case("%s as %s", documents[i].name, furrow_format_name((furrow_format)format));
            EXPECT_EQUAL(
                write_document(&sink, (furrow_format)format, documents[i].field, documents[i].fill),
                FURROW_OK);
            EXPECT_TEXT(sink.text, expected);
        }
}

TEST(formats_have_names_and_names_have_formats)
{
    static const char *const names[FORMATS] = {"text", "csv", "json", "jsonl", "list", "tsv"};
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
    for (size_t i = 0; i < COUNT(table); i++) {
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
    for (size_t i = 0; i < COUNT(table); i++) {
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
