/* unfilter.c: undoes the filters of rows. W3C, "Portable Network Graphics (PNG) Specification",
 * second edition, 2003, section 9. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* A row and its sources. The pixel to the left of the first one is zero. A filter passes along the
 * row once per byte of a pixel, so that the byte to the left stays in a register. */
struct row {
    unsigned char *to;
    const unsigned char *from, *above;
    size_t size, pixel_size;
};

static void add_left(const struct row *row)
{
    for (size_t channel = 0; channel < row->pixel_size; channel++) {
        unsigned left = 0;
        for (size_t i = channel; i < row->size; i += row->pixel_size)
            row->to[i] = (unsigned char)(left += row->from[i]);
    }
}

static void add_above(const struct row *row)
{
    for (size_t i = 0; i < row->size; i++)
        row->to[i] = (unsigned char)(row->from[i] + row->above[i]);
}

static void add_average(const struct row *row)
{
    for (size_t channel = 0; channel < row->pixel_size; channel++) {
        unsigned left = 0;
        for (size_t i = channel; i < row->size; i += row->pixel_size) {
            left = (row->from[i] + (left + row->above[i]) / 2) & 255;
            row->to[i] = (unsigned char)left;
        }
    }
}

/* A. W. Paeth, "Image File Compression Made Easy", Graphics Gems II, 1991. */
static int nearest(int left, int above, int corner)
{
    int by_left = abs(above - corner), by_above = abs(left - corner);
    int by_corner = abs(left + above - 2 * corner);
    int other = by_above <= by_corner ? above : corner;
    return by_left <= by_above && by_left <= by_corner ? left : other;
}

static void add_paeth(const struct row *row)
{
    for (size_t channel = 0; channel < row->pixel_size; channel++) {
        int left = 0, corner = 0;
        for (size_t i = channel; i < row->size; i += row->pixel_size) {
            int above = row->above[i];
            left = (row->from[i] + nearest(left, above, corner)) & 255;
            row->to[i] = (unsigned char)left;
            corner = above;
        }
    }
}

static bool unfilter(const struct row *row, unsigned filter)
{
    switch (filter) {
    case 0:
        memcpy(row->to, row->from, row->size);
        return true;
    case 1:
        add_left(row);
        return true;
    case 2:
        add_above(row);
        return true;
    case 3:
        add_average(row);
        return true;
    case 4:
        add_paeth(row);
        return true;
    default:
        return false;
    }
}

bool furrow__image_unfilter(unsigned char *samples, const unsigned char *filtered,
                            const unsigned char *zeros, size_t height, size_t row_size,
                            size_t pixel_size)
{
    struct row row = {samples, filtered, zeros, row_size, pixel_size};
    for (size_t y = 0; y < height; y++) {
        unsigned filter = *row.from++;
        if (!unfilter(&row, filter))
            return false;
        row.above = row.to;
        row.to += row_size;
        row.from += row_size;
    }
    return true;
}
