/*
 * truth.h: which digit a picture should show, by its path or by a table.
 *
 *     folder    the folder of the picture is named after the digit: 3/x.png
 *     name      the file name is cut at every _, - and . ; the digit is the first piece
 *               (8_0001.png), or else the last piece before the suffix (scan-3.png)
 *     FILE      a CSV or TSV file (csv.h) has a row for the picture
 *
 * A picture whose digit is not known is classified like any other and counted as unlabelled.
 *
 * A table of labels:
 *
 *     path,label          The first row is a heading if its second field is no digit, or if it
 *     3/17.png,3          has a field "path" and a field "label", in any two columns. Those two
 *     "a, b.png",8        columns are then read, otherwise the first two.
 *
 * A row holds for every path that equals its own, or ends in a slash and its own: "17.png" holds
 * for "scans/17.png". If several rows hold for a path, the longest counts. "./" at the beginning of
 * a row's path is ignored. A row with no label, or with "?", is skipped.
 *
 * The table keeps 60 bits of a hash of each path, not the path. A row takes 11 to 21 bytes, and
 * half as much again while the table grows: ten million rows take 134 MB, and 201 MB at the peak.
 * With a million rows the probability that a path without a row gets a label is 1e-12, and the
 * probability that two rows count as one is 5e-7.
 */
#ifndef FURROW_DIGITS_JUDGE_TRUTH_H
#define FURROW_DIGITS_JUDGE_TRUTH_H

#include <stddef.h>
#include <stdint.h>

#include <furrow/status.h>

/* ---- labels.c ---- */

/* A hash table with open addressing. An entry is the hash's upper 60 bits, and the label plus 1. */
struct furrow__labels {
    uint64_t *entries;
    size_t count, room; /* a power of two, or 0 */
};

/*
 * Reads all rows. FURROW_EFORMAT: a label that is no digit, a row without one, a quote that does
 * not close, or a path with two labels; the error names the line. FURROW_ENOMEM; -errno: the file
 * cannot be read. After an error the table is {0}.
 */
int furrow__labels_read(struct furrow__labels *labels, const char *path, furrow_error *error);
void furrow__labels_clear(struct furrow__labels *labels);

/* 0 ... 9, or -1. Thread-safe. */
int furrow__labels_find(const struct furrow__labels *labels, const char *path);

/* ---- truth.c ---- */

#define FURROW__NO_TRUTH (-1)

enum furrow__source {
    FURROW__SOURCE_NONE,
    FURROW__SOURCE_FOLDER,
    FURROW__SOURCE_NAME,
    FURROW__SOURCE_TABLE
};

/* {0} knows no digit. */
struct furrow__truth {
    enum furrow__source source;
    struct furrow__labels labels;
};

/* `source` is "folder", "name" or the path of a table, which is read. Fails as
 * furrow__labels_read. */
int furrow__truth_init(struct furrow__truth *truth, const char *source, furrow_error *error);
void furrow__truth_clear(struct furrow__truth *truth);

/* 0 ... 9, or FURROW__NO_TRUTH. Thread-safe. */
int furrow__truth_of(const struct furrow__truth *truth, const char *path);

#endif
