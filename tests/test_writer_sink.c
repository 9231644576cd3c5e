/* The sink gets whole records, in few calls, and nothing after a failure. */
#include "harness.h"

#include <string.h>

#include "sink.h"

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

enum { LARGE = 200000 };

static void large_record(furrow_writer *writer)
{
    static char text[LARGE + 1];
    memset(text, 'x', LARGE);
    furrow_writer_begin(writer);
    furrow_writer_text(writer, "t", text);
    furrow_writer_end(writer);
}

TEST(a_record_larger_than_the_buffer_comes_in_one_piece)
{
    static memory_sink sink;
    EXPECT_EQUAL(write_document(&sink, FURROW_FORMAT_CSV, NULL, large_record), FURROW_OK);
    EXPECT_EQUAL(sink.size, LARGE + strlen("t\n\n"));
    EXPECT_EQUAL(sink.calls, 1);
    EXPECT(strncmp(sink.text, "t\nxxx", 5) == 0);
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
        digits(writer);
        EXPECT_EQUAL(furrow_writer_flush(writer), FURROW_OK);
        size_t size = sink.size;
        digits(writer);
        EXPECT_EQUAL(furrow_writer_flush(writer), FURROW_EIO);
        digits(writer);
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

/* A part that has two records, or none. */
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
    static memory_sink whole, parts[5];
    for (int format = 0; format < FORMATS; format++) {
        furrow_format kind = (furrow_format)format;
        harness_case("%s", furrow_format_name(kind));
        EXPECT_EQUAL(write_document(&whole, kind, NULL, digits_three_times), FURROW_OK);
        for (int i = 0; i < 5; i++)
            write_part(&parts[i], kind, i == 0, i == 4, i == 1 || i == 4);
        char text[4096] = "";
        for (int i = 0; i < 5; i++)
            strcat(text, parts[i].text);
        EXPECT_TEXT(text, whole.text);
    }
}
