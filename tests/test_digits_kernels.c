/* The kernels digits and digits-train, through arguments, run and writer. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <furrow/digits/training.h>

#include "kernel_commands.h"

/* ---- digits ---- */

TEST(a_broken_file_fails_alone_and_its_reason_is_a_field)
{
    const char *folder = harness_folder();
    const char *text = harness_write(folder, "b.png", "no picture", 10);
    char csv[2048], missing[512];
    snprintf(missing, sizeof missing, "%s/c.png", folder);
    const char *const words[][2] = {{NULL, DATA_FOLDER "/digits/17.png"},
                                    {NULL, text},
                                    {NULL, missing},
                                    {NULL, DATA_FOLDER "/digits/18.png"},
                                    {NULL, NULL}};
    static struct outcome got;
    run_words(&got, "digits", words, FURROW_FORMAT_CSV, 2);
    EXPECT_EQUAL(got.status, FURROW_OK);
    EXPECT_EQUAL(got.failed, 2);
    EXPECT_EQUAL(got.verified, FURROW_OK);
    EXPECT_TEXT(got.conclusion, "2 digits, 2 failed");
    EXPECT_CONTAINS(got.output.text,
                    "path,label,probability,margin,error\n" DATA_FOLDER "/digits/17.png,8,");
    EXPECT_CONTAINS(got.output.text, "expected a PNG");
    snprintf(csv, sizeof csv, "%s,,,,%s: ", missing, missing);
    EXPECT_CONTAINS(got.output.text, csv);
    run_words(&got, "digits", words, FURROW_FORMAT_LIST, 2);
    EXPECT_TEXT(got.output.text, "[8, None, None, 3]\n");
    run_words(&got, "digits", words, FURROW_FORMAT_TEXT, 2);
    EXPECT(!strstr(got.output.text, "b.png") && !strstr(got.output.text, "c.png"));
    run_words(&got, "digits", words, FURROW_FORMAT_JSONL, 2);
    EXPECT_CONTAINS(got.output.text,
                    "\"label\": null, \"probability\": null, \"margin\": null, \"error\": \"");
    EXPECT_CONTAINS(got.output.text, "\"error\": null}");
}

TEST(a_list_that_breaks_off_is_reported_after_what_came_before)
{
    static struct outcome got;
    char argument[512];
    const char list[] = DATA_FOLDER "/digits/17.png\nno\0text\n";
    const char *path = harness_write(harness_folder(), "list", list, sizeof list - 1);
    snprintf(argument, sizeof argument, "@%s", path);
    const char *const words[][2] = {{NULL, argument}, {NULL, NULL}};
    run_words(&got, "digits", words, FURROW_FORMAT_LIST, 1);
    EXPECT_EQUAL(got.status, FURROW_EFORMAT);
    EXPECT_EQUAL(got.verified, FURROW_EVERIFY);
    EXPECT_CONTAINS(got.output.text, "[8");
}

/* The first `count` test images and labels as IDX files SET-... in `folder`. */
static bool write_set(const char *folder, const char *set, size_t count)
{
    furrow_digits_samples samples;
    char name[64];
    if (furrow_digits_samples_read(&samples, DATA_FOLDER "/mnist/t10k-images-idx3-ubyte.gz",
                                   DATA_FOLDER "/mnist/t10k-labels-idx1-ubyte.gz", NULL))
        return false;
    unsigned char *bytes = calloc(1, 16 + count * FURROW_DIGITS_PIXELS);
    if (bytes) {
        const unsigned char images[16] = {
            0, 0,  8, 3, 0, 0, (unsigned char)(count >> 8), (unsigned char)count, 0, 0,
            0, 28, 0, 0, 0, 28};
        memcpy(bytes, images, 16);
        memcpy(bytes + 16, samples.images, count * FURROW_DIGITS_PIXELS);
        snprintf(name, sizeof name, "%s-images-idx3-ubyte", set);
        harness_write(folder, name, bytes, 16 + count * FURROW_DIGITS_PIXELS);
        bytes[3] = 1;
        memcpy(bytes + 8, samples.labels, count);
        snprintf(name, sizeof name, "%s-labels-idx1-ubyte", set);
        harness_write(folder, name, bytes, 8 + count);
    }
    free(bytes);
    furrow_digits_samples_clear(&samples);
    return bytes != NULL;
}

TEST(idx_files_with_labels_give_the_accuracy)
{
    static struct outcome got;
    const char *folder = harness_folder();
    char images[512], labels[512], name[600];
    REQUIRE(write_set(folder, "t10k", 50));
    snprintf(images, sizeof images, "%s/t10k-images-idx3-ubyte", folder);
    snprintf(labels, sizeof labels, "%s/t10k-labels-idx1-ubyte", folder);
    const char *const words[][2] = {
        {"idx", images}, {"labels", labels}, {"repeat", "2"}, {NULL, NULL}};
    run_words(&got, "digits", words, FURROW_FORMAT_TEXT, 2);
    EXPECT_EQUAL(got.status, FURROW_OK);
    EXPECT_EQUAL(got.verified, FURROW_OK);
    EXPECT_TEXT(got.conclusion, "100 of 100 right: 100.00 %");
    snprintf(name, sizeof name, "%s[49] ", images);
    EXPECT_CONTAINS(got.output.text, name);
}

/* ---- digits-train ---- */

TEST(training_writes_a_record_per_epoch_and_a_model_the_same_on_any_number_of_threads)
{
    static struct outcome first, got;
    const char *folder = harness_folder();
    REQUIRE(write_set(folder, "train", 300));
    char path[512];
    snprintf(path, sizeof path, "%s/my.model", folder);
    const char *const words[][2] = {
        {"data", folder},    {"epochs", "3"}, {"layers", "conv5x4 pool conv5x4 pool dense10"},
        {"hold-out", "100"}, {"batch", "32"}, {"model", path},
        {NULL, NULL}};
    run_words(&first, "digits-train", words, FURROW_FORMAT_CSV, 1);
    EXPECT_EQUAL(first.status, FURROW_OK);
    EXPECT_EQUAL(first.verified, FURROW_OK);
    EXPECT_CONTAINS(first.output.text,
                    "net,epoch,rate,loss,training_accuracy,accuracy,errors\n1,1,");
    EXPECT_CONTAINS(first.output.text, "\n1,3,0.0000");
    EXPECT_CONTAINS(first.conclusion, "100 held-out images");
    EXPECT_CONTAINS(first.conclusion, path);
    for (int threads = 2; threads <= 3; threads++) {
        run_words(&got, "digits-train", words, FURROW_FORMAT_CSV, threads);
        EXPECT_EQUAL(got.status, FURROW_OK);
        EXPECT_TEXT(got.output.text, first.output.text);
    }
    furrow_digits_model *model;
    furrow_error error = {0};
    REQUIRE_EQUAL(furrow_digits_model_load(&model, path, &error), FURROW_OK);
    EXPECT_TEXT(furrow_digits_model_layers(model), "conv5x4 pool conv5x4 pool dense10");
    furrow_digits_model_free(model);
}

TEST(without_hold_out_the_test_images_are_judged_once)
{
    static struct outcome got;
    const char *folder = harness_folder();
    REQUIRE(write_set(folder, "train", 64) && write_set(folder, "t10k", 40));
    const char *const words[][2] = {
        {"data", folder}, {"epochs", "2"}, {"layers", "dense10"}, {"limit", "30"}, {NULL, NULL}};
    run_words(&got, "digits-train", words, FURROW_FORMAT_TEXT, 2);
    EXPECT_EQUAL(got.status, FURROW_OK);
    EXPECT_CONTAINS(got.output.text, " - -\n1 2 ");
    EXPECT_CONTAINS(got.conclusion, "of 30 test images");
    EXPECT_CONTAINS(got.conclusion, "not written (--model FILE keeps it)");
}

TEST(a_cascade_is_trained_and_calibrated_and_its_checkpoint_leads_to_the_same_model)
{
    static struct outcome first, broken, again;
    const char *folder = harness_folder();
    char path[512], blocked[512], checkpoint[512];
    REQUIRE(write_set(folder, "train", 200) && write_set(folder, "t10k", 50));
    harness_write(folder, "folder.model.partial/file", "x",
                  1); /* a folder cannot be written as a file */
    snprintf(path, sizeof path, "%s/my.model", folder);
    snprintf(blocked, sizeof blocked, "%s/folder.model", folder);
    snprintf(checkpoint, sizeof checkpoint, "%s/my.checkpoint", folder);
    const char *const words[][2] = {
        {"data", folder},    {"layers", "conv9x2 pool dense10 / conv5x2 pool dense10 + dense10"},
        {"epochs", "2,1"},   {"rate", "0.01,0.004"},
        {"hold-out", "100"}, {"budget", "80000"},
        {"test", ""},        {"checkpoint", checkpoint},
        {"model", path},     {NULL, NULL},
    };
    run_words(&first, "digits-train", words, FURROW_FORMAT_CSV, 2);
    EXPECT_EQUAL(first.status, FURROW_OK);
    EXPECT_EQUAL(first.verified, FURROW_OK);
    EXPECT_CONTAINS(first.output.text, "\n1,2,");
    EXPECT_CONTAINS(first.output.text, "\n2,1,");
    EXPECT_CONTAINS(first.output.text, "\n3,1,");
    EXPECT_CONTAINS(first.conclusion, "of 50 test images");
    EXPECT(access(checkpoint, F_OK) != 0);
    furrow_digits_model *model, *model_again;
    REQUIRE_EQUAL(furrow_digits_model_load(&model, path, NULL), FURROW_OK);
    EXPECT(furrow_digits_model_multiplications(model) <= 80000);

    const char *const hindered[][2] = {
        {"data", folder},           {"layers", words[1][1]}, {"epochs", "2,1"},
        {"rate", "0.01,0.004"},     {"hold-out", "100"},     {"budget", "80000"},
        {"checkpoint", checkpoint}, {"model", blocked},      {NULL, NULL},
    };
    run_words(&broken, "digits-train", hindered, FURROW_FORMAT_CSV, 1);
    EXPECT(broken.status < 0);
    EXPECT(access(checkpoint, F_OK) == 0);
    run_words(&again, "digits-train", words, FURROW_FORMAT_CSV, 1);
    EXPECT_EQUAL(again.status, FURROW_OK);
    EXPECT_TEXT(again.output.text, "");
    REQUIRE_EQUAL(furrow_digits_model_load(&model_again, path, NULL), FURROW_OK);
    size_t count;
    const float *expected = furrow_digits_model_parameters(model, &count);
    EXPECT(memcmp(furrow_digits_model_parameters(model_again, &count), expected,
                  count * sizeof *expected) == 0);
    furrow_digits_model_free(model);
    furrow_digits_model_free(model_again);
}

TEST(training_refuses_what_cannot_be)
{
    static struct outcome got;
    const char *folder = harness_folder();
    REQUIRE(write_set(folder, "train", 10));
    const struct {
        const char *name, *value;
        int status;
        const char *expected;
    } table[] = {
        {"hold-out", "10", FURROW_ERANGE, "--hold-out: expected less than 10"},
        {"layers", "dense9", FURROW_EINVAL, "layers \"dense9\""},
        {"epochs", "0", FURROW_ERANGE, "epochs"},
        {"epochs", "2,,3", FURROW_EINVAL, "epochs"},
        {"epochs", "2,", FURROW_EINVAL, "epochs"},
        {"epochs", "1,2,3,4,5", FURROW_EINVAL, "--epochs: expected at most 4 numbers"},
        {"rate", "0", FURROW_ERANGE, "rate"},
        {"rate", "0.1;", FURROW_EINVAL, "rate"},
        {"limit", "5", FURROW_ENOENT, "t10k-images-idx3-ubyte: no such file"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        const char *const words[][2] = {
            {"data", folder}, {table[i].name, table[i].value}, {NULL, NULL}};
        const char *const held[][2] = {
            {"data", folder}, {"hold-out", "1"}, {table[i].name, table[i].value}, {NULL, NULL}};
        bool missing = table[i].status == FURROW_ENOENT;
        harness_case("--%s %s", table[i].name, table[i].value);
        run_words(&got, "digits-train", missing ? words : held, FURROW_FORMAT_TEXT, 1);
        EXPECT_EQUAL(got.status, table[i].status);
        EXPECT_CONTAINS(got.error.text, table[i].expected);
    }
}
