/* The quick decoder for plain files against libpng: however a file is changed, libpng must accept
 * each file that the quick decoder accepts, with the same samples. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <furrow/digits/image.h>

#include "image_rows.h"
#include "image_ways.h"
#include "png_writer.h"

enum { SIGNATURE = 8, CONTENT = 8, CHECKSUM = 4 };

static png_file copy(const png_file *file)
{
    png_file other = {malloc(file->size ? file->size : 1), file->size};
    memcpy(other.bytes, file->bytes, file->size);
    return other;
}

/* ---- files to begin with ---- */

static png_file write_plain(unsigned width, unsigned height, int color_type)
{
    image_rows rows;
    image_rows_make(&rows, width, height, color_type);
    return image_rows_write(&rows, NULL);
}

static png_file read_digit(unsigned index)
{
    char path[512];
    png_file file = {malloc(4096), 0};
    snprintf(path, sizeof path, "%s/digits/%u.png", DATA_FOLDER, index);
    FILE *stream = fopen(path, "rb");
    if (harness_true(stream != NULL, path, __FILE__, __LINE__)) {
        file.size = fread(file.bytes, 1, 4096, stream);
        fclose(stream);
    }
    return file;
}

/* ---- what is taken ---- */

TEST(plain_files_of_every_color_type_and_size_are_taken)
{
    const int types[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                         PNG_COLOR_TYPE_RGB_ALPHA};
    const unsigned sizes[][2] = {{1, 1}, {1, 7}, {3, 1}, {5, 5}, {28, 28}, {101, 97}};
    for (size_t i = 0; i < COUNT(types); i++)
        for (size_t j = 0; j < COUNT(sizes); j++) {
            harness_case("type %d, %u x %u", types[i], sizes[j][0], sizes[j][1]);
            EXPECT(image_rows_taken(write_plain(sizes[j][0], sizes[j][1], types[i])));
        }
    EXPECT(image_rows_taken(read_digit(17)));
    EXPECT(image_rows_taken(png_writer_small(false)));
    image_ways_clear();
}

TEST(what_is_not_plain_is_left_to_libpng)
{
    const uint16_t samples[4] = {0, 1, 1, 0};
    EXPECT(!image_rows_taken(png_writer_small(true)));
    EXPECT(!image_rows_taken(png_writer_samples(2, 2, PNG_COLOR_TYPE_GRAY, 1, samples)));
    EXPECT(!image_rows_taken(png_writer_samples(2, 2, PNG_COLOR_TYPE_GRAY, 16, samples)));
    uint16_t *many = calloc((size_t)600 * 600, sizeof *many);
    EXPECT(!image_rows_taken(png_writer_samples(600, 600, PNG_COLOR_TYPE_GRAY, 8, many)));
    free(many);
    image_ways_clear();
}

TEST(a_reader_allocates_nothing_for_a_plain_picture_after_the_first)
{
    furrow_image_reader *reader;
    furrow_image image = {0};
    char path[512];
    REQUIRE_EQUAL(furrow_image_reader_new(&reader, NULL, NULL), FURROW_OK);
    for (unsigned round = 0; round < 3; round++) {
        snprintf(path, sizeof path, "%s/digits/17.png", DATA_FOLDER);
        harness_fail_allocation(0);
        EXPECT_EQUAL(furrow_image_reader_read(&image, reader, path, NULL), FURROW_OK);
        size_t allocations = harness_fail_allocation(0);
        EXPECT(round == 0 ? allocations > 0 : allocations == 0);
    }
    furrow_image_clear(&image);
    furrow_image_reader_free(reader);
}

TEST(every_allocation_of_the_quick_way_that_fails_is_reported)
{
    int code = FURROW_ENOMEM;
    size_t n = 0;
    png_file file = read_digit(17);
    while (code == FURROW_ENOMEM) {
        furrow_image image = {0};
        furrow_error error = {0};
        harness_case("allocation %zu", ++n);
        harness_fail_allocation(n);
        code = furrow_image_decode(&image, file.bytes, file.size, "a.png", NULL, &error);
        harness_fail_allocation(0);
        furrow_image_clear(&image);
        if (code != FURROW_OK)
            EXPECT_CONTAINS(error.text, "a.png: no memory");
    }
    EXPECT_EQUAL(code, FURROW_OK);
    EXPECT(n > 2);
    free(file.bytes);
}

/* ---- bytes ---- */

/* Tries every value of every byte, with the old checksums and with corrected ones. */
static void try_every_byte(const png_file *whole, const unsigned char *values, size_t count)
{
    for (size_t at = 0; at < whole->size; at++)
        for (size_t i = 0; i < count; i++) {
            harness_case("byte %zu ^ %d", at, values[i]);
            png_file file = copy(whole);
            file.bytes[at] ^= values[i];
            image_rows_taken(file);
        }
    for (size_t chunk = SIGNATURE; chunk < whole->size;
         chunk += png_writer_chunk_size(whole, chunk)) {
        size_t end = chunk + png_writer_chunk_size(whole, chunk) - CHECKSUM;
        for (size_t at = chunk + 4; at < end; at++)
            for (size_t i = 0; i < count; i++) {
                harness_case("byte %zu ^ %d, sealed", at, values[i]);
                png_file file = copy(whole);
                file.bytes[at] ^= values[i];
                png_writer_seal(&file, chunk);
                image_rows_taken(file);
            }
    }
}

TEST(both_ways_agree_on_every_byte_of_a_small_file)
{
    unsigned char values[255];
    for (int i = 0; i < 255; i++)
        values[i] = (unsigned char)(i + 1);
    png_file files[] = {write_plain(3, 5, PNG_COLOR_TYPE_GRAY),
                        write_plain(2, 5, PNG_COLOR_TYPE_RGB_ALPHA), png_writer_small(false)};
    for (size_t i = 0; i < COUNT(files); i++) {
        try_every_byte(&files[i], values, sizeof values);
        free(files[i].bytes);
    }
    image_ways_clear();
}

TEST(both_ways_agree_on_every_bit_of_a_digit)
{
    const unsigned char bits[] = {1, 2, 4, 8, 16, 32, 64, 128};
    image_rows rows;
    image_rows_make(&rows, 28, 28, PNG_COLOR_TYPE_GRAY);
    memset(rows.bytes + 300, 0, 400);
    for (size_t y = 0; y < 28; y++)
        rows.bytes[y * 29] = 0;
    png_file file = image_rows_write(&rows, NULL);
    EXPECT(image_rows_taken(copy(&file)));
    try_every_byte(&file, bits, sizeof bits);
    free(file.bytes);
    image_ways_clear();
}

TEST(both_ways_agree_on_every_file_that_ends_early)
{
    png_file whole = write_plain(28, 28, PNG_COLOR_TYPE_RGB);
    for (size_t size = 0; size < whole.size; size++) {
        png_file file = copy(&whole);
        file.size = size;
        harness_case("%zu bytes", size);
        EXPECT(!image_rows_taken(file));
    }
    free(whole.bytes);
    image_ways_clear();
}

TEST(bytes_after_the_end_are_not_looked_at)
{
    png_file file = write_plain(5, 5, PNG_COLOR_TYPE_GRAY);
    file.bytes = realloc(file.bytes, file.size + 5);
    memset(file.bytes + file.size, 0xff, 5);
    file.size += 5;
    EXPECT(image_rows_taken(file));
    image_ways_clear();
}

/* ---- chunks ---- */

static const char *const names[] = {
    "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "bKGD", "cHRM",   "eXIf", "gAMA", "hIST", "iCCP",
    "iTXt", "oFFs", "pCAL", "pHYs", "sBIT", "sCAL", "sPLT",   "sRGB", "tEXt", "tIME", "zTXt",
    "cICP", "acTL", "fcTL", "abCd", "ABCD", "mkBF", "a\0\0b", "IDaT", "iDAT"};

static void try_chunk(const png_file *whole, size_t at, const char *name, size_t size,
                      bool wrong_sum)
{
    static const unsigned char content[16] = {0, 0, 0, 3, 0, 0, 0, 5, 8};
    png_file file = copy(whole);
    harness_case("%s of %zu bytes at %zu%s", name, size, at, wrong_sum ? ", wrong checksum" : "");
    png_writer_insert(&file, at, name, content, size);
    file.bytes[at + CONTENT + size] ^= wrong_sum;
    image_rows_taken(file);
}

TEST(both_ways_agree_on_every_chunk_anywhere)
{
    png_file whole = write_plain(3, 5, PNG_COLOR_TYPE_GRAY);
    const size_t sizes[] = {0, 1, 2, 3, 13};
    for (size_t at = SIGNATURE; at < whole.size; at += png_writer_chunk_size(&whole, at))
        for (size_t i = 0; i < COUNT(names); i++)
            for (size_t j = 0; j < COUNT(sizes); j++)
                for (int wrong_sum = 0; wrong_sum < 2; wrong_sum++)
                    try_chunk(&whole, at, names[i], sizes[j], wrong_sum);
    free(whole.bytes);
    image_ways_clear();
}

TEST(metadata_before_and_behind_the_picture_is_stepped_over)
{
    png_file file = write_plain(3, 5, PNG_COLOR_TYPE_GRAY);
    png_writer_insert(&file, png_writer_find(&file, "IDAT"), "pHYs", "\0\0\0\1\0\0\0\1\1", 9);
    png_writer_insert(&file, png_writer_find(&file, "IDAT"), "tEXt", "a\0b", 3);
    png_writer_insert(&file, png_writer_find(&file, "IEND"), "tIME", "1234567", 7);
    file.bytes[png_writer_find(&file, "tEXt") + CONTENT] ^= 1;
    EXPECT(image_rows_taken(file));
    image_ways_clear();
}

/* Chunks in every order, some left out and some twice. */
TEST(both_ways_agree_on_every_order_of_chunks)
{
    enum { KINDS = 5, PLACES = 5 };
    png_file whole = write_plain(3, 5, PNG_COLOR_TYPE_GRAY);
    png_writer_insert(&whole, png_writer_find(&whole, "IEND"), "tEXt", "a\0b", 3);
    png_writer_insert(&whole, png_writer_find(&whole, "IEND"), "abCd", "", 0);
    size_t starts[KINDS], sizes[KINDS], at = SIGNATURE;
    for (size_t i = 0; i < KINDS; i++, at += sizes[i - 1]) {
        starts[i] = at;
        sizes[i] = png_writer_chunk_size(&whole, at);
    }
    for (size_t order = 0; order < KINDS * KINDS * KINDS * KINDS * KINDS; order++) {
        png_file file = {malloc(SIGNATURE + PLACES * whole.size), SIGNATURE};
        memcpy(file.bytes, whole.bytes, SIGNATURE);
        size_t rest = order;
        for (size_t place = 0; place < PLACES; place++, rest /= KINDS) {
            memcpy(file.bytes + file.size, whole.bytes + starts[rest % KINDS], sizes[rest % KINDS]);
            file.size += sizes[rest % KINDS];
        }
        harness_case("order %zu", order);
        image_rows_taken(file);
    }
    free(whole.bytes);
    image_ways_clear();
}

/* ---- rows ---- */

TEST(both_ways_agree_on_every_filter_byte)
{
    image_rows rows;
    for (unsigned y = 0; y < 3; y++)
        for (unsigned filter = 0; filter < 256; filter++) {
            image_rows_make(&rows, 7, 3, PNG_COLOR_TYPE_RGB);
            rows.bytes[y * (1 + 3 * 7)] = (unsigned char)filter;
            harness_case("filter %u of row %u", filter, y);
            EXPECT(image_rows_taken(image_rows_write(&rows, NULL)) == (filter <= 4));
        }
    image_ways_clear();
}
