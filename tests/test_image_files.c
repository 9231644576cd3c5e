#include "harness.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <zlib.h>

#include <furrow/digits/image.h>

#include "png_writer.h"

TEST(a_path_and_the_same_bytes_in_memory_agree)
{
    furrow_image from_path = {0}, from_memory = {0};
    png_file file = png_writer_small(true);
    const char *path = harness_write(harness_folder(), "a.png", file.bytes, file.size);
    EXPECT_EQUAL(furrow_image_read(&from_path, path, NULL, NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_image_decode(&from_memory, file.bytes, file.size, NULL, NULL, NULL), 0);
    REQUIRE_EQUAL(from_path.width, from_memory.width);
    REQUIRE_EQUAL(from_path.height, from_memory.height);
    EXPECT(memcmp(from_path.pixels, from_memory.pixels, from_path.width * from_path.height) == 0);
    furrow_image_clear(&from_path);
    furrow_image_clear(&from_memory);
    free(file.bytes);
}

static void expect_unreadable(const char *path, int code, const char *text)
{
    furrow_image image = {0};
    furrow_error error = {0};
    harness_case("%s", path);
    EXPECT_EQUAL(furrow_image_read(&image, path, NULL, &error), code);
    EXPECT_EQUAL(furrow_image_read(&image, path, NULL, NULL), code);
    EXPECT_CONTAINS(error.text, path);
    EXPECT_CONTAINS(error.text, text);
    EXPECT(!image.pixels);
}

TEST(what_is_no_readable_file_is_named)
{
    const char *folder = harness_folder();
    expect_unreadable(folder, FURROW_EINVAL, ": expected a regular file, got a directory");
    expect_unreadable("/dev/zero", FURROW_EINVAL, ": expected a regular file, got a device");
    expect_unreadable("no/such.png", FURROW_ENOENT, ": cannot be opened: no such file or name");
    expect_unreadable("", FURROW_ENOENT, ": cannot be opened");
    expect_unreadable(harness_write(folder, "empty.png", "", 0), FURROW_EFORMAT,
                      ": expected a PNG, got an empty file");
}

TEST(a_file_without_permission_is_named)
{
    if (geteuid() == 0)
        SKIP("root may read everything");
    const char *path = harness_write(harness_folder(), "secret.png", "", 0);
    REQUIRE_EQUAL(chmod(path, 0), 0);
    expect_unreadable(path, -EACCES, ": cannot be opened: Permission denied");
}

TEST(a_fifo_neither_blocks_nor_loses_its_data)
{
    char path[256], got[5] = "";
    snprintf(path, sizeof path, "%s/fifo.png", harness_folder());
    REQUIRE_EQUAL(mkfifo(path, 0600), 0);
    expect_unreadable(path, FURROW_EINVAL, ": expected a regular file, got a FIFO");
    int fifo = open(path, O_RDWR);
    REQUIRE_EQUAL(write(fifo, "data", 4), 4);
    expect_unreadable(path, FURROW_EINVAL, ": expected a regular file, got a FIFO");
    EXPECT_EQUAL(read(fifo, got, 4), 4);
    EXPECT_TEXT(got, "data");
    close(fifo);
}

TEST(a_socket_is_not_opened)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s/socket.png", harness_folder());
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    REQUIRE_EQUAL(bind(listener, (const struct sockaddr *)&address, sizeof address), 0);
    expect_unreadable(address.sun_path, FURROW_EINVAL, ": expected a regular file, got a socket");
    close(listener);
}

TEST(a_file_beyond_the_limit_is_not_read)
{
    const char *path = harness_write(harness_folder(), "big.png", "", 0);
    REQUIRE_EQUAL(truncate(path, (off_t)FURROW_IMAGE_MAX_FILE_SIZE + 1), 0);
    harness_peak_memory();
    expect_unreadable(path, FURROW_EFBIG,
                      "expected a file of at most 67108864 bytes, got 67108865");
    EXPECT(harness_peak_memory() < 1000000);
}

TEST(the_reason_fits_after_the_longest_name)
{
    char name[1000];
    furrow_image image = {0};
    furrow_error error = {0};
    memset(name, 'x', sizeof name);
    memcpy(name + sizeof name - 6, "y.png", 6);
    EXPECT_EQUAL(furrow_image_decode(&image, "", 0, name, NULL, &error), FURROW_EFORMAT);
    EXPECT_CONTAINS(error.text, "...xxx");
    EXPECT_CONTAINS(error.text, "xy.png: expected a PNG, got an empty file");
}

/* The pictures of data/digits */

enum { SIDE = 28, DIGIT_SIZE = SIDE * SIDE };

static const unsigned eights[] = {17, 31, 41, 46, 55, 85, 94, 97, 125, 137, 144, 146};
static const unsigned threes[] = {18, 30, 32, 44, 51, 63, 68, 76, 87, 90, 93, 112};

static int read_digit(furrow_image *image, unsigned index)
{
    char path[512];
    snprintf(path, sizeof path, "%s/digits/%u.png", DATA_FOLDER, index);
    return furrow_image_read(image, path, NULL, NULL);
}

#define TEST_IMAGES     DATA_FOLDER "/mnist/t10k-images-idx3-ubyte.gz"
#define TRAINING_IMAGES DATA_FOLDER "/mnist/train-images-idx3-ubyte.gz"

static bool read_mnist(unsigned char *pixels, const char *path, unsigned index)
{
    const long header = 16;
    gzFile file = gzopen(path, "rb");
    if (!file)
        return false;
    bool there = gzseek(file, header + (long)index * DIGIT_SIZE, SEEK_SET) >= 0 &&
                 gzread(file, pixels, DIGIT_SIZE) == DIGIT_SIZE;
    gzclose(file);
    return there;
}

static void check_digit(furrow_image *image, unsigned index, const char *path)
{
    unsigned char expected[DIGIT_SIZE];
    harness_case("%u.png", index);
    REQUIRE_EQUAL(read_digit(image, index), FURROW_OK);
    REQUIRE_EQUAL(image->width, SIDE);
    REQUIRE_EQUAL(image->height, SIDE);
    REQUIRE(read_mnist(expected, path, index));
    EXPECT(memcmp(image->pixels, expected, DIGIT_SIZE) == 0);
}

TEST(the_threes_are_those_of_the_mnist_test_images)
{
    furrow_image image = {0};
    for (size_t i = 0; i < COUNT(threes); i++)
        check_digit(&image, threes[i], TEST_IMAGES);
    furrow_image_clear(&image);
}

TEST(the_eights_are_those_of_the_mnist_training_images)
{
    if (access(TRAINING_IMAGES, R_OK) != 0)
        SKIP("no training images; data/fetch-mnist brings them");
    furrow_image image = {0};
    for (size_t i = 0; i < COUNT(eights); i++)
        check_digit(&image, eights[i], TRAINING_IMAGES);
    furrow_image_clear(&image);
}

TEST(the_eights_are_bright_ink_on_black)
{
    furrow_image image = {0};
    for (size_t i = 0; i < COUNT(eights); i++) {
        size_t ink = 0;
        harness_case("%u.png", eights[i]);
        REQUIRE_EQUAL(read_digit(&image, eights[i]), FURROW_OK);
        REQUIRE_EQUAL(image.width, SIDE);
        REQUIRE_EQUAL(image.height, SIDE);
        for (size_t pixel = 0; pixel < DIGIT_SIZE; pixel++)
            ink += image.pixels[pixel] > 127;
        EXPECT_EQUAL(image.pixels[0], 0);
        EXPECT(ink > 40 && ink < DIGIT_SIZE / 2);
    }
    furrow_image_clear(&image);
}

TEST(many_threads_decode_at_once)
{
    enum { ROUNDS = 40 };
    size_t wrong = 0;
#pragma omp parallel num_threads(8) default(none) shared(threes) reduction(+ : wrong)
    {
        furrow_image image = {0};
        unsigned char expected[DIGIT_SIZE];
#pragma omp for schedule(dynamic, 1)
        for (size_t i = 0; i < ROUNDS; i++) {
            unsigned index = threes[i % COUNT(threes)];
            wrong += !read_mnist(expected, TEST_IMAGES, index) ||
                     read_digit(&image, index) != FURROW_OK ||
                     memcmp(image.pixels, expected, DIGIT_SIZE) != 0;
        }
        furrow_image_clear(&image);
    }
    EXPECT_EQUAL(wrong, 0);
}
