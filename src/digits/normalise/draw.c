/* The ink that is kept, scaled and centred as MNIST has it. */
#include <math.h>

#include "internal.h"

/* Where MNIST has the centre of mass, in pixels from the corner: in [14, 15), so 14.5 on average.
 * (Its boxes and centres were measured on the 60,000 training images.) */
static const double centre = 14.5;

/* What is drawn from: the pixels of the picture, by the decisions taken on the map. */
struct source {
    const struct map *map;
    const struct ink *ink;
    const struct view *view;
    double across, down; /* cells per pixel */
};

/* Where the ink is, in pixels from the corner. */
struct spot {
    double left, top, right, bottom, x, y;
};

/* Between four cells, or that of the cell where paper is the same everywhere. */
static double paper_at(const struct source *source, size_t x, size_t y)
{
    const struct map *map = source->map;
    if (!source->ink->is_uneven)
        return (double)map->paper[0];
    double u = fmax(((double)x + 0.5) * source->across - 0.5, 0);
    double v = fmax(((double)y + 0.5) * source->down - 0.5, 0);
    size_t i = (size_t)u, j = (size_t)v;
    size_t right = i + 1 < map->width ? i + 1 : i, below = j + 1 < map->height ? j + 1 : j;
    double a = u - (double)i, b = v - (double)j;
    const float *upper = map->paper + j * map->width, *lower = map->paper + below * map->width;
    return (1 - b) * ((1 - a) * (double)upper[i] + a * (double)upper[right]) +
           b * ((1 - a) * (double)lower[i] + a * (double)lower[right]);
}

static double gray_at(const struct source *source, size_t x, size_t y)
{
    const struct view *view = source->view;
    if (!source->ink->is_grainy)
        return view->pixels[y * view->stride + x];
    double sum = 0, weights = 0;
    for (size_t j = y > 0 ? y - 1 : 0; j <= y + 1 && j < view->height; j++)
        for (size_t i = x > 0 ? x - 1 : 0; i <= x + 1 && i < view->width; i++) {
            double weight = (i == x ? 2 : 1) * (j == y ? 2 : 1);
            sum += weight * view->pixels[j * view->stride + i];
            weights += weight;
        }
    return sum / weights;
}

static double ink_at(const struct source *source, long x, long y)
{
    const struct view *view = source->view;
    const struct map *map = source->map;
    if (x < 0 || y < 0 || (size_t)x >= view->width || (size_t)y >= view->height)
        return 0;
    size_t u = (size_t)x, v = (size_t)y;
    if (!map->kept[v * map->height / view->height * map->width + u * map->width / view->width])
        return 0;
    float difference = furrow__digits_difference(source->ink, (float)gray_at(source, u, v),
                                                 (float)paper_at(source, u, v));
    float ink = (difference - source->ink->least) * source->ink->scale;
    return (double)fminf(fmaxf(ink, 0), 255);
}

/* The box of all ink that counts, and the centre of mass of what is in it. */
static bool find_spot(struct spot *spot, const struct source *source)
{
    const struct view *view = source->view;
    double mass = 0;
    *spot = (struct spot){.left = (double)view->width, .top = (double)view->height};
    for (size_t y = 0; y < view->height; y++)
        for (size_t x = 0; x < view->width; x++) {
            double ink = ink_at(source, (long)x, (long)y);
            if (ink < LEAST_INK)
                continue;
            spot->left = fmin(spot->left, (double)x);
            spot->right = fmax(spot->right, (double)x + 1);
            spot->top = fmin(spot->top, (double)y);
            spot->bottom = (double)y + 1;
            spot->x += ink * ((double)x + 0.5);
            spot->y += ink * ((double)y + 0.5);
            mass += ink;
        }
    spot->x /= mass;
    spot->y /= mass;
    return mass > 0;
}

/* ---- scaling ---- */

/* Between four pixels. */
static double interpolate(const struct source *source, double x, double y)
{
    double left = floor(x - 0.5), top = floor(y - 0.5);
    double right = x - 0.5 - left, below = y - 0.5 - top;
    long i = (long)left, j = (long)top;
    double upper = ink_at(source, i, j) * (1 - right) + ink_at(source, i + 1, j) * right;
    double lower = ink_at(source, i, j + 1) * (1 - right) + ink_at(source, i + 1, j + 1) * right;
    return upper * (1 - below) + lower * below;
}

/* How much of the pixel [at, at + 1) lies within [begin, end). */
static double overlap(long at, double begin, double end)
{
    return fmin((double)at + 1, end) - fmax((double)at, begin);
}

/* The mean over a square of `side` around (x, y), pixels at its edge in part. */
static double average(const struct source *source, double x, double y, double side)
{
    double left = x - side / 2, right = x + side / 2;
    double top = y - side / 2, bottom = y + side / 2;
    long first = (long)fmax(floor(left), 0);
    long end = (long)fmin(ceil(right), (double)source->view->width);
    long last = (long)fmin(ceil(bottom), (double)source->view->height);
    double sum = 0;
    for (long j = (long)fmax(floor(top), 0); j < last; j++) {
        double row = 0;
        for (long i = first; i < end; i++)
            row += ink_at(source, i, j) * overlap(i, left, right);
        sum += row * overlap(j, top, bottom);
    }
    return sum / (side * side);
}

/* ---- strokes ---- */

/* The value that ten pixels, about half of the thinnest digit's middle line, exceed or reach. */
static double strength(const double drawn[FURROW_DIGITS_PIXELS])
{
    size_t counts[256] = {0}, above = 0;
    for (int i = 0; i < FURROW_DIGITS_PIXELS; i++)
        counts[(int)drawn[i]]++;
    int value = 256;
    while (value > 0 && above < 10)
        above += counts[--value];
    return value;
}

/* Scaling down leaves thin strokes pale: MNIST's are full in their middle. False: nothing shows. */
static bool strengthen(unsigned char *pixels, const double drawn[FURROW_DIGITS_PIXELS])
{
    const double full = 250;
    double strong = strength(drawn), strongest = 0;
    for (int i = 0; i < FURROW_DIGITS_PIXELS; i++)
        strongest = fmax(strongest, drawn[i]);
    strong = strong < 1 ? strongest : strong;
    double times = strong > 0 && strong < full ? full / strong : 1;
    for (int i = 0; i < FURROW_DIGITS_PIXELS; i++)
        pixels[i] = (unsigned char)fmin(drawn[i] * times + 0.5, 255);
    return strong > 0;
}

/* Between pixels that are larger than MNIST's, strokes come out as broad as those are: what is less
 * than a fifth of full ink is their blur. */
static void sharpen(double drawn[FURROW_DIGITS_PIXELS])
{
    const double none = 51, full = 204;
    for (int i = 0; i < FURROW_DIGITS_PIXELS; i++)
        drawn[i] = 255 * fmin(fmax((drawn[i] - none) / (full - none), 0), 1);
}

bool furrow__digits_draw(unsigned char *pixels, const struct map *map, const struct ink *ink,
                         const struct view *view)
{
    const struct source source = {map, ink, view, (double)map->width / (double)view->width,
                                  (double)map->height / (double)view->height};
    struct spot spot;
    double drawn[FURROW_DIGITS_PIXELS];
    if (!find_spot(&spot, &source))
        return false;
    double side = fmax(spot.right - spot.left, spot.bottom - spot.top);
    double step = side / BOX; /* pixels of the picture per pixel of ours */
    for (int i = 0; i < FURROW_DIGITS_PIXELS; i++) {
        double x = spot.x + (i % SIDE + 0.5 - centre) * step;
        double y = spot.y + (i / SIDE + 0.5 - centre) * step;
        drawn[i] = step > 1 ? average(&source, x, y, step) : interpolate(&source, x, y);
    }
    if (step < 0.6)
        sharpen(drawn);
    return strengthen(pixels, drawn);
}

/* MNIST's digits have a mass of 103 full pixels, 99 of 100 less than 192: measured on its training
 * images. Three quarters have more than 73; what is below is a one, or drawn with a thin pen. */
bool furrow__digits_find_stroke(bool *is_heavy, const unsigned char *pixels)
{
    long mass = 0;
    for (int i = 0; i < FURROW_DIGITS_PIXELS; i++)
        mass += pixels[i];
    *is_heavy = mass > 192L * 255;
    return *is_heavy || mass < 73L * 255;
}

/* The least, or the most, of a pixel and its four neighbours, three parts to one of what was there.
 */
void furrow__digits_restroke(unsigned char *to, const unsigned char *from, bool is_heavy)
{
    for (int i = 0; i < FURROW_DIGITS_PIXELS; i++) {
        int x = i % SIDE, y = i / SIDE, far = from[i];
        const int around[] = {x > 0 ? from[i - 1] : 0, x + 1 < SIDE ? from[i + 1] : 0,
                              y > 0 ? from[i - SIDE] : 0, y + 1 < SIDE ? from[i + SIDE] : 0};
        for (int j = 0; j < 4; j++)
            if (is_heavy ? around[j] < far : around[j] > far)
                far = around[j];
        to[i] = (unsigned char)((from[i] + 3 * far) / 4);
    }
}
