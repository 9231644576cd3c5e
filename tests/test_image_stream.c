/* The compressed data of plain files: libpng must accept what the quick decoder accepts, with the
 * same samples. */
#include "harness.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "image/internal.h"
#include "image_rows.h"
#include "image_ways.h"
#include "png_writer.h"

enum { HEADER = 2, TRAILER = 4 };

/* ---- where it is cut ---- */

/* `data` as three IDAT chunks, cut at two places; with another chunk in between where named. */
static png_file split(const image_rows *rows, const png_file *data, size_t first, size_t second,
                      const char *between)
{
    const png_file parts[] = {{data->bytes, first},
                              {data->bytes + first, second - first},
                              {data->bytes + second, data->size - second}};
    png_file file = image_rows_wrap(rows, &parts[0]);
    for (size_t i = 1; i < COUNT(parts); i++) {
        size_t end = png_writer_find(&file, "IEND");
        png_writer_insert(&file, end, "IDAT", parts[i].bytes, parts[i].size);
        if (between && i == 1)
            png_writer_insert(&file, end, between, "", 0);
    }
    return file;
}

TEST(data_in_several_chunks_are_taken_unless_one_is_empty)
{
    image_rows rows;
    image_rows_make(&rows, 4, 5, PNG_COLOR_TYPE_RGB);
    png_file data = image_rows_compress(&rows, NULL);
    for (size_t first = 0; first <= data.size; first++)
        for (size_t second = first; second <= data.size; second++) {
            harness_case("cut at %zu and %zu of %zu", first, second, data.size);
            bool took = image_rows_taken(split(&rows, &data, first, second, NULL));
            EXPECT(took == (first >= HEADER && second > first && second < data.size));
            EXPECT(!image_rows_taken(split(&rows, &data, first, second, "tEXt")));
        }
    free(data.bytes);
    image_ways_clear();
}

/* `data` as IDAT chunks of `each` bytes behind one of `first`. */
static png_file cut(const image_rows *rows, const png_file *data, size_t first, size_t each)
{
    const png_file head = {data->bytes, first};
    png_file file = image_rows_wrap(rows, &head);
    for (size_t at = first; at < data->size; at += each) {
        size_t left = data->size - at;
        png_writer_insert(&file, png_writer_find(&file, "IEND"), "IDAT", data->bytes + at,
                          left < each ? left : each);
    }
    return file;
}

TEST(data_in_chunks_of_a_few_bytes_are_taken)
{
    image_rows rows;
    image_rows_make(&rows, 4, 5, PNG_COLOR_TYPE_RGB);
    png_file data = image_rows_compress(&rows, NULL);
    for (size_t first = HEADER; first < HEADER + 4; first++)
        for (size_t each = 1; each < 12; each++) {
            harness_case("%zu bytes, then %zu at a time", first, each);
            EXPECT(image_rows_taken(cut(&rows, &data, first, each)));
        }
    free(data.bytes);
    image_ways_clear();
}

/* ---- its header and its checksum ---- */

TEST(only_sound_headers_of_streams_are_taken)
{
    image_rows rows;
    image_rows_make(&rows, 3, 5, PNG_COLOR_TYPE_GRAY);
    png_file data = image_rows_compress(&rows, NULL);
    for (unsigned method = 0; method < 256; method++)
        for (unsigned flags = 0; flags < 256; flags++) {
            data.bytes[0] = (unsigned char)method;
            data.bytes[1] = (unsigned char)flags;
            harness_case("header %02x %02x", method, flags);
            bool right = (method * 256 + flags) % 31 == 0 && method % 16 == Z_DEFLATED &&
                         method / 16 <= 7 && !(flags & 32);
            EXPECT(image_rows_taken(image_rows_wrap(&rows, &data)) == right);
        }
    free(data.bytes);
    image_ways_clear();
}

TEST(a_wrong_checksum_is_seen_however_it_is_cut)
{
    image_rows rows;
    image_rows_make(&rows, 4, 5, PNG_COLOR_TYPE_RGB);
    png_file data = image_rows_compress(&rows, NULL);
    size_t sum = data.size - TRAILER;
    for (unsigned bit = 0; bit < 8 * TRAILER; bit++) {
        data.bytes[sum + bit / 8] ^= (unsigned char)(1 << bit % 8);
        EXPECT(!image_rows_taken(image_rows_wrap(&rows, &data)));
        for (size_t first = sum - 1; first < data.size; first++)
            for (size_t each = 1; each <= TRAILER; each++) {
                harness_case("bit %u, %zu bytes, then %zu at a time", bit, first, each);
                EXPECT(!image_rows_taken(cut(&rows, &data, first, each)));
            }
        data.bytes[sum + bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    EXPECT(image_rows_taken(image_rows_wrap(&rows, &data)));
    free(data.bytes);
    image_ways_clear();
}

TEST(a_checksum_that_ends_in_zeros_has_to_be_there_as_a_whole)
{
    image_rows rows;
    image_rows_make(&rows, 4, 5, PNG_COLOR_TYPE_RGB);
    png_file data = {NULL, 0};
    do {
        free(data.bytes);
        rows.bytes[1]++; /* a sample */
        data = image_rows_compress(&rows, NULL);
    } while (data.bytes[data.size - 1] != 0);
    EXPECT(image_rows_taken(image_rows_wrap(&rows, &data)));
    data.size--;
    EXPECT(!image_rows_taken(image_rows_wrap(&rows, &data)));
    free(data.bytes);
    image_ways_clear();
}

TEST(bytes_behind_the_checksum_are_not_taken_in_a_chunk_of_their_own_either)
{
    const image_rows_stream longer = {.window_bits = MAX_WBITS, .level = 6, .extra = 1};
    image_rows rows;
    image_rows_make(&rows, 4, 5, PNG_COLOR_TYPE_RGB);
    png_file data = image_rows_compress(&rows, &longer);
    for (size_t first = HEADER; first < data.size; first++) {
        harness_case("cut at %zu of %zu", first, data.size);
        EXPECT(!image_rows_taken(cut(&rows, &data, first, data.size - first)));
        EXPECT(!image_rows_taken(cut(&rows, &data, first, 1)));
    }
    free(data.bytes);
    image_ways_clear();
}

TEST(data_that_end_early_are_not_taken)
{
    image_rows rows;
    image_rows_make(&rows, 4, 5, PNG_COLOR_TYPE_RGB);
    png_file data = image_rows_compress(&rows, NULL);
    for (size_t whole = data.size--; data.size > HEADER; data.size--) {
        harness_case("%zu of %zu bytes", data.size, whole);
        EXPECT(!image_rows_taken(image_rows_wrap(&rows, &data)));
        EXPECT(!image_rows_taken(cut(&rows, &data, HEADER, 1)));
    }
    free(data.bytes);
    image_ways_clear();
}

static void check_sums(const unsigned char *bytes, size_t size)
{
    harness_case("%zu bytes, the first %d", size, bytes[0]);
    EXPECT_EQUAL(furrow__image_crc32(bytes, size), crc32_z(0, bytes, size));
    EXPECT_EQUAL(furrow__image_adler32(bytes, size), adler32_z(1, bytes, size));
}

/* The last sizes are on both sides of 5552 bytes, where the sums of Adler-32 are largest, and of
 * the largest size that the quick decoder accepts. */
TEST(checksums_are_those_of_zlib)
{
    static unsigned char bytes[262144 + 64];
    const size_t sizes[] = {5551, 5552, 5553, 2 * 5552 + 1, 65521, 262144};
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i * 2654435761u >> 13);
    for (size_t size = 0; size <= 4096; size = size < 300 ? size + 1 : size + 173)
        for (size_t at = 0; at < 64; at += 7)
            check_sums(bytes + at, size);
    for (size_t i = 0; i < COUNT(sizes); i++)
        check_sums(bytes, sizes[i]);
    memset(bytes, 255, sizeof bytes);
    for (size_t i = 0; i < COUNT(sizes); i++)
        check_sums(bytes, sizes[i]);
}

/* ---- what it holds ---- */

TEST(both_ways_agree_on_streams_of_every_kind)
{
    const int strategies[] = {Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE};
    const int types[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_RGB};
    image_rows rows;
    for (size_t i = 0; i < COUNT(types); i++) {
        image_rows_make(&rows, 28, 28, types[i]);
        for (size_t j = 0; j < COUNT(strategies); j++)
            for (int level = 0; level <= 9; level++)
                for (int bits = 9; bits <= 15; bits++) {
                    const image_rows_stream options = {bits, level, strategies[j], 0, false};
                    harness_case("level %d, window %d, strategy %d", level, bits, strategies[j]);
                    bool took = image_rows_taken(image_rows_write(&rows, &options));
                    EXPECT(took == (bits == 15 || rows.size <= (size_t)1 << bits));
                }
    }
    image_ways_clear();
}

/* A stream that reaches further back than its first byte says: libpng refuses it, zlib alone would
 * not notice. */
TEST(both_ways_agree_on_a_window_that_is_too_small)
{
    image_rows rows;
    image_rows_make(&rows, 60, 60, PNG_COLOR_TYPE_GRAY);
    memset(rows.bytes, 0, rows.size);
    for (size_t i = 0; i < 50; i++)
        rows.bytes[1 + i] = rows.bytes[1 + i + 61 * 50] = (unsigned char)(i * i);
    png_file data = image_rows_compress(&rows, NULL);
    for (unsigned bits = 0; bits < 16; bits++)
        for (unsigned check = 0; check < 32; check++) {
            data.bytes[0] = (unsigned char)(bits << 4 | 8);
            data.bytes[1] = (unsigned char)((data.bytes[1] & 0xe0) | check);
            bool took = image_rows_taken(image_rows_wrap(&rows, &data));
            bool right = (data.bytes[0] * 256u + data.bytes[1]) % 31 == 0;
            EXPECT(took == (right && bits >= 4 && bits <= 7));
        }
    free(data.bytes);
    image_ways_clear();
}

TEST(only_streams_of_just_the_rows_are_taken)
{
    image_rows rows;
    image_rows_make(&rows, 28, 28, PNG_COLOR_TYPE_GRAY);
    const size_t right = rows.size;
    for (size_t size = right - 40; size <= right + 400; size++) {
        rows.size = size;
        harness_case("%zu of %zu bytes", size, right);
        EXPECT(image_rows_taken(image_rows_write(&rows, NULL)) == (size == right));
    }
    rows.size = right;
    EXPECT(!image_rows_taken(image_rows_write(&rows, &(image_rows_stream){15, 6, 0, 1, false})));
    EXPECT(!image_rows_taken(image_rows_write(&rows, &(image_rows_stream){15, 6, 0, 0, true})));
    image_ways_clear();
}
