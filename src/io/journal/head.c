#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/digest.h"
#include <furrow/clock.h>

static const char magic[16] = "furrow-journal";
static const uint32_t order = 0x01020304, version = 2;
static const size_t max_terms = (size_t)1 << 20;

struct file_head {
    char magic[16];
    uint32_t order, version;
    uint64_t salt, terms_size;
    uint32_t terms_crc, crc;
};

/* Covers all fields before it, so that a damaged size does not make a head look unfinished. */
static uint32_t crc_of(const struct file_head *head)
{
    return (uint32_t)crc32(0, (const Bytef *)head, offsetof(struct file_head, crc));
}

static uint32_t crc_of_terms(const char *terms, size_t size)
{
    return (uint32_t)crc32_z(0, (const Bytef *)terms, size);
}

/* The terms in the form of the file; NULL: no memory. */
static char *join(size_t *size, const furrow_term *terms)
{
    *size = 0;
    for (const furrow_term *term = terms; term->name; term++)
        *size += strlen(term->name) + strlen(term->value) + 2;
    char *joined = malloc(*size + 1), *end = joined;
    for (const furrow_term *term = terms; joined && term->name; term++) {
        end = stpcpy(end, term->name) + 1;
        end = stpcpy(end, term->value) + 1;
    }
    return joined;
}

static int begin_anew(furrow_journal *journal, const char *terms, size_t size, furrow_error *error)
{
    double now[] = {furrow_clock_wall(), furrow_clock_process_cpu(), (double)getpid()};
    struct file_head head = {
        .order = order,
        .version = version,
        .salt = furrow__digest_bytes(FURROW__DIGEST_START, now, sizeof now),
        .terms_size = size,
        .terms_crc = crc_of_terms(terms, size),
    };
    memcpy(head.magic, magic, sizeof magic);
    head.crc = crc_of(&head);
    if (ftruncate(journal->file, 0) != 0)
        return furrow_error_set(error, -errno, "%s: cannot write: %s", journal->path,
                                furrow_status_text(-errno));
    journal->end = 0;
    int status = furrow__journal_write(journal, &head, sizeof head, terms, size, error);
    journal->salt = head.salt;
    journal->end = sizeof head + size;
    return status;
}

/* Shows both values from a little before the point where they differ. */
static int refuse_term(const char *path, const char *name, const char *old, const char *now,
                       furrow_error *error)
{
    size_t same = 0;
    while (old[same] && old[same] == now[same])
        same++;
    size_t from = same > 20 ? same - 20 : 0;
    const char *dots = from ? "..." : "";
    return furrow_error_set(
        error, FURROW_ECHANGED,
        "%s: %s: expected %s\"%.40s\" as at the start of the journal, got %s\"%.40s\"; "
        "run the same command, or remove the file to start again",
        path, name, dots, old + from, dots, now + from);
}

/* Compares the terms of the file, `size` bytes and a zero byte, with these. */
static int compare(const char *path, const char *old, size_t size, const furrow_term *terms,
                   furrow_error *error)
{
    const char *end = old + size;
    for (const furrow_term *term = terms; term->name; term++) {
        const char *name = old, *value = name < end ? name + strlen(name) + 1 : end;
        if (name >= end || strcmp(name, term->name) != 0)
            return refuse_term(path, "arguments", name < end ? name : "", term->name, error);
        if (value >= end || strcmp(value, term->value) != 0)
            return refuse_term(path, name, value < end ? value : "", term->value, error);
        old = value + strlen(value) + 1;
    }
    return old < end ? refuse_term(path, "arguments", old, "", error) : FURROW_OK;
}

static int refuse_format(const furrow_journal *journal, const char *what, furrow_error *error)
{
    return furrow_error_set(error, FURROW_EFORMAT, "%s: expected a journal of furrow, got %s",
                            journal->path, what);
}

/* Whether the file is empty, or its head was never finished, so that no record follows. */
static bool is_new(const struct file_head *head, size_t got)
{
    return got < sizeof *head && memcmp(head->magic, magic, got < 16 ? got : 16) == 0;
}

static int check_head(const furrow_journal *journal, const struct file_head *head, size_t got,
                      furrow_error *error)
{
    if (got < sizeof *head || memcmp(head->magic, magic, sizeof magic) != 0)
        return refuse_format(journal, "something else, which stays as it is", error);
    if (head->order != order || head->version != version)
        return furrow_error_set(error, FURROW_ECHANGED,
                                "%s: written by another version of furrow or on another kind of "
                                "machine; remove this file to start again",
                                journal->path);
    if (head->crc != crc_of(head) || head->terms_size > max_terms)
        return refuse_format(journal, "one whose head is damaged", error);
    return FURROW_OK;
}

/* `old` has room for the terms and a zero byte. */
static int check_terms(furrow_journal *journal, const struct file_head *head, char *old,
                       const furrow_term *terms, bool *unfinished, furrow_error *error)
{
    size_t got = 0, size = head->terms_size;
    int status = furrow__journal_read_at(&got, journal, old, size, sizeof *head);
    if (status)
        return furrow_error_set(error, status, "%s: cannot read the journal: %s", journal->path,
                                furrow_status_text(status));
    *unfinished = got < size;
    if (*unfinished)
        return FURROW_OK;
    if (crc_of_terms(old, size) != head->terms_crc)
        return refuse_format(journal, "one whose head is damaged", error);
    journal->salt = head->salt;
    journal->end = sizeof *head + size;
    return compare(journal->path, old, size, terms, error);
}

/* `*anew`: the file has no complete head yet. */
static int read_head(furrow_journal *journal, const furrow_term *terms, bool *anew,
                     furrow_error *error)
{
    struct file_head head;
    size_t got = 0;
    int status = furrow__journal_read_at(&got, journal, &head, sizeof head, 0);
    if (status)
        return furrow_error_set(error, status, "%s: cannot read the journal: %s", journal->path,
                                furrow_status_text(status));
    *anew = is_new(&head, got);
    if (*anew)
        return FURROW_OK;
    status = check_head(journal, &head, got, error);
    if (status)
        return status;
    char *old = calloc(1, (size_t)head.terms_size + 1);
    if (!old)
        return furrow_error_set(error, FURROW_ENOMEM, "no memory for a journal");
    status = check_terms(journal, &head, old, terms, anew, error);
    free(old);
    return status;
}

int furrow__journal_head(furrow_journal *journal, const furrow_term *terms, furrow_error *error)
{
    bool anew = false;
    size_t size;
    int status = read_head(journal, terms, &anew, error);
    if (status || !anew)
        return status;
    char *joined = join(&size, terms);
    if (!joined)
        return furrow_error_set(error, FURROW_ENOMEM, "no memory for a journal");
    if (size <= max_terms)
        status = begin_anew(journal, joined, size, error);
    else
        status = furrow_error_set(error, FURROW_EOVERFLOW,
                                  "expected at most %zu bytes of terms, got %zu", max_terms, size);
    free(joined);
    return status;
}
