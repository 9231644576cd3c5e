/*
 * truth.h: what a picture should be, as its path or a table says.
 *
 *     folder    the name of the folder it is in: 3/x.png
 *     name      its own name, cut at every _, - and . : the first piece if it is one digit
 *               (8_0001.png), else the last before the suffix (scan-3.png)
 *     FILE      a row PATH,LABEL of a CSV or TSV file (see labels.h)
 *
 * Where these say nothing, the picture is classified like any other and counted as unlabelled.
 */
#ifndef KERNELS_DIGITS_TRUTH_H
#define KERNELS_DIGITS_TRUTH_H

#include "labels.h"

#define FURROW__NO_TRUTH (-1)

enum furrow__source {
    FURROW__SOURCE_NONE,
    FURROW__SOURCE_FOLDER,
    FURROW__SOURCE_NAME,
    FURROW__SOURCE_TABLE
};

/* {0} knows nothing. */
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
