/* Lists of names: lines, and names ended by NUL. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <furrow/paths.h>

/* A stream that holds `bytes`. */
static FILE *input_of(const void *bytes, size_t size)
{
    FILE *input = tmpfile();
    if (input && fwrite(bytes, 1, size, input) == size)
        rewind(input);
    return input;
}

TEST(a_name_may_hold_every_byte_but_the_slash)
{
    const char *folder = harness_folder();
    char names[256][600], list[1 << 17];
    size_t count = 0, size = 0;
    for (int byte = 1; byte < 256; byte++)
        if (byte != '/') {
            snprintf(names[count], sizeof *names, "%s/x%cy.png", folder, byte);
            REQUIRE(size + sizeof *names < sizeof list);
            size += (size_t)snprintf(list + size, sizeof list - size, "%s", names[count++]) + 1;
        }
    for (size_t i = 0; i < count; i++)
        harness_write(folder, names[i] + strlen(folder) + 1, "", 0);
    char file[512];
    snprintf(file, sizeof file, "%s", harness_write(folder, "list", list, size));
    FILE *input = input_of(list, size - 1); /* the last NUL may be missing */
    REQUIRE(input);
    const char *const lists[] = {file, "-"};
    for (int i = 0; i < 2; i++) {
        const furrow_paths_options options = {.suffix = ".png", .files0 = lists[i], .input = input};
        furrow_paths *paths;
        const char *path;
        REQUIRE_EQUAL(furrow_paths_new(&paths, NULL, 0, &options), FURROW_OK);
        for (size_t n = 0; n < count; n++) {
            REQUIRE_EQUAL(furrow_paths_next(paths, &path, NULL), FURROW_OK);
            EXPECT_TEXT(path, names[n]);
        }
        EXPECT_EQUAL(furrow_paths_next(paths, &path, NULL), FURROW_OK);
        EXPECT(path == NULL);
        furrow_paths_free(paths);
    }
    fclose(input);
    /* The folder itself also gives all of them, each once. */
    const furrow_paths_options options = {.suffix = ".png"};
    furrow_paths *paths;
    const char *path;
    size_t found = 0;
    REQUIRE_EQUAL(furrow_paths_new(&paths, &folder, 1, &options), FURROW_OK);
    while (furrow_paths_next(paths, &path, NULL) == 0 && path)
        for (size_t n = 0; n < count; n++)
            found += strcmp(path, names[n]) == 0;
    EXPECT_EQUAL(found, count);
    furrow_paths_free(paths);
}

TEST(files0_comes_after_the_arguments_and_skips_nothing_but_empty_names)
{
    static const char list[] = "b.png\0\0-\0@c\0line\nbreak.png";
    static const char *const expected[] = {"a.png", "b.png", "-", "@c", "line\nbreak.png"};
    const char *arguments[] = {"a.png"};
    FILE *input = input_of(list, sizeof list);
    REQUIRE(input);
    const furrow_paths_options options = {.suffix = ".png", .files0 = "-", .input = input};
    furrow_paths *paths;
    const char *path;
    REQUIRE_EQUAL(furrow_paths_new(&paths, arguments, 1, &options), FURROW_OK);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < COUNT(expected); i++) {
            REQUIRE_EQUAL(furrow_paths_next(paths, &path, NULL), FURROW_OK);
            EXPECT_TEXT(path, expected[i]);
        }
        EXPECT_EQUAL(furrow_paths_next(paths, &path, NULL), FURROW_OK);
        EXPECT(path == NULL);
        EXPECT_EQUAL(furrow_paths_rewind(paths, NULL), FURROW_OK);
    }
    furrow_paths_free(paths);
    fclose(input);
}

TEST(what_cannot_be_a_list_is_refused_with_what_to_try)
{
    const char *folder = harness_folder();
    char *endless = malloc(100000);
    REQUIRE(endless);
    memset(endless, 'x', 100000);
    const struct {
        const char *bytes;
        size_t size;
        const char *expected;
    } table[] = {
        {"a.png\nb.p\0ng\n", 13, "--files0-from reads lists whose names end in NUL"},
        {endless, 100000, "expected a list of paths, got"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        char argument[512];
        const char *arguments[] = {argument}, *path = "";
        furrow_error error = {0};
        furrow_paths *paths;
        snprintf(argument, sizeof argument, "@%s",
                 harness_write(folder, "list", table[i].bytes, table[i].size));
        REQUIRE_EQUAL(furrow_paths_new(&paths, arguments, 1, NULL), FURROW_OK);
        int status = FURROW_OK;
        while (!status && path)
            status = furrow_paths_next(paths, &path, &error);
        EXPECT_EQUAL(status, FURROW_EFORMAT);
        EXPECT_CONTAINS(error.text, table[i].expected);
        furrow_paths_free(paths);
    }
    free(endless);
}

TEST(a_list_of_any_length_takes_the_memory_of_one_name)
{
    enum { LINES = 100000 };
    FILE *input = tmpfile();
    REQUIRE(input);
    for (int i = 0; i < LINES; i++)
        fprintf(input, "some/folder/of/pictures/%d.png\n", i);
    rewind(input);
    const char *arguments[] = {"-"}, *path;
    const furrow_paths_options options = {.suffix = ".png", .input = input};
    furrow_paths *paths;
    size_t count = 0;
    REQUIRE_EQUAL(furrow_paths_new(&paths, arguments, 1, &options), FURROW_OK);
    harness_peak_memory();
    size_t before = harness_peak_memory();
    while (furrow_paths_next(paths, &path, NULL) == 0 && path)
        count++;
    EXPECT_EQUAL(count, LINES);
    EXPECT(harness_peak_memory() - before < 20000);
    furrow_paths_free(paths);
    fclose(input);
}

TEST(a_pipe_is_ready_when_it_holds_a_name_or_has_ended)
{
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    FILE *input = fdopen(ends[0], "r");
    REQUIRE(input);
    const char *arguments[] = {"-"}, *path;
    const furrow_paths_options options = {.suffix = ".png", .input = input};
    furrow_paths *paths;
    REQUIRE_EQUAL(furrow_paths_new(&paths, arguments, 1, &options), FURROW_OK);
    EXPECT_EQUAL(write(ends[1], "a.png\nb.png\n", 12), 12);
    REQUIRE_EQUAL(furrow_paths_next(paths, &path, NULL), FURROW_OK);
    EXPECT_TEXT(path, "a.png");
    EXPECT(furrow_paths_ready(paths));
    REQUIRE_EQUAL(furrow_paths_next(paths, &path, NULL), FURROW_OK);
    EXPECT(!furrow_paths_ready(paths));
    EXPECT_EQUAL(write(ends[1], "c.png\n", 6), 6);
    EXPECT(furrow_paths_ready(paths));
    REQUIRE_EQUAL(furrow_paths_next(paths, &path, NULL), FURROW_OK);
    EXPECT_TEXT(path, "c.png");
    close(ends[1]);
    EXPECT(furrow_paths_ready(paths));
    REQUIRE_EQUAL(furrow_paths_next(paths, &path, NULL), FURROW_OK);
    EXPECT(path == NULL);
    furrow_paths_free(paths);
    fclose(input);
}

TEST(lists_that_are_not_there_are_found_before_they_are_read)
{
    const char *folder = harness_folder();
    const char *there = harness_write(folder, "list", "a.png\n", 6);
    char good[600], is_folder[600];
    snprintf(good, sizeof good, "@%s", there);
    snprintf(is_folder, sizeof is_folder, "@%s", folder);
    const struct {
        const char *argument, *files0;
        int status;
        const char *expected;
    } table[] = {
        {"/no/such.png", there, FURROW_OK, ""},
        {good, NULL, FURROW_OK, ""},
        {"@/no/list", NULL, FURROW_ENOENT, "/no/list: cannot read the list: no such file or name"},
        {"@-", NULL, FURROW_ENOENT, "-: cannot read the list: no such file or name"},
        {good, "/no/list", FURROW_ENOENT, "/no/list: cannot read the list: no such file or name"},
        {is_folder, NULL, -EISDIR, ": cannot read the list: "},
        {"-", NULL, FURROW_EINVAL, "-: there is no input to read a list from"},
        {good, "-", FURROW_EINVAL, "-: there is no input to read a list from"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        const furrow_paths_options options = {.files0 = table[i].files0};
        furrow_paths *paths;
        furrow_error error = {0};
        harness_case("row %zu", i);
        REQUIRE_EQUAL(furrow_paths_new(&paths, &table[i].argument, 1, &options), FURROW_OK);
        EXPECT_EQUAL(furrow_paths_check(paths, &error), table[i].status);
        EXPECT_CONTAINS(error.text, table[i].expected);
        furrow_paths_free(paths);
    }
}

TEST(unopened_folders_are_given_themselves)
{
    const char *folder = harness_folder();
    char lines[600], list[512], text[1024] = "";
    harness_write(folder, "in/1.png", "", 0);
    harness_write(folder, "in/b.png/2.png", "", 0);
    snprintf(lines, sizeof lines, "%s/in\n%s/in/b.png\nno.png\n", folder, folder);
    snprintf(list, sizeof list, "@%s", harness_write(folder, "list", lines, strlen(lines)));
    char in[512];
    snprintf(in, sizeof in, "%s/in/", folder);
    const char *const arguments[] = {in, list, "1.png"};
    const furrow_paths_options options = {.suffix = ".png", .recursive = true, .unopened = true};
    furrow_paths *paths;
    const char *path;
    REQUIRE_EQUAL(furrow_paths_new(&paths, arguments, 3, &options), FURROW_OK);
    while (furrow_paths_next(paths, &path, NULL) == FURROW_OK && path) {
        strncat(text, path, sizeof text - strlen(text) - 1);
        strncat(text, "\n", sizeof text - strlen(text) - 1);
    }
    furrow_paths_free(paths);
    char expected[1024];
    snprintf(expected, sizeof expected, "%s\n%s1.png\n", in, lines);
    EXPECT_TEXT(text, expected);
}

TEST(a_byte_order_mark_is_no_part_of_the_first_line)
{
    static const char lines[] = "\xef\xbb\xbf"
                                "1.png\n"
                                "\xef\xbb\xbf"
                                "2.png\n";
    const furrow_paths_options options = {.suffix = ".png",
                                          .input = input_of(lines, sizeof lines - 1)};
    const char *const argument = "-", *path;
    furrow_paths *paths;
    REQUIRE(options.input);
    REQUIRE_EQUAL(furrow_paths_new(&paths, &argument, 1, &options), FURROW_OK);
    for (int round = 0; round < 2; round++) {
        EXPECT_EQUAL(furrow_paths_next(paths, &path, NULL), FURROW_OK);
        EXPECT_TEXT(path, "1.png");
        EXPECT_EQUAL(furrow_paths_next(paths, &path, NULL), FURROW_OK);
        EXPECT_TEXT(path, "\xef\xbb\xbf"
                          "2.png");
        EXPECT_EQUAL(furrow_paths_rewind(paths, NULL), FURROW_OK);
    }
    furrow_paths_free(paths);
    fclose(options.input);
}

TEST(a_list_without_a_name_and_an_input_that_is_a_folder_are_refused)
{
    const char *argument = "@";
    furrow_paths *paths;
    furrow_error error = {0};
    REQUIRE_EQUAL(furrow_paths_new(&paths, &argument, 1, NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_paths_check(paths, &error), FURROW_EINVAL);
    EXPECT_TEXT(error.text, "@: expected the name of a list after it");
    furrow_paths_free(paths);
    FILE *folder = fopen(harness_folder(), "r");
    REQUIRE(folder);
    const furrow_paths_options options = {.input = folder, .files0 = "-"};
    REQUIRE_EQUAL(furrow_paths_new(&paths, NULL, 0, &options), FURROW_OK);
    EXPECT_EQUAL(furrow_paths_check(paths, &error), -EISDIR);
    EXPECT_CONTAINS(error.text, "input: cannot read the list: ");
    furrow_paths_free(paths);
    fclose(folder);
}
