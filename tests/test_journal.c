#include "io/journal/journal.h"
#include "journal_file.h"

#include <string.h>
#include <sys/stat.h>

static const furrow_term terms[] = {{"program", "test"}, {"n", "17"}, {0}};

/* The bytes of a journal's head with these terms. */
enum { HEAD = 48 + sizeof "program" + sizeof "test" + sizeof "n" + sizeof "17" };

static const char *const texts[] = {"first", "", "a third of them", "4"};
enum { TEXTS = COUNT(texts) };

static const char *path_of(const char *folder)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/journal", folder);
    return path;
}

/* Reads up to the end; returns how many of `texts` it has, which must be the first. */
static size_t read_texts(furrow_journal *journal)
{
    const void *bytes;
    size_t size, count = 0;
    int status;
    while ((status = furrow__journal_read(journal, &bytes, &size, NULL)) == FURROW_OK) {
        EXPECT(count < TEXTS && size == strlen(texts[count]) &&
               memcmp(bytes, texts[count], size) == 0);
        count++;
    }
    EXPECT_EQUAL(status, FURROW_END);
    EXPECT_EQUAL(furrow__journal_read(journal, &bytes, &size, NULL), FURROW_END);
    return count;
}

/* Appends what is missing of `texts`. */
static void append_rest(furrow_journal *journal, size_t count)
{
    for (; count < TEXTS; count++)
        EXPECT_EQUAL(furrow__journal_append(journal, texts[count], strlen(texts[count]), NULL), 0);
}

static void make_journal(const char *path)
{
    furrow_journal *journal;
    REQUIRE_EQUAL(furrow__journal_open(&journal, path, terms, NULL), FURROW_OK);
    EXPECT_EQUAL(read_texts(journal), 0);
    append_rest(journal, 0);
    furrow__journal_free(journal);
}

TEST(records_are_read_as_they_were_appended)
{
    const char *path = path_of(harness_folder());
    furrow_journal *journal;
    make_journal(path);
    REQUIRE_EQUAL(furrow__journal_open(&journal, path, terms, NULL), FURROW_OK);
    EXPECT_EQUAL(read_texts(journal), TEXTS);
    furrow__journal_free(journal);
    struct stat found;
    EXPECT(stat(path, &found) == 0 && (found.st_mode & 0777) == 0600);
}

TEST(a_large_record_and_many_small_ones_come_back)
{
    enum { LARGE = 3 << 20, MANY = 1009 };
    const char *path = path_of(harness_folder());
    furrow_journal *journal;
    char *large = malloc(LARGE);
    const void *bytes;
    size_t size;
    for (size_t i = 0; i < LARGE; i++)
        large[i] = (char)(i * i >> 3);
    REQUIRE_EQUAL(furrow__journal_open(&journal, path, terms, NULL), FURROW_OK);
    EXPECT_EQUAL(furrow__journal_read(journal, &bytes, &size, NULL), FURROW_END);
    EXPECT_EQUAL(furrow__journal_append(journal, large, LARGE, NULL), FURROW_OK);
    for (size_t i = 0; i < MANY; i++)
        EXPECT_EQUAL(furrow__journal_append(journal, &i, sizeof i, NULL), FURROW_OK);
    furrow__journal_free(journal);
    REQUIRE_EQUAL(furrow__journal_open(&journal, path, terms, NULL), FURROW_OK);
    EXPECT_EQUAL(furrow__journal_read(journal, &bytes, &size, NULL), FURROW_OK);
    EXPECT(size == LARGE && memcmp(bytes, large, LARGE) == 0);
    for (size_t i = 0; i < MANY; i++) {
        REQUIRE_EQUAL(furrow__journal_read(journal, &bytes, &size, NULL), FURROW_OK);
        EXPECT(size == sizeof i && memcmp(bytes, &i, size) == 0);
    }
    EXPECT_EQUAL(furrow__journal_read(journal, &bytes, &size, NULL), FURROW_END);
    furrow__journal_free(journal);
    free(large);
}

TEST(of_a_file_that_was_cut_anywhere_the_whole_records_stay)
{
    const char *path = path_of(harness_folder());
    size_t size, most = 0, whole = HEAD;
    make_journal(path);
    char *bytes = read_file(&size, path);
    for (size_t cut = 0; cut <= size; cut++) {
        struct stat found;
        furrow_journal *journal;
        harness_case("%zu of %zu bytes", cut, size);
        write_file(path, bytes, cut);
        REQUIRE_EQUAL(furrow__journal_open(&journal, path, terms, NULL), FURROW_OK);
        size_t count = read_texts(journal);
        EXPECT(count == most || count == most + 1);
        whole = count > most ? cut : whole;
        EXPECT(stat(path, &found) == 0 && (size_t)found.st_size == whole);
        most = count;
        append_rest(journal, count);
        furrow__journal_free(journal);
        REQUIRE_EQUAL(furrow__journal_open(&journal, path, terms, NULL), FURROW_OK);
        EXPECT_EQUAL(read_texts(journal), TEXTS);
        furrow__journal_free(journal);
    }
    EXPECT_EQUAL(most, TEXTS);
    free(bytes);
}

TEST(what_follows_a_damaged_bit_is_gone_and_with_one_in_its_head_the_file_is_refused)
{
    const char *path = path_of(harness_folder());
    size_t size;
    make_journal(path);
    char *bytes = read_file(&size, path);
    for (size_t at = 0; at < size * 8; at++) {
        furrow_journal *journal;
        harness_case("bit %zu of byte %zu", at % 8, at / 8);
        bytes[at / 8] = (char)(bytes[at / 8] ^ 1 << at % 8);
        write_file(path, bytes, size);
        int status = furrow__journal_open(&journal, path, terms, NULL);
        EXPECT(status == FURROW_OK || status == FURROW_EFORMAT || status == FURROW_ECHANGED);
        if (status == FURROW_OK)
            EXPECT(read_texts(journal) < TEXTS);
        EXPECT_EQUAL(status == FURROW_OK, at / 8 >= HEAD);
        EXPECT(at / 8 < 16 || at / 8 >= 24 || status == FURROW_ECHANGED); /* order and version */
        furrow__journal_free(journal);
        bytes[at / 8] = (char)(bytes[at / 8] ^ 1 << at % 8);
    }
    free(bytes);
}

TEST(a_record_of_another_journal_at_the_same_place_is_none)
{
    const char *folder = harness_folder();
    char other[4096];
    size_t size, other_size;
    snprintf(other, sizeof other, "%s/other", folder);
    make_journal(path_of(folder));
    make_journal(other);
    char *bytes = read_file(&size, path_of(folder)), *others = read_file(&other_size, other);
    REQUIRE_EQUAL(size, other_size);
    memcpy(bytes + HEAD, others + HEAD, size - HEAD);
    write_file(other, bytes, size);
    furrow_journal *journal;
    REQUIRE_EQUAL(furrow__journal_open(&journal, other, terms, NULL), FURROW_OK);
    EXPECT_EQUAL(read_texts(journal), 0);
    furrow__journal_free(journal);
    free(bytes);
    free(others);
}

TEST(other_terms_are_refused_and_named)
{
    static const struct {
        furrow_term terms[4];
        const char *text;
    } table[] = {
        {{{"program", "test"}, {"n", "18"}},
         "n: expected \"17\" as at the start of the journal, got \"18\""},
        {{{"program", "text"}, {"n", "17"}}, "program: expected \"test\""},
        {{{"program", "test"}}, "arguments: expected \"n\""},
        {{{"program", "test"}, {"n", "17"}, {"m", "1"}}, "got \"m\""},
        {{{"program", "test"}, {"m", "17"}}, "arguments: expected \"n\""},
        {{{0}}, "arguments: expected \"program\""},
    };
    const char *path = path_of(harness_folder());
    make_journal(path);
    for (size_t i = 0; i < COUNT(table); i++) {
        furrow_journal *journal;
        furrow_error error;
        harness_case("row %zu", i);
        EXPECT_EQUAL(furrow__journal_open(&journal, path, table[i].terms, &error), FURROW_ECHANGED);
        EXPECT(journal == NULL);
        EXPECT_CONTAINS(error.text, table[i].text);
        EXPECT_CONTAINS(error.text, "remove the file to start again");
    }
    furrow_journal *journal;
    REQUIRE_EQUAL(furrow__journal_open(&journal, path, terms, NULL), FURROW_OK);
    EXPECT_EQUAL(read_texts(journal), TEXTS);
    furrow__journal_free(journal);
}

TEST(what_is_no_journal_is_left_as_it_is)
{
    const char *folder = harness_folder();
    const char *path = harness_write(folder, "results", "8\n3\n", 4);
    furrow_journal *journal;
    furrow_error error;
    EXPECT_EQUAL(furrow__journal_open(&journal, path, terms, &error), FURROW_EFORMAT);
    EXPECT_CONTAINS(error.text, "expected a journal of furrow");
    size_t size;
    char *bytes = read_file(&size, path);
    EXPECT(size == 4 && memcmp(bytes, "8\n3\n", 4) == 0);
    free(bytes);
    EXPECT(furrow__journal_open(&journal, folder, terms, &error) < 0);
    EXPECT_EQUAL(furrow__journal_open(&journal, "/dev/null", terms, &error), FURROW_EFORMAT);
    EXPECT_EQUAL(furrow__journal_open(&journal, "/nowhere/at/all", terms, &error), -ENOENT);
    EXPECT_CONTAINS(error.text, "/nowhere/at/all");
}

TEST(a_journal_that_is_open_is_refused_to_others)
{
    const char *path = path_of(harness_folder());
    furrow_journal *journal, *second;
    furrow_error error;
    REQUIRE_EQUAL(furrow__journal_open(&journal, path, terms, NULL), FURROW_OK);
    EXPECT_EQUAL(furrow__journal_open(&second, path, terms, &error), FURROW_EAGAIN);
    EXPECT_CONTAINS(error.text, "another process has this journal open");
    furrow__journal_free(journal);
    EXPECT_EQUAL(furrow__journal_open(&second, path, terms, &error), FURROW_OK);
    furrow__journal_free(second);
}

TEST(a_journal_that_is_removed_begins_anew)
{
    const char *path = path_of(harness_folder());
    furrow_journal *journal;
    make_journal(path);
    REQUIRE_EQUAL(furrow__journal_open(&journal, path, terms, NULL), FURROW_OK);
    EXPECT(furrow__journal_is(journal, path));
    EXPECT(!furrow__journal_is(journal, "/dev/null"));
    EXPECT_EQUAL(furrow__journal_remove(journal, NULL), FURROW_OK);
    furrow__journal_free(journal);
    EXPECT(!file_is_there(path));
    REQUIRE_EQUAL(furrow__journal_open(&journal, path, terms, NULL), FURROW_OK);
    EXPECT_EQUAL(read_texts(journal), 0);
    furrow__journal_free(journal);
    furrow__journal_free(NULL);
}

TEST(a_link_to_a_journal_stays_when_the_journal_is_removed)
{
    const char *path = path_of(harness_folder());
    char file[4200];
    furrow_journal *journal;
    snprintf(file, sizeof file, "%s-itself", path);
    REQUIRE(symlink(file, path) == 0);
    for (int round = 0; round < 2; round++) {
        REQUIRE_EQUAL(furrow__journal_open(&journal, path, terms, NULL), FURROW_OK);
        EXPECT_EQUAL(read_texts(journal), 0);
        EXPECT(file_is_there(file));
        if (round == 1)
            EXPECT(unlink(file) == 0); /* another process was quicker */
        EXPECT_EQUAL(furrow__journal_remove(journal, NULL), FURROW_OK);
        furrow__journal_free(journal);
        EXPECT(!file_is_there(file));
        struct stat found;
        EXPECT(lstat(path, &found) == 0 && S_ISLNK(found.st_mode));
    }
}

TEST(nothing_is_appended_before_all_was_read)
{
    const char *path = path_of(harness_folder());
    furrow_journal *journal;
    furrow_error error;
    make_journal(path);
    REQUIRE_EQUAL(furrow__journal_open(&journal, path, terms, NULL), FURROW_OK);
    EXPECT_EQUAL(furrow__journal_append(journal, "x", 1, &error), FURROW_EINVAL);
    furrow__journal_free(journal);
}

TEST(a_record_that_does_not_fit_leaves_nothing_behind)
{
    const char *path = path_of(harness_folder());
    size_t size;
    make_journal(path);
    free(read_file(&size, path));
    for (size_t limit = 0; limit < size; limit++) {
        furrow_journal *journal = NULL;
        furrow_error error;
        size_t count = 0;
        harness_case("%zu of %zu bytes", limit, size);
        unlink(path);
        limit_files(limit);
        int status = furrow__journal_open(&journal, path, terms, &error);
        if (status == FURROW_OK)
            EXPECT_EQUAL(read_texts(journal), 0);
        for (; !status && count < TEXTS; count += !status)
            status = furrow__journal_append(journal, texts[count], strlen(texts[count]), &error);
        limit_files(RLIM_INFINITY);
        EXPECT_EQUAL(status, FURROW_EFBIG);
        EXPECT_CONTAINS(error.text, "cannot write the journal");
        if (journal)
            append_rest(journal, count); /* there is room now */
        furrow__journal_free(journal);
        REQUIRE_EQUAL(furrow__journal_open(&journal, path, terms, NULL), FURROW_OK);
        size_t found = read_texts(journal);
        EXPECT(found == TEXTS || (found == 0 && count == 0));
        furrow__journal_free(journal);
    }
}

TEST(terms_have_an_end)
{
    static char long_value[(1 << 20) + 1];
    memset(long_value, 'x', sizeof long_value - 1);
    const furrow_term long_terms[] = {{"n", long_value}, {0}};
    furrow_journal *journal;
    const char *path = path_of(harness_folder());
    EXPECT_EQUAL(furrow__journal_open(&journal, path, long_terms, NULL), FURROW_EOVERFLOW);
}

TEST(every_allocation_of_a_journal_may_fail)
{
    const char *path = path_of(harness_folder());
    make_journal(path);
    for (size_t n = 1; n < 100; n++) {
        furrow_journal *journal = NULL;
        const void *bytes;
        size_t size;
        harness_case("allocation %zu", n);
        harness_fail_allocation(n);
        int status = furrow__journal_open(&journal, path, terms, NULL);
        while (status == FURROW_OK)
            status = furrow__journal_read(journal, &bytes, &size, NULL);
        size_t done = harness_fail_allocation(0);
        furrow__journal_free(journal);
        if (done < n)
            break;
        EXPECT_EQUAL(status, FURROW_ENOMEM);
    }
    furrow_journal *journal;
    REQUIRE_EQUAL(furrow__journal_open(&journal, path, terms, NULL), FURROW_OK);
    EXPECT_EQUAL(read_texts(journal), TEXTS);
    furrow__journal_free(journal);
}
