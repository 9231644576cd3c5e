/* Formats whose bytes have known offsets, written in parts of any size. */
#include "kernel_commands.h"

#include <string.h>

static furrow_part part_of(const struct job *job)
{
    return furrow_part_of(furrow_kernel_shape(job->kernel, job->state).items, 1, 1);
}

/* The bytes of all items, cut into ranges of `step`, made in the order from the last back. */
static size_t write_ranges(char *bytes, const struct job *job, const furrow_kernel_format *format,
                           size_t step, furrow_error *error)
{
    size_t items = furrow_kernel_shape(job->kernel, job->state).items, end = items;
    uint64_t size = 0;
    EXPECT_EQUAL(format->offset(&size, job->state, items), FURROW_OK);
    bytes[size] = 0x55;
    do {
        size_t begin = end - (end % step ? end % step : end > 0 ? step : 0);
        uint64_t offset = 0;
        if (items > 0)
            EXPECT_EQUAL(format->offset(&offset, job->state, begin), FURROW_OK);
        EXPECT_EQUAL(format->write(bytes + offset, job->state, begin, end), FURROW_OK);
        EXPECT_EQUAL(format->check(bytes + offset, job->state, begin, end, error), FURROW_OK);
        end = begin;
    } while (end > 0);
    EXPECT_EQUAL(bytes[size], 0x55);
    bytes[size] = '\0';
    return size;
}

/* All formats that the writer has, too. */
TEST(bytes_are_the_same_as_records_however_they_are_cut)
{
    static struct output records;
    static char bytes[1 << 22];
    size_t compared = 0;
    for (size_t i = 0; i < COUNT(commands); i++) {
        furrow_error error = {0};
        furrow_run_options options = {.plan = serial};
        const furrow_kernel_format *format = NULL;
        struct job job;
        REQUIRE_EQUAL(begin_command(&job, &commands[i], &error), FURROW_OK);
        const furrow_part part = part_of(&job);
        while ((format = furrow_kernel_format_next(job.kernel, format)) != NULL) {
            furrow_format known;
            if (!format->write || !furrow_format_parse(&known, format->name) ||
                format->open(job.state, format, &part, &error) == FURROW_ENOTSUP)
                continue;
            harness_case("%s %s: %s", commands[i].kernel, commands[i].words, format->name);
            furrow_kernel_begin(job.kernel, job.state, 1, NULL);
            EXPECT_EQUAL(run_job(&records, &job, known, options, &error), FURROW_OK);
            for (size_t step = 1; step < 10000; step = step * 7 + 1) {
                EXPECT_EQUAL(write_ranges(bytes, &job, format, step, &error), records.size);
                EXPECT(strcmp(bytes, records.text) == 0);
            }
            compared++;
        }
        end_command(&job);
    }
    EXPECT(compared > 30);
}

/* ---- what a run writes ---- */

static int take_at(const char *bytes, size_t size, uint64_t offset, void *context)
{
    struct output *output = context;
    if (offset + size >= sizeof output->text)
        return FURROW_EFBIG;
    memcpy(output->text + offset, bytes, size);
    __atomic_add_fetch(&output->size, size, __ATOMIC_RELAXED);
    return FURROW_OK;
}

/* Runs the command; its format writes into `output`. */
static int run_bytes(struct output *output, const struct job *job, furrow_run_options options,
                     bool anywhere, furrow_run_outcome *outcome)
{
    memset(output, 0, sizeof *output);
    options.sink = take;
    options.sink_context = output;
    options.write_at = anywhere ? take_at : NULL;
    return furrow_run(outcome, job->kernel, job->state, &options, NULL);
}

static void every_format_is_written(const struct job *job, furrow_run_options options,
                                    bool anywhere)
{
    static struct output expected, got;
    const furrow_part part = part_of(job);
    furrow_run_outcome outcome;
    furrow_error error;
    options.format = NULL;
    while ((options.format = furrow_kernel_format_next(job->kernel, options.format)) != NULL) {
        const furrow_kernel_format *format = options.format;
        if (!format->write || format->open(job->state, format, &part, &error))
            continue;
        expected.size = write_ranges(expected.text, job, format, 100000, &error);
        EXPECT_EQUAL(run_bytes(&got, job, options, anywhere, &outcome), FURROW_OK);
        EXPECT_EQUAL(got.size, expected.size);
        EXPECT(memcmp(got.text, expected.text, expected.size) == 0);
        EXPECT(outcome.whole);
        EXPECT_EQUAL(outcome.items, furrow_kernel_shape(job->kernel, job->state).items);
    }
}

TEST(a_run_writes_them_on_any_plan_in_order_and_at_any_place)
{
    static const furrow_plan plans[] = {
        {.threads = 0},
        {.backend = FURROW_BACKEND_SERIAL},
        {.threads = 2, .backend = FURROW_BACKEND_FOR, .schedule = FURROW_SCHEDULE_STATIC},
        {.threads = 3, .backend = FURROW_BACKEND_FOR, .chunk = 7},
        {.threads = 8, .backend = FURROW_BACKEND_FOR, .schedule = FURROW_SCHEDULE_GUIDED},
        {.threads = 3, .backend = FURROW_BACKEND_TASKLOOP, .chunk = 1000},
    };
    const struct command table[] = {{"combinations", "2 3", NULL},
                                    {"combinations", "6 2", NULL},
                                    {"combinations", "21 6", NULL},
                                    {"combinations", "--sizes=3,101,2", NULL}};
    for (size_t i = 0; i < COUNT(table) * COUNT(plans) * 2; i++) {
        const struct command *command = &table[i / 2 / COUNT(plans)];
        const furrow_run_options options = {
            .plan = plans[i / 2 % COUNT(plans)], .cpus = 2, .checks = i % 3 == 0};
        furrow_error error;
        struct job job;
        harness_case("%s, plan %zu, %zu", command->words, i / 2 % COUNT(plans), i % 2);
        REQUIRE_EQUAL(begin_command(&job, command, &error), FURROW_OK);
        every_format_is_written(&job, options, i % 2);
        end_command(&job);
    }
}

static int take_some(const char *bytes, size_t size, void *context)
{
    struct output *output = context;
    return output->size + size > 1 << 20 ? FURROW_EIO : take(bytes, size, context);
}

TEST(a_sink_that_fails_ends_a_run_behind_whole_items)
{
    const struct command command = {"combinations", "24 7", NULL};
    static struct output output;
    for (int threads = 1; threads <= 3; threads++) {
        furrow_run_options options = {.plan.threads = threads, .sink = take_some};
        furrow_run_outcome outcome;
        furrow_error error;
        uint64_t offset = 0;
        struct job job;
        harness_case("%d threads", threads);
        REQUIRE_EQUAL(begin_command(&job, &command, &error), FURROW_OK);
        const furrow_part part = part_of(&job);
        REQUIRE_EQUAL(furrow_kernel_open(&options.format, job.kernel, job.state, "text", false,
                                         &part, &error),
                      FURROW_OK);
        memset(&output, 0, sizeof output);
        options.sink_context = &output;
        EXPECT_EQUAL(furrow_run(&outcome, job.kernel, job.state, &options, &error), FURROW_EIO);
        EXPECT(!outcome.whole);
        EXPECT_EQUAL(options.format->offset(&offset, job.state, outcome.items), FURROW_OK);
        EXPECT(outcome.items > 0 && offset <= output.size);
        end_command(&job);
    }
}

TEST(bytes_without_memory_say_so)
{
    const struct command command = {"combinations", "16 5", NULL};
    static struct output output;
    furrow_run_options options = {.plan.threads = 2, .cpus = 2};
    furrow_error error;
    struct job job;
    furrow_cpu_count();
    REQUIRE_EQUAL(begin_command(&job, &command, &error), FURROW_OK);
    const furrow_part part = part_of(&job);
    REQUIRE_EQUAL(
        furrow_kernel_open(&options.format, job.kernel, job.state, "csv", false, &part, &error),
        FURROW_OK);
    for (size_t n = 1; n < 100; n++) {
        harness_case("allocation %zu", n);
        harness_fail_allocation(n);
        int status = run_bytes(&output, &job, options, false, NULL);
        if (harness_fail_allocation(0) < n)
            break;
        /* A buffer may be kept for the next range, or not. */
        EXPECT(status == FURROW_ENOMEM || status == FURROW_OK);
    }
    end_command(&job);
}

static void is_binary(const char *words, const char *name, const void *expected, size_t size)
{
    static char bytes[1 << 16];
    const struct command command = {"combinations", words, NULL};
    const furrow_kernel_format *format;
    furrow_error error = {0};
    struct job job;
    harness_case("%s, %s", words, name);
    REQUIRE_EQUAL(begin_command(&job, &command, &error), FURROW_OK);
    const furrow_part part = part_of(&job);
    REQUIRE_EQUAL(furrow_kernel_open(&format, job.kernel, job.state, name, false, &part, &error),
                  FURROW_OK);
    EXPECT_EQUAL(write_ranges(bytes, &job, format, 2, &error), size);
    EXPECT(memcmp(bytes, expected, size) == 0);
    end_command(&job);
}

TEST(binary_formats_are_the_elements_themselves)
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

TEST(bytes_that_are_not_what_the_plain_code_makes_are_refused_by_row)
{
    const struct command command = {"combinations", "6 2", NULL};
    const furrow_kernel_format *format = NULL;
    furrow_error error = {0};
    char bytes[200];
    struct job job;
    REQUIRE_EQUAL(begin_command(&job, &command, &error), FURROW_OK);
    const furrow_part part = part_of(&job);
    while ((format = furrow_kernel_format_next(job.kernel, format)) != NULL) {
        uint64_t size = 0;
        if (!format->write)
            continue;
        harness_case("%s", format->name);
        REQUIRE_EQUAL(format->open(job.state, format, &part, &error), FURROW_OK);
        EXPECT_EQUAL(format->offset(&size, job.state, 7), FURROW_OK);
        REQUIRE(size < sizeof bytes);
        EXPECT_EQUAL(format->write(bytes, job.state, 0, 7), FURROW_OK);
        EXPECT_EQUAL(format->check(bytes, job.state, 0, 7, &error), FURROW_OK);
        bytes[size - 1] ^= 1;
        EXPECT_EQUAL(format->check(bytes, job.state, 0, 7, &error), FURROW_EVERIFY);
        EXPECT_CONTAINS(error.text, "row 6");
    }
    end_command(&job);
}
