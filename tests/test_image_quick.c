/* The quick way for plain files against libpng: whatever is done to a file, where the quick way
 * takes it libpng must accept it too, with the same samples. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <furrow/image.h>

#include "image_ways.h"
#include "png_writer.h"

#define COUNT_OF(table) (sizeof(table) / sizeof *(table))

enum { SIGNATURE = 8, CONTENT = 8, CHECKSUM = 4 };

static png_file copy(const png_file *file)
{
    png_file other = {malloc(file->size ? file->size : 1), file->size};
    memcpy(other.bytes, file->bytes, file->size);
    return other;
}

/* Frees the file. Whether the quick way took it. */
static bool taken(png_file file)
{
    image_ways_verdict verdict = image_ways_compare(file.bytes, file.size);
    free(file.bytes);
    EXPECT(verdict != IMAGE_WAYS_DIFFER);
    return verdict == IMAGE_WAYS_EQUAL;
}

/* ---- files to begin with ---- */

/* Rows as they are before they are compressed, filter bytes included. */
struct rows {
    unsigned width, height;
    int color_type;
    size_t size;
    unsigned char bytes[65536];
};

static void make_rows(struct rows *rows, unsigned width, unsigned height, int color_type)
{
    size_t row_size = width * (size_t)png_writer_channels(color_type);
    *rows = (struct rows){.width = width, .height = height, .color_type = color_type};
    for (size_t y = 0; y < height; y++) {
        rows->bytes[rows->size++] = (unsigned char)(y % 5);
        for (size_t x = 0; x < row_size; x++)
            rows->bytes[rows->size++] = (unsigned char)(x * y * 7 + (x * 2654435761u >> 27));
    }
}

/* A zlib stream of the rows, and what goes wrong in it. */
struct stream {
    int window_bits, level, strategy;
    size_t extra; /* bytes behind the stream */
    bool wrong_sum;
};

static png_file compress_rows(const struct rows *rows, const struct stream *options)
{
    z_stream stream = {0};
    png_file file = {malloc(2 * rows->size + 1000), 0};
    deflateInit2(&stream, options->level, Z_DEFLATED, options->window_bits, 8, options->strategy);
    stream.next_in = (Bytef *)(uintptr_t)rows->bytes;
    stream.avail_in = (uInt)rows->size;
    stream.next_out = file.bytes;
    stream.avail_out = (uInt)(2 * rows->size + 500);
    deflate(&stream, Z_FINISH);
    file.size = stream.total_out;
    deflateEnd(&stream);
    file.bytes[file.size - 1] ^= options->wrong_sum;
    memset(file.bytes + file.size, 0, options->extra);
    file.size += options->extra;
    return file;
}

/* A file of nothing but IHDR, IDAT and IEND. */
static png_file wrap(const struct rows *rows, const png_file *data)
{
    png_file file = {malloc(SIGNATURE), SIGNATURE};
    unsigned char header[13] = {0};
    memcpy(file.bytes, "\x89PNG\r\n\x1a\n", SIGNATURE);
    png_save_uint_32(header, rows->width);
    png_save_uint_32(header + 4, rows->height);
    header[8] = 8;
    header[9] = (unsigned char)rows->color_type;
    png_writer_insert(&file, file.size, "IHDR", header, sizeof header);
    png_writer_insert(&file, file.size, "IDAT", data->bytes, data->size);
    png_writer_insert(&file, file.size, "IEND", "", 0);
    return file;
}

static png_file write_rows(const struct rows *rows, const struct stream *options)
{
    png_file data = compress_rows(rows, options);
    png_file file = wrap(rows, &data);
    free(data.bytes);
    return file;
}

static const struct stream usual = {.window_bits = 15, .level = 6};

static png_file write_plain(unsigned width, unsigned height, int color_type)
{
    struct rows rows;
    make_rows(&rows, width, height, color_type);
    return write_rows(&rows, &usual);
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
    for (size_t i = 0; i < COUNT_OF(types); i++)
        for (size_t j = 0; j < COUNT_OF(sizes); j++) {
            harness_case("type %d, %u x %u", types[i], sizes[j][0], sizes[j][1]);
            EXPECT(taken(write_plain(sizes[j][0], sizes[j][1], types[i])));
        }
    EXPECT(taken(read_digit(17)));
    EXPECT(taken(png_writer_small(false)));
    image_ways_clear();
}

TEST(what_is_not_plain_is_left_to_libpng)
{
    const uint16_t samples[4] = {0, 1, 1, 0};
    EXPECT(!taken(png_writer_small(true)));
    EXPECT(!taken(png_writer_samples(2, 2, PNG_COLOR_TYPE_GRAY, 1, samples)));
    EXPECT(!taken(png_writer_samples(2, 2, PNG_COLOR_TYPE_GRAY, 16, samples)));
    uint16_t *many = calloc((size_t)600 * 600, sizeof *many);
    EXPECT(!taken(png_writer_samples(600, 600, PNG_COLOR_TYPE_GRAY, 8, many)));
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

/* Every value of every byte, as it is and with the checksums made right again. */
static void try_every_byte(const png_file *whole, const unsigned char *values, size_t count)
{
    for (size_t at = 0; at < whole->size; at++)
        for (size_t i = 0; i < count; i++) {
            harness_case("byte %zu ^ %d", at, values[i]);
            png_file file = copy(whole);
            file.bytes[at] ^= values[i];
            taken(file);
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
                taken(file);
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
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        try_every_byte(&files[i], values, sizeof values);
        free(files[i].bytes);
    }
    image_ways_clear();
}

TEST(both_ways_agree_on_every_bit_of_a_digit)
{
    const unsigned char bits[] = {1, 2, 4, 8, 16, 32, 64, 128};
    struct rows rows;
    make_rows(&rows, 28, 28, PNG_COLOR_TYPE_GRAY);
    memset(rows.bytes + 300, 0, 400);
    for (size_t y = 0; y < 28; y++)
        rows.bytes[y * 29] = 0;
    png_file file = write_rows(&rows, &usual);
    EXPECT(taken(copy(&file)));
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
        EXPECT(!taken(file));
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
    EXPECT(taken(file));
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
    taken(file);
}

TEST(both_ways_agree_on_every_chunk_anywhere)
{
    png_file whole = write_plain(3, 5, PNG_COLOR_TYPE_GRAY);
    const size_t sizes[] = {0, 1, 2, 3, 13};
    for (size_t at = SIGNATURE; at < whole.size; at += png_writer_chunk_size(&whole, at))
        for (size_t i = 0; i < COUNT_OF(names); i++)
            for (size_t j = 0; j < COUNT_OF(sizes); j++)
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
    EXPECT(taken(file));
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
        taken(file);
    }
    free(whole.bytes);
    image_ways_clear();
}

/* ---- compressed data ---- */

/* `data` as three IDAT chunks, cut at two places; with another chunk in between where named. */
static png_file split(const struct rows *rows, const png_file *data, size_t first, size_t second,
                      const char *between)
{
    const png_file parts[] = {{data->bytes, first},
                              {data->bytes + first, second - first},
                              {data->bytes + second, data->size - second}};
    png_file file = wrap(rows, &parts[0]);
    for (size_t i = 1; i < COUNT_OF(parts); i++) {
        size_t end = png_writer_find(&file, "IEND");
        png_writer_insert(&file, end, "IDAT", parts[i].bytes, parts[i].size);
        if (between && i == 1)
            png_writer_insert(&file, end, between, "", 0);
    }
    return file;
}

TEST(data_in_several_chunks_are_taken_unless_one_is_empty)
{
    struct rows rows;
    make_rows(&rows, 4, 5, PNG_COLOR_TYPE_RGB);
    png_file data = compress_rows(&rows, &usual);
    for (size_t first = 0; first <= data.size; first++)
        for (size_t second = first; second <= data.size; second++) {
            harness_case("cut at %zu and %zu of %zu", first, second, data.size);
            bool took = taken(split(&rows, &data, first, second, NULL));
            if (first >= 2 && second > first && second < data.size)
                EXPECT(took);
            EXPECT(!taken(split(&rows, &data, first, second, "tEXt")));
        }
    free(data.bytes);
    image_ways_clear();
}

TEST(both_ways_agree_on_streams_of_every_kind)
{
    const int strategies[] = {Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE};
    const int types[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_RGB};
    struct rows rows;
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        make_rows(&rows, 28, 28, types[i]);
        for (size_t j = 0; j < COUNT_OF(strategies); j++)
            for (int level = 0; level <= 9; level++)
                for (int bits = 9; bits <= 15; bits++) {
                    const struct stream options = {bits, level, strategies[j], 0, false};
                    harness_case("level %d, window %d, strategy %d", level, bits, strategies[j]);
                    bool took = taken(write_rows(&rows, &options));
                    EXPECT(took == (bits == 15 || rows.size <= (size_t)1 << bits));
                }
    }
    image_ways_clear();
}

/* A stream that reaches further back than its first byte says: libpng refuses it, zlib alone would
 * not notice. */
TEST(both_ways_agree_on_a_window_that_is_too_small)
{
    struct rows rows;
    make_rows(&rows, 60, 60, PNG_COLOR_TYPE_GRAY);
    memset(rows.bytes, 0, rows.size);
    for (size_t i = 0; i < 50; i++)
        rows.bytes[1 + i] = rows.bytes[1 + i + 61 * 50] = (unsigned char)(i * i);
    png_file data = compress_rows(&rows, &usual);
    for (unsigned bits = 0; bits < 16; bits++)
        for (unsigned check = 0; check < 32; check++) {
            data.bytes[0] = (unsigned char)(bits << 4 | 8);
            data.bytes[1] = (unsigned char)((data.bytes[1] & 0xe0) | check);
            bool took = taken(wrap(&rows, &data));
            bool right = (data.bytes[0] * 256u + data.bytes[1]) % 31 == 0;
            EXPECT(took == (right && bits >= 4 && bits <= 7));
        }
    free(data.bytes);
    image_ways_clear();
}

TEST(both_ways_agree_on_every_filter_byte)
{
    struct rows rows;
    for (unsigned y = 0; y < 3; y++)
        for (unsigned filter = 0; filter < 256; filter++) {
            make_rows(&rows, 7, 3, PNG_COLOR_TYPE_RGB);
            rows.bytes[y * (1 + 3 * 7)] = (unsigned char)filter;
            harness_case("filter %u of row %u", filter, y);
            EXPECT(taken(write_rows(&rows, &usual)) == (filter <= 4));
        }
    image_ways_clear();
}

TEST(only_streams_of_just_the_rows_are_taken)
{
    struct rows rows;
    make_rows(&rows, 28, 28, PNG_COLOR_TYPE_GRAY);
    const size_t right = rows.size;
    for (size_t size = right - 40; size <= right + 400; size++) {
        rows.size = size;
        harness_case("%zu of %zu bytes", size, right);
        EXPECT(taken(write_rows(&rows, &usual)) == (size == right));
    }
    rows.size = right;
    EXPECT(!taken(write_rows(&rows, &(struct stream){15, 6, 0, 1, false})));
    EXPECT(!taken(write_rows(&rows, &(struct stream){15, 6, 0, 0, true})));
    image_ways_clear();
}
