/* light.c: finds the paper of each cell, and smooths grain. */
#include <string.h>

#include "internal.h"

/* The reach of the widest windows is a tenth of the map to either side. */
enum { REACH = MAP / 10 + 1, PADDED = MAP + 2 * REACH };

static void keep_max(float *to, const float *a, const float *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = a[i] > b[i] ? a[i] : b[i];
}

static void keep_min(float *to, const float *a, const float *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = a[i] < b[i] ? a[i] : b[i];
}

/* Sets every cell to the maximum, or the minimum, of the cells up to `reach` above and below it.
 * Windows of one row, two, four and so on are computed, and the last two cover the whole. */
static void spread(float *cells, size_t width, size_t height, size_t reach, bool max)
{
    float rows[PADDED * MAP];
    void (*keep)(float *, const float *, const float *, size_t) = max ? keep_max : keep_min;
    size_t window = 2 * reach + 1, padded = height + 2 * reach, size = 1;
    for (size_t y = 0; y < padded; y++) {
        size_t row = y < reach ? 0 : y - reach < height ? y - reach : height - 1;
        memcpy(rows + y * width, cells + row * width, width * sizeof *rows);
    }
    for (; 2 * size <= window; size *= 2)
        keep(rows, rows, rows + size * width, (padded - 2 * size + 1) * width);
    keep(cells, rows, rows + (window - size) * width, height * width);
}

static void transpose(float *to, const float *from, size_t width, size_t height)
{
    for (size_t x = 0; x < width; x++)
        for (size_t y = 0; y < height; y++)
            to[x * height + y] = from[y * width + x];
}

/* A closing (for bright ink an opening) by a square wider than any stroke: F. Meyer, "Iterative
 * Image Transformations for an Automatic Screening of Cervical Smears", 1979 (the top hat). Rows
 * and columns may be computed in any order. */
void furrow__digits_local_paper(struct map *map, bool is_bright)
{
    float transposed[MAP * MAP];
    size_t width = map->width, height = map->height;
    size_t reach = (width < height ? width : height) / 10 + 1;
    memcpy(map->paper, map->gray, width * height * sizeof *map->paper);
    spread(map->paper, width, height, reach, !is_bright);
    transpose(transposed, map->paper, width, height);
    spread(transposed, height, width, reach, !is_bright);
    spread(transposed, height, width, reach, is_bright);
    transpose(map->paper, transposed, height, width);
    spread(map->paper, width, height, reach, is_bright);
}

/* Averages along rows, then along columns. Cells beyond the border have no weight. */
void furrow__digits_smooth(struct map *map)
{
    float sums[MAP * MAP];
    const size_t width = map->width, height = map->height;
    for (size_t y = 0; y < height; y++) {
        const float *from = map->gray + y * width;
        float *to = sums + y * width;
        for (size_t x = 1; x + 1 < width; x++)
            to[x] = (from[x - 1] + 2 * from[x] + from[x + 1]) / 4;
        to[0] = width > 1 ? (2 * from[0] + from[1]) / 3 : from[0];
        if (width > 1)
            to[width - 1] = (2 * from[width - 1] + from[width - 2]) / 3;
    }
    for (size_t y = 0; y < height; y++) {
        const float *row = sums + y * width;
        const float *above = y > 0 ? row - width : row, *below = y + 1 < height ? row + width : row;
        float around = (y > 0 ? 1.0F : 0.0F) + (y + 1 < height ? 1.0F : 0.0F);
        float upper = y > 0 ? 1 / (2 + around) : 0, lower = y + 1 < height ? 1 / (2 + around) : 0;
        for (size_t x = 0; x < width; x++)
            map->gray[y * width + x] =
                upper * above[x] + 2 / (2 + around) * row[x] + lower * below[x];
    }
}
