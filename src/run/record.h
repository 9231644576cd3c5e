/*
 * record.h: finished items into a journal, and back.
 *
 * A record holds neighbouring items, all numbers in this machine's order:
 *
 *     uint64 first item, items, bytes of a result, bytes of the faults
 *     uint64 identity of each item's input (0 where the kernel tells none)
 *     the result slots
 *     for each item that failed: uint64 item, int64 code, uint64 bytes of the text, the text
 */
#ifndef FURROW_RUN_RECORD_H
#define FURROW_RUN_RECORD_H

#include <stdint.h>

#include "io/journal/journal.h"
#include <furrow/kernel.h>

typedef struct furrow__recorder {
    furrow_journal *journal; /* NULL: nothing is recorded, and there are no records */
    size_t result_size;
    size_t recorded; /* the end of the items in the journal, as far as it was read */
    bool read;       /* all records were taken */
    char *bytes;     /* of a record that is being made */
    size_t size, room;
    furrow_error error; /* why appending failed */

    /* The record at hand, in the journal's memory. */
    size_t begin, end;
    const uint64_t *identities;
    const char *results, *faults, *faults_end;
} furrow__recorder;

/* Of a run whose first item is `first`; `journal` may be NULL. */
void furrow__recorder_init(furrow__recorder *recorder, furrow_journal *journal, size_t first);
void furrow__recorder_clear(furrow__recorder *recorder);

/* `*count`: how many of the items from `next` on are in the record at hand, or in the one after it;
 * 0: the journal has no more. FURROW_EFORMAT: a record of other items than are due. */
int furrow__recorder_peek(size_t *count, furrow__recorder *recorder, size_t next,
                          furrow_error *error);

/* Copies `count` items of the record at hand, from `first` on. FURROW_EFORMAT,
 * FURROW_ENOMEM. */
int furrow__recorder_take(const furrow__recorder *recorder, size_t first, size_t count,
                          char *results, furrow_faults *faults);

/* Appends a batch; of what it returns nonzero recorder->error has the text. */
int furrow__recorder_append(furrow__recorder *recorder, const furrow_batch *batch,
                            const uint64_t *identities);

#endif
