/* The kernel files, through arguments, run and writer, in folders of its own. */
#include "harness.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <furrow/run.h>

#include "kernels.h"
#include "told.h"

extern const furrow_kernel furrow_kernel_files;
static const furrow_kernel *const kernel = &furrow_kernel_files;

/* One command, and what came of it. */
struct job {
    furrow_args *args;
    void *state;
    furrow_run_outcome outcome;
    furrow_error error;
    char text[4096];
};

static int take(const char *bytes, size_t size, void *context)
{
    struct job *job = context;
    size_t length = strlen(job->text);
    if (length + size >= sizeof job->text)
        return FURROW_EFBIG;
    memcpy(job->text + length, bytes, size);
    job->text[length + size] = '\0';
    return FURROW_OK;
}

/* Files numbered from 10, of three texts in turn. */
static int begin(struct job *job, const char *folder, const char *count)
{
    static const char *const texts[] = {"Abhijit", "", "Ayush\nand Falguni"};
    *job = (struct job){0};
    int status = furrow_args_new(&job->args, kernel->params);
    for (size_t i = 0; !status && i < 3; i++)
        status = furrow_args_add(job->args, texts[i], &job->error);
    if (!status)
        status = furrow_args_set(job->args, "folder", folder, &job->error);
    if (!status)
        status = furrow_args_set(job->args, "count", count, &job->error);
    if (!status)
        status = furrow_args_set(job->args, "first", "10", &job->error);
    if (!status)
        status = furrow_kernel_setup(&job->state, kernel, job->args, &job->error);
    return status ? status : furrow_kernel_begin(kernel, job->state, 0, &job->error);
}

static int run(struct job *job, furrow_format format, furrow_run_options options)
{
    job->text[0] = '\0';
    int status = furrow_writer_new(&options.writer, format, NULL, take, job);
    if (status)
        return status;
    status = furrow_run(&job->outcome, kernel, job->state, &options, &job->error);
    if (!status)
        status = furrow_writer_finish(options.writer);
    furrow_writer_free(options.writer);
    return status;
}

static void end(struct job *job)
{
    furrow_kernel_teardown(kernel, job->state);
    furrow_args_free(job->args);
}

static furrow_run_options on(int threads)
{
    return (furrow_run_options){.plan = {.threads = threads, .chunk = 1}, .cpus = 2};
}

static void holds(const char *folder, const char *name, const char *text)
{
    char path[4096], got[64];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    REQUIRE(file != NULL);
    got[fread(got, 1, sizeof got - 1, file)] = '\0';
    fclose(file);
    EXPECT_TEXT(got, text);
}

TEST(each_text_is_saved_in_its_file_on_any_number_of_threads)
{
    static const int threads[] = {1, 2, 3, 8};
    for (size_t i = 0; i < 4; i++) {
        const char *folder = harness_folder();
        struct job job;
        harness_case("%d threads", threads[i]);
        REQUIRE_EQUAL(begin(&job, folder, "4"), FURROW_OK);
        EXPECT_EQUAL(run(&job, FURROW_FORMAT_TEXT, on(threads[i])), FURROW_OK);
        EXPECT_TEXT(job.text, "file_10.txt 7\nfile_11.txt 0\nfile_12.txt 17\nfile_13.txt 7\n");
        EXPECT_EQUAL(kernel->verify(job.state, &job.error), FURROW_OK);
        holds(folder, "file_10.txt", "Abhijit");
        holds(folder, "file_11.txt", "");
        holds(folder, "file_12.txt", "Ayush\nand Falguni");
        holds(folder, "file_13.txt", "Abhijit");
        end(&job);
    }
}

TEST(without_a_count_there_is_a_file_for_each_text_and_what_was_there_is_replaced)
{
    const char *folder = harness_folder();
    struct job job;
    harness_write(folder, "file_11.txt", "something longer than nothing", 29);
    REQUIRE_EQUAL(begin(&job, folder, "0"), FURROW_OK);
    for (int round = 0; round < 2; round++) {
        EXPECT_EQUAL(run(&job, FURROW_FORMAT_LIST, on(2)), FURROW_OK);
        EXPECT_TEXT(job.text, "[file_10.txt, file_11.txt, file_12.txt]\n");
        EXPECT_EQUAL(kernel->verify(job.state, &job.error), FURROW_OK);
        holds(folder, "file_11.txt", "");
        EXPECT_EQUAL(kernel->begin(job.state, 1, &job.error), FURROW_OK);
    }
    end(&job);
}

TEST(a_file_that_cannot_be_saved_fails_alone)
{
    const char *folder = harness_folder();
    char conclusion[4200];
    struct job job;
    harness_write(folder, "file_11.txt/in the way", "", 0);
    REQUIRE_EQUAL(begin(&job, folder, "13"), FURROW_OK);
    EXPECT_EQUAL(run(&job, FURROW_FORMAT_CSV, on(3)), FURROW_OK);
    EXPECT_EQUAL(job.outcome.failed, 1);
    EXPECT_CONTAINS(job.text, "file,bytes,error\nfile_10.txt,7,\nfile_11.txt,,");
    EXPECT_CONTAINS(job.text, "file_11.txt: cannot save: Is a directory\nfile_12.txt,17,\n");
    EXPECT_EQUAL(kernel->verify(job.state, &job.error), FURROW_OK);
    tell_text(conclusion, sizeof conclusion, kernel, job.state, FURROW_AFTER, NULL);
    EXPECT_CONTAINS(conclusion, "13 files in ");
    EXPECT_CONTAINS(conclusion, ", 1 failed");
    holds(folder, "file_22.txt", "Abhijit");
    EXPECT_EQUAL(kernel->begin(job.state, 1, &job.error), FURROW_OK);
    EXPECT_EQUAL(run(&job, FURROW_FORMAT_TEXT, on(1)), FURROW_OK);
    EXPECT(strstr(job.text, "file_11.txt") == NULL);
    end(&job);
}

TEST(files_that_do_not_hold_their_text_do_not_verify)
{
    static const char *const contents[] = {"Abhijit and more", "Abhiji", "abhijit", ""};
    const char *folder = harness_folder();
    struct job job;
    REQUIRE_EQUAL(begin(&job, folder, "13"), FURROW_OK);
    EXPECT_EQUAL(run(&job, FURROW_FORMAT_TEXT, on(2)), FURROW_OK);
    for (size_t i = 0; i < 4; i++) {
        harness_write(folder, "file_13.txt", contents[i], strlen(contents[i]));
        EXPECT_EQUAL(kernel->verify(job.state, &job.error), FURROW_EVERIFY);
        EXPECT_CONTAINS(job.error.text, "file_13.txt: expected \"Abhijit\"");
    }
    end(&job);
    REQUIRE_EQUAL(begin(&job, folder, "13"), FURROW_OK);
    furrow_run_options options = on(1);
    options.max_items = 2;
    EXPECT_EQUAL(run(&job, FURROW_FORMAT_TEXT, options), FURROW_OK);
    EXPECT_EQUAL(kernel->verify(job.state, &job.error), FURROW_EVERIFY);
    EXPECT_TEXT(job.error.text, "expected 13 files, saved 2");
    end(&job);
}

TEST(a_folder_that_is_not_there_is_refused_before_anything_is_saved)
{
    const char *folder = harness_folder();
    const char *file = harness_write(folder, "file", "", 0);
    struct job job;
    EXPECT_EQUAL(begin(&job, "/no/such", "1"), FURROW_ENOENT);
    EXPECT_CONTAINS(job.error.text, "--folder /no/such: expected a folder: No such file");
    furrow_args_free(job.args);
    EXPECT_EQUAL(begin(&job, file, "1"), -ENOTDIR);
    EXPECT_CONTAINS(job.error.text, "expected a folder, got a file");
    furrow_args_free(job.args);
}

TEST(each_allocation_that_fails_ends_with_that_error)
{
    const char *folder = harness_folder();
    struct job job;
    harness_fail_allocation(0);
    REQUIRE_EQUAL(begin(&job, folder, "3"), FURROW_OK);
    size_t allocations = harness_fail_allocation(0);
    end(&job);
    for (size_t n = 1; n <= allocations; n++) {
        harness_case("allocation %zu of %zu", n, allocations);
        harness_fail_allocation(n);
        EXPECT_EQUAL(begin(&job, folder, "3"), FURROW_ENOMEM);
        harness_fail_allocation(0);
        furrow_args_free(job.args);
    }
}
