/* draw.c: scales and centres the kept ink as in MNIST. */
#include <math.h>
#include <string.h>

#include "internal.h"

/* MNIST's centre of mass, in pixels from the corner: it is in [14, 15), so 14.5 on average. (Boxes
 * and centres were measured on the 60,000 training images.) */
static const double centre = 14.5;

/* The box and the centre of mass of the ink, in pixels from the corner. */
struct spot {
    double left, top, right, bottom, x, y;
};

/* ---- the ink's place ---- */

/* The box of the kept cells, in pixels. All ink is within it. */
static struct box kept_box(const struct map *map, const struct view *view)
{
    struct box box = {.left = map->width, .top = map->height};
    for (size_t y = 0; y < map->height; y++) {
        const bool *kept = map->kept + y * map->width;
        const bool *first = memchr(kept, 1, map->width);
        if (!first)
            continue;
        size_t left = (size_t)(first - kept), right = map->width;
        while (!kept[right - 1])
            right--;
        box.left = left < box.left ? left : box.left;
        box.right = right > box.right ? right : box.right;
        box.top = y < box.top ? y : box.top;
        box.bottom = y + 1;
    }
    return furrow__digits_pixels_of(&box, map, view);
}

/* The ink of a row that is strong enough, and its place. */
struct weight {
    double mass, moment;
    size_t left, right;
};

static struct weight weigh(const float *row, size_t n)
{
    struct weight weight = {.left = n};
    float mass = 0, moment = 0;
    size_t left = 0, right = n;
    while (left < right && row[left] < MIN_INK)
        left++;
    while (right > left && row[right - 1] < MIN_INK)
        right--;
    if (left == right)
        return weight;
#pragma omp simd reduction(+ : mass, moment)
    for (size_t i = left; i < right; i++) {
        float ink = row[i] < MIN_INK ? 0 : row[i];
        mass += ink;
        moment += ink * ((float)(int)i + 0.5F);
    }
    return (struct weight){(double)mass, (double)moment, left, right};
}

/* Finds the box of all ink that is strong enough, and its centre of mass. */
static bool find_spot(struct spot *spot, const struct drawing_source *source, const struct box *box)
{
    float row[ROW];
    double mass = 0;
    *spot = (struct spot){.left = (double)box->right, .top = (double)box->bottom};
    for (size_t left = box->left; left < box->right; left += ROW) {
        size_t right = left + ROW < box->right ? left + ROW : box->right;
        for (size_t y = box->top; y < box->bottom; y++) {
            furrow__digits_ink_row(row, source, y, left, right);
            const struct weight weight = weigh(row, right - left);
            if (weight.mass == 0)
                continue;
            spot->left = fmin(spot->left, (double)(left + weight.left));
            spot->right = fmax(spot->right, (double)(left + weight.right));
            spot->top = fmin(spot->top, (double)y);
            spot->bottom = fmax(spot->bottom, (double)y + 1);
            spot->x += weight.moment + weight.mass * (double)left;
            spot->y += weight.mass * ((double)y + 0.5);
            mass += weight.mass;
        }
    }
    spot->x /= mass;
    spot->y /= mass;
    return mass > 0;
}

bool furrow__digits_draw(unsigned char *pixels, const struct map *map, const struct ink *ink,
                         const struct view *view)
{
    const struct drawing_source source = {map, ink, view, (float)map->width / (float)view->width,
                                          (float)map->height / (float)view->height};
    const struct box box = kept_box(map, view);
    struct spot spot;
    float drawn[FURROW_DIGITS_PIXELS] = {0};
    if (!find_spot(&spot, &source, &box))
        return false;
    double step = fmax(spot.right - spot.left, spot.bottom - spot.top) / BOX;
    const struct frame frame = {spot.x - centre * step, spot.y - centre * step, step, step};
    furrow__digits_scale(drawn, &source, &frame, &box);
    return furrow__digits_strengthen(pixels, drawn);
}
