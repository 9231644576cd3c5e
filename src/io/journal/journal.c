#include "internal.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <furrow/clock.h>

/* Seconds to wait for the lock: a killed process keeps it until all its threads have ended. */
static const double patience = 1, interval = 0.01;

/* Seconds: repeating less work than this takes no longer than a sync. */
static const double worth_syncing = 0.1;

static int refuse(const furrow_journal *journal, int code, const char *what, furrow_error *error)
{
    return furrow_error_set(error, code, "%s: %s: %s", journal->path, what,
                            furrow_status_text(code));
}

bool furrow__journal_is(const furrow_journal *journal, const char *path)
{
    struct stat own, other;
    return fstat(journal->file, &own) == 0 && stat(path, &other) == 0 &&
           own.st_dev == other.st_dev && own.st_ino == other.st_ino;
}

static int refuse_lock(const furrow_journal *journal, furrow_error *error)
{
    if (errno != EWOULDBLOCK)
        return refuse(journal, -errno, "cannot lock the journal", error);
    return furrow_error_set(error, FURROW_EAGAIN,
                            "%s: another process has this journal open; wait for its end, or name "
                            "another file",
                            journal->path);
}

static int open_file(furrow_journal *journal, furrow_error *error)
{
    struct stat found;
    journal->file = open(journal->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
    if (journal->file < 0)
        return refuse(journal, -errno, "cannot open the journal", error);
    if (fstat(journal->file, &found) != 0 || !S_ISREG(found.st_mode))
        return furrow_error_set(error, FURROW_EFORMAT,
                                "%s: expected a journal or the name of a new file, got something "
                                "other than a regular file",
                                journal->path);
    double end = furrow_clock_wall() + patience;
    while (flock(journal->file, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK || furrow_clock_wall() > end)
            return refuse_lock(journal, error);
        furrow_clock_sleep(interval);
    }
    return FURROW_OK;
}

/* Between open and lock its last process may have removed the file: then opens it again. */
static int open_locked(furrow_journal *journal, furrow_error *error)
{
    for (;;) {
        int status = open_file(journal, error);
        if (status || furrow__journal_is(journal, journal->path))
            return status;
        close(journal->file);
        journal->file = -1;
    }
}

int furrow__journal_open(furrow_journal **journal, const char *path, const furrow_term *terms,
                         furrow_error *error)
{
    *journal = NULL;
    furrow_journal *fresh = calloc(1, sizeof *fresh);
    if (!fresh)
        return furrow_error_set(error, FURROW_ENOMEM, "no memory for a journal");
    fresh->file = -1;
    fresh->path = malloc(strlen(path) + 1);
    int status = FURROW_ENOMEM;
    if (fresh->path) {
        memcpy(fresh->path, path, strlen(path) + 1);
        status = open_locked(fresh, error);
    } else {
        furrow_error_set(error, status, "no memory for a journal");
    }
    if (status == FURROW_OK)
        status = furrow__journal_head(fresh, terms, error);
    fresh->synced_at = furrow_clock_wall();
    if (status)
        furrow__journal_free(fresh);
    else
        *journal = fresh;
    return status;
}

void furrow__journal_free(furrow_journal *journal)
{
    if (!journal)
        return;
    if (journal->ready && furrow_clock_wall() - journal->synced_at > worth_syncing)
        fdatasync(journal->file); /* a failure here loses records only if the power fails */
    if (journal->file >= 0)
        close(journal->file);
    free(journal->path);
    free(journal->bytes);
    free(journal);
}

int furrow__journal_remove(furrow_journal *journal, furrow_error *error)
{
    journal->ready = false;
    char file[PATH_MAX]; /* a link to it stays */
    int code = realpath(journal->path, file) && unlink(file) == 0 ? FURROW_OK : -errno;
    return !code || code == -ENOENT ? FURROW_OK
                                    : refuse(journal, code, "cannot remove the journal", error);
}
