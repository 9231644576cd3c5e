/*
 * journal.h: a file of records that outlives the program, so that the next run goes on where any
 * end of the last one, kill -9 included, has left off.
 *
 *     furrow__journal_open(&journal, "work.journal", terms, &error);
 *     while ((status = furrow__journal_read(journal, &bytes, &size, &error)) == FURROW_OK)
 *         take(bytes, size);                               // done before, as it was appended
 *     while (more to do && status == FURROW_END)
 *         status = furrow__journal_append(journal, ...) ...
 *     furrow__journal_remove(journal, &error);              // done: the next run begins anew
 *     furrow__journal_free(journal);                        // without remove: the next goes on
 *
 * What holds: records are read as they were appended, in order, and from the first that is not
 * whole on there are none: what was being written when the program ended, or was damaged since, is
 * cut off. An append is one write to the file, and nothing of it is held back, so that after
 * kill -9 all records are there whose append returned. Against a loss of power the file is synced
 * when 5 s have passed since the last time, and when it is closed 0.1 s or more after it: what is
 * older is lost only by a disk that does not keep what it says it has kept.
 *
 * The terms are what must be the same for going on to make sense: the program, its version, its
 * arguments, a digest of what it reads. They stand at the head of the file; other terms are
 * refused, and named.
 *
 * The file, all numbers in this machine's order:
 *
 *     offset 0   "furrow-journal" and two zero bytes
 *            16  uint32 order of bytes, 0x01020304
 *            20  uint32 version, 2
 *            24  uint64 salt: differs from journal to journal
 *            32  uint64 bytes of the terms
 *            40  uint32 CRC-32 (as zlib's) of the terms
 *            44  uint32 CRC-32 of all bytes before
 *            48  the terms: name, value, name, value ... each ended by a zero byte
 *
 * then records, each: uint32 CRC-32 of the salt, of what follows and of the bytes; uint32 number,
 * from 0; uint64 bytes; the bytes. The salt keeps records of an older file, which a file system may
 * show after a loss of power, from being taken for this one's.
 *
 * A journal is used by one thread at a time, and by one process: others are refused while it is
 * open (flock(2)), after they have waited a second for a process that is ending.
 */
#ifndef FURROW_JOURNAL_JOURNAL_H
#define FURROW_JOURNAL_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#include <furrow/status.h>

typedef struct furrow_journal furrow_journal;

/* Text by text; a table of them ends with {0}. */
typedef struct furrow_term {
    const char *name, *value;
} furrow_term;

/*
 * Opens the file, which only its owner may read when it is new; empty, or cut within its head, it
 * counts as new. `terms` are lent for the call.
 *
 * FURROW_ECHANGED: begun with other terms, or by another version of the format (the error says
 * what differs); FURROW_EFORMAT: something else, a damaged head, or no regular file: it is left as
 * it is; FURROW_EAGAIN: open elsewhere; FURROW_EOVERFLOW: the terms are more than 1 MiB;
 * FURROW_ENOMEM; -errno.
 */
int furrow__journal_open(furrow_journal **journal, const char *path, const furrow_term *terms,
                         furrow_error *error);

/* Closes the file and keeps it. NULL is fine. */
void furrow__journal_free(furrow_journal *journal);

/* The next record, valid until the next call of a function of this journal. FURROW_END: there are
 * no more, and append may be called; what was behind the last whole one is gone. FURROW_ENOMEM,
 * -errno. */
int furrow__journal_read(furrow_journal *journal, const void **bytes, size_t *size,
                         furrow_error *error);

/* Adds a record. -errno, such as -ENOSPC: it was not added, and nothing of it stays in the file, or
 * it was and could not be synced; FURROW_EINVAL: not all that the file has was read. */
int furrow__journal_append(furrow_journal *journal, const void *bytes, size_t size,
                           furrow_error *error);

/* Removes the file, and not a link that leads to it: what it was for is done. The journal can then
 * only be freed. -errno. */
int furrow__journal_remove(furrow_journal *journal, furrow_error *error);

/* Whether `path` is the journal's own file, under whatever name. */
bool furrow__journal_is(const furrow_journal *journal, const char *path);

#endif
