/* png_writer.h: makes PNG files in memory: whole ones by libpng, and from them strange and broken
 * ones by changing chunks. */
#ifndef FURROW_TESTS_PNG_WRITER_H
#define FURROW_TESTS_PNG_WRITER_H

#include <png.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct png_picture {
    unsigned width, height;
    int color_type, bit_depth; /* as libpng names them: PNG_COLOR_TYPE_GRAY, ... */
    bool interlaced;
    const uint16_t *samples; /* [height][width][channels], each below 1 << bit_depth */
    const png_color *palette;
    int palette_size;
    const png_byte *palette_alpha; /* tRNS of a palette, palette_size of them; NULL: none */
    const png_color_16 *key;       /* tRNS of gray and RGB; NULL: none */
} png_picture;

typedef struct png_file {
    unsigned char *bytes; /* the caller frees */
    size_t size;
} png_file;

int png_writer_channels(int color_type);

png_file png_writer_write(const png_picture *picture);

/* A picture in order, without palette and tRNS. */
png_file png_writer_samples(unsigned width, unsigned height, int color_type, int bit_depth,
                            const uint16_t *samples);

/* A gray picture of 5 x 3 pixels of 8 bits: small enough to try every bit of its file. */
png_file png_writer_small(bool interlaced);

/* Where the first chunk called `type` begins, with its length field. It must be there. */
size_t png_writer_find(const png_file *file, const char *type);

/* The size of the chunk at `offset`, with its length, type and checksum. */
size_t png_writer_chunk_size(const png_file *file, size_t offset);

/* Puts a sound chunk at `offset`, before what stands there. */
void png_writer_insert(png_file *file, size_t offset, const char *type, const void *content,
                       size_t size);

void png_writer_remove(png_file *file, size_t offset);

/* Makes the checksum of the chunk at `offset` right again. */
void png_writer_seal(png_file *file, size_t offset);

/* Writes other dimensions into IHDR and seals it. */
void png_writer_resize(png_file *file, uint32_t width, uint32_t height);

/* `count` zeros as a zlib stream: about a thousandth of their size. `prefix` stands before it. */
png_file png_writer_deflate_zeros(size_t count, const void *prefix, size_t prefix_size);

#endif
