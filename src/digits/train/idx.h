/*
 * idx.h: reads arrays of bytes from IDX files, the format of MNIST, plain or gzipped.
 *
 *     furrow__idx idx;
 *     if (furrow__idx_read(&idx, "train-labels-idx1-ubyte.gz", &error) == FURROW_OK)
 *         printf("%zu labels, the first is %d\n", idx.size, idx.bytes[0]);
 *     furrow__idx_clear(&idx);
 *
 * An IDX file has two zero bytes, the type of its elements (8, unsigned bytes, is the only one that
 * is read here), the number of dimensions, the length of each as a big-endian uint32, and the
 * elements, the last dimension varying fastest (Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST
 * database").
 */
#ifndef FURROW_DIGITS_TRAIN_IDX_H
#define FURROW_DIGITS_TRAIN_IDX_H

#include <stddef.h>

#include <furrow/status.h>

#define FURROW__IDX_MAX_DIMENSIONS 4

/* The maximum number of bytes that are read: 1 GiB. */
#define FURROW__IDX_MAX_SIZE 1073741824

/* An array, which owns its bytes; {0} is empty. */
typedef struct furrow__idx {
    size_t dimensions;
    size_t lengths[FURROW__IDX_MAX_DIMENSIONS]; /* 60000, 28, 28 for MNIST's training images */
    size_t size;                                /* their product */
    unsigned char *bytes;
} furrow__idx;

/*
 * Reads the whole file at `path` into `idx`, which need not be initialised. FURROW_EFORMAT: not an
 * IDX file of bytes, more or fewer bytes than its header says, or a wrong gzip checksum;
 * FURROW_EFBIG; FURROW_ENOMEM; -errno: the file cannot be read. After an error `idx` is {0}.
 */
int furrow__idx_read(furrow__idx *idx, const char *path, furrow_error *error);

/* Frees the bytes; `idx` is {0} again. */
void furrow__idx_clear(furrow__idx *idx);

#endif
