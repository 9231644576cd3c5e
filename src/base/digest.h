/*
 * digest.h: a digest of 64 bits, to find out whether bytes or files have changed.
 *
 *     uint64_t digest = furrow__digest_bytes(FURROW__DIGEST_START, path, strlen(path));
 *     digest = furrow__digest_file(digest, path);
 *
 * FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo, 1991). Two texts of one length that differ in one byte
 * always have different digests; other pairs share one with probability 2^-64. It finds mistakes,
 * not malice. It is the same on every machine.
 */
#ifndef FURROW_BASE_DIGEST_H
#define FURROW_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define FURROW__DIGEST_START UINT64_C(0xcbf29ce484222325)

/* Extends `digest` by `size` bytes. Thread-safe. */
uint64_t furrow__digest_bytes(uint64_t digest, const void *bytes, size_t size);

/* Extends `digest` by the size of a file and the time of its last change, or by the errno of a
 * failed stat(2). The file is not read. Thread-safe. */
uint64_t furrow__digest_file(uint64_t digest, const char *path);

#endif
