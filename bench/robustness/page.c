/* page.c: the digit's shape on the page, and its colours. */
#include "page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* S. Vigna, "Further scramblings of Marsaglia's xorshift generators", 2016 (splitmix64). */
double page_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

/* G. E. P. Box, M. E. Muller, "A Note on the Generation of Random Normal Deviates", 1958. */
double page_normal(uint64_t *state)
{
    double radius = sqrt(-2 * log(1 - page_random(state)));
    return radius * cos(6.283185307179586 * page_random(state));
}

/* The digit with thicker or thinner strokes. */
struct shape {
    float ink[DIGIT_SIDE][DIGIT_SIDE];
    double left, top, right, bottom; /* of its ink */
};

static double ink_at(const struct shape *shape, int x, int y)
{
    bool inside = x >= 0 && y >= 0 && x < DIGIT_SIDE && y < DIGIT_SIDE;
    return inside ? (double)shape->ink[y][x] : 0;
}

/* Mixes each pixel with the maximum (or minimum) of its neighbours. */
static void thicken(struct shape *shape, double by)
{
    struct shape old = *shape;
    double part = fmin(fabs(by), 1);
    for (int y = 0; y < DIGIT_SIDE; y++)
        for (int x = 0; x < DIGIT_SIDE; x++) {
            double far = ink_at(&old, x, y);
            for (int i = 0; i < 4; i++) {
                double near = ink_at(&old, x + (i == 0) - (i == 1), y + (i == 2) - (i == 3));
                far = by > 0 ? fmax(far, near) : fmin(far, near);
            }
            shape->ink[y][x] = (float)((1 - part) * ink_at(&old, x, y) + part * far);
        }
}

static void find_box(struct shape *shape)
{
    shape->left = shape->top = DIGIT_SIDE;
    for (int y = 0; y < DIGIT_SIDE; y++)
        for (int x = 0; x < DIGIT_SIDE; x++)
            if (shape->ink[y][x] >= 0.125F) {
                shape->left = fmin(shape->left, x);
                shape->right = fmax(shape->right, x + 1);
                shape->top = fmin(shape->top, y);
                shape->bottom = fmax(shape->bottom, y + 1);
            }
}

static void take_digit(struct shape *shape, const unsigned char *digit, double stroke)
{
    memset(shape, 0, sizeof *shape);
    for (int i = 0; i < DIGIT_SIDE * DIGIT_SIDE; i++)
        shape->ink[i / DIGIT_SIDE][i % DIGIT_SIDE] = (float)digit[i] / 255;
    for (double left = fabs(stroke); left > 0; left -= 1)
        thicken(shape, copysign(fmin(left, 1), stroke));
    find_box(shape);
}

static double between(const struct shape *shape, double x, double y)
{
    double left = floor(x - 0.5), top = floor(y - 0.5);
    double a = x - 0.5 - left, b = y - 0.5 - top;
    int i = (int)left, j = (int)top;
    return (1 - b) * ((1 - a) * ink_at(shape, i, j) + a * ink_at(shape, i + 1, j)) +
           b * ((1 - a) * ink_at(shape, i, j + 1) + a * ink_at(shape, i + 1, j + 1));
}

/* Where a point of the page lies in the digit's square: x' = x0 + xx x + xy y, and so on. */
struct map {
    double x0, xx, xy, y0, yx, yy;
};

static struct map place_digit(struct page *page, const struct shape *shape, const struct look *look,
                              uint64_t *state)
{
    double side = look->size > 0 ? look->size : (double)page->height;
    double step = DIGIT_SIDE / side;
    double left = ((double)page->width - side) / 2, top = ((double)page->height - side) / 2;
    if (look->place == ANYWHERE) {
        left *= 2 * page_random(state);
        top *= 2 * page_random(state);
    } else if (look->place != MIDDLE) {
        double margin = look->place == MARGIN ? 2 : 0;
        double width = shape->right - shape->left + 2 * margin;
        double height = shape->bottom - shape->top + 2 * margin;
        if (look->place == STRETCHED)
            return (struct map){shape->left, width / (double)page->width,  0, shape->top,
                                0,           height / (double)page->height};
        if (!look->square) {
            page->width = (size_t)fmax(ceil(width / step), 1);
            page->height = (size_t)fmax(ceil(height / step), 1);
        } else {
            step = fmax(width / (double)page->width, height / (double)page->height);
        }
        return (struct map){
            (shape->left + shape->right - step * (double)page->width) / 2,  step, 0,
            (shape->top + shape->bottom - step * (double)page->height) / 2, 0,    step};
    }
    double angle = look->angle * (2 * page_random(state) - 1) * 3.141592653589793 / 180;
    double c = step * cos(angle), s = step * sin(angle), middle = DIGIT_SIDE / 2.0;
    double x = left + side / 2, y = top + side / 2;
    return (struct map){middle - c * x + s * y, c, -s, middle - s * x - c * y, s, c};
}

/* Each pixel is the mean of 4 x 4 points, enough for pages down to 8 x 8, or the share of its
 * points that are ink. */
static void cover_page(struct page *page, const struct shape *shape, const struct map *map,
                       const struct look *look)
{
    const int points = look->cells > 0 ? look->cells : 4;
    for (size_t y = 0; y < page->height; y++)
        for (size_t x = 0; x < page->width; x++) {
            double sum = 0;
            for (int i = 0; i < points * points; i++) {
                double u = (double)x + (i % points + 0.5) / points;
                double v = (double)y + (double)(i / points * 2 + 1) / (2 * points);
                double ink = between(shape, map->x0 + map->xx * u + map->xy * v,
                                     map->y0 + map->yx * u + map->yy * v);
                sum += look->cells > 0 ? ink >= 0.5 : ink;
            }
            double ink = sum / (points * points);
            page->cover[y * page->width + x] = (float)(look->two_tone ? ink >= 0.5 : ink);
        }
}

static bool is_black(const struct page *page, long x, long y)
{
    bool inside = x >= 0 && y >= 0 && x < (long)page->width && y < (long)page->height;
    return inside && page->cover[y * (long)page->width + x] > 0;
}

/* One of the two halves of a round: T. Y. Zhang, C. Y. Suen, "A Fast Parallel Algorithm for
 * Thinning Digital Patterns", Communications of the ACM 27(3), 1984. It marks the black
 * pixels to remove by a small value first, so that all decisions see the same picture. */
static size_t peel(struct page *page, int half)
{
    static const int dx[] = {0, 1, 1, 1, 0, -1, -1, -1}, dy[] = {-1, -1, 0, 1, 1, 1, 0, -1};
    size_t peeled = 0;
    for (long y = 0; y < (long)page->height; y++)
        for (long x = 0; x < (long)page->width; x++) {
            bool near[8];
            int black = 0, changes = 0;
            for (int i = 0; i < 8; i++)
                black += near[i] = is_black(page, x + dx[i], y + dy[i]);
            for (int i = 0; i < 8; i++)
                changes += !near[i] && near[(i + 1) % 8];
            bool first = near[0] && near[2] && near[half ? 6 : 4];
            bool second = near[half ? 0 : 2] && near[4] && near[6];
            if (is_black(page, x, y) && black >= 2 && black <= 6 && changes == 1 && !first &&
                !second) {
                page->cover[y * (long)page->width + x] = 0.25F;
                peeled++;
            }
        }
    for (size_t i = 0; i < page->width * page->height; i++)
        page->cover[i] = page->cover[i] == 0.25F ? 0 : page->cover[i];
    return peeled;
}

static void thin_out(struct page *page)
{
    size_t peeled;
    do
        peeled = peel(page, 0) + peel(page, 1);
    while (peeled > 0);
}

static void color_page(struct page *page, const struct look *look)
{
    double contrast = look->contrast > 0 ? look->contrast : 1;
    for (size_t i = 0; i < page->width * page->height; i++)
        for (int color = 0; color < COLORS; color++) {
            double paper = look->colored ? look->paper[color] / 255.0 : look->dark_ink;
            double ink = look->colored ? look->ink[color] / 255.0 : !look->dark_ink;
            double cover = contrast * (double)page->cover[i];
            page->colors[COLORS * i + (size_t)color] = (float)(paper + cover * (ink - paper));
        }
}

bool page_draw(struct page *page, const unsigned char *digit, const struct look *look,
               uint64_t *state)
{
    struct shape shape;
    take_digit(&shape, digit, look->stroke);
    *page = (struct page){.width = look->width ? look->width : DIGIT_SIDE,
                          .height = look->height ? look->height : DIGIT_SIDE};
    const struct map map = place_digit(page, &shape, look, state);
    page->colors = calloc(page->width * page->height * COLORS, sizeof *page->colors);
    page->cover = calloc(page->width * page->height, sizeof *page->cover);
    if (!page->colors || !page->cover)
        return false;
    cover_page(page, &shape, &map, look);
    if (look->skeleton)
        thin_out(page);
    color_page(page, look);
    return true;
}

void page_clear(struct page *page)
{
    free(page->colors);
    free(page->cover);
    *page = (struct page){0};
}
