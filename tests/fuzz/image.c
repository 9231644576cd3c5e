/* The PNG reader: both ways of decoding agree, and what is refused leaves no picture. Checksums are
 * made right first, for a fuzzer seldom guesses one. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <furrow/digits/image.h>

#include "../image_ways.h"
#include "fuzz.h"

enum { SIGNATURE = 8, AROUND = 12 };

static uint32_t number_at(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void put_number(uint8_t *bytes, uint32_t number)
{
    for (int i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(number >> (24 - 8 * i));
}

/* The data of the one IDAT chunk, if they can be decompressed at all, end with what they sum to. */
static void seal_stream(uint8_t *data, size_t size)
{
    static uint8_t rows[1 << 16];
    z_stream stream = {0};
    if (size < 6 || inflateInit2(&stream, -15) != Z_OK)
        return;
    stream.next_in = data + 2;
    stream.avail_in = (uInt)(size - 2);
    stream.next_out = rows;
    stream.avail_out = sizeof rows;
    if (inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_in >= 4)
        put_number(data + size - stream.avail_in,
                   (uint32_t)adler32(1, rows, (uInt)stream.total_out));
    inflateEnd(&stream);
}

static void seal(uint8_t *bytes, size_t size)
{
    size_t at = SIGNATURE;
    while (size - at >= AROUND && number_at(bytes + at) <= size - at - AROUND) {
        size_t content = number_at(bytes + at);
        if (memcmp(bytes + at + 4, "IDAT", 4) == 0)
            seal_stream(bytes + at + 8, content);
        put_number(bytes + at + 8 + content, (uint32_t)crc32_z(0, bytes + at + 4, content + 4));
        at += AROUND + content;
    }
}

static void try(const uint8_t *bytes, size_t size)
{
    static furrow_image image;
    furrow_error error = {0};
    const furrow_image_options options = {.max_width = 512, .max_height = 512, .gray = size % 2};
    FUZZ_REQUIRE(image_ways_compare(bytes, size) != IMAGE_WAYS_DIFFER);
    int code = furrow_image_decode(&image, bytes, size, "a.png", &options, &error);
    FUZZ_REQUIRE(code == error.code);
    FUZZ_REQUIRE((code == 0) == (image.width > 0 && image.height > 0));
    FUZZ_REQUIRE((code == 0) == (error.text[0] == '\0'));
    FUZZ_REQUIRE(!strchr(error.text, '\n'));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    try(bytes, size);
    if (size <= SIGNATURE)
        return 0;
    uint8_t *sealed = malloc(size);
    if (sealed) {
        memcpy(sealed, bytes, size);
        seal(sealed, size);
        try(sealed, size);
    }
    free(sealed);
    return 0;
}
