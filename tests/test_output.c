/* Files that appear when they are whole. */
#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <furrow/output.h>

#include "journal_file.h"

static const char *in(char path[600], const char *folder, const char *name)
{
    snprintf(path, 600, "%s/%s", folder, name);
    return path;
}

static void expect_file(const char *folder, const char *name, const char *text)
{
    char path[600];
    size_t size;
    char *bytes = read_file(&size, in(path, folder, name));
    harness_case("%s", name);
    EXPECT_EQUAL(size, strlen(text));
    EXPECT(bytes && memcmp(bytes, text, size) == 0);
    harness_case(NULL);
    free(bytes);
}

static bool is_there(const char *folder, const char *name)
{
    char path[600];
    struct stat found;
    return lstat(in(path, folder, name), &found) == 0;
}

static bool is_link(const char *folder, const char *name)
{
    char path[600];
    struct stat found;
    return lstat(in(path, folder, name), &found) == 0 && S_ISLNK(found.st_mode);
}

/* ---- whole or not at all ---- */

TEST(a_file_appears_when_it_is_finished)
{
    const char *folder = harness_folder();
    char path[600];
    furrow_output output;
    furrow_error error = {0};
    REQUIRE_EQUAL(furrow_output_open(&output, in(path, folder, "a"), &error), FURROW_OK);
    EXPECT_EQUAL(furrow_output_write(&output, "one ", 4, &error), FURROW_OK);
    EXPECT_EQUAL(furrow_output_write(&output, "", 0, &error), FURROW_OK);
    EXPECT_EQUAL(furrow_output_write(&output, "two", 3, &error), FURROW_OK);
    EXPECT(!is_there(folder, "a"));
    expect_file(folder, "a.partial", "one two");
    EXPECT_EQUAL(furrow_output_finish(&output, &error), FURROW_OK);
    EXPECT(!is_there(folder, "a.partial"));
    expect_file(folder, "a", "one two");
    furrow_output_clear(&output);
    furrow_output_clear(&output);
    expect_file(folder, "a", "one two");
}

TEST(what_is_abandoned_leaves_the_old_file_and_nothing_else)
{
    const char *folder = harness_folder();
    const char *path = harness_write(folder, "a", "old", 3);
    furrow_output output, none = {0};
    REQUIRE_EQUAL(furrow_output_open(&output, path, NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_output_write(&output, "new", 3, NULL), FURROW_OK);
    furrow_output_clear(&output);
    expect_file(folder, "a", "old");
    EXPECT(!is_there(folder, "a.partial"));
    bool input = fcntl(STDIN_FILENO, F_GETFD) >= 0; /* what the 0 of {0} would be */
    furrow_output_clear(&none);
    EXPECT_EQUAL(fcntl(STDIN_FILENO, F_GETFD) >= 0, input);
}

TEST(what_is_kept_stays_beside_the_old_file)
{
    const char *folder = harness_folder();
    const char *path = harness_write(folder, "a", "old", 3);
    furrow_output output;
    REQUIRE_EQUAL(furrow_output_open(&output, path, NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_output_write(&output, "new", 3, NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_output_keep(&output, NULL), FURROW_OK);
    furrow_output_clear(&output);
    expect_file(folder, "a", "old");
    expect_file(folder, "a.partial", "new");
}

TEST(the_permissions_of_what_is_replaced_stay)
{
    const char *folder = harness_folder();
    const char *path = harness_write(folder, "a", "old", 3);
    struct stat found;
    chmod(path, 0600);
    EXPECT_EQUAL(furrow_output_replace(path, "new", 3, NULL), FURROW_OK);
    expect_file(folder, "a", "new");
    REQUIRE_EQUAL(stat(path, &found), 0);
    EXPECT_EQUAL(found.st_mode & 0777, 0600);
}

TEST(a_stream_is_flushed_when_the_file_is_finished)
{
    const char *folder = harness_folder();
    char path[600];
    furrow_output output;
    REQUIRE_EQUAL(furrow_output_open(&output, in(path, folder, "a"), NULL), FURROW_OK);
    FILE *stream = furrow_output_stream(&output);
    REQUIRE(stream != NULL);
    EXPECT(furrow_output_stream(&output) == stream);
    for (int i = 0; i < 9973; i++)
        fprintf(stream, "%05d\n", i);
    EXPECT_EQUAL(furrow_output_finish(&output, NULL), FURROW_OK);
    furrow_output_clear(&output);
    struct stat found;
    REQUIRE_EQUAL(stat(path, &found), 0);
    EXPECT_EQUAL(found.st_size, 6 * 9973);
}

/* ---- links, devices, FIFOs, sockets ---- */

TEST(a_link_stays_and_what_it_leads_to_is_replaced_or_made)
{
    const char *folder = harness_folder();
    char path[600], target[600];
    harness_write(folder, "far/old", "old", 3);
    REQUIRE_EQUAL(symlink("second", in(path, folder, "first")), 0);
    REQUIRE_EQUAL(symlink("far/old", in(path, folder, "second")), 0);
    REQUIRE_EQUAL(symlink(in(target, folder, "far/new"), in(path, folder, "dangling")), 0);
    EXPECT_EQUAL(furrow_output_replace(in(path, folder, "first"), "1", 1, NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_output_replace(in(path, folder, "dangling"), "2", 1, NULL), FURROW_OK);
    expect_file(folder, "far/old", "1");
    expect_file(folder, "far/new", "2");
    EXPECT(is_link(folder, "first") && is_link(folder, "second") && is_link(folder, "dangling"));
    EXPECT(!is_link(folder, "far/old") && !is_link(folder, "far/new"));
}

TEST(links_in_a_circle_and_a_partial_that_is_a_link_are_refused)
{
    const char *folder = harness_folder();
    char path[600];
    furrow_error error = {0};
    REQUIRE_EQUAL(symlink("b", in(path, folder, "a")), 0);
    REQUIRE_EQUAL(symlink("a", in(path, folder, "b")), 0);
    EXPECT_EQUAL(furrow_output_replace(path, "x", 1, &error), -ELOOP);
    EXPECT_CONTAINS(error.text, "/b: cannot write: ");
    harness_write(folder, "precious", "kept", 4);
    REQUIRE_EQUAL(symlink("precious", in(path, folder, "c.partial")), 0);
    EXPECT_EQUAL(furrow_output_replace(in(path, folder, "c"), "x", 1, &error), -ELOOP);
    EXPECT_CONTAINS(error.text, "/c.partial: cannot write: ");
    expect_file(folder, "precious", "kept");
}

TEST(a_fifo_is_written_itself_also_through_a_link)
{
    const char *folder = harness_folder();
    char path[600], text[16] = "";
    REQUIRE_EQUAL(mkfifo(in(path, folder, "pipe"), 0600), 0);
    int reader = open(path, O_RDONLY | O_NONBLOCK);
    REQUIRE(reader >= 0);
    EXPECT_EQUAL(furrow_output_replace(path, "one", 3, NULL), FURROW_OK);
    REQUIRE_EQUAL(symlink("pipe", in(path, folder, "link")), 0);
    EXPECT_EQUAL(furrow_output_replace(path, "two", 3, NULL), FURROW_OK);
    EXPECT_EQUAL(read(reader, text, sizeof text), 6);
    EXPECT_TEXT(text, "onetwo");
    close(reader);
    EXPECT(is_link(folder, "link") && is_there(folder, "pipe"));
    EXPECT(!is_there(folder, "pipe.partial") && !is_there(folder, "link.partial"));
}

TEST(a_socket_and_a_file_that_are_open_are_written_where_they_stand)
{
    const char *folder = harness_folder();
    int pair[2];
    char path[600], name[64], text[16] = "";
    REQUIRE_EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    snprintf(name, sizeof name, "/dev/fd/%d", pair[0]);
    EXPECT_EQUAL(furrow_output_replace(name, "sent", 4, NULL), FURROW_OK);
    EXPECT_EQUAL(read(pair[1], text, sizeof text), 4);
    EXPECT_TEXT(text, "sent");
    close(pair[0]);
    close(pair[1]);

    const char *file = harness_write(folder, "a", "", 0);
    int open_already = open(file, O_WRONLY);
    REQUIRE_EQUAL(write(open_already, "head ", 5), 5);
    snprintf(name, sizeof name, "/proc/self/fd/%d", open_already);
    REQUIRE_EQUAL(symlink(name, in(path, folder, "link")), 0);
    EXPECT_EQUAL(furrow_output_check(path, NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_output_replace(path, "tail", 4, NULL), FURROW_OK);
    REQUIRE_EQUAL(write(open_already, ".", 1), 1);
    close(open_already);
    expect_file(folder, "a", "head tail.");
    EXPECT(furrow_output_check(path, NULL) < 0);
    EXPECT(furrow_output_replace(path, "", 0, NULL) < 0);
}

/* ---- what fails ---- */

TEST(a_full_disk_is_an_error_that_names_the_file)
{
    const char *folder = harness_folder();
    char path[600];
    furrow_output output;
    furrow_error error = {0};
    if (access("/dev/full", W_OK) != 0)
        SKIP("no /dev/full");
    REQUIRE_EQUAL(symlink("/dev/full", in(path, folder, "a")), 0);
    EXPECT_EQUAL(furrow_output_replace(path, "x", 1, &error), -ENOSPC);
    EXPECT_TEXT(error.text, "/dev/full: cannot write: No space left on device");
    REQUIRE_EQUAL(furrow_output_open(&output, path, NULL), FURROW_OK);
    FILE *stream = furrow_output_stream(&output);
    REQUIRE(stream != NULL);
    for (int i = 0; i < 100000; i++)
        fputs("more than a buffer ", stream);
    error = (furrow_error){0};
    EXPECT_EQUAL(furrow_output_finish(&output, &error), -ENOSPC);
    EXPECT_TEXT(error.text, "/dev/full: cannot write: No space left on device");
    furrow_output_clear(&output);
    EXPECT(is_link(folder, "a"));
}

TEST(of_what_does_not_fit_nothing_stays)
{
    const char *folder = harness_folder();
    const char *path = harness_write(folder, "a", "old", 3);
    static char many[1 << 16];
    furrow_output output;
    furrow_error error = {0};
    REQUIRE_EQUAL(furrow_output_open(&output, path, NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_output_write(&output, "whole", 5, NULL), FURROW_OK);
    limit_files(1 << 12);
    EXPECT_EQUAL(furrow_output_write(&output, many, sizeof many, &error), -EFBIG);
    limit_files(RLIM_INFINITY);
    EXPECT_CONTAINS(error.text, "/a.partial: cannot write: ");
    expect_file(folder, "a.partial", "whole");
    furrow_output_clear(&output);
    expect_file(folder, "a", "old");
    EXPECT(!is_there(folder, "a.partial"));
}

TEST(what_cannot_be_opened_or_replaced_is_named)
{
    const char *folder = harness_folder();
    char path[600];
    furrow_output output;
    furrow_error error = {0};
    EXPECT_EQUAL(furrow_output_open(&output, in(path, folder, "no/a"), &error), FURROW_ENOENT);
    EXPECT_CONTAINS(error.text, "no/a.partial: cannot write: no such file or name");
    furrow_output_clear(&output);
    EXPECT_EQUAL(furrow_output_open(&output, folder, &error), -EISDIR);
    EXPECT_CONTAINS(error.text, ": cannot write: ");
    REQUIRE_EQUAL(furrow_output_open(&output, in(path, folder, "a"), NULL), FURROW_OK);
    harness_write(folder, "a/file", "", 0); /* since then it has become a folder */
    EXPECT(furrow_output_finish(&output, &error) < 0);
    EXPECT_CONTAINS(error.text, "/a: cannot replace: ");
    EXPECT_EQUAL(furrow_output_keep(&output, &error), FURROW_OK);
    furrow_output_clear(&output);
    EXPECT(is_there(folder, "a.partial"));
}

TEST(every_allocation_that_fails_is_reported)
{
    char path[600];
    in(path, harness_folder(), "a");
    int code = FURROW_ENOMEM;
    size_t n = 0;
    while (code == FURROW_ENOMEM && n < 100) {
        furrow_error error = {0};
        harness_case("allocation %zu", ++n);
        harness_fail_allocation(n);
        code = furrow_output_replace(path, "x", 1, &error);
        harness_fail_allocation(0);
        if (code != FURROW_OK)
            EXPECT_CONTAINS(error.text, "cannot write: out of memory");
    }
    EXPECT_EQUAL(code, FURROW_OK);
    EXPECT(n > 1);
}

/* ---- before a long run ---- */

TEST(a_check_says_what_opening_would_and_touches_nothing)
{
    const char *folder = harness_folder();
    char path[600];
    furrow_error error = {0};
    EXPECT_EQUAL(furrow_output_check(in(path, folder, "new"), NULL), FURROW_OK);
    EXPECT(!is_there(folder, "new") && !is_there(folder, "new.partial"));
    EXPECT_EQUAL(furrow_output_check(harness_write(folder, "old", "", 0), NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_output_check("", &error), FURROW_EINVAL);
    EXPECT_CONTAINS(error.text, "expected the name of a file");
    EXPECT_EQUAL(furrow_output_check(folder, &error), -EISDIR);
    EXPECT_EQUAL(furrow_output_check(in(path, folder, "no/new"), &error), FURROW_ENOENT);
    EXPECT_CONTAINS(error.text, "no/new: cannot write into its folder: no such file or name");
    REQUIRE_EQUAL(symlink("no/new", in(path, folder, "link")), 0);
    EXPECT_EQUAL(furrow_output_check(path, &error), FURROW_ENOENT);
    char name[250]; /* a name of the greatest length, which has no room for .partial */
    memset(name, 'n', sizeof name);
    name[sizeof name - 1] = '\0';
    EXPECT_EQUAL(furrow_output_check(in(path, folder, name), &error), -ENAMETOOLONG);
    EXPECT_CONTAINS(error.text, "n.partial: cannot write: ");
    EXPECT_EQUAL(furrow_output_check_folder(folder, NULL), FURROW_OK);
    EXPECT_EQUAL(furrow_output_check_folder(in(path, folder, "no"), &error), FURROW_ENOENT);
    EXPECT_CONTAINS(error.text, "/no: cannot write into the folder: no such file or name");
    EXPECT_EQUAL(furrow_output_check_folder(in(path, folder, "old"), &error), -ENOTDIR);
    EXPECT_EQUAL(furrow_output_check_folder("", &error), FURROW_EINVAL);
}

TEST(a_check_of_a_bare_name_is_of_the_folder_where_we_are)
{
    const char *folder = harness_folder();
    int before = open(".", O_PATH | O_CLOEXEC);
    REQUIRE(before >= 0 && chdir(folder) == 0);
    EXPECT_EQUAL(furrow_output_check("a", NULL), FURROW_OK);
    EXPECT(mkdir("b", 0700) == 0);
    EXPECT_EQUAL(furrow_output_check("b", NULL), -EISDIR);
    EXPECT(fchdir(before) == 0);
    close(before);
}

TEST(an_output_hits_its_file_and_its_partial_under_any_name)
{
    const char *folder = harness_folder();
    char a[600], b[600];
    harness_write(folder, "old", "", 0);
    harness_write(folder, "sub/other", "", 0);
    harness_write(folder, "x.partial", "", 0);
    REQUIRE_EQUAL(symlink("old", in(a, folder, "link")), 0);
    REQUIRE_EQUAL(symlink("sub", in(a, folder, "way")), 0);
    REQUIRE_EQUAL(link(in(b, folder, "old"), in(a, folder, "hard")), 0);
    REQUIRE_EQUAL(mkfifo(in(a, folder, "pipe"), 0600), 0);
    const struct {
        const char *path, *other;
        bool hits;
    } table[] = {
        {"old", "old", true},         {"old", "link", true},         {"link", "old", true},
        {"hard", "link", true},       {"old", "sub/../old", true},   {"old", "new", false},
        {"new", "new", true},         {"new", "sub/../new", true},   {"sub/new", "way/new", true},
        {"sub/new", "new", false},    {"x", "x.partial", true},      {"x.partial", "x", false},
        {"new", "new.partial", true}, {"new.partial", "new", false}, {"old", "sub/other", false},
        {"pipe", "pipe", false},      {"no/new", "no/new", false},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        harness_case("%s and %s", table[i].path, table[i].other);
        EXPECT_EQUAL(
            furrow_output_hits(in(a, folder, table[i].path), in(b, folder, table[i].other)),
            table[i].hits);
    }
}
