#include "harness.h"

#include <stdlib.h>
#include <string.h>

#include <furrow/digits/image.h>

#include "png_writer.h"

/* A small picture with one chunk more before its IDAT. */
static png_file write_with_chunk(const char *type, const void *content, size_t size)
{
    png_file file = png_writer_small(false);
    png_writer_insert(&file, png_writer_find(&file, "IDAT"), type, content, size);
    return file;
}

static int decode(furrow_image *image, const png_file *file, furrow_error *error)
{
    return furrow_image_decode(image, file->bytes, file->size, "a.png", NULL, error);
}

static bool is_small_picture(const furrow_image *image)
{
    furrow_image small = {0};
    png_file file = png_writer_small(false);
    EXPECT_EQUAL(decode(&small, &file, NULL), FURROW_OK);
    bool same = image->width == small.width && image->height == small.height &&
                memcmp(image->pixels, small.pixels, small.width * small.height) == 0;
    furrow_image_clear(&small);
    free(file.bytes);
    return same;
}

/* Decodes the file, expects the code and the text, and frees the file. */
static void expect_failure(png_file file, int code, const char *text)
{
    furrow_image image = {0};
    furrow_error error = {0};
    EXPECT_EQUAL(decode(&image, &file, &error), code);
    EXPECT_CONTAINS(error.text, text);
    EXPECT_EQUAL(error.code, code);
    EXPECT_EQUAL(image.width + image.height, 0);
    furrow_image_clear(&image);
    free(file.bytes);
}

/* Decodes the file, expects the small picture, and frees the file. */
static void expect_small(png_file file)
{
    furrow_image image = {0};
    furrow_error error = {0};
    EXPECT_EQUAL(decode(&image, &file, &error), FURROW_OK);
    EXPECT_TEXT(error.text, "");
    EXPECT(is_small_picture(&image));
    furrow_image_clear(&image);
    free(file.bytes);
}

static png_file copy(const void *bytes, size_t size)
{
    png_file file = {malloc(size ? size : 1), size};
    memcpy(file.bytes, bytes, size);
    return file;
}

TEST(what_is_no_png_is_named)
{
    const struct {
        const char *bytes, *text;
    } table[] = {
        {"", "a.png: expected a PNG, got an empty file"},
        {"\xff\xd8\xff\xe0JFIF", "a.png: expected a PNG, got a JPEG"},
        {"GIF89a", "a.png: expected a PNG, got a GIF"},
        {"<html>", "a.png: expected a PNG, got HTML or XML"},
        {"\x89", "a.png: expected a PNG, got something else"},
        {"hello, world", "a.png: expected a PNG, got something else"},
        {"\x89PNG\n\x1a\n\n", "a.png: PNG file corrupted by ASCII conversion"},
        {"\x89PNG\r\n\x1a", "a.png: the data end early"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        harness_case("row %zu", i);
        expect_failure(copy(table[i].bytes, strlen(table[i].bytes)), FURROW_EFORMAT, table[i].text);
    }
    harness_case("no bytes at all");
    EXPECT_EQUAL(decode(&(furrow_image){0}, &(png_file){NULL, 0}, NULL), FURROW_EFORMAT);
}

TEST(a_picture_cut_at_any_byte_is_an_error)
{
    for (int interlaced = 0; interlaced < 2; interlaced++) {
        png_file whole = png_writer_small(interlaced);
        for (size_t size = 0; size < whole.size; size++) {
            harness_case("%s, %zu bytes", interlaced ? "interlaced" : "in order", size);
            expect_failure(copy(whole.bytes, size), FURROW_EFORMAT, "a.png: ");
        }
        free(whole.bytes);
    }
}

static int decode_with_wrong_bit(furrow_image *image, const png_file *whole, size_t bit)
{
    harness_case("bit %zu of %zu bytes", bit, whole->size);
    png_file file = copy(whole->bytes, whole->size);
    file.bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
    int code = decode(image, &file, NULL);
    free(file.bytes);
    return code;
}

TEST(any_single_wrong_bit_is_an_error)
{
    const unsigned char key[] = {0, 7};
    png_file files[] = {
        png_writer_small(false),
        png_writer_small(true),
        write_with_chunk("tRNS", key, sizeof key),
    };
    furrow_image image = {0};
    for (size_t i = 0; i < COUNT(files); i++) {
        for (size_t bit = 0; bit < 8 * files[i].size; bit++)
            EXPECT_EQUAL(decode_with_wrong_bit(&image, &files[i], bit), FURROW_EFORMAT);
        free(files[i].bytes);
    }
    furrow_image_clear(&image);
}

TEST(a_wrong_bit_in_metadata_is_an_error_or_leaves_the_picture_alone)
{
    png_file file = write_with_chunk("tEXt", "Comment\0none", 12);
    size_t text = png_writer_find(&file, "tEXt");
    size_t end = text + png_writer_chunk_size(&file, text);
    size_t unnoticed = 0;
    furrow_image image = {0};
    for (size_t bit = 8 * text; bit < 8 * end; bit++) {
        int code = decode_with_wrong_bit(&image, &file, bit);
        EXPECT(code == FURROW_EFORMAT || (code == FURROW_OK && is_small_picture(&image)));
        unnoticed += code == FURROW_OK;
    }
    const size_t content_and_checksum = 12 + 4;
    EXPECT(unnoticed >= 8 * content_and_checksum);
    furrow_image_clear(&image);
    free(file.bytes);
}

static png_file with_wrong_checksum(png_file file, const char *type)
{
    size_t offset = png_writer_find(&file, type);
    file.bytes[offset + png_writer_chunk_size(&file, offset) - 1] ^= 1;
    return file;
}

TEST(a_wrong_checksum_is_an_error_except_in_metadata)
{
    const unsigned char key[] = {0, 7};
    const char *critical[] = {"IHDR", "IDAT", "IEND"};
    for (size_t i = 0; i < COUNT(critical); i++)
        expect_failure(with_wrong_checksum(png_writer_small(false), critical[i]), FURROW_EFORMAT,
                       "CRC error");
    expect_failure(with_wrong_checksum(write_with_chunk("tRNS", key, 2), "tRNS"), FURROW_EFORMAT,
                   "a.png: tRNS: CRC error");
    expect_failure(with_wrong_checksum(write_with_chunk("abCd", key, 2), "abCd"), FURROW_EFORMAT,
                   "a.png: abCd: CRC error");
    expect_small(with_wrong_checksum(write_with_chunk("tEXt", key, 2), "tEXt"));
    expect_small(with_wrong_checksum(write_with_chunk("gAMA", key, 2), "gAMA"));
}

/* The small picture with `count` zeros for its rows; the chunk's checksum is right, that of the
 * compressed data on demand wrong. */
static png_file with_rows(size_t count, bool wrong_sum)
{
    png_file file = png_writer_small(false);
    size_t offset = png_writer_find(&file, "IDAT");
    png_file rows = png_writer_deflate_zeros(count, "", 0);
    rows.bytes[rows.size - 1] ^= wrong_sum;
    png_writer_remove(&file, offset);
    png_writer_insert(&file, offset, "IDAT", rows.bytes, rows.size);
    free(rows.bytes);
    return file;
}

TEST(compressed_rows_must_be_as_many_as_the_picture_has)
{
    const size_t right = 3 * (1 + 5);
    furrow_image image = {0};
    png_file file = with_rows(right, false);
    EXPECT_EQUAL(decode(&image, &file, NULL), FURROW_OK);
    furrow_image_clear(&image);
    free(file.bytes);
    expect_failure(with_rows(right, true), FURROW_EFORMAT, "IDAT: incorrect data check");
    expect_failure(with_rows(right - 1, false), FURROW_EFORMAT, "Not enough image data");
    expect_failure(with_rows(right + 1, false), FURROW_EFORMAT, "IDAT: ");
    expect_failure(with_rows(10000000, false), FURROW_EFORMAT, "IDAT: Too much image data");
    expect_failure(with_rows(100000000, false), FURROW_EFORMAT, "a.png: too much image data");
}

static png_file without(const char *type)
{
    png_file file = png_writer_small(false);
    png_writer_remove(&file, png_writer_find(&file, type));
    return file;
}

TEST(missing_and_strange_chunks_are_errors)
{
    expect_failure(without("IHDR"), FURROW_EFORMAT, "a.png: ");
    expect_failure(without("IDAT"), FURROW_EFORMAT, "a.png: ");
    expect_failure(without("IEND"), FURROW_EFORMAT, "the data end early");
    expect_failure(write_with_chunk("ABCD", "", 0), FURROW_EFORMAT, "unhandled critical chunk");
}

TEST(bytes_after_the_end_are_accepted)
{
    png_file file = png_writer_small(false);
    file.bytes = realloc(file.bytes, file.size + 3);
    memcpy(file.bytes + file.size, "xyz", 3);
    file.size += 3;
    expect_small(file);
}

TEST(large_unknown_chunks_are_skipped)
{
    const size_t size = 10000000;
    unsigned char *content = calloc(size, 1);
    png_file file = write_with_chunk("mkBF", content, size);
    free(content);
    expect_small(file);
}

TEST(impossible_dimensions_are_errors)
{
    const struct {
        uint32_t width, height;
        int code;
        const char *text;
    } table[] = {
        {0, 3, FURROW_EFORMAT, "width is zero"},
        {5, 0, FURROW_EFORMAT, "height is zero"},
        {0xffffffff, 3, FURROW_EFORMAT, "a.png: "},
        {0x7fffffff, 0x7fffffff, FURROW_EFBIG, "got 2147483647 x 2147483647"},
        {4097, 1, FURROW_EFBIG, "got 4097 x 1"},
        {1, 4097, FURROW_EFBIG, "got 1 x 4097"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        harness_case("%u x %u", table[i].width, table[i].height);
        png_file file = png_writer_small(false);
        png_writer_resize(&file, table[i].width, table[i].height);
        expect_failure(file, table[i].code, table[i].text);
    }
}

TEST(a_missing_palette_is_an_error_and_an_index_beyond_it_is_black)
{
    const uint16_t samples[] = {1, 3};
    const png_color palette[] = {{90, 90, 90}, {91, 91, 91}, {92, 92, 92}, {93, 93, 93}};
    png_picture picture = {2, 1, PNG_COLOR_TYPE_PALETTE, 8, false, samples, palette, 4, NULL, NULL};
    png_file file = png_writer_write(&picture);
    png_writer_remove(&file, png_writer_find(&file, "PLTE"));
    expect_failure(copy(file.bytes, file.size), FURROW_EFORMAT, "Missing PLTE before IDAT");

    const unsigned char two_entries[] = {90, 90, 90, 91, 91, 91};
    furrow_image image = {0};
    png_writer_insert(&file, png_writer_find(&file, "IDAT"), "PLTE", two_entries, 6);
    REQUIRE_EQUAL(decode(&image, &file, NULL), FURROW_OK);
    EXPECT_EQUAL(image.pixels[0], 91);
    EXPECT_EQUAL(image.pixels[1], 0);
    furrow_image_clear(&image);
    free(file.bytes);
}

TEST(a_small_file_with_a_huge_picture_is_refused_before_it_takes_memory)
{
    const uint16_t samples[8] = {0};
    png_file file = png_writer_samples(8, 1, PNG_COLOR_TYPE_GRAY, 1, samples);
    png_file rows = png_writer_deflate_zeros((size_t)20000 * (1 + 20000 / 8), "", 0);
    png_writer_resize(&file, 20000, 20000);
    size_t offset = png_writer_find(&file, "IDAT");
    png_writer_remove(&file, offset);
    png_writer_insert(&file, offset, "IDAT", rows.bytes, rows.size);
    free(rows.bytes);
    EXPECT(file.size < 50000);
    harness_peak_memory();
    expect_failure(file, FURROW_EFBIG,
                   "a.png: expected at most 4096 x 4096 pixels, got 20000 x 20000");
    EXPECT(harness_peak_memory() < 1000000);
}

TEST(compressed_metadata_is_never_decompressed)
{
    const struct {
        const char *type, *prefix;
        size_t prefix_size;
    } table[] = {
        {"zTXt", "Comment\0", 9}, {"iTXt", "Comment\0\1\0\0", 12}, {"iCCP", "profile\0", 9}};
    for (size_t i = 0; i < COUNT(table); i++) {
        harness_case("%s", table[i].type);
        png_file content =
            png_writer_deflate_zeros(30000000, table[i].prefix, table[i].prefix_size);
        png_file file = write_with_chunk(table[i].type, content.bytes, content.size);
        free(content.bytes);
        harness_peak_memory();
        expect_small(file);
        EXPECT(harness_peak_memory() < 1000000);
    }
}
