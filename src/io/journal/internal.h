/* internal.h: a journal, and the head of its file. */
#ifndef FURROW_JOURNAL_INTERNAL_H
#define FURROW_JOURNAL_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "journal.h"

struct furrow_journal {
    int file;
    char *path;
    uint64_t salt;
    uint64_t end;    /* of the head and of the records that were read or appended */
    uint32_t number; /* of the next record */
    bool ready;      /* all records were read: more may be appended */
    char *bytes;     /* of the record that was read last */
    size_t room;
    double synced_at; /* reading of the wall clock */
};

/* Reads the head, or writes it into a new file; sets salt and end. As furrow__journal_open. */
int furrow__journal_head(furrow_journal *journal, const furrow_term *terms, furrow_error *error);

/* All of `size` bytes, or as many as there are before the end of the file; -errno. */
int furrow__journal_read_at(size_t *got, const furrow_journal *journal, void *bytes, size_t size,
                            uint64_t offset);

/* Writes at the end, without moving it; what of it did not fit is taken back. -errno, and a text
 * that says so. */
int furrow__journal_write(const furrow_journal *journal, const void *head, size_t head_size,
                          const void *bytes, size_t size, furrow_error *error);

#endif
