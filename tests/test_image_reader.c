/* A reader that is used again gives the same pictures and errors as a new one, whatever it read
 * before. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <furrow/clock.h>
#include <furrow/digits/image.h>

#include "png_writer.h"

static const char *write_small(const char *folder, const char *name)
{
    png_file file = png_writer_small(false);
    const char *path = harness_write(folder, name, file.bytes, file.size);
    free(file.bytes);
    return path;
}

static furrow_image_reader *new_reader(void)
{
    furrow_image_reader *reader = NULL;
    EXPECT_EQUAL(furrow_image_reader_new(&reader, NULL, NULL), FURROW_OK);
    return reader;
}

/* Reads with and without the reader: both must say the same. */
static void expect_same(furrow_image_reader *reader, furrow_image *image, const char *path)
{
    furrow_image alone = {0};
    furrow_error error = {0}, error_alone = {0};
    harness_case("%s", path);
    int code = furrow_image_reader_read(image, reader, path, &error);
    EXPECT_EQUAL(code, furrow_image_read(&alone, path, NULL, &error_alone));
    EXPECT_TEXT(error.text, error_alone.text);
    EXPECT_EQUAL(image->width, alone.width);
    EXPECT_EQUAL(image->height, alone.height);
    if (image->width == alone.width && alone.width > 0)
        EXPECT(memcmp(image->pixels, alone.pixels, alone.width * alone.height) == 0);
    furrow_image_clear(&alone);
}

TEST(a_reader_gives_the_pictures_and_errors_of_furrow_image_read)
{
    const char *folder = harness_folder();
    const char *paths[] = {
        write_small(folder, "1.png"),
        write_small(folder, "2.png"),
        harness_write(folder, "broken.png", "\x89PNG\r\n\x1a\n", 8),
        write_small(folder, "3.png"),
        folder,
        harness_write(folder, "deeper/empty.png", "", 0),
        write_small(folder, "deeper/4.png"),
        "no/such.png",
        "no/such.png",
        "no/such.png",
        "no.png",
        "/no.png",
        "/no.png",
        "/dev/null",
        "/dev/null",
        "",
        "/",
    };
    furrow_image_reader *reader = new_reader();
    furrow_image image = {0};
    for (size_t round = 0; round < 3; round++)
        for (size_t i = 0; i < COUNT(paths); i++)
            for (size_t again = 0; again <= round; again++)
                expect_same(reader, &image, paths[i]);
    furrow_image_clear(&image);
    furrow_image_reader_free(reader);
}

/* The folder that is open is the old one, under its new name. The reader must use the path. */
TEST(files_of_a_folder_that_took_the_place_of_another_are_found)
{
    const char *root = harness_folder();
    char here[256], moved[256];
    snprintf(here, sizeof here, "%s/a", root);
    snprintf(moved, sizeof moved, "%s/b", root);
    furrow_image_reader *reader = new_reader();
    furrow_image image = {0};
    expect_same(reader, &image, write_small(root, "a/1.png"));
    expect_same(reader, &image, write_small(root, "a/2.png"));
    REQUIRE_EQUAL(rename(here, moved), 0);
    expect_same(reader, &image, write_small(root, "a/3.png"));
    EXPECT_EQUAL(image.width, 5);
    expect_same(reader, &image, write_small(root, "a/4.png"));
    furrow_image_clear(&image);
    furrow_image_reader_free(reader);
}

TEST(a_link_that_leads_to_another_folder_by_now_is_followed_there)
{
    const char *root = harness_folder();
    char link[256], path[512];
    snprintf(link, sizeof link, "%s/now", root);
    snprintf(path, sizeof path, "%s/1.png", link);
    furrow_image_reader *reader = new_reader();
    furrow_image image = {0};
    write_small(root, "old/1.png");
    harness_write(root, "new/1.png", "", 0);
    REQUIRE_EQUAL(symlink("old", link), 0);
    for (int i = 0; i < 3; i++)
        EXPECT_EQUAL(furrow_image_reader_read(&image, reader, path, NULL), FURROW_OK);
    REQUIRE(unlink(link) == 0 && symlink("new", link) == 0);
    furrow_clock_sleep(0.11);
    EXPECT_EQUAL(furrow_image_reader_read(&image, reader, path, NULL), FURROW_EFORMAT);
    furrow_image_clear(&image);
    furrow_image_reader_free(reader);
}

TEST(a_reader_holds_at_most_one_folder_open)
{
    const char *root = harness_folder();
    furrow_image_reader *reader = new_reader();
    furrow_image image = {0};
    int free_before = dup(0);
    close(free_before);
    for (int i = 0; i < 20; i++) {
        char name[32];
        snprintf(name, sizeof name, "%d/1.png", i);
        const char *path = write_small(root, name);
        EXPECT_EQUAL(furrow_image_reader_read(&image, reader, path, NULL), FURROW_OK);
        EXPECT_EQUAL(furrow_image_reader_read(&image, reader, path, NULL), FURROW_OK);
    }
    furrow_image_reader_free(reader);
    int free_after = dup(0);
    close(free_after);
    EXPECT_EQUAL(free_after, free_before);
    furrow_image_clear(&image);
}

TEST(fetching_and_decoding_are_the_halves_of_reading)
{
    const char *path = write_small(harness_folder(), "1.png");
    furrow_image_reader *reader = new_reader();
    furrow_image image = {0};
    const unsigned char *bytes = NULL;
    size_t size = 0;
    furrow_error error = {0};
    REQUIRE_EQUAL(furrow_image_reader_fetch(&bytes, &size, reader, path, NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_image_reader_decode(&image, reader, bytes, size, path, NULL), FURROW_OK);
    EXPECT_EQUAL(image.width, 5);
    EXPECT_EQUAL(furrow_image_reader_decode(&image, reader, bytes, size - 1, NULL, &error),
                 FURROW_EFORMAT);
    EXPECT_CONTAINS(error.text, "image: ");
    EXPECT_EQUAL(image.width, 0);
    EXPECT_EQUAL(furrow_image_reader_fetch(&bytes, &size, reader, "no.png", &error), FURROW_ENOENT);
    EXPECT(!bytes);
    furrow_image_clear(&image);
    furrow_image_reader_free(reader);
    furrow_image_reader_free(NULL);
}

TEST(a_reader_with_a_bad_option_is_not_made)
{
    furrow_image_reader *reader = NULL;
    furrow_error error = {0};
    const furrow_image_options options = {.gray = 7};
    EXPECT_EQUAL(furrow_image_reader_new(&reader, &options, &error), FURROW_EINVAL);
    EXPECT_CONTAINS(error.text, "gray: expected FURROW_IMAGE_LUMA or FURROW_IMAGE_CONTRAST");
    harness_fail_allocation(1);
    EXPECT_EQUAL(furrow_image_reader_new(&reader, NULL, &error), FURROW_ENOMEM);
    EXPECT(!reader);
}
