/* rows.c: computes ink row by row: the grays of a row, their paper, and the kept part of the
 * difference. */
#include <string.h>

#include "internal.h"

/* ---- grays ---- */

/* Adds every pixel twice, and its neighbours above and below once. Returns the sum of the
 * weights. */
static float sum_columns(float *to, const struct view *view, size_t y, size_t left, size_t right)
{
    const unsigned char *row = view->pixels + y * view->stride;
    const unsigned char *above = y > 0 ? row - view->stride : NULL;
    const unsigned char *below = y + 1 < view->height ? row + view->stride : NULL;
    for (size_t x = left; x < right; x++)
        to[x - left] = 2.0F * row[x];
    for (size_t x = left; above && x < right; x++)
        to[x - left] += above[x];
    for (size_t x = left; below && x < right; x++)
        to[x - left] += below[x];
    return 2.0F + (above ? 1.0F : 0.0F) + (below ? 1.0F : 0.0F);
}

/* Averages every pixel with its neighbours, with weights of 1, 2 (beside it) and 4 (itself). */
static void smooth_row(float *to, const struct view *view, size_t y, size_t left, size_t right)
{
    float sums[ROW + 2] = {0};
    size_t first = left > 0 ? left - 1 : 0, end = right < view->width ? right + 1 : right;
    float *shifted = sums + 1 - (left - first);
    float weight = sum_columns(shifted, view, y, first, end);
    for (size_t i = 0; i < right - left; i++)
        to[i] = (sums[i] + 2 * sums[i + 1] + sums[i + 2]) / (4 * weight);
    if (view->width == 1)
        to[0] *= 2;
    else if (left == 0)
        to[0] *= 4.0F / 3;
    if (view->width > 1 && right == view->width)
        to[right - left - 1] *= 4.0F / 3;
}

static void read_row(float *to, const struct view *view, size_t y, size_t left, size_t right)
{
    const unsigned char *row = view->pixels + y * view->stride;
    for (size_t x = left; x < right; x++)
        to[x - left] = row[x];
}

/* ---- paper ---- */

/* Interpolates between the cells above and below the middle of a row. */
static void blend_cells(float cells[MAP], const struct drawing_source *source, size_t y)
{
    const struct map *map = source->map;
    float at = ((float)y + 0.5F) * source->down - 0.5F;
    at = at > 0 ? at : 0;
    size_t j = (size_t)at, next = j + 1 < map->height ? j + 1 : j;
    float part = at - (float)j;
    const float *upper = map->paper + j * map->width, *lower = map->paper + next * map->width;
    for (size_t i = 0; i < map->width; i++)
        cells[i] = upper[i] + part * (lower[i] - upper[i]);
}

/* Interpolates between four cells. If cells are pixels, copies them. */
static void paper_row(float *to, const struct drawing_source *source, size_t y, size_t left,
                      size_t right)
{
    const struct map *map = source->map;
    float cells[MAP];
    blend_cells(cells, source, y);
    if (map->width == source->view->width) {
        memcpy(to, cells + left, (right - left) * sizeof *to);
        return;
    }
    for (size_t x = left; x < right; x++) {
        float at = ((float)x + 0.5F) * source->across - 0.5F;
        at = at > 0 ? at : 0;
        size_t i = (size_t)at, next = i + 1 < map->width ? i + 1 : i;
        to[x - left] = cells[i] + (at - (float)i) * (cells[next] - cells[i]);
    }
}

/* ---- ink ---- */

static void erase_other(float *to, const struct drawing_source *source, size_t y, size_t left,
                        size_t right)
{
    const struct map *map = source->map;
    const size_t width = source->view->width;
    const bool *kept = map->kept + y * map->height / source->view->height * map->width;
    if (map->width == width) {
        for (size_t x = left; x < right; x++)
            to[x - left] = kept[x] ? to[x - left] : 0;
        return;
    }
    size_t cell = left * map->width / width;
    for (size_t x = left; x < right;) {
        bool is_kept = kept[cell];
        while (cell < map->width && kept[cell] == is_kept)
            cell++;
        size_t end = (cell * width + map->width - 1) / map->width; /* the first pixel of the cell */
        end = end < right ? end : right;
        if (!is_kept)
            memset(to + (x - left), 0, (end - x) * sizeof *to);
        x = end;
    }
}

void furrow__digits_ink_row(float *to, const struct drawing_source *source, size_t y, size_t left,
                            size_t right)
{
    float papers[ROW];
    if (source->ink->is_grainy)
        smooth_row(to, source->view, y, left, right);
    else
        read_row(to, source->view, y, left, right);
    if (source->ink->is_uneven)
        paper_row(papers, source, y, left, right);
    furrow__digits_find_inks(to, source->ink, to, source->ink->is_uneven ? papers : NULL,
                             source->map->paper[0], right - left);
    erase_other(to, source, y, left, right);
}
