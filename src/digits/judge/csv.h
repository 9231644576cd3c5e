/*
 * csv.h: reads the rows of a CSV or TSV file.
 *
 *     bool ended = false;
 *     int status = furrow__csv_open(&csv, path, &error);
 *     while (!status && !(status = furrow__csv_next(&csv, &ended, &error)) && !ended)
 *         for (size_t i = 0; i < csv.count; i++)
 *             puts(furrow__csv_field(&csv, i));
 *     furrow__csv_close(&csv);
 *
 * The first comma or tab outside quotes says which format the file has. In CSV (RFC 4180) quoted
 * fields may hold commas, quotes and newlines. In TSV, as `--format tsv` writes it, \t, \n, \r and
 * \\ stand for a tab, a newline, a carriage return and a backslash. A byte order mark at the
 * beginning of the file is skipped.
 */
#ifndef FURROW_DIGITS_JUDGE_CSV_H
#define FURROW_DIGITS_JUDGE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <furrow/status.h>

struct furrow__csv {
    FILE *file;
    const char *name;
    int separator;          /* ',' or '\t'; 0 before the first separator of the file */
    size_t line, next_line; /* where the current row and the next one begin, from 1 */
    char *text;             /* the fields of the row, each ended by NUL */
    size_t size, room;
    size_t *fields; /* the offset of each field in `text` */
    size_t count, field_room;
};

/* Fails with -errno, such as -EISDIR. Call _close after a failure too. */
int furrow__csv_open(struct furrow__csv *csv, const char *path, furrow_error *error);
void furrow__csv_close(struct furrow__csv *csv);

/* Reads the next row, or sets `*ended` at the end of the file. FURROW_EFORMAT: a quote does not
 * close, a row is longer than 1 MiB, or the row holds a NUL. FURROW_ENOMEM, -errno. */
int furrow__csv_next(struct furrow__csv *csv, bool *ended, furrow_error *error);

/* A field of the row, valid until the next row is read. */
const char *furrow__csv_field(const struct furrow__csv *csv, size_t index);

#endif
