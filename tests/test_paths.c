/* Files, folders and lists as one stream. */
#include "harness.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <furrow/paths.h>

static const furrow_paths_options png = {.suffix = ".png"};

/* All paths, each followed by a blank, with `folder`/ cut off. */
static int list(char *text, size_t size, furrow_paths *paths, const char *folder,
                furrow_error *error)
{
    text[0] = '\0';
    for (;;) {
        const char *path;
        int status = furrow_paths_next(paths, &path, error);
        if (status || !path)
            return status;
        size_t skip = strlen(folder);
        if (strncmp(path, folder, skip) == 0 && path[skip] == '/')
            path += skip + 1;
        strncat(text, path, size - strlen(text) - 1);
        strncat(text, " ", size - strlen(text) - 1);
    }
}

static const char *example(void)
{
    static const char *const names[] = {"10.png", "2.png",    "1.PNG", "a10.png", "a9.png",
                                        "02.png", ".hid.png", ".png",  "x.txt",   "inner/5.png"};
    const char *folder = harness_folder();
    for (size_t i = 0; i < COUNT(names); i++)
        harness_write(folder, names[i], "", 0);
    return folder;
}

TEST(numbers_in_names_are_compared_as_numbers)
{
    static const char *const ascending[] = {
        "",     "1",     "2",  "02",  "10",   "10a",  "10a1", "10a2.b", "100", "A",    "a",
        "a1b2", "a1b10", "a2", "a10", "a010", "a10b", "b009", "b9b",    "b10", "b010", "b011"};
    for (size_t i = 0; i < COUNT(ascending); i++)
        for (size_t j = 0; j < COUNT(ascending); j++) {
            int order = furrow_paths_compare(ascending[i], ascending[j]);
            harness_case("%s, %s", ascending[i], ascending[j]);
            EXPECT_EQUAL((order > 0) - (order < 0), (i > j) - (i < j));
        }
}

TEST(files_stay_as_given_and_folders_give_their_files_in_natural_order)
{
    const char *folder = example();
    const char *arguments[] = {"no-such.png", folder, "b.png"};
    char text[1024];
    furrow_paths *paths;
    REQUIRE_EQUAL(furrow_paths_new(&paths, arguments, 3, &png), FURROW_OK);
    EXPECT_EQUAL(list(text, sizeof text, paths, folder, NULL), FURROW_OK);
    EXPECT_TEXT(text, "no-such.png 1.PNG 2.png 02.png 10.png a9.png a10.png b.png ");
    EXPECT_EQUAL(list(text, sizeof text, paths, folder, NULL), FURROW_OK);
    EXPECT_TEXT(text, "");
    EXPECT_EQUAL(furrow_paths_rewind(paths, NULL), FURROW_OK);
    EXPECT_EQUAL(list(text, sizeof text, paths, folder, NULL), FURROW_OK);
    EXPECT_TEXT(text, "no-such.png 1.PNG 2.png 02.png 10.png a9.png a10.png b.png ");
    furrow_paths_free(paths);
}

TEST(without_a_suffix_a_folder_gives_all_its_names)
{
    const char *folder = example();
    char text[1024], with_slash[512];
    snprintf(with_slash, sizeof with_slash, "%s/", folder);
    const char *arguments[] = {with_slash};
    furrow_paths *paths;
    REQUIRE_EQUAL(furrow_paths_new(&paths, arguments, 1, NULL), FURROW_OK);
    EXPECT_EQUAL(list(text, sizeof text, paths, folder, NULL), FURROW_OK);
    EXPECT_TEXT(text, "1.PNG 2.png 02.png 10.png a9.png a10.png inner x.txt ");
    furrow_paths_free(paths);
}

TEST(lists_and_the_input_are_read_line_by_line)
{
    const char *folder = example();
    char lines[1024], at[1024], text[1024];
    snprintf(lines, sizeof lines, "one.png\r\n\n%s/inner\nlast.png", folder);
    snprintf(at, sizeof at, "@%s", harness_write(folder, "list", lines, strlen(lines)));
    const char *arguments[] = {at, "-", "c.png"};
    FILE *input = tmpfile();
    REQUIRE(input);
    const furrow_paths_options options = {.suffix = ".png", .input = input};
    fputs("-\n@x\n\n", input);
    rewind(input);
    furrow_paths *paths;
    REQUIRE_EQUAL(furrow_paths_new(&paths, arguments, 3, &options), FURROW_OK);
    for (int round = 0; round < 2; round++) {
        EXPECT_EQUAL(list(text, sizeof text, paths, folder, NULL), FURROW_OK);
        EXPECT_TEXT(text, "one.png inner/5.png last.png - @x c.png ");
        EXPECT_EQUAL(furrow_paths_rewind(paths, NULL), FURROW_OK);
    }
    furrow_paths_free(paths);
    fclose(input);
}

TEST(a_pipe_cannot_be_read_twice)
{
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    EXPECT_EQUAL(write(ends[1], "a.png\n", 6), 6);
    close(ends[1]);
    FILE *input = fdopen(ends[0], "r");
    REQUIRE(input);
    const char *arguments[] = {"-"};
    const furrow_paths_options options = {.input = input};
    char text[64];
    furrow_error error = {0};
    furrow_paths *paths;
    REQUIRE_EQUAL(furrow_paths_new(&paths, arguments, 1, &options), FURROW_OK);
    EXPECT_EQUAL(furrow_paths_rewind(paths, &error), FURROW_OK);
    EXPECT_EQUAL(list(text, sizeof text, paths, "", NULL), FURROW_OK);
    EXPECT_TEXT(text, "a.png ");
    EXPECT_EQUAL(furrow_paths_rewind(paths, &error), FURROW_ENOTSUP);
    EXPECT_CONTAINS(error.text, "use @FILE");
    furrow_paths_free(paths);
    fclose(input);
}

TEST(a_list_that_cannot_be_read_is_an_error)
{
    static const struct {
        const char *argument;
        int status;
        const char *expected;
    } table[] = {
        {"@/no/such/list", FURROW_ENOENT, "/no/such/list: cannot read the list"},
        {"-", FURROW_EINVAL, "there is no input"},
        {"@/", -EISDIR, "/: cannot read the list"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        furrow_error error = {0};
        char text[64];
        furrow_paths *paths;
        harness_case("%s", table[i].argument);
        REQUIRE_EQUAL(furrow_paths_new(&paths, &table[i].argument, 1, NULL), FURROW_OK);
        EXPECT_EQUAL(list(text, sizeof text, paths, "", &error), table[i].status);
        EXPECT_CONTAINS(error.text, table[i].expected);
        furrow_paths_free(paths);
    }
}

TEST(each_failing_allocation_of_a_stream_is_reported)
{
    const char *folder = example();
    const char *arguments[] = {folder};
    for (size_t n = 1;; n++) {
        char text[1024];
        furrow_paths *paths;
        harness_case("allocation %zu", n);
        harness_fail_allocation(n);
        int status = furrow_paths_new(&paths, arguments, 1, &png);
        if (!status)
            status = list(text, sizeof text, paths, folder, NULL);
        bool all_done = harness_fail_allocation(0) < n;
        furrow_paths_free(status && n == 1 ? NULL : paths);
        if (status || all_done) /* where memory only shrinks, the old block can be kept */
            EXPECT_EQUAL(status, all_done ? FURROW_OK : FURROW_ENOMEM);
        if (!status)
            EXPECT_TEXT(text, "1.PNG 2.png 02.png 10.png a9.png a10.png ");
        if (all_done || n > 100)
            break;
    }
}
