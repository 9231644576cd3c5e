/* base64.h: bytes as text of A-Z, a-z, 0-9, + and /, padded with = (RFC 4648, section 4). */
#ifndef FURROW_DIGITS_JUDGE_BASE64_H
#define FURROW_DIGITS_JUDGE_BASE64_H

#include <stddef.h>

/* The number of characters for `size` bytes, without a final NUL. */
#define FURROW__BASE64_SIZE(size) (((size) + 2) / 3 * 4)

/* Writes FURROW__BASE64_SIZE(size) characters to `text`, without a final NUL. */
static inline void furrow__base64_encode(char *text, const void *bytes, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *byte = bytes;
    for (; size > 0; text += 4) {
        size_t taken = size < 3 ? size : 3;
        unsigned long group = 0;
        for (size_t i = 0; i < 3; i++)
            group = group << 8 | (i < taken ? byte[i] : 0);
        for (size_t i = 0; i < 4; i++)
            text[i] = i <= taken ? digits[group >> (18 - 6 * i) & 63] : '=';
        byte += taken;
        size -= taken;
    }
}

#endif
