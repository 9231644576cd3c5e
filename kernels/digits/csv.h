/* csv.h: a table in a file, row by row: CSV (RFC 4180), whose quoted fields may hold commas, quotes
 * and newlines; or, where the first separator is a tab, TSV as `--format tsv` writes it, in which
 * \t, \n, \r and \\ stand for what would end a field. A byte order mark at the beginning of the
 * file is skipped. */
#ifndef KERNELS_DIGITS_CSV_H
#define KERNELS_DIGITS_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <furrow/status.h>

struct furrow__csv {
    FILE *file;
    const char *name;
    int separator;          /* ',' or '\t', from the first one on; before it 0 */
    size_t line, next_line; /* on which the row began, and the next does; from 1 */
    char *text;             /* of the row's fields, each ended by NUL */
    size_t size, room;
    size_t *fields; /* where each begins in `text` */
    size_t count, field_room;
};

/* -errno: it cannot be read, as -EISDIR. In every case _close frees it. */
int furrow__csv_open(struct furrow__csv *csv, const char *path, furrow_error *error);
void furrow__csv_close(struct furrow__csv *csv);

/* Reads the next row; `*ended`: there is none. FURROW_EFORMAT: a quote does not close, a row is
 * longer than 1 MiB, or it holds a NUL. FURROW_ENOMEM, -errno. */
int furrow__csv_next(struct furrow__csv *csv, bool *ended, furrow_error *error);

/* A field of the row, valid until the next one is read. */
const char *furrow__csv_field(const struct furrow__csv *csv, size_t index);

#endif
