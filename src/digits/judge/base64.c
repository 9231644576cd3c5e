#include "base64.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void furrow__base64_encode(char *text, const void *bytes, size_t size)
{
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
