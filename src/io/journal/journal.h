/*
 * journal.h: a file of records that outlives the program, so that the next run continues where the
 * last one ended, in whatever way, kill -9 included.
 *
 *     furrow__journal_open(&journal, "work.journal", terms, &error);
 *     while ((status = furrow__journal_read(journal, &bytes, &size, &error)) == FURROW_OK)
 *         take(bytes, size);                               // finished by an earlier run
 *     while (more to do && status == FURROW_END)
 *         status = furrow__journal_append(journal, ...) ...
 *     furrow__journal_remove(journal, &error);              // all done: the next run starts again
 *     furrow__journal_free(journal);                        // without remove: the next continues
 *
 * Records are read in the order in which they were appended, up to the first that is not complete:
 * a record that was being written when the program ended, or was damaged later, is cut off with all
 * after it. An append is one write to the file without a buffer, so after kill -9 the file has
 * every record whose append returned. Against a loss of power an append syncs the file 5 s after
 * the last sync, and free does 0.1 s or more after it: older records are lost only by a disk that
 * breaks its promise.
 *
 * The terms must be the same for a run to continue: the program, its version, its arguments, a
 * digest of its input. They stand in the head of the file; a file with other terms is refused, and
 * the error names the difference.
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
 * from 0; uint64 bytes; the bytes. After a loss of power a file system may show records of an older
 * file; the salt tells them from those of this one.
 *
 * One thread at a time may use a journal, and one process: another is refused while it is open
 * (flock(2)), after it has waited a second for a process that is ending.
 */
#ifndef FURROW_JOURNAL_JOURNAL_H
#define FURROW_JOURNAL_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#include <furrow/status.h>

typedef struct furrow_journal furrow_journal;

/* A name and its value; a table of them ends with {0}. */
typedef struct furrow_term {
    const char *name, *value;
} furrow_term;

/*
 * Opens the file, or creates it, readable by its owner only. A file that is empty, or ends within
 * its head, counts as new. `terms` must live until the call returns.
 *
 * FURROW_ECHANGED: the file has other terms, or another version of the format (the error says what
 * differs); FURROW_EFORMAT: no journal, a damaged head, or no regular file; the file stays as it
 * is; FURROW_EAGAIN: another process has it open; FURROW_EOVERFLOW: more than 1 MiB of terms;
 * FURROW_ENOMEM; -errno.
 */
int furrow__journal_open(furrow_journal **journal, const char *path, const furrow_term *terms,
                         furrow_error *error);

/* Closes the file and keeps it. NULL is fine. */
void furrow__journal_free(furrow_journal *journal);

/* Reads the next record, valid until the next call with this journal. FURROW_END: there are no
 * more, the file ends after the last complete record, and append may be called. FURROW_ENOMEM,
 * -errno. */
int furrow__journal_read(furrow_journal *journal, const void **bytes, size_t *size,
                         furrow_error *error);

/* Appends a record. -errno, such as -ENOSPC: it was not appended, and the file keeps no part of it;
 * or it was, and the sync failed. FURROW_EINVAL: not all records were read before. */
int furrow__journal_append(furrow_journal *journal, const void *bytes, size_t size,
                           furrow_error *error);

/* Removes the file, but not a link to it, once the work is done. After that the journal can only be
 * freed. -errno. */
int furrow__journal_remove(furrow_journal *journal, furrow_error *error);

/* Whether `path` is the file of the journal, under any name. */
bool furrow__journal_is(const furrow_journal *journal, const char *path);

#endif
