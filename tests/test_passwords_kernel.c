/* The kernel passwords, whose results differ from run to run. */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#include <furrow/run.h>

#include "kernels.h"

#define A_TO_Z_0_TO_9 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

extern const furrow_kernel furrow_kernel_passwords;
static const furrow_kernel *const kernel = &furrow_kernel_passwords;

static char text[1 << 16];

static int take(const char *bytes, size_t size, void *context)
{
    size_t *length = context;
    if (*length + size >= sizeof text)
        return FURROW_EFBIG;
    memcpy(text + *length, bytes, size);
    *length += size;
    text[*length] = '\0';
    return FURROW_OK;
}

static int set_up(void **state, furrow_args **args, const char *count, const char *shortest,
                  const char *longest)
{
    int status = furrow_args_new(args, kernel->params);
    if (!status)
        status = furrow_args_set(*args, "count", count, NULL);
    if (!status)
        status = furrow_args_set(*args, "shortest", shortest, NULL);
    if (!status)
        status = furrow_args_set(*args, "longest", longest, NULL);
    return status ? status : furrow_kernel_setup(state, kernel, *args, NULL);
}

/* Runs the kernel; its output is then in `text`. */
static int run_and_verify(void *state, int threads)
{
    size_t length = 0;
    furrow_error error;
    furrow_run_options options = {.plan = {.threads = threads, .chunk = 3}, .cpus = 2};
    text[0] = '\0';
    int status = furrow_writer_new(&options.writer, FURROW_FORMAT_TEXT, NULL, take, &length);
    if (status)
        return status;
    status = furrow_run(NULL, kernel, state, &options, &error);
    if (!status)
        status = furrow_writer_finish(options.writer);
    furrow_writer_free(options.writer);
    return status ? status : kernel->verify(state, &error);
}

/* How many lines of `text` are passwords of these lengths, in turn; 0 when one is not. */
static size_t count_lines(size_t shortest, size_t longest)
{
    size_t lines = 0;
    for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
        size_t length = strspn(line, A_TO_Z_0_TO_9);
        if (line[length] != '\n' || length != shortest + lines % (longest - shortest + 1))
            return 0;
        lines++;
    }
    return lines;
}

TEST(passwords_have_their_lengths_and_characters_on_any_number_of_threads)
{
    const struct {
        const char *count, *shortest, *longest;
        size_t lines, from, to;
    } table[] = {
        {"0", "5", "12", 0, 5, 12}, {"1", "5", "12", 1, 5, 12},     {"8", "5", "12", 8, 5, 12},
        {"13", "1", "1", 13, 1, 1}, {"97", "7", "256", 97, 7, 256}, {"997", "5", "12", 997, 5, 12},
    };
    for (size_t i = 0; i < COUNT(table) * 4; i++) {
        static const int threads[] = {1, 2, 3, 8};
        size_t row = i / 4;
        furrow_args *args;
        void *state;
        harness_case("%s passwords, %d threads", table[row].count, threads[i % 4]);
        REQUIRE_EQUAL(
            set_up(&state, &args, table[row].count, table[row].shortest, table[row].longest),
            FURROW_OK);
        EXPECT_EQUAL(run_and_verify(state, threads[i % 4]), FURROW_OK);
        EXPECT_EQUAL(count_lines(table[row].from, table[row].to), table[row].lines);
        kernel->teardown(state);
        furrow_args_free(args);
    }
}

TEST(no_two_runs_give_the_same_passwords)
{
    static char first[sizeof text];
    furrow_args *args;
    void *state;
    REQUIRE_EQUAL(set_up(&state, &args, "20", "12", "12"), FURROW_OK);
    EXPECT_EQUAL(run_and_verify(state, 2), FURROW_OK);
    memcpy(first, text, sizeof first);
    EXPECT_EQUAL(kernel->begin(state, 1, NULL), FURROW_OK);
    EXPECT_EQUAL(run_and_verify(state, 2), FURROW_OK);
    for (size_t i = 0; i < 20; i++)
        EXPECT(strncmp(first + 13 * i, text + 13 * i, 12) != 0);
    kernel->teardown(state);
    furrow_args_free(args);
}

/* A hundred passwords of ten characters each, as if `body` had made them. */
static void verify_made(const char *from, int status, const char *part)
{
    char slots[100][11];
    furrow_args *args;
    void *state;
    furrow_error error = {0};
    harness_case("of %s", from);
    REQUIRE_EQUAL(set_up(&state, &args, "100", "10", "10"), FURROW_OK);
    for (size_t i = 0; i < 100; i++) {
        for (size_t j = 0; j < 10; j++)
            slots[i][j] = from[(10 * i + j) % strlen(from)];
        slots[i][10] = '\0';
    }
    const furrow_batch batch = {.end = 100, .results = slots, .result_size = sizeof slots[0]};
    EXPECT_EQUAL(kernel->combine(state, &batch), FURROW_OK);
    EXPECT_EQUAL(kernel->verify(state, &error), status);
    EXPECT_CONTAINS(error.text, part);
    kernel->teardown(state);
    furrow_args_free(args);
}

TEST(passwords_that_no_fair_source_gives_do_not_verify)
{
    verify_made(A_TO_Z_0_TO_9, FURROW_OK, "");
    verify_made("A", FURROW_EVERIFY, "chi-squared");
    verify_made("ABCDEFGHIJKLMNOPQRSTUVWXYZ", FURROW_EVERIFY, "chi-squared");
    verify_made("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345678a", FURROW_EVERIFY, "of A-Z and 0-9");
}

/* The plain remainder of a byte by 36 is one of the first four characters 32 times in 256; fairly
 * it is 1 time in 9. Of 2.56 million characters a share is known to within 0.0002 (one sigma). */
TEST(no_character_is_favoured)
{
    furrow_args *args;
    void *state;
    double first = 0, all = 0;
    REQUIRE_EQUAL(set_up(&state, &args, "250", "256", "256"), FURROW_OK);
    for (int round = 0; round < 40; round++) {
        REQUIRE_EQUAL(kernel->begin(state, 1, NULL), FURROW_OK);
        REQUIRE_EQUAL(run_and_verify(state, 2), FURROW_OK);
        for (const char *c = text; *c; c++) {
            first += *c >= 'A' && *c <= 'D';
            all += *c != '\n';
        }
    }
    EXPECT_NEAR(first / all, 1.0 / 9, 0.002);
    kernel->teardown(state);
    furrow_args_free(args);
}
