/* image_rows.h: makes small plain PNG files from filtered rows, and tests whether the quick decoder
 * accepts them. */
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

/* How the rows are compressed, and the errors in the stream. */
typedef struct image_rows_stream {
    int window_bits, level, strategy;
    size_t extra; /* bytes behind the stream */
    bool wrong_sum;
} image_rows_stream;

/* Makes rows of every filter with arbitrary samples. */
void image_rows_make(image_rows *rows, unsigned width, unsigned height, int color_type);

/* The stream alone; NULL: as zlib makes it by default. */
png_file image_rows_compress(const image_rows *rows, const image_rows_stream *options);

/* A file of nothing but IHDR, one IDAT with these data, and IEND. */
png_file image_rows_wrap(const image_rows *rows, const png_file *data);

png_file image_rows_write(const image_rows *rows, const image_rows_stream *options);

/* Frees the file. Returns whether the quick decoder accepted the file. The test fails if libpng
 * then refuses the file or reads other samples. */
bool image_rows_taken(png_file file);

#endif
