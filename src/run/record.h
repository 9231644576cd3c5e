/*
 * record.h: writes finished items to a journal, and reads them back.
 *
 * A record holds neighbouring items. All numbers are in this machine's byte order:
 *
 *     uint64 first item, items, bytes of a result, bytes of the faults
 *     uint64 identity of each item's input (0 where it has none)
 *     the result slots
 *     for each item that failed: uint64 item, int64 code, uint64 bytes of the text, the text
 */
#ifndef FURROW_RUN_RECORD_H
#define FURROW_RUN_RECORD_H

#include <stdint.h>

#include "io/journal/journal.h"
#include <furrow/kernel.h>

typedef struct furrow__recorder {
    furrow_journal *journal; /* NULL: there is none, and the calls do nothing */
    size_t result_size;
    size_t recorded; /* all items below are in the journal, as far as it was read */
    bool read;       /* all records have been read */
    char *bytes;     /* the record that is being made */
    size_t size, room;
    furrow_error error; /* why appending failed */

    /* The record read last, in the journal's memory. */
    size_t begin, end;
    const uint64_t *identities;
    const char *results, *faults, *faults_end;
} furrow__recorder;

/* Begins the records of a run whose first item is `first`. `journal` may be NULL. */
void furrow__recorder_init(furrow__recorder *recorder, furrow_journal *journal, size_t first);
void furrow__recorder_clear(furrow__recorder *recorder);

/* `*count`: how many items from `next` on are in the record read last, or else in the record after
 * it, which is then read. 0: the journal has no more. FURROW_EFORMAT: the record does not begin at
 * `next`. */
int furrow__recorder_peek(size_t *count, furrow__recorder *recorder, size_t next,
                          furrow_error *error);

/* Copies `count` items of the record read last, from `first` on. FURROW_EFORMAT, FURROW_ENOMEM. */
int furrow__recorder_take(const furrow__recorder *recorder, size_t first, size_t count,
                          char *results, furrow_faults *faults);

/* Appends a batch. On failure recorder->error has the text. */
int furrow__recorder_append(furrow__recorder *recorder, const furrow_batch *batch,
                            const uint64_t *identities);

#endif
