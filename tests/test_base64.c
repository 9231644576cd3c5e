#include "harness.h"

#include <string.h>

#include "digits/judge/base64.h"

/* RFC 4648, section 10, and all 64 digits. */
TEST(bytes_become_what_the_rfc_says)
{
    static const struct {
        const char *bytes, *text;
        size_t size;
    } table[] = {
        {"", "", 0},
        {"f", "Zg==", 1},
        {"fo", "Zm8=", 2},
        {"foo", "Zm9v", 3},
        {"foob", "Zm9vYg==", 4},
        {"fooba", "Zm9vYmE=", 5},
        {"foobar", "Zm9vYmFy", 6},
        {"\0\xff\0", "AP8A", 3},
        {"\x00\x10\x83\x10\x51\x87\x20\x92\x8b\x30\xd3\x8f\x41\x14\x93\x51\x55\x97\x61\x96\x9b\x71"
         "\xd7\x9f\x82\x18\xa3\x92\x59\xa7\xa2\x9a\xab\xb2\xdb\xaf\xc3\x1c\xb3\xd3\x5d\xb7\xe3\x9e"
         "\xbb\xf3\xdf\xbf",
         "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 48},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        char text[80];
        memset(text, '#', sizeof text);
        harness_case("row %zu", i);
        furrow__base64_encode(text, table[i].bytes, table[i].size);
        size_t size = FURROW__BASE64_SIZE(table[i].size);
        EXPECT_EQUAL(text[size], '#');
        text[size] = '\0';
        EXPECT_TEXT(text, table[i].text);
    }
}
