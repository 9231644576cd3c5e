/* IDX files, whole and broken, plain and gzipped. */
#include "harness.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "digits/train/idx.h"
#include <furrow/digits/training.h>

/* Three labels. */
static const unsigned char labels[] = {0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1};

static const char *write_gzip(const char *name, const void *bytes, size_t size)
{
    const char *path = harness_write(harness_folder(), name, "", 0);
    gzFile file = gzopen(path, "wb9");
    gzwrite(file, bytes, (unsigned)size);
    gzclose(file);
    return path;
}

static void expect_labels(const char *path)
{
    furrow__idx idx;
    furrow_error error = {0};
    REQUIRE_EQUAL(furrow__idx_read(&idx, path, &error), FURROW_OK);
    EXPECT_EQUAL(idx.dimensions, 1);
    EXPECT_EQUAL(idx.lengths[0], 3);
    EXPECT_EQUAL(idx.size, 3);
    EXPECT(memcmp(idx.bytes, labels + 8, 3) == 0);
    furrow__idx_clear(&idx);
    EXPECT(!idx.bytes);
}

TEST(a_file_is_read_plain_or_gzipped)
{
    expect_labels(harness_write(harness_folder(), "plain", labels, sizeof labels));
    expect_labels(write_gzip("packed.gz", labels, sizeof labels));
}

TEST(the_test_images_of_mnist_are_10000_of_28_x_28)
{
    furrow__idx idx;
    REQUIRE_EQUAL(furrow__idx_read(&idx, DATA_FOLDER "/mnist/t10k-images-idx3-ubyte.gz", NULL),
                  FURROW_OK);
    EXPECT_EQUAL(idx.dimensions, 3);
    EXPECT_EQUAL(idx.lengths[0], 10000);
    EXPECT_EQUAL(idx.lengths[1], 28);
    EXPECT_EQUAL(idx.lengths[2], 28);
    furrow__idx_clear(&idx);
}

TEST(broken_files_are_refused_with_what_is_wrong)
{
    static const struct {
        const char *name;
        unsigned char bytes[16];
        size_t size;
        int status;
        const char *expected;
    } table[] = {
        {"empty", {0}, 0, FURROW_EFORMAT, "ends early"},
        {"short-header", {0, 0, 8, 1, 0, 0}, 6, FURROW_EFORMAT, "ends early"},
        {"not-idx", {'P', 'N', 'G', 1, 0, 0, 0, 1, 1}, 9, FURROW_EFORMAT, "50 4e 47 01"},
        {"floats", {0, 0, 13, 1, 0, 0, 0, 1, 1}, 9, FURROW_EFORMAT, "not an IDX file of bytes"},
        {"no-dimension", {0, 0, 8, 0, 1}, 5, FURROW_EFORMAT, "not an IDX file of bytes"},
        {"many-dimensions", {0, 0, 8, 5, 1}, 5, FURROW_EFORMAT, "not an IDX file of bytes"},
        {"truncated", {0, 0, 8, 1, 0, 0, 0, 3, 7, 2}, 10, FURROW_EFORMAT, "expected 3 more bytes"},
        {"too-long", {0, 0, 8, 1, 0, 0, 0, 1, 7, 2}, 10, FURROW_EFORMAT, "more bytes than"},
        {"huge",
         {0, 0, 8, 2, 255, 255, 255, 255, 255, 255, 255, 255},
         12,
         FURROW_EFBIG,
         "larger than 1 GiB"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        furrow__idx idx;
        furrow_error error = {0};
        const char *path =
            harness_write(harness_folder(), table[i].name, table[i].bytes, table[i].size);
        harness_case("%s", table[i].name);
        EXPECT_EQUAL(furrow__idx_read(&idx, path, &error), table[i].status);
        EXPECT_CONTAINS(error.text, table[i].name);
        EXPECT_CONTAINS(error.text, table[i].expected);
        EXPECT(!idx.bytes);
    }
}

TEST(a_gzip_file_that_is_cut_or_damaged_is_refused)
{
    const char *path = write_gzip("good.gz", labels, sizeof labels);
    unsigned char bytes[256];
    FILE *file = fopen(path, "rb");
    REQUIRE(file);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    const char *folder = harness_folder();
    for (size_t length = 3; length < size; length++) {
        furrow__idx idx;
        harness_case("%zu of %zu bytes", length, size);
        EXPECT_EQUAL(furrow__idx_read(&idx, harness_write(folder, "cut.gz", bytes, length), NULL),
                     FURROW_EFORMAT);
    }
    bytes[size - 8] ^= 1; /* of the checksum */
    furrow__idx idx;
    EXPECT_EQUAL(furrow__idx_read(&idx, harness_write(folder, "sum.gz", bytes, size), NULL),
                 FURROW_EFORMAT);
}

TEST(what_is_no_file_is_refused)
{
    furrow__idx idx;
    furrow_error error = {0};
    EXPECT_EQUAL(furrow__idx_read(&idx, "/no/such/file", &error), FURROW_ENOENT);
    EXPECT_EQUAL(furrow__idx_read(&idx, harness_folder(), &error), FURROW_EINVAL);
    EXPECT_CONTAINS(error.text, "not a file");
}

TEST(a_failed_allocation_of_an_array_is_reported)
{
    const char *path = harness_write(harness_folder(), "plain", labels, sizeof labels);
    furrow__idx idx;
    harness_fail_allocation(1);
    EXPECT_EQUAL(furrow__idx_read(&idx, path, NULL), FURROW_ENOMEM);
}

TEST(samples_must_be_images_of_28_x_28_with_a_digit_each)
{
    const char *folder = harness_folder();
    unsigned char images[16 + 784] = {0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 28, 0, 0, 0, 28};
    unsigned char small[16] = {0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 8};
    const char *good = harness_write(folder, "images", images, sizeof images);
    const char *one = harness_write(folder, "one", "\0\0\10\1\0\0\0\1\5", 9);
    const char *two = harness_write(folder, "two", "\0\0\10\1\0\0\0\2\5\5", 10);
    const char *ten = harness_write(folder, "ten", "\0\0\10\1\0\0\0\1\12", 9);
    furrow_digits_samples samples;
    furrow_error error = {0};
    EXPECT_EQUAL(furrow_digits_samples_read(&samples, good, two, &error), FURROW_EFORMAT);
    EXPECT_CONTAINS(error.text, "expected 1 labels");
    EXPECT_EQUAL(furrow_digits_samples_read(&samples, good, ten, &error), FURROW_EFORMAT);
    EXPECT_CONTAINS(error.text, "label 0: expected 0 to 9, got 10");
    EXPECT_EQUAL(furrow_digits_samples_read(&samples, good, good, &error), FURROW_EFORMAT);
    EXPECT_EQUAL(furrow_digits_samples_read(
                     &samples, harness_write(folder, "small", small, sizeof small), NULL, &error),
                 FURROW_EFORMAT);
    EXPECT_CONTAINS(error.text, "28 x 28");
    EXPECT(!samples.images && !samples.labels && samples.count == 0);
    REQUIRE_EQUAL(furrow_digits_samples_read(&samples, good, one, &error), FURROW_OK);
    EXPECT_EQUAL(samples.labels[0], 5);
    furrow_digits_samples_clear(&samples);
    REQUIRE_EQUAL(furrow_digits_samples_read(&samples, good, NULL, &error), FURROW_OK);
    EXPECT(!samples.labels);
    furrow_digits_samples_clear(&samples);
}
