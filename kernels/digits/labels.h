/*
 * labels.h: a table of paths and their labels, from a CSV or TSV file (csv.h).
 *
 *     path,label          a heading is a first row whose label is no digit; with both of these
 *     3/17.png,3          names in it, in any columns among others, those columns count, otherwise
 *     "a, b.png",8        the first two
 *
 * A row stands for every path that ends in its own, after a slash or as a whole: "17.png" is found
 * for "scans/17.png". A "./" that it begins with does not count. Of several rows the longest
 * counts. A row whose label is missing, or "?", says nothing.
 *
 * Paths are not kept, only 60 bits of a hash of each: a row takes 11 to 21 bytes, and half as much
 * again while the table grows; ten million rows 134 MB, and 201 MB at most. Among a million
 * rows, a path that has none is given a label all the same with a probability of 1e-12, and two
 * rows are taken for one with a probability of 5e-7.
 */
#ifndef KERNELS_DIGITS_LABELS_H
#define KERNELS_DIGITS_LABELS_H

#include <stddef.h>
#include <stdint.h>

#include <furrow/status.h>

/* A hash table with open addressing: each entry the hash's upper 60 bits and the label plus one. */
struct furrow__labels {
    uint64_t *entries;
    size_t count, room; /* a power of two, or 0 */
};

/*
 * Reads all rows. FURROW_EFORMAT: a label that is no digit, a row that lacks it, a quote that does
 * not close, or a path with two labels; the error names the line. FURROW_ENOMEM; -errno: the file
 * cannot be read. After an error the table is {0}.
 */
int furrow__labels_read(struct furrow__labels *labels, const char *path, furrow_error *error);
void furrow__labels_clear(struct furrow__labels *labels);

/* 0 ... 9, or -1. Thread-safe. */
int furrow__labels_find(const struct furrow__labels *labels, const char *path);

#endif
