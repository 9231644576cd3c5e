/* Documents: the bytes of a kernel's records, cut in any way. */
#include "kernel_commands.h"

#include <string.h>

/* Bytes of a document, cut into ranges of `step` items, made in the order from the last back. */
static size_t write_document(char *bytes, const struct job *job, size_t step, furrow_error *error)
{
    const furrow_document *document = job->kernel->document;
    size_t items = furrow_kernel_shape(job->kernel, job->state).items, end = items;
    uint64_t size = 0;
    EXPECT_EQUAL(document->offset(&size, job->state, items), FURROW_OK);
    bytes[size] = 0x55;
    do {
        size_t begin = end - (end % step ? end % step : end > 0 ? step : 0);
        uint64_t offset = 0;
        if (items > 0)
            EXPECT_EQUAL(document->offset(&offset, job->state, begin), FURROW_OK);
        EXPECT_EQUAL(document->write(bytes + offset, job->state, begin, end), FURROW_OK);
        EXPECT_EQUAL(document->check(bytes + offset, job->state, begin, end, error), FURROW_OK);
        end = begin;
    } while (end > 0);
    EXPECT_EQUAL(bytes[size], 0x55);
    bytes[size] = '\0';
    return size;
}

/* All formats that the writer has too. */
TEST(a_document_is_the_same_bytes_as_the_records_however_it_is_cut)
{
    static struct output records;
    static char bytes[1 << 22];
    size_t documents = 0;
    for (size_t i = 0; i < COUNT(commands); i++) {
        furrow_error error = {0};
        furrow_run_options options = {.plan = serial};
        struct job job;
        REQUIRE_EQUAL(begin_command(&job, &commands[i], &error), FURROW_OK);
        const furrow_document *document = job.kernel->document;
        for (size_t f = 0; document && document->formats[f]; f++) {
            furrow_format format;
            harness_case("%s %s: %s", commands[i].kernel, commands[i].words, document->formats[f]);
            bool known = furrow_format_parse(&format, document->formats[f]);
            int status = known ? document->open(job.state, f, &error) : FURROW_ENOTSUP;
            if (status == FURROW_ENOTSUP)
                continue;
            REQUIRE_EQUAL(status, FURROW_OK);
            furrow_kernel_begin(job.kernel, job.state, 1, NULL);
            EXPECT_EQUAL(run_job(&records, &job, format, options, &error), FURROW_OK);
            for (size_t step = 1; step < 10000; step = step * 7 + 1) {
                EXPECT_EQUAL(write_document(bytes, &job, step, &error), records.size);
                EXPECT(strcmp(bytes, records.text) == 0);
            }
            documents++;
        }
        end_command(&job);
    }
    EXPECT(documents > 30);
}

static void is_binary(const char *words, const char *format, const void *expected, size_t size)
{
    static char bytes[1 << 16];
    const struct command command = {"combinations", words, NULL};
    const char *const *formats;
    furrow_error error = {0};
    struct job job;
    size_t index = 0;
    harness_case("%s, %s", words, format);
    REQUIRE_EQUAL(begin_command(&job, &command, &error), FURROW_OK);
    for (formats = job.kernel->document->formats; strcmp(formats[index], format) != 0;)
        index++;
    REQUIRE_EQUAL(job.kernel->document->open(job.state, index, &error), FURROW_OK);
    EXPECT_EQUAL(write_document(bytes, &job, 2, &error), size);
    EXPECT(memcmp(bytes, expected, size) == 0);
    end_command(&job);
}

TEST(binary_documents_are_the_elements_themselves)
{
    const uint16_t halves[] = {0, 1, 0, 2, 1, 2};
    const uint32_t words[] = {1, 0};
    is_binary("3 2", "u8", "\0\1\0\2\1\2", 6);
    is_binary("3 2", "u16", halves, sizeof halves);
    is_binary("2 2 --permutations= --from=1", "u32", words, sizeof words);
    is_binary("3 2 --from=3", "u8", "", 0);
    is_binary("300 1 --count=2", "u16", (const uint16_t[]){0, 1}, 4);
    is_binary("2 1", "npy",
              "\x93NUMPY\x01\x00\x76\x00{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1), }"
              "                                                          \n\0\1",
              130);
}

TEST(a_document_that_is_not_what_the_plain_code_makes_is_refused_by_row)
{
    const struct command command = {"combinations", "6 2", NULL};
    furrow_error error = {0};
    char bytes[200];
    struct job job;
    REQUIRE_EQUAL(begin_command(&job, &command, &error), FURROW_OK);
    const furrow_document *document = job.kernel->document;
    for (size_t format = 0; document->formats[format]; format++) {
        harness_case("%s", document->formats[format]);
        uint64_t size = 0;
        REQUIRE_EQUAL(document->open(job.state, format, &error), FURROW_OK);
        EXPECT_EQUAL(document->offset(&size, job.state, 7), FURROW_OK);
        REQUIRE(size < sizeof bytes);
        EXPECT_EQUAL(document->write(bytes, job.state, 0, 7), FURROW_OK);
        EXPECT_EQUAL(document->check(bytes, job.state, 0, 7, &error), FURROW_OK);
        bytes[size - 1] ^= 1;
        EXPECT_EQUAL(document->check(bytes, job.state, 0, 7, &error), FURROW_EVERIFY);
        EXPECT_CONTAINS(error.text, "row 6");
    }
    EXPECT_EQUAL(document->open(job.state, 4, &error), FURROW_OK); /* frees what was open */
    end_command(&job);
}
