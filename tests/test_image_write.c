/* Writing PNG files. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <furrow/digits/image.h>

static const char *path_in(const char *folder, const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static unsigned char pixels[97 * 31];

static furrow_image make(void)
{
    for (size_t i = 0; i < sizeof pixels; i++)
        pixels[i] = (unsigned char)(i * 2654435761u >> 13);
    return (furrow_image){.width = 97, .height = 31, .pixels = pixels};
}

TEST(a_written_picture_reads_as_it_was)
{
    const char *path = path_in(harness_folder(), "a.png");
    char partial[600];
    furrow_image image = make(), read = {0};
    furrow_error error = {0};
    snprintf(partial, sizeof partial, "%s.partial", path);
    for (int round = 0; round < 2; round++) {
        EXPECT_EQUAL(furrow_image_write(&image, path, &error), FURROW_OK);
        EXPECT_TEXT(error.text, "");
        REQUIRE_EQUAL(furrow_image_read(&read, path, NULL, NULL), FURROW_OK);
        REQUIRE_EQUAL(read.width, 97);
        REQUIRE_EQUAL(read.height, 31);
        EXPECT(memcmp(read.pixels, pixels, sizeof pixels) == 0);
        EXPECT(access(partial, F_OK) != 0);
    }
    furrow_image_clear(&read);
}

TEST(what_cannot_be_written_is_named_and_leaves_the_old_file)
{
    const char *folder = harness_folder();
    furrow_image image = make();
    furrow_error error = {0};
    EXPECT_EQUAL(furrow_image_write(&image, path_in(folder, "no/a.png"), &error), FURROW_ENOENT);
    EXPECT_CONTAINS(error.text, "no/a.png.partial: cannot write: no such file or name");
    const char *taken = harness_write(folder, "taken.png/file", "", 0);
    EXPECT(taken != NULL);
    EXPECT(furrow_image_write(&image, path_in(folder, "taken.png"), &error) < 0);
    EXPECT_CONTAINS(error.text, "taken.png: cannot write: ");
    const furrow_image empty = {0};
    EXPECT_EQUAL(furrow_image_write(&empty, "a.png", &error), FURROW_EINVAL);
    EXPECT_CONTAINS(error.text, "got 0 x 0");
}

TEST(a_full_disk_is_an_error)
{
    furrow_image image = make();
    furrow_error error = {0};
    const char *path = path_in(harness_folder(), "a.png");
    if (access("/dev/full", W_OK) != 0)
        SKIP("no /dev/full");
    REQUIRE_EQUAL(symlink("/dev/full", path), 0);
    EXPECT_EQUAL(furrow_image_write(&image, path, &error), -ENOSPC);
    EXPECT_CONTAINS(error.text, "/dev/full: cannot write: No space left on device");
}

TEST(a_link_stays_when_its_picture_is_replaced)
{
    const char *folder = harness_folder();
    furrow_image image = make(), read = {0};
    struct stat found;
    const char *path = path_in(folder, "link.png");
    REQUIRE_EQUAL(symlink("a.png", path), 0);
    EXPECT_EQUAL(furrow_image_write(&image, path, NULL), FURROW_OK);
    EXPECT(lstat(path, &found) == 0 && S_ISLNK(found.st_mode));
    EXPECT_EQUAL(furrow_image_read(&read, path_in(folder, "a.png"), NULL, NULL), FURROW_OK);
    furrow_image_clear(&read);
}

TEST(every_allocation_that_fails_while_writing_is_reported)
{
    const char *path = path_in(harness_folder(), "a.png");
    furrow_image image = make();
    int code = FURROW_ENOMEM;
    size_t n = 0;
    while (code == FURROW_ENOMEM && n < 100) {
        furrow_error error = {0};
        harness_case("allocation %zu", ++n);
        harness_fail_allocation(n);
        code = furrow_image_write(&image, path, &error);
        harness_fail_allocation(0);
        if (code != FURROW_OK)
            EXPECT_CONTAINS(error.text, "out of memory");
    }
    EXPECT_EQUAL(code, FURROW_OK);
    EXPECT(n > 3);
}
