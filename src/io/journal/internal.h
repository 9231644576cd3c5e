/* internal.h: a journal, and the parts that write its head and its records. */
#ifndef FURROW_JOURNAL_INTERNAL_H
#define FURROW_JOURNAL_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "journal.h"

struct furrow_journal {
    int file;
    char *path;
    uint64_t salt;
    uint64_t end;    /* of the last record that was read or appended, or of the head */
    uint32_t number; /* of the next record */
    bool ready;      /* all records were read, so more may be appended */
    char *bytes;     /* of the last record read */
    size_t room;
    double synced_at; /* reading of the wall clock */
};

/* Reads the head, or writes it into a new file; sets salt and end. Returns the codes of
 * furrow__journal_open. */
int furrow__journal_head(furrow_journal *journal, const furrow_term *terms, furrow_error *error);

/* Reads `size` bytes, or fewer at the end of the file. -errno. */
int furrow__journal_read_at(size_t *got, const furrow_journal *journal, void *bytes, size_t size,
                            uint64_t offset);

/* Writes after `end`, which stays; a write that does not fit leaves nothing. -errno. */
int furrow__journal_write(const furrow_journal *journal, const void *head, size_t head_size,
                          const void *bytes, size_t size, furrow_error *error);

#endif
