#include "png_writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* A chunk is length, type, content, checksum of type and content. */
enum { LENGTH = 4, TYPE = 4, CHECKSUM = 4, SIGNATURE = 8 };

int png_writer_channels(int color_type)
{
    int colors = color_type == PNG_COLOR_TYPE_RGB || color_type == PNG_COLOR_TYPE_RGB_ALPHA ? 3 : 1;
    return colors + (color_type & PNG_COLOR_MASK_ALPHA ? 1 : 0);
}

/* Packs samples as PNG stores them: the most significant bit first. */
static void pack_row(unsigned char *row, const uint16_t *samples, size_t count, int bit_depth)
{
    for (size_t i = 0; i < count; i++) {
        size_t bit = i * (size_t)bit_depth;
        if (bit_depth == 16)
            png_save_uint_16(row + 2 * i, samples[i]);
        else
            row[bit / 8] |= (unsigned char)(samples[i] << (8 - bit_depth - (int)(bit % 8)));
    }
}

static void write_rows(png_structp png, const png_picture *picture)
{
    size_t count = picture->width * (size_t)png_writer_channels(picture->color_type);
    unsigned char *row = malloc(2 * count);
    int passes = png_set_interlace_handling(png);
    for (int pass = 0; pass < passes; pass++)
        for (unsigned y = 0; y < picture->height; y++) {
            memset(row, 0, 2 * count);
            pack_row(row, picture->samples + y * count, count, picture->bit_depth);
            png_write_row(png, row);
        }
    free(row);
}

png_file png_writer_write(const png_picture *picture)
{
    char *bytes = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&bytes, &size);
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    png_init_io(png, stream);
    png_set_IHDR(png, info, picture->width, picture->height, picture->bit_depth,
                 picture->color_type, picture->interlaced ? PNG_INTERLACE_ADAM7 : 0, 0, 0);
    if (picture->palette)
        png_set_PLTE(png, info, picture->palette, picture->palette_size);
    if (picture->palette_alpha)
        png_set_tRNS(png, info, picture->palette_alpha, picture->palette_size, NULL);
    if (picture->key)
        png_set_tRNS(png, info, NULL, 0, picture->key);
    png_write_info(png, info);
    write_rows(png, picture);
    png_write_end(png, NULL);
    png_destroy_write_struct(&png, &info);
    fclose(stream);
    return (png_file){(unsigned char *)bytes, size};
}

png_file png_writer_samples(unsigned width, unsigned height, int color_type, int bit_depth,
                            const uint16_t *samples)
{
    const png_picture picture = {
        .width = width,
        .height = height,
        .color_type = color_type,
        .bit_depth = bit_depth,
        .samples = samples,
    };
    return png_writer_write(&picture);
}

png_file png_writer_small(bool interlaced)
{
    const uint16_t samples[] = {7, 77, 177, 255, 0, 1, 2, 4, 8, 16, 32, 64, 128, 201, 99};
    const png_picture picture = {
        .width = 5,
        .height = 3,
        .color_type = PNG_COLOR_TYPE_GRAY,
        .bit_depth = 8,
        .interlaced = interlaced,
        .samples = samples,
    };
    return png_writer_write(&picture);
}

size_t png_writer_chunk_size(const png_file *file, size_t offset)
{
    return LENGTH + TYPE + png_get_uint_32(file->bytes + offset) + CHECKSUM;
}

size_t png_writer_find(const png_file *file, const char *type)
{
    size_t offset = SIGNATURE;
    while (memcmp(file->bytes + offset + LENGTH, type, TYPE) != 0)
        offset += png_writer_chunk_size(file, offset);
    return offset;
}

void png_writer_seal(png_file *file, size_t offset)
{
    size_t size = png_writer_chunk_size(file, offset);
    uLong sum = crc32(0, file->bytes + offset + LENGTH, (uInt)(size - LENGTH - CHECKSUM));
    png_save_uint_32(file->bytes + offset + size - CHECKSUM, (png_uint_32)sum);
}

void png_writer_insert(png_file *file, size_t offset, const char *type, const void *content,
                       size_t size)
{
    size_t added = LENGTH + TYPE + size + CHECKSUM;
    file->bytes = realloc(file->bytes, file->size + added);
    unsigned char *chunk = file->bytes + offset;
    memmove(chunk + added, chunk, file->size - offset);
    file->size += added;
    png_save_uint_32(chunk, (png_uint_32)size);
    memcpy(chunk + LENGTH, type, TYPE);
    memcpy(chunk + LENGTH + TYPE, content, size);
    png_writer_seal(file, offset);
}

void png_writer_remove(png_file *file, size_t offset)
{
    size_t removed = png_writer_chunk_size(file, offset);
    file->size -= removed;
    memmove(file->bytes + offset, file->bytes + offset + removed, file->size - offset);
}

void png_writer_resize(png_file *file, uint32_t width, uint32_t height)
{
    png_save_uint_32(file->bytes + SIGNATURE + LENGTH + TYPE, width);
    png_save_uint_32(file->bytes + SIGNATURE + LENGTH + TYPE + 4, height);
    png_writer_seal(file, SIGNATURE);
}

png_file png_writer_deflate_zeros(size_t count, const void *prefix, size_t prefix_size)
{
    uLongf size = compressBound((uLong)count);
    unsigned char *zeros = calloc(count, 1);
    unsigned char *bytes = malloc(prefix_size + size);
    memcpy(bytes, prefix, prefix_size);
    compress2(bytes + prefix_size, &size, zeros, (uLong)count, 9);
    free(zeros);
    return (png_file){realloc(bytes, prefix_size + size), prefix_size + size};
}
