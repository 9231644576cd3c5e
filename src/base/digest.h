/*
 * digest.h: 64 bits that differ where bytes do, to find out whether something has changed.
 *
 *     uint64_t digest = furrow__digest_bytes(FURROW__DIGEST_START, path, strlen(path));
 *     digest = furrow__digest_file(digest, path);
 *
 * FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo, 1991): bytes of one length that differ in one place
 * always differ in the digest, others but for one pair in 2^64. It finds mistakes, not malice. The
 * same on every machine.
 */
#ifndef FURROW_BASE_DIGEST_H
#define FURROW_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define FURROW__DIGEST_START UINT64_C(0xcbf29ce484222325)

/* The digest of what `digest` is of, followed by `size` bytes. Thread-safe. */
uint64_t furrow__digest_bytes(uint64_t digest, const void *bytes, size_t size);

/* The same, followed by the size and the time of the last change of a file, or by why these cannot
 * be told (errno). One call of stat(2); the file is not read. Thread-safe. */
uint64_t furrow__digest_file(uint64_t digest, const char *path);

#endif
