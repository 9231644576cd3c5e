/*
 * base64.h: bytes as text of A-Z, a-z, 0-9, + and /, padded with = (RFC 4648, section 4).
 */
#ifndef FURROW_DIGITS_JUDGE_BASE64_H
#define FURROW_DIGITS_JUDGE_BASE64_H

#include <stddef.h>

/* Characters that `size` bytes take, without an end. */
#define FURROW__BASE64_SIZE(size) (((size) + 2) / 3 * 4)

/* Writes FURROW__BASE64_SIZE(size) characters to `text`, and no end. */
void furrow__base64_encode(char *text, const void *bytes, size_t size);

#endif
