/* page.c: reduces a picture to a map of cells. */
#include <string.h>

#include "internal.h"

/* The first pixel of a cell, if a side of `pixels` is divided into `cells`. */
static size_t first_pixel(size_t cell, size_t pixels, size_t cells)
{
    return (cell * pixels + cells - 1) / cells;
}

struct box furrow__digits_pixels_of(const struct box *box, const struct map *map,
                                    const struct view *view)
{
    return (struct box){first_pixel(box->left, view->width, map->width),
                        first_pixel(box->top, view->height, map->height),
                        first_pixel(box->right, view->width, map->width),
                        first_pixel(box->bottom, view->height, map->height)};
}

static void copy_pixels(struct map *map, const struct view *view)
{
    for (size_t y = 0; y < view->height; y++)
        for (size_t x = 0; x < view->width; x++)
            map->gray[y * view->width + x] = view->pixels[y * view->stride + x];
}

/* Adds up to 255 rows of up to ROW pixels. More rows would overflow the sums. */
static void add_rows(unsigned short sums[ROW], const unsigned char *from, size_t stride, size_t n,
                     size_t rows)
{
    memset(sums, 0, n * sizeof *sums);
    for (size_t y = 0; y < rows; y++, from += stride)
        for (size_t x = 0; x < n; x++)
            sums[x] = (unsigned short)(sums[x] + from[x]);
}

/* Adds the sums of columns to their cells. */
static void add_columns(double *cells, const unsigned short sums[ROW], size_t left, size_t n,
                        const size_t starts[MAP + 1])
{
    size_t cell = 0;
    while (starts[cell + 1] <= left)
        cell++;
    for (size_t x = left; x < left + n; cell++) {
        size_t end = starts[cell + 1] < left + n ? starts[cell + 1] : left + n;
        unsigned long sum = 0;
        for (; x < end; x++)
            sum += sums[x - left];
        cells[cell] += (double)sum;
    }
}

/* Computes the means of a row of cells, from the rows [top, bottom) of pixels. */
static void average_rows(float *to, const struct map *map, const struct view *view, size_t top,
                         size_t bottom, const size_t starts[MAP + 1])
{
    enum { ROWS = 255 };
    unsigned short sums[ROW];
    double cells[MAP] = {0};
    for (size_t y = top; y < bottom; y += ROWS)
        for (size_t x = 0; x < view->width; x += ROW) {
            size_t n = x + ROW < view->width ? ROW : view->width - x;
            size_t rows = y + ROWS < bottom ? ROWS : bottom - y;
            add_rows(sums, view->pixels + y * view->stride + x, view->stride, n, rows);
            add_columns(cells, sums, x, n, starts);
        }
    for (size_t i = 0; i < map->width; i++)
        to[i] = (float)(cells[i] / (double)((starts[i + 1] - starts[i]) * (bottom - top)));
}

void furrow__digits_map_picture(struct map *map, const struct view *view)
{
    size_t starts[MAP + 1];
    map->width = view->width < MAP ? view->width : MAP;
    map->height = view->height < MAP ? view->height : MAP;
    if (view->width > view->height && view->width > MAP)
        map->height = (view->height * MAP + view->width - 1) / view->width;
    if (view->height > view->width && view->height > MAP)
        map->width = (view->width * MAP + view->height - 1) / view->height;
    if (map->width == view->width && map->height == view->height) {
        copy_pixels(map, view);
        return;
    }
    for (size_t i = 0; i <= map->width; i++)
        starts[i] = first_pixel(i, view->width, map->width);
    for (size_t j = 0; j < map->height; j++)
        average_rows(map->gray + j * map->width, map, view,
                     first_pixel(j, view->height, map->height),
                     first_pixel(j + 1, view->height, map->height), starts);
}
