/* Folders of any size and depth, in little memory. */
#include "harness.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <furrow/paths.h>

enum { NAMES = 20000 };

/* Makes `count` empty files with numbers in no order: links to one file, which take no blocks. */
static bool fill(const char *folder, size_t count)
{
    const char *first = harness_write(folder, "0.png", "", 0);
    bool made = first != NULL;
    for (size_t i = 1; i < count && made; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/%zu.png", folder, i * 7919 % count);
        made = link(first, path) == 0;
    }
    return made;
}

/* Whether the stream gives FOLDER/0.png, FOLDER/1.png ... and nothing else. */
static bool counts_up(furrow_paths *paths, const char *folder, size_t count)
{
    furrow_error error = {0};
    for (size_t i = 0; i <= count; i++) {
        char expected[512];
        const char *path;
        snprintf(expected, sizeof expected, "%s/%zu.png", folder, i);
        if (furrow_paths_next(paths, &path, &error))
            return false;
        if (i == count ? path != NULL : !path || strcmp(path, expected) != 0)
            return false;
    }
    return true;
}

TEST(a_folder_that_does_not_fit_into_memory_is_read_in_passes_in_the_same_order)
{
    const char *folder = harness_folder();
    REQUIRE(fill(folder, NAMES));
    const size_t memories[] = {0, 1, 300000, 1 << 20};
    for (size_t i = 0; i < COUNT(memories); i++) {
        const furrow_paths_options options = {.suffix = ".png", .memory = memories[i]};
        furrow_paths *paths;
        harness_case("memory %zu", memories[i]);
        REQUIRE_EQUAL(furrow_paths_new(&paths, &folder, 1, &options), FURROW_OK);
        harness_peak_memory();
        size_t before = harness_peak_memory();
        EXPECT(counts_up(paths, folder, NAMES));
        size_t took = harness_peak_memory() - before;
        EXPECT(memories[i] != 1 || took < 80000); /* 64 KiB of names, and the paths */
        EXPECT(memories[i] != 0 || took > 80000); /* otherwise the limit above proves nothing */
        EXPECT_EQUAL(furrow_paths_rewind(paths, NULL), FURROW_OK);
        EXPECT(counts_up(paths, folder, NAMES));
        furrow_paths_free(paths);
    }
}

TEST(names_that_come_and_go_between_passes_do_no_harm)
{
    const char *folder = harness_folder();
    REQUIRE(fill(folder, NAMES));
    const furrow_paths_options options = {.suffix = ".png", .memory = 1};
    furrow_paths *paths;
    const char *path;
    char gone[512], last[512] = "";
    size_t given = 0;
    REQUIRE_EQUAL(furrow_paths_new(&paths, &folder, 1, &options), FURROW_OK);
    REQUIRE_EQUAL(furrow_paths_next(paths, &path, NULL), FURROW_OK);
    snprintf(gone, sizeof gone, "%s/%d.png", folder, NAMES - 2);
    unlink(gone);
    harness_write(folder, "000.png", "", 0); /* below what has been given */
    harness_write(folder, "99999999.png", "", 0);
    for (; path; given++) {
        EXPECT(!last[0] || furrow_paths_compare(last, path) < 0);
        snprintf(last, sizeof last, "%s", path);
        REQUIRE_EQUAL(furrow_paths_next(paths, &path, NULL), FURROW_OK);
    }
    EXPECT_EQUAL(given, NAMES);
    EXPECT_CONTAINS(last, "/99999999.png");
    furrow_paths_free(paths);
}

/* All paths below `folder`, each followed by a newline. */
static int list(char *text, size_t size, const char *folder, const furrow_paths_options *options)
{
    furrow_paths *paths;
    furrow_error error = {0};
    text[0] = '\0';
    int status = furrow_paths_new(&paths, &folder, 1, options);
    if (status)
        return status;
    for (const char *path = ""; !status && path;) {
        status = furrow_paths_next(paths, &path, &error);
        if (status || !path)
            break;
        strncat(text, path + strlen(folder) + 1, size - strlen(text) - 1);
        strncat(text, "\n", size - strlen(text) - 1);
    }
    furrow_paths_free(paths);
    return status;
}

TEST(recursively_each_folder_comes_at_the_place_of_its_name)
{
    static const char *const names[] = {"10.png",    "2.png",        "a/1.png",   "a/b/c/3.png",
                                        "a/b.png",   "a/.git/5.png", "a/b/x.txt", "3.png/in.png",
                                        "b10/2.png", "b9/2.png"};
    const char *folder = harness_folder();
    for (size_t i = 0; i < COUNT(names); i++)
        harness_write(folder, names[i], "", 0);
    char text[1024];
    furrow_paths_options options = {.suffix = ".png", .recursive = true};
    EXPECT_EQUAL(list(text, sizeof text, folder, &options), FURROW_OK);
    EXPECT_TEXT(text, "2.png\n3.png/in.png\n10.png\na/1.png\na/b/c/3.png\na/b.png\nb9/2.png\n"
                      "b10/2.png\n");
    options.recursive = false;
    EXPECT_EQUAL(list(text, sizeof text, folder, &options), FURROW_OK);
    EXPECT_TEXT(text, "2.png\n3.png\n10.png\n");
}

/* Each name in turn cannot be read. */
TEST(a_folder_that_cannot_be_read_to_its_end_is_said_after_what_it_gave_and_the_rest_follows)
{
    const char *folder = harness_folder();
    const char *inner = harness_write(folder, "b/2.png", "", 0);
    REQUIRE(inner && harness_write(folder, "a.png", "", 0) &&
            harness_write(folder, "c.png", "", 0));
    const furrow_paths_options options = {.suffix = ".png", .recursive = true};
    for (size_t n = 1; n <= 11; n++) { /* 6 of the folder, with its end, and 4 of the inner one */
        furrow_paths *paths;
        size_t files = 0, folders = 0;
        const char *path = "";
        harness_case("name %zu", n);
        REQUIRE_EQUAL(furrow_paths_new(&paths, &folder, 1, &options), FURROW_OK);
        harness_fail_folder(n);
        while (path) {
            furrow_error error = {0};
            int status = furrow_paths_next(paths, &path, &error);
            EXPECT(status == FURROW_OK || (status == FURROW_EIO && path));
            files += !status && path;
            folders += status == FURROW_EIO;
            if (!status || !path)
                continue;
            EXPECT(strncmp(error.text, path, strlen(path)) == 0);
            EXPECT_CONTAINS(error.text, ": cannot be read to its end: input/output error");
        }
        harness_fail_folder(0);
        EXPECT_EQUAL(folders, n <= 10);
        EXPECT(files <= 3 && (n < 6 || files >= 2) && (n <= 10 || files == 3));
        furrow_paths_free(paths);
    }
}

TEST(links_below_a_folder_make_no_loops)
{
    const char *folder = harness_folder();
    char text[1024], path[512];
    harness_write(folder, "a/1.png", "", 0);
    static const struct {
        const char *target, *name;
    } links[] = {{".", "self"}, {"..", "a/up"},       {"a", "other"},
                 {"x", "x"},    {"a/1.png", "l.png"}, {"nowhere", "dead.png"}};
    for (size_t i = 0; i < COUNT(links); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, links[i].name);
        REQUIRE(symlink(links[i].target, path) == 0);
    }
    const furrow_paths_options options = {.suffix = ".png", .recursive = true};
    EXPECT_EQUAL(list(text, sizeof text, folder, &options), FURROW_OK);
    EXPECT_TEXT(text, "a/1.png\ndead.png\nl.png\n");
    snprintf(path, sizeof path, "%s/other", folder); /* as an argument a link is followed */
    EXPECT_EQUAL(list(text, sizeof text, path, &options), FURROW_OK);
    EXPECT_TEXT(text, "1.png\n");
}

TEST(a_folder_that_cannot_be_opened_is_told_of_and_the_others_go_on)
{
    const char *folder = harness_folder();
    const uid_t user = geteuid(), nobody = 65534;
    char path[512];
    harness_write(folder, "a/1.png", "", 0);
    harness_write(folder, "b/1.png", "", 0);
    snprintf(path, sizeof path, "%s/a", folder);
    REQUIRE(chmod(folder, 0755) == 0 && chmod(path, 0) == 0);
    if (user == 0 && seteuid(nobody) != 0)
        SKIP("root opens every folder");
    const furrow_paths_options options = {.suffix = ".png", .recursive = true};
    furrow_paths *paths;
    const char *given;
    furrow_error error = {0};
    REQUIRE_EQUAL(furrow_paths_new(&paths, &folder, 1, &options), FURROW_OK);
    EXPECT_EQUAL(furrow_paths_next(paths, &given, &error), -EACCES);
    REQUIRE(given);
    EXPECT_TEXT(given, path);
    EXPECT_CONTAINS(error.text, "/a: cannot be opened: Permission denied");
    EXPECT_EQUAL(furrow_paths_next(paths, &given, &error), FURROW_OK);
    EXPECT_CONTAINS(given, "/b/1.png");
    EXPECT_EQUAL(furrow_paths_next(paths, &given, &error), FURROW_OK);
    EXPECT(given == NULL);
    furrow_paths_free(paths);
    if (user == 0)
        EXPECT_EQUAL(seteuid(user), 0);
    chmod(path, 0700);
}

TEST(depth_costs_little_memory_and_is_bounded_by_the_system_alone)
{
    const char *folder = harness_folder();
    char path[4096];
    size_t used = (size_t)snprintf(path, sizeof path, "%s", folder), depth = 0;
    while (used + 64 < sizeof path) {
        used += (size_t)snprintf(path + used, sizeof path - used, "/d");
        REQUIRE(mkdir(path, 0700) == 0);
        depth++;
    }
    snprintf(path + used, sizeof path - used, "/1.png");
    int file = open(path, O_WRONLY | O_CREAT, 0600);
    REQUIRE(file >= 0);
    close(file);
    static char text[8192];
    const furrow_paths_options options = {.suffix = ".png", .recursive = true};
    EXPECT_EQUAL(list(text, sizeof text, folder, &options), FURROW_OK);
    EXPECT_EQUAL(strlen(text), 2 * depth + strlen("1.png\n"));
}
