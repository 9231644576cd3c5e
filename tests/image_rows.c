#include "image_rows.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "harness.h"
#include "image_ways.h"

enum { SIGNATURE = 8 };

void image_rows_make(image_rows *rows, unsigned width, unsigned height, int color_type)
{
    size_t row_size = width * (size_t)png_writer_channels(color_type);
    *rows = (image_rows){.width = width, .height = height, .color_type = color_type};
    for (size_t y = 0; y < height; y++) {
        rows->bytes[rows->size++] = (unsigned char)(y % 5);
        for (size_t x = 0; x < row_size; x++)
            rows->bytes[rows->size++] = (unsigned char)(x * y * 7 + (x * 2654435761u >> 27));
    }
}

png_file image_rows_compress(const image_rows *rows, const image_rows_stream *options)
{
    static const image_rows_stream usual = {.window_bits = MAX_WBITS, .level = 6};
    z_stream stream = {0};
    options = options ? options : &usual;
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

png_file image_rows_wrap(const image_rows *rows, const png_file *data)
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

png_file image_rows_write(const image_rows *rows, const image_rows_stream *options)
{
    png_file data = image_rows_compress(rows, options);
    png_file file = image_rows_wrap(rows, &data);
    free(data.bytes);
    return file;
}

bool image_rows_taken(png_file file)
{
    image_ways_verdict verdict = image_ways_compare(file.bytes, file.size);
    free(file.bytes);
    EXPECT(verdict != IMAGE_WAYS_DIFFER);
    return verdict == IMAGE_WAYS_EQUAL;
}
