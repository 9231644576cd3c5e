/*
 * image_rows.h: small plain PNG files made from rows as they are before they are compressed, and
 * whether the quick way takes them.
 */
#ifndef FURROW_TESTS_IMAGE_ROWS_H
#define FURROW_TESTS_IMAGE_ROWS_H

#include <stdbool.h>

#include "png_writer.h"

/* Filter bytes included. */
typedef struct image_rows {
    unsigned width, height;
    int color_type;
    size_t size;
    unsigned char bytes[65536];
} image_rows;

/* A zlib stream of the rows, and what goes wrong in it. */
typedef struct image_rows_stream {
    int window_bits, level, strategy;
    size_t extra; /* bytes behind the stream */
    bool wrong_sum;
} image_rows_stream;

/* Rows of every filter, their samples made up. */
void image_rows_make(image_rows *rows, unsigned width, unsigned height, int color_type);

/* The stream alone; NULL: as zlib makes it by default. */
png_file image_rows_compress(const image_rows *rows, const image_rows_stream *options);

/* A file of nothing but IHDR, one IDAT with these data, and IEND. */
png_file image_rows_wrap(const image_rows *rows, const png_file *data);

png_file image_rows_write(const image_rows *rows, const image_rows_stream *options);

/* Frees the file. Whether the quick way took it; the test fails where libpng does not, or reads
 * something else. */
bool image_rows_taken(png_file file);

#endif
