/* encode.c: a page as a PNG file, by libpng. */
#include <math.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page.h"

static unsigned quantise(double value, unsigned max)
{
    return (unsigned)(fmin(fmax(value, 0), 1) * max + 0.5);
}

static double gray_of(const struct page *page, size_t pixel)
{
    const float *colors = page->colors + COLORS * pixel;
    return ((double)colors[0] + (double)colors[1] + (double)colors[2]) / COLORS;
}

static unsigned char *put(unsigned char *to, double value, bool wide)
{
    unsigned sample = quantise(value, wide ? 65535 : 255);
    if (wide)
        *to++ = (unsigned char)(sample >> 8);
    *to++ = (unsigned char)sample;
    return to;
}

static void fill_row(unsigned char *row, const struct page *page, const struct look *look, size_t y)
{
    bool wide = look->encoding == GRAY_16 || look->encoding == RGB_16 || look->encoding == ALPHA_16;
    memset(row, 0, page->width * 8);
    for (size_t x = 0; x < page->width; x++) {
        size_t pixel = y * page->width + x;
        double gray = gray_of(page, pixel);
        if (look->encoding == GRAY_1) {
            row[x / 8] |= (unsigned char)((gray >= 0.5) << (7 - x % 8));
        } else if (look->encoding == RGB_8 || look->encoding == RGB_16) {
            for (size_t color = 0; color < COLORS; color++)
                row = put(row, (double)page->colors[COLORS * pixel + color], wide);
        } else if (look->encoding == ALPHA_8 || look->encoding == ALPHA_16) {
            for (size_t color = 0; color < COLORS; color++)
                row = put(row, look->ink[color] / 255.0, wide);
            row = put(row, (double)page->cover[pixel], wide);
        } else {
            row = put(row, gray, wide);
        }
    }
}

static int color_type(enum encoding encoding)
{
    switch (encoding) {
    case RGB_8:
    case RGB_16:
        return PNG_COLOR_TYPE_RGB;
    case PALETTE_8:
        return PNG_COLOR_TYPE_PALETTE;
    case ALPHA_8:
    case ALPHA_16:
        return PNG_COLOR_TYPE_RGB_ALPHA;
    default:
        return PNG_COLOR_TYPE_GRAY;
    }
}

static void write_header(png_structp png, png_infop info, const struct page *page,
                         const struct look *look)
{
    bool wide = look->encoding == GRAY_16 || look->encoding == RGB_16 || look->encoding == ALPHA_16;
    int depth = look->encoding == GRAY_1 ? 1 : wide ? 16 : 8;
    png_set_IHDR(png, info, (png_uint_32)page->width, (png_uint_32)page->height, depth,
                 color_type(look->encoding), look->interlaced, 0, 0);
    png_color palette[256];
    for (int i = 0; i < 256; i++)
        palette[i] = (png_color){(png_byte)i, (png_byte)i, (png_byte)i};
    if (look->encoding == PALETTE_8)
        png_set_PLTE(png, info, palette, 256);
    png_color_16 key = {.gray = look->dark_ink ? 255 : 0};
    if (look->encoding == GRAY_KEY)
        png_set_tRNS(png, info, NULL, 0, &key);
    png_write_info(png, info);
}

unsigned char *page_encode(size_t *size, const struct page *page, const struct look *look)
{
    char *bytes = NULL;
    unsigned char *row = malloc(page->width * 16);
    FILE *stream = open_memstream(&bytes, size);
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    png_init_io(png, stream);
    png_set_compression_level(png, 1);
    write_header(png, info, page, look);
    int passes = png_set_interlace_handling(png);
    for (int pass = 0; pass < passes; pass++)
        for (size_t y = 0; y < page->height; y++) {
            fill_row(row, page, look, y);
            png_write_row(png, row);
        }
    png_write_end(png, NULL);
    png_destroy_write_struct(&png, &info);
    fclose(stream);
    free(row);
    return (unsigned char *)bytes;
}
