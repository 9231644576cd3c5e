/*
 * idx.h: arrays of bytes in IDX files, the format of MNIST, plain or gzipped.
 *
 * An IDX file is two zero bytes, the type of its elements (8: unsigned bytes, the only one read
 * here), the number of dimensions, the length of each as a big-endian uint32, and the elements,
 * the last dimension varying fastest (Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database").
 */
#ifndef FURROW_DIGITS_TRAIN_IDX_H
#define FURROW_DIGITS_TRAIN_IDX_H

#include <stddef.h>

#include <furrow/status.h>

#define FURROW__IDX_MAX_DIMENSIONS 4

/* The most bytes that are read: 1 GiB. */
#define FURROW__IDX_MAX_SIZE 1073741824

/* An array; {0} is an empty one. It owns its bytes. */
typedef struct furrow__idx {
    size_t dimensions;
    size_t lengths[FURROW__IDX_MAX_DIMENSIONS]; /* [60000][28][28] of MNIST's training images */
    size_t size;                                /* their product */
    unsigned char *bytes;
} furrow__idx;

/*
 * Reads the whole of the file at `path` into `idx`, which need not be initialised; clear it after.
 * FURROW_EFORMAT: not such a file, or it has more or fewer bytes than it says, or its gzip checksum
 * is wrong; FURROW_EFBIG; FURROW_ENOMEM; -errno: cannot be read. After an error `idx` is {0}.
 */
int furrow__idx_read(furrow__idx *idx, const char *path, furrow_error *error);

/* Frees the bytes; `idx` is {0} again. */
void furrow__idx_clear(furrow__idx *idx);

#endif
